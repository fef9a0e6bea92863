// What is read from a text, shown by printing it: many ways to write a line, one way to print it.
#include "harness/script/parser.hpp"

#include <gtest/gtest.h>

#include "harness/script/case_text_test.hpp"

namespace wsproof::script {

namespace {

using test::Row;
using test::shown;

// The only case of a file with these lines in it.
Case case_of(std::string_view lines) {
  const ParseResult parsed =
      parse("section s \"S\"\ncase c\n" + std::string(lines) + "\n", "x.case", "suite");
  EXPECT_TRUE(parsed.errors.empty()) << shown(parsed.errors);
  return parsed.errors.empty() ? parsed.file.cases.front() : Case{};
}

class StepText : public testing::TestWithParam<Row> {};

TEST_P(StepText, IsPrintedInOneWay) {
  const Case c = case_of("  " + std::string(GetParam().text));
  ASSERT_EQ(c.steps.size(), 1U);
  EXPECT_EQ(print(c.steps.front()), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Sent, StepText,
    testing::Values(
        Row{"> text", "> text"}, Row{"> text \"hi\" # why", "> text \"hi\""},
        Row{">text hex\"68 69\"", "> text \"hi\""}, Row{"@a > ping", "> ping"},
        Row{"@b > ping hex\"FF\"", "@b > ping hex\"ff\""},
        Row{"> binary rsv=4 fin=0 \"x\" part 1/2", "> binary \"x\" part 1/2 fin=0 rsv=4"},
        Row{"> text \"x\" key=16 mask=1", "> text \"x\" mask=1 key=0x00000010"},
        Row{"> text \"x\" rsv=($n + 1) announce=0xffffffffffffffff",
            "> text \"x\" rsv=($n + 1) announce=0xffffffffffffffff"},
        Row{"> frame opcode=3", "> frame opcode=3"}, Row{"> close", "> close"},
        Row{"> close 1000", "> close 1000"}, Row{"> close $code", "> close $code"},
        Row{"> close 1000 $why", "> close 1000 $why"},
        Row{"> close hex\"03\"", "> close hex\"03\""}, Row{"> close body $x", "> close body $x"},
        Row{"> close body \"x\"", "> close \"x\""},
        Row{"> close code(1000) + \"x\"", "> close code(1000) + \"x\""},
        Row{"> raw \"a\" + (\"b\" + \"c\")", "> raw \"a\" + (\"b\" + \"c\")"},
        Row{"> raw \"a\\x0d\\n\\t\"", "> raw \"a\\r\\n\\t\""}, Row{"> eof", "> eof"},
        Row{"@b > reset", "@b > reset"}, Row{"pause 600 ms", "pause 600 ms"},
        Row{"let $m = message", "let $m = message"},
        Row{"let $m = message text 18", "let $m = message 18"},
        Row{"let $m = message binary $n", "let $m = message binary $n"},
        Row{"let $x=repeat(\"x\",10)", "let $x = repeat(\"x\", 10)"},
        Row{"@b connect", "@b connect"}, Row{"dial", "dial"}, Row{"@b fence", "@b fence"},
        Row{"whenever < ping any as $p > pong $p", "whenever < ping any as $p > pong $p"},
        Row{"whenever @b < text \"2\" > text \"3\"", "whenever @b < text \"2\" > text \"3\""},
        Row{"whenever @b < text \"2\" @a > close", "whenever @b < text \"2\" @a > close"}));

INSTANTIATE_TEST_SUITE_P(
    Expected, StepText,
    testing::Values(
        Row{"< text any", "< text any"}, Row{"< binary \"\"", "< binary \"\""},
        Row{"< message any as $x [r-1]", "< message any as $x [r-1]"},
        Row{"@b < maybe answer $m", "@b < maybe answer $m"},
        Row{"< pong repeat(\"p\", $n)", "< pong repeat(\"p\", $n)"}, Row{"< close", "< close"},
        Row{"< close any", "< close"}, Row{"< close empty", "< close empty"},
        Row{"< close legal \"x\"", "< close legal \"x\""},
        Row{"< close \"bye\"", "< close \"bye\""},
        Row{"< close 1000 1001..1003 $c \"bye\"", "< close 1000 1001..1003 $c \"bye\""},
        Row{"< close 1000 reason $x", "< close 1000 reason $x"},
        Row{"< close reason \"x\"", "< close \"x\""}, Row{"< frame", "< frame"},
        Row{"< frame any rsv=0", "< frame rsv=0"},
        Row{"< frame text fin=0 \"ab\"", "< frame text \"ab\" fin=0"}, Row{"< eof", "< eof"},
        Row{"< reset", "< reset"}, Row{"< status 400 426", "< status 400 426"},
        Row{"< status 400..499", "< status 400..499"},
        Row{"< header X-Y present as $v", "< header X-Y present as $v"},
        Row{"< header X-Y contains 13", "< header X-Y contains 13"},
        Row{"< header X-Y is accept($key)", "< header X-Y is accept($key)"},
        Row{"< going-on", "< going-on"}, Row{"< failure 1002 1007", "< failure 1002 1007"},
        Row{"< refusal", "< refusal"}, Row{"< refusal 400 [r]", "< refusal 400 [r]"},
        Row{"< upgrade", "< upgrade"}));

INSTANTIATE_TEST_SUITE_P(
    Blocks, StepText,
    testing::Values(
        Row{"together\n      > text \"a\"\n      > raw \"b\"",
            "together\n  > text \"a\"\n  > raw \"b\""},
        Row{"writes 1\n    @b > ping", "writes 1\n  @b > ping"},
        Row{"together\n    handshake\n      A: b\n    > text \"x\"",
            "together\n  handshake\n    A: b\n  > text \"x\""},
        Row{"either pass\n    < eof\n  or non-strict \"why\"\n    < reset [r]",
            "either pass\n  < eof\nor non-strict \"why\"\n  < reset [r]"},
        Row{"handshake", "handshake"},
        Row{"@b handshake\n    Host:  a  b # c\n    + X: \"y\"\n    - Origin",
            "@b handshake\n  Host: a  b\n  + X: y\n  - Origin"},
        Row{"handshake\n    method POST\n    version HTTP/1.0\n    reverse\n    line-end \"\\n\"",
            "handshake\n  method POST\n  version HTTP/1.0\n  reverse\n  line-end \"\\n\""},
        Row{"handshake\n    method: x\n    X:\n    Y: 14\n    Z: $n\n    W: \"a\" + \"b\"",
            "handshake\n  method: x\n  X: \"\"\n  Y: 14\n  Z: $n\n  W: \"a\" + \"b\""},
        Row{"handshake\n    X: mode=\"a # b\"\n    Y: \"a # b\"\n    Z: (14)",
            "handshake\n  X: mode=\"a # b\"\n  Y: \"a # b\"\n  Z: (14)"}));

// ── Headers ──────────────────────────────────────────────────────────────────────────────────────

TEST(CaseText, HasEverythingThatAHeaderSays) {
  const Case c = case_of(R"(  "title"
  "why" # and
  "further"
  checks a-1 b-2
  checks c-3
  alias autobahn:1.1 x/y
  tags slow
  needs echo pong
  twin other
  role server
  since 1.1
  was old/id=1
  manual pings end)");
  EXPECT_EQ(id(c), "suite/s/c");
  EXPECT_EQ(c.section_title, "S");
  EXPECT_EQ(c.title, "title");
  EXPECT_EQ(c.why, "why\nfurther");
  EXPECT_EQ(c.checks, (std::vector<std::string>{"a-1", "b-2", "c-3"}));
  EXPECT_EQ(c.aliases, (std::vector<std::string>{"autobahn:1.1", "x/y"}));
  EXPECT_EQ(c.tags, std::vector<std::string>{"slow"});
  EXPECT_EQ(c.needs, (std::vector{Need::echo, Need::pong}));
  EXPECT_EQ(c.twin, "suite/s/other") << "a name alone is a case of this section";
  EXPECT_EQ(c.roles, Roles::server);
  EXPECT_EQ(c.since, "1.1");
  EXPECT_EQ(c.was, std::vector<std::string>{"old/id=1"});
  EXPECT_EQ(c.automatic, (Automatic{.pongs = false, .close = true, .end = false}));
}

TEST(CaseText, ManualAloneIsEverything) {
  EXPECT_EQ(case_of("  manual").automatic,
            (Automatic{.pongs = false, .close = false, .end = false}));
  EXPECT_EQ(case_of("  \"t\"").automatic, Automatic{});
}

std::string labels(const Axis& axis) {
  std::string result;
  for (const Axis::Row& row : axis.rows) {
    result += row.label + "=";
    for (const Expression& value : row.values) result += print(value) + ";";
    result += " ";
  }
  return result;
}

TEST(CaseText, SweepsHaveLabels) {
  const Case c =
      case_of("  sweep n = 0, 0x80, 5..7, \"b\", zero: hex\"00\", big: 1 + 2 default 0x80");
  ASSERT_EQ(c.axes.size(), 1U);
  EXPECT_EQ(labels(c.axes.front()),
            "0=0; 0x80=128; 5=5; 6=6; 7=7; b=\"b\"; zero=hex\"00\"; big=1 + 2; ");
  EXPECT_EQ(c.axes.front().fallback, "0x80");
  EXPECT_EQ(c.axes.front().columns, std::vector<std::string>{"n"});
  EXPECT_FALSE(c.axes.front().table);
}

TEST(CaseText, TablesHaveColumns) {
  const Case c = case_of(
      "  table t = a, b default one\n    one: 1, \"x,y\" # c\n    two: 2, repeat(\"z\", 2)");
  ASSERT_EQ(c.axes.size(), 1U);
  EXPECT_EQ(labels(c.axes.front()), "one=1;\"x,y\"; two=2;repeat(\"z\", 2); ");
  EXPECT_EQ(c.axes.front().columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(c.axes.front().table);
}

TEST(FileText, MayHaveAByteOrderMarkAndLineEndsOfWindows) {
  const ParseResult parsed = parse(
      "\xEF\xBB\xBFsection s \"S\"\r\ncontrol c\r\n\r\ncase c\r\n  \"t\"\r\n  fence\r\n", "f", "");
  EXPECT_TRUE(parsed.errors.empty()) << shown(parsed.errors);
  EXPECT_EQ(parsed.file.control, "c");
  ASSERT_EQ(parsed.file.cases.size(), 1U);
  EXPECT_EQ(parsed.file.cases.front().title, "t");
}

TEST(FileText, ShowsSeveralMistakesAndNoMoreThanTwenty) {
  std::string text = "section s \"S\"\ncase c\n  \"t\"\n";
  for (int line = 0; line < 30; ++line) text += "  > txt\n  > text \"good\"\n";
  const ParseResult parsed = parse(text, "f", "");
  ASSERT_EQ(parsed.errors.size(), 20U);
  EXPECT_EQ(parsed.errors[0].place.line, 4U);
  EXPECT_EQ(parsed.errors[1].place.line, 6U);
}

}  // namespace

}  // namespace wsproof::script
