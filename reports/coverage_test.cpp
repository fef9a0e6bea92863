#include "reports/coverage.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::RunResult;
using result::Word;

CaseResult played(Word word, std::vector<std::string> checks, std::string requirement = "") {
  CaseResult one;
  one.checks = std::move(checks);
  one.verdict.word = word;
  one.verdict.requirement = std::move(requirement);
  return one;
}

Standing standing(const RunResult& run, std::string_view id) {
  const auto all = coverage(run);
  const auto found =
      std::ranges::find(all, id, [](const Coverage& one) { return one.requirement->id; });
  EXPECT_NE(found, all.end()) << id;
  return found == all.end() ? Standing::unchecked : found->standing;
}

TEST(Coverage, APassTicksAllThatACaseChecks) {
  RunResult run;
  run.cases = {played(Word::pass, {"6455-5.2-4", "6455-5.1-3"})};
  EXPECT_EQ(standing(run, "6455-5.2-4"), Standing::kept);
  EXPECT_EQ(standing(run, "6455-5.1-3"), Standing::kept);
  EXPECT_EQ(standing(run, "6455-5.2-8"), Standing::unchecked);
}

TEST(Coverage, AFailureCountsAgainstOneRequirement) {
  RunResult run;
  run.cases = {played(Word::fail, {"6455-5.2-4", "6455-5.1-3"}, "6455-5.1-3")};
  EXPECT_EQ(standing(run, "6455-5.2-4"), Standing::unchecked);
  EXPECT_EQ(standing(run, "6455-5.1-3"), Standing::broken);
}

TEST(Coverage, TheWorstCaseDecides) {
  RunResult run;
  run.cases = {played(Word::pass, {"6455-5.2-4"}), played(Word::hang, {"6455-5.2-4"}),
               played(Word::pass, {"6455-5.2-4"}), played(Word::non_strict, {"6455-5.2-4"})};
  EXPECT_EQ(standing(run, "6455-5.2-4"), Standing::broken);
  run.cases = {played(Word::unsupported, {"6455-5.2-4"}), played(Word::pass, {"6455-5.2-4"})};
  EXPECT_EQ(standing(run, "6455-5.2-4"), Standing::kept);
  run.cases = {played(Word::inconclusive, {"6455-5.2-4"})};
  EXPECT_EQ(standing(run, "6455-5.2-4"), Standing::unclear);
}

TEST(Coverage, OnlyWhatBindsTheTestedRoleAndCanBeSeenIsListed) {
  RunResult run;
  run.target.role = "client";
  for (const Coverage& one : coverage(run)) {
    EXPECT_THAT(one.requirement->binds, testing::AnyOf("client", "both"));
    EXPECT_NE(one.requirement->observable, "no");
  }
}

TEST(Coverage, TheSumsAreRight) {
  const auto all = coverage(RunResult{});
  std::size_t sum = 0;
  for (const CoverageCount& counted : count(all)) {
    std::size_t standings = 0;
    for (const auto& [standing, number] : counted.standings) standings += number;
    EXPECT_EQ(standings, counted.total);
    sum += counted.total;
  }
  EXPECT_EQ(sum, all.size());
  EXPECT_GT(sum, 200U);
}

}  // namespace
}  // namespace wsproof::reports
