// What stands in which element; that the XML is well-formed and as its schema says is checked by
// the ctest reports.junit.
#include "reports/junit.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "harness/result/sample_run.hpp"

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::RunResult;
using result::Word;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string junit_of(const RunResult& run) { return junit({&run, 1}); }

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size())
    ++count;
  return count;
}

// A run of one case that ended in `word`.
RunResult run_of(Word word, bool strict = false) {
  RunResult run;
  run.target.name = "gorilla 1.5";
  CaseResult played;
  played.id = "rfc6455/5.4/interleaved-ping/n=1";
  played.place = {
      .file = "cases/rfc6455/5.4-fragmentation.case", .line = 12, .column = 1, .width = 4};
  played.verdict.word = word;
  played.verdict.reason = "went-on";
  played.evidence.observed = "an echo";
  played.evidence.took = std::chrono::milliseconds(114);
  run.cases = {played};
  run.gate = {.passed = word == Word::pass, .strict = strict, .reasons = {}};
  return run;
}

TEST(Junit, ACaseHasItsNamesItsPlaceAndItsTime) {
  EXPECT_THAT(junit_of(run_of(Word::pass)),
              HasSubstr("<testcase name=\"rfc6455/5.4/interleaved-ping/n=1\" "
                        "classname=\"gorilla 1_5.rfc6455/5_4\" time=\"0.114\" "
                        "file=\"cases/rfc6455/5.4-fragmentation.case\" line=\"12\">"));
}

TEST(Junit, EveryWordHasItsElement) {
  struct Row {
    Word word;
    bool strict;
    std::string begins;
  };
  const std::vector<Row> table = {
      {Word::fail, false, "<failure message=\"fail: an echo\" type=\"fail\">"},
      {Word::crash, false, "<failure message=\"crash: an echo\" type=\"crash\">"},
      {Word::hang, false, "<failure message=\"hang: an echo\" type=\"hang\">"},
      {Word::flaky, false, "<failure message=\"flaky: an echo\" type=\"flaky\">"},
      {Word::non_strict, true, "<failure message=\"non-strict: an echo\" type=\"non-strict\">"},
      {Word::non_strict, false, "<system-out>"},
      {Word::info, true, "<system-out>"},
      {Word::inconclusive, false,
       "<error message=\"inconclusive: an echo\" type=\"inconclusive\">"},
      {Word::not_run, false, "<error message=\"not-run: an echo\" type=\"not-run\">"},
      {Word::unsupported, false, "<skipped message=\"unsupported: an echo\">"},
  };
  for (const Row& row : table) {
    const std::string xml = junit_of(run_of(row.word, row.strict));
    const std::string_view line = "line=\"12\">\n";
    const std::string rest = xml.substr(xml.find(line) + line.size());
    EXPECT_THAT(rest.substr(rest.find('<')), StartsWith(row.begins)) << result::name(row.word);
  }
  EXPECT_THAT(junit_of(run_of(Word::pass)), Not(HasSubstr("<system-out>")));
}

TEST(Junit, TheBodyTellsTheWholeStory) {
  const std::string xml = junit_of(result::sample_run());
  const std::string_view name = "name=\"rfc6455/5.2/reserved-bits/rsv=4\"";
  const std::size_t begin = xml.find(name);
  ASSERT_NE(begin, std::string::npos);
  const std::string told = xml.substr(begin, xml.find("</testcase>", begin) - begin);
  const std::string body = told.substr(told.find("type=\"fail\">"));
  for (const char* const part :
       {"MUST · RFC 6455 §5.2", "expected", "observed", "cases/rfc6455/5.2-framing.case:42", "^^^^",
        "wire", "wsproof run rfc6455/5.2/reserved-bits/rsv=4 --target gorilla -vv"}) {
    EXPECT_THAT(body, HasSubstr(part));
  }
}

TEST(Junit, NoTwoCasesHaveTheSameNames) {
  RunResult run = run_of(Word::fail);
  run.cases.push_back(run.cases.front());
  run.cases.push_back(run.cases.front());
  run.cases.back().id += " (2)";
  const std::vector<RunResult> runs = {run, run};
  const std::string xml = junit(runs);
  std::set<std::string> names;
  for (std::size_t at = 0; (at = xml.find("<testcase ", at)) != std::string::npos; ++at)
    EXPECT_TRUE(names.insert(xml.substr(at, xml.find(" time=", at) - at)).second);
  EXPECT_EQ(names.size(), 6U);
}

TEST(Junit, WhatTheGateCountsBesidesTheCasesIsThere) {
  RunResult run = result::sample_run();
  run.controls.back().verdict.word = Word::hang;
  const std::string xml = junit_of(run);
  EXPECT_THAT(xml, HasSubstr("name=\"control 2 of 2: rfc6455/4.1/baseline\""));
  EXPECT_THAT(xml, HasSubstr("name=\"monitor/6455-5.5.1-7\""));
  EXPECT_THAT(xml, Not(HasSubstr("name=\"gate\"")));
}

TEST(Junit, AGateThatFailsForItsOwnReasonsIsRed) {
  RunResult run = run_of(Word::pass);
  run.gate = {.passed = false, .strict = false, .reasons = {"Only 1 case came to a verdict."}};
  EXPECT_THAT(junit_of(run), HasSubstr("<error message=\"Only 1 case came to a verdict.\""));
}

TEST(Junit, NoSuiteIsEmpty) {
  EXPECT_THAT(junit_of(RunResult{}), HasSubstr("<testsuites name=\"wsproof\" tests=\"1\""));
  const std::string xml = junit_of(result::sample_run());
  EXPECT_EQ(occurrences(xml, " tests=\"0\""), 0U);
  EXPECT_GT(occurrences(xml, "<testsuite "), 10U);
}

TEST(Junit, NoCharacterIsForbiddenInXml) {
  const std::string hostile =
      std::string("\0\x08\x1b", 3) + "]]>\xef\xbf\xbe\xef\xbf\xbf\xff\xed\xa0\x80<a>";
  const std::string xml = junit_of(result::sample_run_with(hostile));
  EXPECT_THAT(xml,
              HasSubstr("\\x00\\x08\\x1b]]&gt;\\u{fffe}\\u{ffff}\\xff\\xed\\xa0\\x80&lt;a&gt;"));
  EXPECT_EQ(xml.find("\xef\xbf\xbe"), std::string::npos);
  EXPECT_TRUE(std::ranges::none_of(xml, [](char character) {
    return static_cast<unsigned char>(character) < 0x20 && character != '\n';
  }));
}

TEST(Junit, TheSameRunsGiveTheSameOctets) {
  EXPECT_EQ(junit_of(result::sample_run()), junit_of(result::sample_run()));
}

}  // namespace
}  // namespace wsproof::reports
