// The examples of cases/README.md are cases, in the usual layout, and its table of functions is
// true.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "harness/script/catalogue.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/profile.hpp"

namespace wsproof::script {

namespace {

std::string readme() {
  std::ifstream file(WSPROOF_SOURCE_DIR "/cases/README.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands between this fence and ``` in the text.
std::vector<std::string> examples(std::string_view text, std::string_view fence) {
  std::vector<std::string> found;
  for (auto begin = text.find(fence); begin != std::string_view::npos;
       begin = text.find(fence, begin)) {
    begin += fence.size();
    found.emplace_back(text.substr(begin, text.find("```", begin) - begin));
  }
  return found;
}

TEST(Readme, ExamplesParseAndHaveNothingThatLintWouldReport) {
  const auto all = examples(readme(), "```case\n");
  ASSERT_GT(all.size(), 5U);
  for (const std::string& text : all) {
    const auto loaded = load({{.name = "README.md", .suite = "", .text = text}});
    EXPECT_TRUE(loaded) << loaded.error().message << text;
    EXPECT_EQ(format(text, "README.md").value_or(""), text);
  }
}

TEST(Readme, ProfilesParseAndAreLaidOutAsUsual) {
  const auto all = examples(readme(), "```profile\n");
  ASSERT_GE(all.size(), 1U);
  for (const std::string& text : all) {
    const ProfileResult parsed = parse_profile(text, "README.md");
    for (const Diagnostic& error : parsed.errors) ADD_FAILURE() << show(error);
    EXPECT_EQ(print(parsed.profile), text);
  }
}

// The value of an expression, printed as a literal.
std::string value_of(const std::string& expression) {
  const ParseResult parsed =
      parse("section s \"S\"\ncase c\n  \"t\"\n  > raw " + expression + "\n", "README.md", "");
  if (!parsed.errors.empty()) return show(parsed.errors.front());
  base::Random random(1);
  const auto value =
      evaluate(std::get<SendRaw>(parsed.file.cases.front().steps.front()).octets, {}, random);
  if (!value) return value.error().message;
  if (const auto* const number = std::get_if<std::uint64_t>(&*value))
    return std::to_string(*number);
  return print(Expression{.value = std::get<base::Octets>(*value), .at = {}});
}

TEST(Readme, TableOfFunctionsIsCompleteAndTrue) {
  const std::string text = readme();
  for (const Function& function : functions()) {
    SCOPED_TRACE(function.name);
    const auto row = text.find("\n| `" + std::string(function.name) + "(");
    ASSERT_NE(row, std::string::npos) << "not in the table";
    const std::string line = text.substr(row + 1, text.find('\n', row + 1) - row - 1);
    const std::string call = line.substr(3, line.find("` |") - 3);
    const auto last = line.rfind("| `");
    if (last == 0) {
      // Parts of blocks are no octets yet.
      constexpr std::array without{"random", "stored",   "fixed", "dynamic",
                                   "final",  "literals", "match"};
      EXPECT_NE(std::ranges::find(without, function.name), without.end()) << "without an example";
      continue;
    }
    const std::string result = line.substr(last + 3, line.rfind('`') - last - 3);
    EXPECT_EQ(value_of(call), result);
  }
}

}  // namespace

}  // namespace wsproof::script
