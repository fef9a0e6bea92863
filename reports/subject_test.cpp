#include "reports/subject.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/result/sample_run.hpp"

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::MonitorFinding;
using result::RunResult;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

RunResult named(const std::string& name, const std::string& version, const std::string& started) {
  RunResult run;
  run.target.name = name;
  run.target.version = version;
  run.started = started;
  return run;
}

result::Gate passes(const RunResult&) { return {.passed = true, .strict = false, .reasons = {}}; }

TEST(Subject, LabelsAreAsShortAsTheyCanBeAndNeverTheSame) {
  const std::vector<RunResult> runs = {named("ws", "8", "monday"), named("gorilla", "1", "monday"),
                                       named("gorilla", "2", "monday"), named("", "", ""),
                                       named("", "", "")};
  EXPECT_THAT(labels(runs), ElementsAre("ws", "gorilla 1", "gorilla 2", "a WebSocket endpoint (4)",
                                        "a WebSocket endpoint (5)"));
}

TEST(Subject, ShardsOfOneRunBecomeTheRun) {
  const RunResult whole = result::sample_run();
  std::vector<std::string> order;
  for (const CaseResult& played : whole.cases) order.push_back(played.id);
  std::vector<RunResult> shards(4, whole);
  for (std::size_t shard = 0; shard < shards.size(); ++shard) {
    shards[shard].cases.clear();
    shards[shard].target.url = "ws://127.0.0.1:" + std::to_string(9000 + shard) + "/";
    for (std::size_t index = shard; index < whole.cases.size(); index += shards.size())
      shards[shard].cases.push_back(whole.cases[index]);
  }
  std::swap(shards[0], shards[3]);
  const auto joined = joined_shards(shards, order, passes);
  ASSERT_THAT(joined, SizeIs(1));
  EXPECT_EQ(joined.front().cases, whole.cases);
  ASSERT_EQ(joined.front().monitor.size(), whole.monitor.size());
  for (const MonitorFinding& finding : whole.monitor) {
    const auto sum = std::ranges::find(joined.front().monitor, finding.requirement,
                                       &MonitorFinding::requirement);
    ASSERT_NE(sum, joined.front().monitor.end());
    EXPECT_EQ(sum->count, 4 * finding.count) << finding.requirement;
  }
  EXPECT_THAT(joined.front().incidents, SizeIs(4 * whole.incidents.size()));
  EXPECT_THAT(whole.incidents, Not(IsEmpty()));
  EXPECT_FALSE(joined.front().gate.passed) << "a part did not pass, so the whole does not either";
}

// The shard of a run that has only this case.
RunResult shard(std::uint32_t number, std::uint32_t count, const std::string& id) {
  RunResult run = named("ws", "8", "monday");
  run.shard = {.number = number, .count = count};
  run.cases.resize(1);
  run.cases.front().id = id;
  run.gate.passed = true;
  return run;
}

TEST(Subject, AMissingShardDoesNotPass) {
  const auto whole =
      joined_shards({shard(3, 3, "c"), shard(1, 3, "a"), shard(2, 3, "b")}, {}, passes);
  ASSERT_THAT(whole, SizeIs(1));
  EXPECT_TRUE(whole.front().gate.passed);
  EXPECT_FALSE(whole.front().shard.has_value());

  const auto part = joined_shards({shard(1, 3, "a"), shard(2, 3, "b")}, {}, passes);
  ASSERT_THAT(part, SizeIs(1));
  EXPECT_FALSE(part.front().gate.passed);
  EXPECT_THAT(part.front().gate.reasons, ElementsAre("Shard 3 of 3 is missing."));

  const auto one = joined_shards({shard(2, 3, "b")}, {}, passes);
  EXPECT_THAT(one.front().gate.reasons, ElementsAre("Shards 1 and 3 of 3 are missing."));
  const auto many = joined_shards({shard(1, result::Shard::most, "a")}, {}, passes);
  EXPECT_THAT(many.front().gate.reasons,
              ElementsAre("Shards 2, 3, 4, 5, 6, 7, 8, 9, … of 1000 are missing."));
}

TEST(Subject, ADoubledShardDoesNotPass) {
  const auto runs =
      joined_shards({shard(1, 2, "a"), shard(2, 2, "b"), shard(2, 2, "b")}, {}, passes);
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_TRUE(runs.front().gate.passed);
  EXPECT_FALSE(runs.back().gate.passed);
  EXPECT_THAT(runs.back().gate.reasons,
              ElementsAre("Shard 1 of 2 is missing.", "Shard 2 of 2 is there twice."));
  EXPECT_THAT(
      joined_shards({shard(1, 2, "a"), shard(2, 2, "b"), shard(1, 2, "a"), shard(2, 2, "b")}, {},
                    passes),
      SizeIs(2))
      << "the same run at another time";
}

TEST(Subject, RunsOfOtherTargetsOrOfTheSameCasesStayApart) {
  const RunResult run = result::sample_run();
  RunResult other = run;
  other.target.name = "beast";
  EXPECT_THAT(joined_shards({run, run, other}, {}, passes), SizeIs(3));
}

TEST(Subject, ARunIsComparedWithTheSameTargetOrTheOnlyOneThereIs) {
  const std::vector<RunResult> runs = {named("ws", "", ""), named("beast", "", "")};
  const std::vector<RunResult> before = {named("beast", "", ""), named("other", "", "")};
  const Subject subject{.runs = runs, .before = before};
  EXPECT_EQ(earlier(subject, 0), nullptr);
  EXPECT_EQ(earlier(subject, 1), &before[0]);
  const Subject single{.runs = {runs.data(), 1}, .before = {before.data(), 1}};
  EXPECT_EQ(earlier(single, 0), &before[0]);
}

}  // namespace
}  // namespace wsproof::reports
