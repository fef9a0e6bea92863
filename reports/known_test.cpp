// What a baseline knows, in every report: known failures are told as known, and what is not known
// any more is told as a failure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/result/sample_run.hpp"
#include "reports/github.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/phrases.hpp"
#include "reports/subject.hpp"
#include "reports/terminal.hpp"

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::Known;
using result::RunResult;
using result::Standing;
using result::Word;
using ::testing::HasSubstr;
using ::testing::Not;

Known line(Standing standing) {
  return {.standing = standing,
          .says = "fail",
          .reason = "issue 91",
          .until = "2027-03-01",
          .file = "known.txt",
          .line = 12};
}

template <typename Run>
auto& first(Run& run, Word word) {
  return *std::ranges::find(run.cases, word, [](const CaseResult& c) { return c.verdict.word; });
}

// A fail that is known, one that is not, and a pass that a line says is a fail.
struct Sample {
  RunResult run = result::sample_run();
  std::string known, fresh, better;

  Sample() {
    CaseResult& fail = first(run, Word::fail);
    fail.known = line(Standing::expected);
    known = fail.id;
    fresh = std::ranges::find_if(run.cases, [](const CaseResult& c) {
              return c.verdict.word == Word::fail && !c.known;
            })->id;
    CaseResult& pass = first(run, Word::pass);
    pass.known = line(Standing::better);
    better = pass.id;
    run.monitor.front().known = line(Standing::expected);
    run.gate.baseline = "known.txt";
    run.gate.lines = {"known.txt:3:1: nothing matches \"x\"."};
    run.gate.notes = {"a case is pass; known.txt:4 says non-strict."};
  }
};

const Sample& sample() {
  static const Sample made;
  return made;
}

Subject subject() { return {.runs = {&sample().run, 1}}; }

TEST(Known, OneSentenceSaysHowItStands) {
  EXPECT_EQ(of_baseline(line(Standing::expected), Word::fail),
            "fail, as known.txt:12 says: issue 91, until 2027-03-01");
  EXPECT_EQ(of_baseline(line(Standing::better), Word::pass),
            "pass, and known.txt:12 says fail: issue 91, until 2027-03-01");
}

TEST(Known, AlarmsAreWhatIsNotKnownAndComesUnexpectedly) {
  std::vector<std::string> ids;
  for (const Alarm& alarm : alarms(subject())) ids.push_back(alarm.played->id);
  EXPECT_THAT(ids, Not(::testing::Contains(sample().known)));
  EXPECT_THAT(ids, ::testing::Contains(sample().fresh));
  EXPECT_EQ(ids.back(), sample().better);
}

// From `begin` to the end of the element.
std::string element(const std::string& xml, const std::string& name) {
  const std::size_t begin = xml.find("<testcase name=\"" + name + "\"");
  return begin == std::string::npos ? ""
                                    : xml.substr(begin, xml.find("</testcase>", begin) - begin);
}

TEST(Known, JUnitSkipsWhatIsKnownAndFailsWhatIsBetter) {
  const std::string xml = junit({&sample().run, 1});
  EXPECT_THAT(element(xml, sample().known), HasSubstr("<skipped message=\"fail, as known.txt:12"));
  EXPECT_THAT(element(xml, sample().fresh), HasSubstr("<failure"));
  EXPECT_THAT(element(xml, sample().better), HasSubstr("type=\"xpass\""));
  EXPECT_THAT(element(xml, "monitor/" + sample().run.monitor.front().requirement),
              HasSubstr("<skipped"));
  EXPECT_THAT(element(xml, "baseline"), HasSubstr("nothing matches"));
}

TEST(Known, TheTerminalTellsOnlyWhatIsNot) {
  const std::string text =
      summary(sample().run, {}, {.colour = false, .width = 100, .verbosity = 0});
  EXPECT_THAT(text, HasSubstr("baseline  known.txt knows 1 bad case and 1 finding"));
  EXPECT_THAT(text, HasSubstr("a case is pass; known.txt:4 says non-strict."));
  EXPECT_THAT(failure_block(first(sample().run, Word::pass), sample().run.target,
                            {.colour = false, .width = 100, .verbosity = 0}),
              HasSubstr("baseline  pass, and known.txt:12 says fail"));
}

TEST(Known, MarkdownAndAnnotationsLeaveItOut) {
  const std::string md = markdown(subject());
  EXPECT_THAT(md, HasSubstr("(1 known)"));
  EXPECT_THAT(md, Not(HasSubstr("</summary>\n" + sample().known)));
  EXPECT_THAT(annotations(subject()), Not(HasSubstr(sample().known)));
}

TEST(Known, ThePageHasAPartForIt) {
  const std::string page = html(subject());
  EXPECT_THAT(page, HasSubstr("id=\"known\""));
  EXPECT_THAT(page, HasSubstr("data-known=\"known\""));
  EXPECT_THAT(page, HasSubstr("data-known=\"unexpected\""));
  EXPECT_THAT(page, HasSubstr("knows 1 bad case and 1 finding"));
  EXPECT_LT(page.find("id=\"failures\""), page.find("id=\"known\""));
  const RunResult plain = result::sample_run();
  EXPECT_THAT(html({.runs = {&plain, 1}}), Not(HasSubstr("id=\"known\"")));
}

}  // namespace
}  // namespace wsproof::reports
