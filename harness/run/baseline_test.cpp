#include "harness/run/baseline_test.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/run/gate.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

using result::Standing;

constexpr std::string_view today = "2026-11-21";

result::RunResult judged(std::string_view baseline, const std::vector<std::string>& words,
                         bool strict = false) {
  result::RunResult run = small_run(words);
  apply(read(baseline), small_catalogue(), today, strict, run);
  run.gate = judge(run, "", {.strict = strict});
  return run;
}

std::string reasons(const result::RunResult& run) {
  std::string out;
  for (const std::string& reason : run.gate.reasons) out += reason + "\n";
  return out;
}

const std::vector<std::string> all_pass(5, "pass");
const std::vector<std::string> one_fails = {"fail", "pass", "pass", "pass", "pass"};

TEST(Baseline, ALineHasPatternWordsReasonAndDate) {
  const Baseline baseline = read(
      "# why it is so\n\n"
      "suite/2/size/n=1  = fail(went-on) | pass   # issue 91   until 2027-03-01\n"
      "\tsuite/1 = non-strict\r\n"
      "monitor/6455-5.2-17 = fail # until somebody mends it\n"
      "tag:slow = flaky #until 2027-01-02");
  ASSERT_EQ(baseline.lines.size(), 4U);
  const BaselineLine& first = baseline.lines[0];
  EXPECT_EQ(first.pattern, "suite/2/size/n=1");
  EXPECT_EQ(to_string(first.words), "fail(went-on) | pass");
  EXPECT_EQ(first.words.front(), (Expectation{result::Word::fail, "went-on"}));
  EXPECT_EQ(first.reason, "issue 91");
  EXPECT_EQ(first.until, "2027-03-01");
  EXPECT_EQ(first.index, 2U);
  EXPECT_EQ(baseline.lines[1].pattern, "suite/1");
  EXPECT_EQ(to_string(baseline.lines[1].words), "non-strict");
  EXPECT_EQ(baseline.lines[2].reason, "until somebody mends it");
  EXPECT_EQ(baseline.lines[2].until, "");
  EXPECT_EQ(baseline.lines[3].until, "2027-01-02");
}

TEST(Baseline, WhatIsNoLineIsAnErrorWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"suite/1\n", "known.txt:1:8: `PATTERN = WORD  # why` is wanted, with blanks around the ="},
      {"a=fail\n", "known.txt:1:7: `PATTERN = WORD"},
      {"\n  suite/1 = fial\n", "known.txt:2:13: \"fial\" is no verdict; did you mean fail?"},
      {"suite/1 = xyzzy\n", "known.txt:1:11: \"xyzzy\" is no verdict; there are pass, fail,"},
      {"suite/1 = not-run\n", "known.txt:1:11: \"not-run\" is no verdict"},
      {"suite/1 =\n", "known.txt:1:10: \"\" is no verdict"},
      {"suite/1 = fail |\n", "known.txt:1:17: \"\" is no verdict"},
      {"monitor/6455-5.2-17 = crash\n",
       "known.txt:1:23: a finding of the monitor is `fail`, or `fail | pass`"},
      {"suite/1 = fail()\n", "known.txt:1:15: a signature stands in parentheses"},
      {"suite/1 = fail(x\n", "known.txt:1:15: a signature stands in parentheses"},
      {"suite/1 = fail # until 2027-02-30\n", "known.txt:1:24: \"2027-02-30\" is no day"},
      {"suite/1 = fail # until 2027-3-1\n", "known.txt:1:24: \"2027-3-1\" is no day"},
      {"suite/1 = fail\nsuite/1 = pass\n", "known.txt:2:1: \"suite/1\" stands in line 1 already"},
      {"suite/1 = \x1b[31m\n", "known.txt:1:11: \"\\x1b[31m\" is no verdict"}};
  for (const auto& [text, message] : rows) {
    const auto baseline = parse_baseline(text, "known.txt");
    ASSERT_FALSE(baseline.has_value()) << text;
    EXPECT_TRUE(baseline.error().message.starts_with(message)) << baseline.error().message;
  }
}

TEST(Baseline, TheMostSpecificLineDecides) {
  const Baseline baseline = read(
      "suite/2/size/n=2 = info\n"
      "level:must = crash\n"
      "suite = fail\n"
      "suite/*/n=3 = hang\n"
      "suite/2/size = non-strict\n");
  const BaselineIndex index(baseline, small_catalogue());
  const auto pattern = [&](const char* id) { return index.line_of_case(id)->pattern; };
  EXPECT_EQ(pattern("suite/1/flag"), "suite");
  EXPECT_EQ(pattern("suite/2/size/n=1"), "suite/2/size");
  EXPECT_EQ(pattern("suite/2/size/n=2"), "suite/2/size/n=2");
  EXPECT_EQ(pattern("suite/2/size/n=3"), "suite/2/size");
  EXPECT_EQ(pattern("suite/9/gone"), "suite");
  EXPECT_EQ(index.line_of_case("other/1/a"), nullptr);
}

TEST(Baseline, OfEquallySpecificLinesTheLaterDecides) {
  const Baseline baseline = read("suite/1/fl* = fail\nsuite/1/*ag = crash\n");
  EXPECT_EQ(BaselineIndex(baseline, small_catalogue()).line_of_case("suite/1/flag")->pattern,
            "suite/1/*ag");
}

TEST(Baseline, AnEarlierIdStillCounts) {
  const Baseline baseline = read("suite/2/length/n=3 = fail\n");
  const BaselineIndex index(baseline, small_catalogue());
  EXPECT_NE(index.line_of_case("suite/2/size/n=3"), nullptr);
  EXPECT_TRUE(index.complaints(today).empty());
}

TEST(Baseline, AKnownFailurePasses) {
  const auto run = judged("suite/1/flag = fail # issue 91\n", one_fails);
  EXPECT_TRUE(run.gate.passed) << reasons(run);
  ASSERT_TRUE(run.cases[0].known.has_value());
  EXPECT_EQ(*run.cases[0].known,
            (result::Known{Standing::expected, "fail", "issue 91", "", "known.txt", 1}));
  EXPECT_EQ(run.gate.baseline, "known.txt");
}

TEST(Baseline, ANewFailureAndAnotherOneDoNot) {
  EXPECT_EQ(reasons(judged("suite/2 = pass\n", one_fails)),
            "1 case failed, unlike the baseline says.\n");
  EXPECT_EQ(reasons(judged("suite/1/flag = crash\n", one_fails)),
            "1 case failed, unlike the baseline says.\n");
  EXPECT_FALSE(
      judged("suite/1/flag = fail\n", {"crash", "pass", "pass", "pass", "pass"}).gate.passed);
}

TEST(Baseline, AnUnexpectedPassDoesNotPass) {
  for (const char* word : {"fail", "crash", "hang"}) {
    for (const char* now : {"pass", "info", "non-strict"}) {
      const auto run =
          judged(std::string("suite/1/flag = ") + word, {now, "pass", "pass", "pass", "pass"});
      EXPECT_FALSE(run.gate.passed) << word << now;
      EXPECT_EQ(run.cases[0].known->standing, Standing::better);
      EXPECT_EQ(reasons(run),
                "1 case is better than the baseline says, suite/1/flag; run `wsproof baseline "
                "update`.\n");
    }
  }
}

TEST(Baseline, WhatTheGateDoesNotCountIsANote) {
  for (const char* line : {"suite/1/flag = non-strict", "suite/1/flag = inconclusive",
                           "suite/1/flag = flaky", "suite/1/flag = info"}) {
    const auto run = judged(line, all_pass);
    EXPECT_TRUE(run.gate.passed) << reasons(run);
    ASSERT_EQ(run.gate.notes.size(), 1U) << line;
    EXPECT_TRUE(run.gate.notes[0].starts_with("suite/1/flag is pass; known.txt:1 says "))
        << run.gate.notes[0];
  }
  const auto run = judged("suite/1/flag = fail", {"unsupported", "pass", "pass", "pass", "pass"});
  EXPECT_TRUE(run.gate.passed) << reasons(run);
  EXPECT_EQ(run.gate.notes.size(), 1U);
}

TEST(Baseline, StrictCountsNonStrictUnlessItIsKnown) {
  const std::vector<std::string> words = {"non-strict", "pass", "pass", "pass", "pass"};
  EXPECT_TRUE(judged("", words).gate.passed);
  EXPECT_FALSE(judged("", words, true).gate.passed);
  EXPECT_TRUE(judged("suite/1/flag = non-strict", words, true).gate.passed);
  EXPECT_FALSE(judged("suite/1/flag = fail", words, true).gate.passed);
}

TEST(Baseline, ASignatureLetsNothingElsePass) {
  const std::vector<std::string> words = {"fail(went-on)", "pass", "pass", "pass", "pass"};
  EXPECT_TRUE(judged("suite/1/flag = fail(went-on)", words).gate.passed);
  EXPECT_FALSE(judged("suite/1/flag = fail(wrong-code)", words).gate.passed);
  EXPECT_TRUE(judged("suite/1/flag = fail(wrong-code) | fail(went-on)", words).gate.passed);
  // It may be the first words of a reason, and not less than a word.
  const std::vector<std::string> told = {"fail(unexpected-close-1000-for-close-1002)", "pass",
                                         "pass", "pass", "pass"};
  for (const auto& [line, passes] :
       {std::pair{"suite/1/flag = fail(unexpected)", true},
        std::pair{"suite/1/flag = fail(unexpected-close-1000)", true},
        std::pair{"suite/1/flag = fail(unexpected-close-1000-for-close-1002)", true},
        std::pair{"suite/1/flag = fail(unexpected-close-10)", false},
        std::pair{"suite/1/flag = fail(unexpected-close-1001)", false}}) {
    EXPECT_EQ(judged(line, told).gate.passed, passes) << line;
  }
}

TEST(Baseline, ACrashIsKnownByItsHeadline) {
  result::RunResult run = small_run({"crash", "pass", "pass", "pass", "pass"});
  run.cases[0].evidence.incident =
      result::Incident{.signal_name = "SIGABRT", .headline = "heap-buffer-overflow on address 0x6"};
  for (const auto& [line, passes] : {std::pair{"suite/1/flag = crash(heap-buffer-overflow)", true},
                                     std::pair{"suite/1/flag = crash(SIGABRT)", true},
                                     std::pair{"suite/1/flag = crash(use-after-free)", false}}) {
    apply(read(line), small_catalogue(), today, false, run);
    EXPECT_EQ(judge(run, "", {}).passed, passes) << line;
  }
}

TEST(Baseline, SeveralWordsAreForTargetsThatAreNotDetermined) {
  constexpr std::string_view line = "suite/1/flag = fail | pass # a race";
  EXPECT_TRUE(judged(line, one_fails).gate.passed);
  EXPECT_TRUE(judged(line, all_pass).gate.passed);
  EXPECT_FALSE(judged(line, {"crash", "pass", "pass", "pass", "pass"}).gate.passed);
  result::RunResult run = small_run({"flaky", "pass", "pass", "pass", "pass"});
  run.cases[0].evidence.history = {{.word = result::Word::fail}, {.word = result::Word::pass}};
  apply(read(line), small_catalogue(), today, false, run);
  EXPECT_TRUE(judge(run, "", {}).passed);
  run.cases[0].evidence.history.push_back({.word = result::Word::hang});
  apply(read(line), small_catalogue(), today, false, run);
  EXPECT_FALSE(judge(run, "", {}).passed);
}

TEST(Baseline, AnExpiredLineFailsTheGate) {
  const auto run = judged("suite/1/flag = fail # issue 91 until 2026-11-20\n", one_fails);
  EXPECT_EQ(reasons(run),
            "known.txt:1:1: \"suite/1/flag\" has expired; it was there until 2026-11-20.\n");
  EXPECT_EQ(run.cases[0].known->standing, Standing::expected);
  EXPECT_TRUE(judged("suite/1/flag = fail # until 2026-11-21\n", one_fails).gate.passed);
}

TEST(Baseline, ALineAboutNothingFailsTheGate) {
  EXPECT_EQ(reasons(judged("suite/1/flagg = fail\n", all_pass)),
            "known.txt:1:1: nothing matches \"suite/1/flagg\"; did you mean suite/1/flag?\n");
  EXPECT_EQ(reasons(judged("monitor/6455-5.2-171 = fail\n", all_pass)).substr(0, 70),
            "known.txt:1:1: nothing matches \"monitor/6455-5.2-171\"; did you mean mo");
}

TEST(Baseline, FindingsOfTheMonitorAreKnownLikeCases) {
  result::RunResult run = small_run(all_pass);
  run.monitor.push_back({"6455-5.2-17", "a length was not minimal", 1, "x", {}});
  EXPECT_FALSE(judge(run, "", {}).passed);
  apply(read("monitor/6455-5.2-17 = fail\n"), small_catalogue(), today, false, run);
  EXPECT_TRUE(judge(run, "", {}).passed);
  run.monitor.clear();
  apply(read("monitor/6455-5.2-17 = fail\n"), small_catalogue(), today, false, run);
  EXPECT_EQ(judge(run, "", {}).reasons,
            std::vector<std::string>{"known.txt: the monitor saw nothing of "
                                     "\"monitor/6455-5.2-17\"; run `wsproof baseline update`."});
  apply(read("monitor/6455-5.2-17 = fail | pass\n"), small_catalogue(), today, false, run);
  EXPECT_TRUE(judge(run, "", {}).passed);
  run.cases.pop_back();  // one was not played: it may be the one in which that comes
  apply(read("monitor/6455-5.2-17 = fail\n"), small_catalogue(), today, false, run);
  EXPECT_TRUE(judge(run, "", {}).passed);
}

TEST(Baseline, DaysExistOrDoNot) {
  for (const char* day : {"2027-03-01", "2028-02-29", "0001-01-01"}) EXPECT_TRUE(is_day(day));
  for (const char* day : {"2027-02-29", "2027-13-01", "2027-3-1", "27-03-01", "2027/03/01", "",
                          "2027-03-0x", "-027-03-01", "2027-03-01 "})
    EXPECT_FALSE(is_day(day)) << day;
}

// What real servers are known to do: the files can be read, and are about cases that there are.
TEST(Baseline, ThoseOfTheRealServersAreAllRight) {
  namespace fs = std::filesystem;
  const auto catalogue = script::load(script::embedded_sources()).value();
  std::size_t files = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(WSPROOF_SOURCE_DIR) / "harness/targets")) {
    const fs::path file = entry.path() / "baseline";
    if (!fs::exists(file)) continue;
    ++files;
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    const auto baseline = parse_baseline(text.str(), file.string());
    ASSERT_TRUE(baseline.has_value()) << baseline.error().message;
    for (const std::string& complaint :
         BaselineIndex(*baseline, catalogue.cases).complaints("2026-01-01"))
      ADD_FAILURE() << complaint;
  }
  EXPECT_GE(files, 40U);
}

}  // namespace
}  // namespace wsproof::run
