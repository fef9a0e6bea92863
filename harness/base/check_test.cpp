#include "harness/base/check.hpp"

#include <gtest/gtest.h>

namespace wsproof::base {

TEST(CheckDeathTest, AFalseConditionEndsTheProcessWithPlaceAndReason) {
  const int two = 2;
  EXPECT_DEATH(CHECK(two + two == 5), "check_test\\.cpp:[0-9]+: CHECK failed: two \\+ two == 5");
}

TEST(Check, ATrueConditionIsEvaluatedOnce) {
  int evaluated = 0;
  CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

}  // namespace wsproof::base
