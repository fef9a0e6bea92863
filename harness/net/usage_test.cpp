#include "harness/net/usage.hpp"

#include <gtest/gtest.h>

#include "harness/net/clock.hpp"
#include "harness/net/process.hpp"

namespace wsproof::net {
namespace {

using std::chrono::seconds;

constexpr auto bounded = seconds(20);

// Waits until what the process uses is as it should be.
template <typename Condition>
std::optional<base::Usage> eventually(const Process& process, Condition condition) {
  const base::Time end = now() + bounded;
  while (now() < end) {
    const auto usage = usage_of(process.pid());
    if (usage && condition(*usage)) return usage;
  }
  return std::nullopt;
}

Process shell(const std::string& script) {
  return Process::start({.argv = {"/bin/sh", "-c", script}}).value();
}

TEST(Usage, CountsAProcessAndAllThatItStarted) {
  // One in the group, and one that left it.
  const Process process =
      shell("exec 7</dev/null 8</dev/null; sleep 600 & setsid sh -c 'sleep 600; :' & wait");
  const auto usage =
      eventually(process, [](const base::Usage& seen) { return seen.processes == 4; });
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->threads, 4U);
  EXPECT_GE(usage->descriptors, 4U * 5U);
  EXPECT_LE(usage->descriptors, 4U * 8U);
  EXPECT_GT(usage->memory, 100'000U);
  EXPECT_LT(usage->memory, 100'000'000U);
}

TEST(Usage, SeesProcessorTime) {
  const Process process = shell("while :; do :; done");
  EXPECT_TRUE(eventually(process, [](const base::Usage& seen) {
                return seen.cpu > std::chrono::milliseconds(50);
              }).has_value());
}

TEST(Usage, OfAProcessThatEndedIsNothing) {
  Process process = shell("exit 0");
  ASSERT_TRUE(process.wait(bounded).has_value());
  EXPECT_EQ(usage_of(process.pid()), std::nullopt);  // not reaped yet
  process.stop();
  EXPECT_EQ(usage_of(process.pid()), std::nullopt);
}

TEST(UsageWatch, KeepsStartPeakAndEnd) {
  const Process process = shell("exec sleep 600");
  const UsageWatch watch(process.pid(), std::chrono::milliseconds(1));
  base::UsageSpan span;
  const base::Time end = now() + bounded;
  while (span.samples < 5 && now() < end) span = watch.span();
  EXPECT_GE(span.samples, 5U);
  EXPECT_GE(span.peak.memory, span.start.memory);
  EXPECT_GE(span.peak.memory, span.end.memory);
  EXPECT_EQ(span.end.processes, 1U);
}

TEST(UsageSpan, IsThePeakOfEachFigure) {
  base::UsageSpan span;
  span.add({.memory = 1, .descriptors = 9});
  span.add({.memory = 5, .descriptors = 3});
  span.add({.memory = 2, .descriptors = 4});
  EXPECT_EQ(span.start.memory, 1U);
  EXPECT_EQ(span.peak.memory, 5U);
  EXPECT_EQ(span.peak.descriptors, 9U);
  EXPECT_EQ(span.end.memory, 2U);
  EXPECT_EQ(span.samples, 3U);
}

}  // namespace
}  // namespace wsproof::net
