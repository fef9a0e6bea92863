#include "harness/run/matrix.hpp"

#include <gtest/gtest.h>

#include <string>

#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

TEST(Matrix, EveryRequirementIsCheckedOrSaysWhyNot) {
  const auto catalogue = script::load(script::embedded_sources());
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  for (const MatrixRow& row : matrix(catalogue->files)) {
    const std::string id(row.requirement->id);
    EXPECT_FALSE(is_gap(row)) << id << " has neither a case nor a reason";
    EXPECT_TRUE(row.cases.empty() || rfc::why_not_checked(id).empty())
        << id << " has both a case and a reason why there is none";
  }
}

}  // namespace
}  // namespace wsproof::run
