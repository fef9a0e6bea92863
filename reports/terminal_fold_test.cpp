#include "reports/terminal_fold.hpp"

#include <gmock/gmock.h>

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::RunResult;
using result::Word;

CaseResult failed(const std::string& id, const std::string& reason, const std::string& expected,
                  const std::string& observed) {
  CaseResult out;
  out.id = id;
  out.verdict = {.word = Word::fail, .reason = reason, .requirement = ""};
  out.evidence.expected = expected;
  out.evidence.observed = observed;
  return out;
}

RunResult run_of(std::size_t silent, std::size_t going_on) {
  RunResult run;
  for (std::size_t n = 0; n < silent; ++n)
    run.cases.push_back(failed("suite/1/echo/n=" + std::to_string(n), "no-reaction",
                               "text " + std::to_string(n), "nothing of the kind in time"));
  for (std::size_t n = 0; n < going_on; ++n)
    run.cases.push_back(failed("suite/2/bits/n=" + std::to_string(n), "went-on",
                               n % 2 == 0 ? "Close 1002" : "Close 1007", "the target went on"));
  return run;
}

TEST(TerminalFold, ManyWithOneCauseAreToldOnce) {
  const RunResult run = run_of(400, 8);
  const auto all = folded(run, {});
  ASSERT_EQ(all.size(), 3U);  // silence; 1002; 1007
  EXPECT_EQ(all[0].told, &run.cases[0]);
  EXPECT_EQ(all[0].others.size(), 399U);
  EXPECT_EQ(all[1].others.size(), 3U);
  EXPECT_EQ(all[2].others.front(), &run.cases[403]);
  EXPECT_EQ(fold_line(all[0], {}), "  likewise  399 cases: suite/1/echo (399); -v tells each\n");
}

TEST(TerminalFold, AFewAndWhatSomebodyWantsToSeeAreToldOneByOne) {
  const RunResult few = run_of(3, 7);
  EXPECT_EQ(folded(few, {}).size(), 10U);
  EXPECT_EQ(fold_line(folded(few, {}).front(), {}), "");
  const RunResult many = run_of(20, 0);
  EXPECT_EQ(folded(many, {.verbosity = 1}).size(), 20U);
}

TEST(TerminalFold, PayloadsMakeNoDifferenceAndCodesDo) {
  // Beside ten that are silent, and make one block.
  const auto folds = [](const std::vector<std::string>& expected) {
    RunResult run = run_of(10, 0);
    for (std::size_t n = 0; n < expected.size(); ++n)
      run.cases.push_back(
          failed("suite/1/case-" + std::to_string(n), "unexpected", expected[n], "text \"x\""));
    return folded(run, {}).size() - 1;
  };
  EXPECT_EQ(folds({"pong \"Hello\"", "pong \"\"", "pong hex\"ff\"", "pong repeat(\"p\", 125)"}),
            1U);
  EXPECT_EQ(folds({"pong \"a (b\"", "pong \"c\"", "pong \"d\"", "pong \"e\""}), 1U);
  EXPECT_EQ(folds({"Close 1002", "Close 1007", "Close 1000", "Close 1001"}), 4U);
}

TEST(TerminalFold, WhatFailsInAnotherSectionHasAnotherCause) {
  RunResult run;
  for (int n = 0; n < 24; ++n)
    run.cases.push_back(failed(n % 2 == 0 ? "suite/1/host" : "suite/2/bits", "unexpected",
                               "HTTP status 400", "HTTP status 101"));
  EXPECT_EQ(folded(run, {}).size(), 2U);
}

TEST(TerminalFold, WhatBecameOfAProcessIsNotFolded) {
  RunResult run = run_of(12, 0);
  for (CaseResult& played : run.cases) played.verdict.word = Word::crash;
  EXPECT_EQ(folded(run, {}).size(), 12U);
}

TEST(TerminalFold, OnlyTheFirstFamiliesAreNamed) {
  RunResult run;
  for (int n = 0; n < 40; ++n)
    run.cases.push_back(failed("suite/1/case-" + std::to_string(n), "no-reaction", "", "nothing"));
  const std::string line = fold_line(folded(run, {}).front(), {.width = 400});
  EXPECT_THAT(line, testing::HasSubstr("39 cases: suite/1/case-1, suite/1/case-2, "));
  EXPECT_THAT(line, testing::HasSubstr("suite/1/case-6 and 33 more; -v tells each"));
}

}  // namespace
}  // namespace wsproof::reports
