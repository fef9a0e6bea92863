#include "harness/run/command_words.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

using Words = std::vector<std::string>;

TEST(CommandWords, AreSplitAsAShellWouldSplitThem) {
  const std::pair<const char*, Words> rows[] = {
      {"server", {"server"}},
      {"  server  --port\t{port} ", {"server", "--port", "{port}"}},
      {"a 'b c' \"d e\" f\\ g", {"a", "b c", "d e", "f g"}},
      {"a '' \"\"", {"a", "", ""}},
      {"a x'y'\"z\"", {"a", "xyz"}},
      {"a 'it\\is' \"\\\"\\\\\\n\"", {"a", "it\\is", "\"\\\\n"}},
      {"sh -c 'exec a | b > $c'", {"sh", "-c", "exec a | b > $c"}},
      {"a --x=1 B=2", {"a", "--x=1", "B=2"}},
  };
  for (const auto& [text, words] : rows) {
    const auto split = split_command(text);
    ASSERT_TRUE(split.has_value()) << text << ": " << split.error().message;
    EXPECT_EQ(split->argv, words) << text;
    EXPECT_TRUE(split->environment.empty()) << text;
  }
}

TEST(CommandWords, MayBeginWithTheEnvironment) {
  const auto split = split_command("PORT={port} OPTIONS='a=1 b=2' E= node 'X=1'");
  ASSERT_TRUE(split.has_value());
  const CommandWords expected{{{"PORT", "{port}"}, {"OPTIONS", "a=1 b=2"}, {"E", ""}},
                              {"node", "X=1"}};
  EXPECT_EQ(*split, expected);
  EXPECT_EQ(split_command("'A'=1")->argv, Words{"A=1"});
}

TEST(CommandWords, AreRefusedWithAReason) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "names no program"},
      {"A=1", "names no program"},
      {"a 'b", "a closing ' is missing"},
      {"a \"b", "a closing \" is missing"},
      {"a \\", "ends in a backslash"},
      {"a | b", "sh -c"},
      {"a > log", "sh -c"},
      {"a $PORT", "sh -c"},
      {"a \"$PORT\"", "sh -c"},
      {"a *", "sh -c"},
      {"a; b", "sh -c"},
  };
  for (const auto& [text, says] : rows) {
    const auto split = split_command(text);
    ASSERT_FALSE(split.has_value()) << text;
    EXPECT_NE(split.error().message.find(says), std::string::npos) << split.error().message;
  }
}

}  // namespace
}  // namespace wsproof::run
