#include "reports/terminal.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/result/sample_run.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {
namespace {

using namespace std::chrono_literals;
using result::CaseResult;
using result::RunResult;
using result::Word;
using testing::HasSubstr;
using testing::Not;

const RunResult& sample() {
  static const RunResult run = result::sample_run();
  return run;
}

const CaseResult& sample_case(std::string_view id) {
  const auto found = std::ranges::find(sample().cases, id, &CaseResult::id);
  EXPECT_NE(found, sample().cases.end()) << id;
  return *found;
}

std::string block(std::string_view id, const TerminalStyle& style) {
  return failure_block(sample_case(id), sample().target, style);
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (const std::string_view line : lines(text)) most = std::max(most, character_count(line));
  return most;
}

TEST(Terminal, AFailureIsABlockThatCanBeActedOn) {
  CaseResult played;
  played.id = "rfc6455/5.2/reserved-bits/rsv=4";
  played.checks = {"6455-5.2-4"};
  played.place = {.file = "cases/rfc6455/5.2-framing.case", .line = 37, .column = 1, .width = 4};
  played.script =
      "case reserved-bits\n  checks 6455-5.2-4\n  sweep  rsv = 1..7\n  > text \"hi\" rsv=$rsv\n  < "
      "failure 1002\n";
  played.verdict.word = Word::fail;
  played.evidence.expected = "Close 1002, then the end of the connection";
  played.evidence.observed = "text \"hi\" (an echo); the connection stayed open";
  played.evidence.failed_at = {
      .file = "cases/rfc6455/5.2-framing.case", .line = 40, .column = 15, .width = 8};
  played.evidence.failed_text = "text \"hi\" rsv=4";
  played.evidence.took = 114ms;
  using Kind = result::Entry::Kind;
  auto& log = played.evidence.transcript.entries;
  log.push_back({.kind = Kind::opened,
                 .link = 0,
                 .at = 0ms,
                 .text = "",
                 .octets = {},
                 .size = 0,
                 .header_size = 0,
                 .hash = "",
                 .script_line = 0});
  log.push_back({.kind = Kind::sent,
                 .link = 0,
                 .at = 400us,
                 .text = "text \"hi\" rsv=4",
                 .octets = {0xc1, 0x82, 0x1f, 0x2e, 0x3d, 0x4c, 0x77, 0x47},
                 .size = 8,
                 .header_size = 6,
                 .hash = "",
                 .script_line = 40});
  log.push_back({.kind = Kind::received,
                 .link = 0,
                 .at = 1200us,
                 .text = "text \"hi\"",
                 .octets = {0x81, 0x02, 0x68, 0x69},
                 .size = 4,
                 .header_size = 2,
                 .hash = "",
                 .script_line = 0});
  result::Target target;
  target.arguments = {"ws://127.0.0.1:9001/"};
  EXPECT_EQ(
      failure_block(played, target, {.colour = false, .width = 90, .verbosity = 0}),
      "FAIL rfc6455/5.2/reserved-bits/rsv=4        MUST · RFC 6455 §5.2                  (0.11 s)\n"
      "  expected  Close 1002, then the end of the connection\n"
      "  observed  text \"hi\" (an echo); the connection stayed open\n"
      "  --> cases/rfc6455/5.2-framing.case:40:15\n"
      "   |\n"
      "40 |   > text \"hi\" rsv=$rsv\n"
      "   |               ^^^^^^^^ text \"hi\" rsv=4\n"
      "  wire      +0.4 ms > c1 82 1f2e3d4c 7747    +1.2 ms < 81 02 6869\n"
      "  rerun     wsproof run rfc6455/5.2/reserved-bits/rsv=4 ws://127.0.0.1:9001/ -vv\n");
}

TEST(Terminal, EveryCaseMakesABlockWhateverItsWord) {
  for (const CaseResult& played : sample().cases) {
    for (const int verbosity : {-1, 0, 1, 2}) {
      const std::string text = failure_block(
          played, sample().target, {.colour = false, .width = 100, .verbosity = verbosity});
      EXPECT_THAT(text, HasSubstr(played.id));
      EXPECT_TRUE(text.ends_with("-vv\n"));
    }
  }
}

TEST(Terminal, MoreIsToldWhenAskedFor) {
  const auto* const id = "rfc6455/5.2/reserved-bits/rsv=4";
  const std::string brief = block(id, {.colour = false, .width = 120, .verbosity = 0});
  const std::string whole = block(id, {.colour = false, .width = 120, .verbosity = 2});
  EXPECT_THAT(brief, Not(HasSubstr("fence sent")));
  EXPECT_THAT(whole, HasSubstr("fence sent"));
  EXPECT_THAT(whole, HasSubstr("GET /echo HTTP/1.1"));
}

TEST(Terminal, WithoutColourNoEscapeOctetIsWritten) {
  for (const std::string& hostile :
       {std::string("\x1b[2J\r\n\x07"), std::string("\0\u009b31m\u202e", 9)}) {
    const RunResult run = result::sample_run_with(hostile);
    const TerminalStyle style = {.colour = false, .width = 100, .verbosity = 2};
    std::string text = summary(run, {.reports = {{"html", hostile}}, .next = {hostile}}, style);
    for (const CaseResult& played : run.cases)
      text += failure_block(played, run.target, style) + case_line(played, style);
    EXPECT_EQ(text.find_first_of(std::string_view("\0\x1b\r\x07\t", 5)), std::string::npos);
    EXPECT_THAT(text, Not(AnyOf(HasSubstr("\u202e"), HasSubstr("\u009b"))));
    EXPECT_EQ(
        progress_line({.done = 1, .total = 2, .fails = 0, .elapsed = 1s, .current = hostile}, 80)
            .find_first_of("\x1b\r\n"),
        std::string::npos);
  }
}

// Takes our own colours away; what is left must be the text without colour.
std::string without_colour(std::string text) {
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
    text.erase(at, text.find('m', at) + 1 - at);
  }
  return text;
}

TEST(Terminal, ColourChangesNothingButColour) {
  for (const RunResult& run : {sample(), result::sample_run_with("\x1b[31m")}) {
    for (const CaseResult& played : run.cases) {
      const std::string coloured =
          failure_block(played, run.target, {.colour = true, .width = 90, .verbosity = 2});
      EXPECT_EQ(without_colour(coloured),
                failure_block(played, run.target, {.colour = false, .width = 90, .verbosity = 2}));
    }
    EXPECT_EQ(without_colour(summary(run, {}, {.colour = true, .width = 90, .verbosity = 0})),
              summary(run, {}, {.colour = false, .width = 90, .verbosity = 0}));
  }
}

TEST(Terminal, SentencesWrapAtTheWidth) {
  CaseResult played = sample_case("rfc6455/8.1/invalid/what=beyond");
  played.evidence.observed =
      "Some words and some more of them, so that they do not fit into one line of this width.";
  played.id = "short";
  played.place.file = "a.case";
  played.checks = {};
  played.verdict.requirement = "";
  played.evidence.failed_at.file = "a.case";
  result::Target target;
  target.url = "ws://h/";
  const std::string text =
      failure_block(played, target, {.colour = false, .width = 60, .verbosity = 0});
  EXPECT_LE(widest(text), 60U) << text;
  EXPECT_THAT(text, HasSubstr("they\n            do not fit"));
}

// Only what is there to be copied is longer than a line.
TEST(Terminal, FitsIntoEightyColumns) {
  const TerminalStyle style = {.colour = false, .width = 80, .verbosity = 0};
  std::size_t blocks = 0;
  for (const CaseResult& played : sample().cases) {
    if (!needs_attention(played)) continue;
    ++blocks;
    const std::string text = failure_block(played, sample().target, style);
    for (const std::string_view line : lines(text)) {
      const bool copied = line.starts_with("  rerun") || line.starts_with("  -->");
      EXPECT_TRUE(copied || character_count(line) <= 80) << line;
    }
  }
  EXPECT_GT(blocks, 3U);
}

TEST(Terminal, ALineOfAScriptIsToldOnlyWhereItSaysSomethingElse) {
  CaseResult played;
  played.id = "rfc6455/4.4/upgrade-required-names-the-protocol";
  played.checks = {"9110-15.5.22-1"};
  played.place = {.file = "a.case", .line = 1, .column = 1, .width = 4};
  played.script = "case x\n  < header Upgrade contains \"websocket\"   [9110-15.5.22-1]\n";
  played.evidence.failed_at = {.file = "a.case", .line = 2, .column = 3, .width = 37};
  played.evidence.failed_text = "< header Upgrade contains \"websocket\" [9110-15.5.22-1]";
  played.evidence.took = 20ms;
  const TerminalStyle style = {.colour = false, .width = 80, .verbosity = 0};
  EXPECT_THAT(failure_block(played, sample().target, style), HasSubstr("^^^\n  rerun"));
  played.evidence.failed_text = "< header Upgrade contains \"websockets\" [9110-15.5.22-1]";
  EXPECT_THAT(failure_block(played, sample().target, style),
              HasSubstr("^^^\n  | < header Upgrade contains \"websockets\" [9110-15.5.22-1]\n"));
}

TEST(Terminal, TheSummarySaysWhatMatters) {
  const std::string text = summary(sample(), {.reports = {{"html", "report.html"}}, .next = {}},
                                   {.colour = false, .width = 100, .verbosity = 0});
  for (const char* const part :
       {"114 cases in 6.41 s", "3 ✗ fail", "1 ‼ crash", "4 – unsupported", "gate      FAILED",
        "1 case hung.", "6455-5.5.1-7", "5.02 s  rfc6455/8.1/invalid/what=cut", "html",
        "report.html", "next      wsproof run rfc6455/8.1/invalid/what=beyond"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Terminal, QuietSaysOnlyCountsAndGate) {
  const std::string text = summary(sample(), {.reports = {{"html", "report.html"}}, .next = {}},
                                   {.colour = false, .width = 100, .verbosity = -1});
  EXPECT_THAT(text, HasSubstr("FAILED"));
  EXPECT_THAT(text, Not(HasSubstr("report.html")));
}

TEST(Terminal, TheSummarySaysHowMuchApplied) {
  result::RunResult run;
  run.cases.resize(5);
  for (std::size_t i = 0; i < 3; ++i) run.cases[i].verdict.word = result::Word::unsupported;
  run.cases[0].verdict.reason = run.cases[1].verdict.reason = "needs-echo";
  run.cases[2].verdict.reason = "needs-\x1b[2J";
  const std::string text = summary(run, {}, {});
  EXPECT_THAT(text, HasSubstr("2 of 5 cases"));
  EXPECT_THAT(text, HasSubstr("2 need an echo"));
  EXPECT_THAT(text, HasSubstr("1 needs-\\x1b[2J"));
}

TEST(Terminal, RepetitionIsTold) {
  result::RunResult run = result::sample_run();
  EXPECT_THAT(summary(run, {}, {}), Not(HasSubstr("times")));
  run.rounds = 8;
  EXPECT_THAT(summary(run, {}, {}), HasSubstr("cases, each of them 8 times, in "));
}

TEST(Terminal, AnEmptyRunHasASummaryToo) { EXPECT_THAT(summary({}, {}, {}), HasSubstr("0 cases")); }

TEST(Terminal, TheProgressLineFitsItsWidth) {
  const Progress progress = {.done = 312,
                             .total = 604,
                             .fails = 3,
                             .elapsed = 2s,
                             .current = "rfc6455/8.1/fail-fast/at=1"};
  EXPECT_EQ(progress_line(progress, 100), "[312/604] 3 fail  00:02  rfc6455/8.1/fail-fast/at=1");
  EXPECT_EQ(progress_line(progress, 36), "[312/604] 3 fail  00:02  rfc6455/8.…");
  EXPECT_EQ(
      progress_line({.done = 7, .total = 604, .fails = 0, .elapsed = 61s, .current = ""}, 100),
      "[  7/604] 0 fail  01:01");
  EXPECT_EQ(progress_line(progress, 0), "…");
}

}  // namespace
}  // namespace wsproof::reports
