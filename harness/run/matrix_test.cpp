#include "harness/run/matrix.hpp"

#include <gtest/gtest.h>

#include <string>

#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

// TLS and limits wait for their cases; the rest of the table is complete.
bool is_expected(const rfc::Requirement& requirement) {
  return requirement.topic == "tls" || requirement.id == "6455-10.4-2";
}

TEST(Matrix, EveryRequirementIsCheckedOrSaysWhyNot) {
  const auto files = script::load_files(script::embedded_sources());
  ASSERT_TRUE(files.has_value()) << files.error().message;
  for (const MatrixRow& row : matrix(*files)) {
    const std::string id(row.requirement->id);
    EXPECT_TRUE(!is_gap(row) || is_expected(*row.requirement))
        << id << " has neither a case nor a reason";
    EXPECT_TRUE(row.cases.empty() || rfc::why_not_checked(id).empty())
        << id << " has both a case and a reason why there is none";
  }
}

}  // namespace
}  // namespace wsproof::run
