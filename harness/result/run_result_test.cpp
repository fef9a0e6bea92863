#include "harness/result/run_result.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/result/sample_run.hpp"

namespace wsproof::result {
namespace {

TEST(RunResult, CountsOnlyWordsThatOccur) {
  std::vector<CaseResult> cases(3);
  cases[0].verdict.word = Word::pass;
  cases[1].verdict.word = Word::crash;
  cases[2].verdict.word = Word::pass;
  EXPECT_THAT(count(cases),
              testing::ElementsAre(testing::Pair(Word::pass, 2U), testing::Pair(Word::crash, 1U)));
  EXPECT_THAT(count({}), testing::IsEmpty());
}

TEST(RunResult, VerdictsAreTheSameInAnyOrderAndWithOtherEvidence) {
  const RunResult left = sample_run();
  RunResult right = left;
  std::ranges::reverse(right.cases);
  right.seed += 1;
  right.cases.front().evidence.took *= 2;
  right.cases.front().evidence.observed = "Something else.";
  right.cases.front().evidence.transcript = {};
  EXPECT_TRUE(same_verdicts(left, right));
}

TEST(RunResult, AnyOtherVerdictPartIsAnotherVerdict) {
  const RunResult left = sample_run();
  const auto differs = [&](auto change) {
    RunResult right = left;
    change(right.cases.back());
    return !same_verdicts(left, right);
  };
  EXPECT_TRUE(differs([](CaseResult& one) { one.id += "x"; }));
  EXPECT_TRUE(differs([](CaseResult& one) { one.checks.emplace_back("x"); }));
  EXPECT_TRUE(differs([](CaseResult& one) { one.verdict.word = Word::hang; }));
  EXPECT_TRUE(differs([](CaseResult& one) { one.verdict.reason += "x"; }));
  EXPECT_TRUE(differs([](CaseResult& one) { one.verdict.requirement += "x"; }));
  EXPECT_TRUE(differs([](CaseResult& one) { one.verdict.delivery += "x"; }));
}

TEST(RunResult, AMissingCaseIsAnotherVerdict) {
  const RunResult left = sample_run();
  RunResult right = left;
  right.cases.pop_back();
  EXPECT_FALSE(same_verdicts(left, right));
  EXPECT_FALSE(same_verdicts(right, left));
}

}  // namespace
}  // namespace wsproof::result
