#include "harness/run/gate.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

result::RunResult run_of(const std::vector<result::Word>& words) {
  result::RunResult run;
  for (const result::Word word : words) {
    run.cases.emplace_back();
    run.cases.back().verdict.word = word;
  }
  run.controls.emplace_back().verdict.word = result::Word::pass;
  return run;
}

result::Known expected() {
  result::Known known;
  known.standing = result::Standing::expected;
  return known;
}

TEST(Gate, PassesWhatIsLegal) {
  const auto run = run_of({result::Word::pass, result::Word::non_strict, result::Word::info,
                           result::Word::unsupported});
  EXPECT_TRUE(judge(run, "", {}).passed);
  EXPECT_FALSE(judge(run, "", {.strict = true}).passed);
}

TEST(Gate, EveryBadWordIsAReason) {
  for (const result::Word word :
       {result::Word::fail, result::Word::crash, result::Word::hang, result::Word::flaky,
        result::Word::inconclusive, result::Word::not_run}) {
    const result::Gate gate = judge(run_of({result::Word::pass, word}), "", {});
    EXPECT_FALSE(gate.passed) << result::name(word);
    EXPECT_EQ(gate.reasons.size(), 1U) << result::name(word);
  }
}

TEST(Gate, AFailedControlOrAnEarlyEndIsAReason) {
  result::RunResult run = run_of({result::Word::pass});
  EXPECT_FALSE(judge(run, "the target stopped answering", {}).passed);
  run.controls.back().verdict.word = result::Word::fail;
  EXPECT_FALSE(judge(run, "", {}).passed);
  run = run_of({result::Word::pass});
  run.interrupted = true;
  EXPECT_FALSE(judge(run, "", {}).passed);
}

TEST(Gate, AControlThatACrashExplainsCountsWithTheCrash) {
  result::RunResult run = run_of({result::Word::pass, result::Word::crash});
  run.controls.emplace_back().verdict.word = result::Word::inconclusive;
  EXPECT_EQ(judge(run, "", {}).reasons.size(), 1U);
  run.cases.back().known = expected();
  EXPECT_TRUE(judge(run, "", {}).passed);
  run.controls.front().verdict.word = result::Word::fail;  // it never worked
  EXPECT_FALSE(judge(run, "", {}).passed);
}

TEST(Gate, AnIncidentIsKnownByTheCaseThatMayComeToNothing) {
  result::RunResult run = run_of({result::Word::pass, result::Word::inconclusive});
  run.cases.back().id = "a/case";
  run.cases.back().verdict.reason = "suspect";
  run.incidents.push_back({.signal = 6, .suspects = {"another/case", "a/case"}});
  EXPECT_EQ(judge(run, "", {}).reasons.size(), 2U);
  run.cases.back().known = expected();
  EXPECT_TRUE(judge(run, "", {}).passed);
  run.cases.back().verdict.reason = "no-handshake";
  EXPECT_FALSE(judge(run, "", {}).passed);
  run.cases.back().verdict.reason = "suspect";
  run.incidents.push_back({.signal = 11, .suspects = {"another/case"}});
  EXPECT_EQ(judge(run, "", {}).reasons.size(), 1U);
}

TEST(Gate, NothingJudgedIsNoPass) {
  EXPECT_FALSE(judge(run_of({}), "", {}).passed);
  EXPECT_FALSE(judge(run_of({result::Word::unsupported}), "", {}).passed);
  EXPECT_FALSE(judge(run_of({result::Word::pass}), "", {.min_cases = 2}).passed);
  EXPECT_TRUE(judge(run_of({result::Word::pass, result::Word::pass}), "", {.min_cases = 2}).passed);
}

TEST(Gate, TheMonitorCountsWhereTheRequirementIsStrict) {
  result::RunResult run = run_of({result::Word::pass});
  run.monitor.push_back({"6455-5.2-17", "a length was not minimal", 1, "x", {}});
  EXPECT_FALSE(judge(run, "", {}).passed);
  run.monitor.front().requirement = "6455-5.5.1-9";  // {V:nonstrict}
  EXPECT_TRUE(judge(run, "", {}).passed);
}

}  // namespace
}  // namespace wsproof::run
