// Axes multiplied out, macros spelled out, and what follows from the steps of a case.
#include "harness/script/expand.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/script/catalogue.hpp"

namespace wsproof::script {

namespace {

using testing::ElementsAre;

Case case_of(const std::string& lines) {
  const ParseResult parsed = parse("section s \"S\"\ncase c\n" + lines, "x.case", "");
  EXPECT_TRUE(parsed.errors.empty()) << show(parsed.errors.front());
  return parsed.errors.empty() ? parsed.file.cases.front() : Case{};
}

std::vector<std::string> ids(const Case& c) {
  std::vector<std::string> result;
  for (const Case& row : expand(c)) result.push_back(id(row));
  return result;
}

std::string steps(const Case& c) {
  std::string result;
  for (const Step& step : c.steps) result += print(step) + "\n";
  return result;
}

TEST(Expand, MultipliesAxesTheLastOneFastest) {
  EXPECT_THAT(ids(case_of("  sweep a = 1, 2\n  sweep b = x: 1, y: 2\n")),
              ElementsAre("s/c/a=1/b=x", "s/c/a=1/b=y", "s/c/a=2/b=x", "s/c/a=2/b=y"));
}

TEST(Expand, LeavesTheDefaultOut) {
  EXPECT_THAT(ids(case_of("  was s/old\n  sweep a = 1, 2 default 1\n  sweep b = 3, 4\n")),
              ElementsAre("s/c/b=3", "s/c/b=4", "s/c/a=2/b=3", "s/c/a=2/b=4"));
  EXPECT_THAT(expand(case_of("  was s/old\n  sweep a = 1, 2 default 1\n")).back().was,
              ElementsAre("s/old/a=2"));
}

TEST(Expand, IsTheCaseItselfWithoutAxes) {
  const Case c = case_of("  \"t\"\n  > text \"x\"\n");
  EXPECT_TRUE(expand(c) == std::vector{c});
}

TEST(Expand, PutsValuesInThePlaceOfVariables) {
  const Case c = case_of(R"(  sweep n = 2
  table t = x, code, alias
    row: repeat("x", $n + 1), 1002, "autobahn:1.1 other"
  let $l = $n
  > text $x rsv=$n part $n/3
  > close $code
  together
    handshake
      A: $n
      B: $n + 1
  < pong $x + $l
  < failure $code..$n
)");
  const auto rows = expand(c);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(steps(rows.front()), R"(let $l = 2
> text repeat("x", 2 + 1) part 2/3 rsv=2
> close 1002
together
  handshake
    A: 2
    B: (2 + 1)
< pong repeat("x", 2 + 1) + $l
< failure 1002..2
)");
  EXPECT_THAT(rows.front().aliases, ElementsAre("autobahn:1.1", "other"));
  EXPECT_TRUE(rows.front().axes.empty());
  const auto& send = std::get<Send>(rows.front().steps[1]);
  EXPECT_EQ(send.frame.rsv->at.line, 7U) << "the place is where the value is used";
}

TEST(Macros, SpellOutFailure) {
  const Case c = without_macros(case_of("  @b < failure 1002 1007..1009 [r-1]\n"));
  EXPECT_EQ(steps(c), R"(either pass
  @b < close 1002 1007..1009 [r-1]
  @b < eof [r-1]
or non-strict "another legal close code"
  @b < close legal [r-1]
  @b < eof [r-1]
or non-strict "a Close without a code"
  @b < close empty [r-1]
  @b < eof [r-1]
or non-strict "the connection ended without a Close"
  @b < eof [r-1]
or non-strict "the connection ended without a Close"
  @b < reset [r-1]
or non-strict "a second Close behind the first"
  @b < close legal [r-1]
  @b < close [r-1]
  @b < eof [r-1]
or fail "a close code that must not be sent"
  @b < close forbidden [r-1]
)");
}

TEST(Macros, SpellOutRefusal) {
  EXPECT_EQ(steps(without_macros(case_of("  < refusal\n"))), R"(either pass
  < status 400..499
or non-strict "another refusal"
  < status 200..599
or non-strict "the connection ended without an HTTP answer"
  < eof
or non-strict "the connection ended without an HTTP answer"
  < reset
)");
  EXPECT_TRUE(steps(without_macros(case_of("  < refusal 426\n")))
                  .starts_with("either pass\n  < status 426\nor"));
}

TEST(Macros, SpellOutUpgrade) {
  EXPECT_EQ(steps(without_macros(case_of("  < upgrade [r]\n"))), R"(< status 101 [r]
< header Upgrade token "websocket" [r]
< header Connection contains "Upgrade" [r]
< header Sec-WebSocket-Accept is accept($key) [r]
)");
}

TEST(CaseFacts, NeedsFollowFromSteps) {
  EXPECT_THAT(
      all_needs(case_of("  needs deflate\n  let $m = message\n  > text $m\n  < answer $m\n")),
      ElementsAre(Need::answer, Need::deflate));
  EXPECT_THAT(all_needs(case_of("  > pong\n  fence\n")), ElementsAre(Need::pong));
  EXPECT_THAT(all_needs(case_of("  > ping\n  < pong \"\"\n")), ElementsAre());
  EXPECT_THAT(all_needs(case_of("  handshake\n    - Host\n  < refusal\n")),
              ElementsAre(Need::handshake));
  EXPECT_THAT(all_needs(case_of("  handshake\n  < status 101\n  > text \"x\"\n  < eof\n")),
              ElementsAre());
}

TEST(CaseFacts, NegativeIsWhatWaitsForARefusal) {
  EXPECT_TRUE(is_negative(case_of("  < failure 1002\n")));
  EXPECT_TRUE(is_negative(case_of("  handshake\n  < refusal\n")));
  EXPECT_FALSE(is_negative(case_of("  < close 1000\n")));
}

TEST(Catalogue, LoadsAndHasOneIdPerCase) {
  const auto catalogue = load(embedded_sources());
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  ASSERT_GE(catalogue->cases.size(), 80U);
  std::vector<std::string> all;
  for (const Case& c : catalogue->cases) {
    EXPECT_EQ(c.suite.empty(), false) << id(c);
    EXPECT_TRUE(c.axes.empty());
    all.push_back(id(c));
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST(Catalogue, ShowsTheMistakesOfAllFiles) {
  const auto loaded =
      load({{.name = "a.case", .suite = "", .text = "section a \"A\"\ncase c\n  > txt\n"},
            {.name = "b.case", .suite = "", .text = "sectoin b\n"}});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message, R"(a.case:3:5: unknown word `txt` behind `>`
  |
3 |   > txt
  |     ^^^ did you mean `text`?

b.case:1:1: `section`, `control` or `case` expected here, not `sectoin`
  |
1 | sectoin b
  | ^^^^^^^ did you mean `section`?

2 errors in the case files
)");
}

}  // namespace

}  // namespace wsproof::script
