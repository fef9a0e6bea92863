#include "reports/changes.hpp"

#include <gmock/gmock.h>

namespace wsproof::reports {
namespace {

using result::CaseResult;
using result::RunResult;
using result::Word;
using testing::IsEmpty;
using testing::SizeIs;

RunResult run_of(const std::vector<std::pair<std::string, Word>>& cases) {
  RunResult run;
  run.target.name = "ws";
  for (const auto& [id, word] : cases) {
    CaseResult played;
    played.id = id;
    played.verdict.word = word;
    run.cases.push_back(played);
  }
  return run;
}

TEST(Changes, EveryKindOfChangeHasItsName) {
  struct Row {
    Word before, now;
    Change change;
    std::string says;
  };
  const std::vector<Row> table = {
      {Word::pass, Word::fail, Change::broken, "pass → fail"},
      {Word::non_strict, Word::inconclusive, Change::broken, "non-strict → inconclusive"},
      {Word::fail, Word::crash, Change::worse, "fail → crash"},
      {Word::pass, Word::non_strict, Change::worse, "pass → non-strict"},
      {Word::hang, Word::pass, Change::fixed, "hang → pass"},
      {Word::crash, Word::fail, Change::better, "crash → fail"},
      {Word::info, Word::pass, Change::better, "info → pass"},
  };
  for (const Row& row : table) {
    const RunResult now = run_of({{"a/1/x", row.now}});
    const RunResult before = run_of({{"a/1/x", row.before}});
    const auto all = changes({.runs = {&now, 1}, .before = {&before, 1}});
    ASSERT_THAT(all, SizeIs(1));
    ASSERT_THAT(all.front().cases, SizeIs(1)) << row.says;
    EXPECT_EQ(all.front().cases.front().change, row.change) << row.says;
    EXPECT_EQ(in_words(all.front().cases.front()), row.says);
  }
}

TEST(Changes, NewAndGoneCasesAndOtherReasonsAreTold) {
  RunResult now = run_of({{"a/1/x", Word::fail}, {"a/1/new", Word::pass}});
  RunResult before = run_of({{"a/1/gone", Word::pass}, {"a/1/x", Word::fail}});
  now.cases.front().verdict.reason = "wrong-code";
  before.cases.back().verdict.reason = "went-on";
  const auto all = changes({.runs = {&now, 1}, .before = {&before, 1}}).front().cases;
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(in_words(all[0]), "fail (went-on → wrong-code)");
  EXPECT_EQ(all[1].change, Change::added);
  EXPECT_EQ(in_words(all[2]), "was pass");
}

TEST(Changes, EqualRunsDoNotDiffer) {
  const RunResult run = run_of({{"a/1/x", Word::fail}, {"a/1/y", Word::pass}});
  EXPECT_THAT(changes({.runs = {&run, 1}, .before = {&run, 1}}).front().cases, IsEmpty());
  EXPECT_THAT(changes({.runs = {&run, 1}}), IsEmpty());
}

}  // namespace
}  // namespace wsproof::reports
