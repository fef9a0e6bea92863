#include "harness/run/matrix.hpp"

#include <gtest/gtest.h>

#include <string>

#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

TEST(Matrix, EveryRequirementIsCheckedOrSaysWhyNot) {
  const auto files = script::load_files(script::embedded_sources());
  ASSERT_TRUE(files.has_value()) << files.error().message;
  for (const MatrixRow& row : matrix(*files)) {
    const std::string id(row.requirement->id);
    EXPECT_FALSE(is_gap(row)) << id << " has neither a case nor a reason";
    EXPECT_TRUE(row.cases.empty() || rfc::why_not_checked(id).empty())
        << id << " has both a case and a reason why there is none";
  }
}

}  // namespace
}  // namespace wsproof::run
