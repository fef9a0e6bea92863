#include "harness/base/shell.hpp"

#include <gtest/gtest.h>

namespace wsproof::base {
namespace {

TEST(ShellWord, IsQuotedOnlyWhereItMustBe) {
  EXPECT_EQ(shell_word("ws://me@[::1]:80/a?b=c"), "'ws://me@[::1]:80/a?b=c'");
  EXPECT_EQ(shell_word("rfc6455/5.2/reserved-bits/rsv=4"), "rfc6455/5.2/reserved-bits/rsv=4");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("it's $(rm -rf)"), "'it'\\''s $(rm -rf)'");
  EXPECT_EQ(shell_word("\xc3\xa9"), "'\xc3\xa9'");
}

TEST(ShellWord, WithControlCharactersHasEscapes) {
  EXPECT_EQ(shell_word("a\nb"), "$'a\\nb'");
  EXPECT_EQ(shell_word("\x1b[31m'\\\x7f"), "$'\\033[31m\\'\\\\\\177'");
}

}  // namespace
}  // namespace wsproof::base
