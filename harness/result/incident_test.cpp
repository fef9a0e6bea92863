#include "harness/result/incident.hpp"

#include <gtest/gtest.h>

namespace wsproof::result {
namespace {

TEST(Incident, IsToldInOneSentence) {
  Incident incident{.kind = Incident::Kind::death,
                    .signal = 6,
                    .signal_name = "SIGABRT",
                    .exit_status = 0,
                    .reporter = "AddressSanitizer",
                    .headline = "heap-buffer-overflow on address 0x602",
                    .report = {},
                    .output = {},
                    .played_alone = 2,
                    .reproduced = 2,
                    .suspects = {}};
  EXPECT_EQ(summary(incident),
            "signal 6 (SIGABRT); AddressSanitizer: heap-buffer-overflow on address 0x602; played "
            "alone, the case did it 2 of 2 times");
  incident = {.suspects = {"a", "b"}};
  EXPECT_EQ(summary(incident), "exit status 0; no single one of 2 cases brings it about alone");
  EXPECT_EQ(ending({.signal = 40}), "signal 40");
  EXPECT_EQ(ending({.exit_status = 3}), "exit status 3");
  EXPECT_NE(ending({.kind = Incident::Kind::alarm}), ending({.kind = Incident::Kind::hang}));
}

}  // namespace
}  // namespace wsproof::result
