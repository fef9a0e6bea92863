#include "harness/result/verdict.hpp"

#include <gtest/gtest.h>

namespace wsproof::result {
namespace {

TEST(Verdict, EveryWordIsReadAsItIsWritten) {
  for (int number = 0; number <= static_cast<int>(Word::not_run); ++number) {
    const Word each = static_cast<Word>(number);
    EXPECT_EQ(word(name(each)), each) << name(each);
  }
}

TEST(Verdict, WordsAreWrittenAsInBaselines) {
  EXPECT_EQ(name(Word::non_strict), "non-strict");
  EXPECT_EQ(name(Word::not_run), "not-run");
}

TEST(Verdict, WhatIsNoWordIsNothing) {
  for (const char* text : {"", "Pass", "pass ", "non_strict", "ok"}) {
    EXPECT_EQ(word(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wsproof::result
