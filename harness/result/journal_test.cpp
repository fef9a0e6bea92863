#include "harness/result/journal.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/result/sample_run.hpp"

namespace wsproof::result {
namespace {

using testing::HasSubstr;

// The journal that a run writes which plays its cases in this order.
std::string journal(const RunResult& run, const std::vector<CaseResult>& played) {
  std::string text = journal_header(run);
  for (const CaseResult& control : run.controls) text += journal_control(control);
  for (const CaseResult& one : played) text += journal_line(one);
  return text;
}

std::string problem(const std::string& text) {
  const auto run = read_journal(text, "run.jsonl");
  return run ? "none" : run.error().message;
}

TEST(Journal, AWholeOneIsTheRun) {
  const RunResult run = sample_run();
  EXPECT_EQ(read_journal(journal(run, run.cases) + journal_end(run), "run.jsonl"), run);
}

TEST(Journal, CasesComeInTheOrderOfThePlan) {
  const RunResult run = sample_run();
  std::vector<CaseResult> played = run.cases;
  std::ranges::reverse(played);
  EXPECT_EQ(read_journal(journal(run, played) + journal_end(run), "run.jsonl"), run);
}

TEST(Journal, WithoutAPlanCasesComeInTheOrderOfTheJournal) {
  RunResult run = sample_run();
  const std::vector<CaseResult> played = run.cases;
  run.cases.clear();
  const auto back = read_journal(journal(run, played) + journal_end(run), "run.jsonl");
  EXPECT_EQ(back->cases, played);
}

TEST(Journal, TheLastLineOfACaseCounts) {
  const RunResult run = sample_run();
  std::vector<CaseResult> played = run.cases;
  CaseResult first = run.cases[3];
  first.verdict.word = Word::inconclusive;
  played.insert(played.begin(), first);
  EXPECT_EQ(read_journal(journal(run, played) + journal_end(run), "run.jsonl"), run);
}

TEST(Journal, OfAKilledRunWhatWasDoneIsKept) {
  const RunResult run = sample_run();
  const std::vector<CaseResult> played(run.cases.begin(), run.cases.begin() + 20);
  const auto back = read_journal(journal(run, played), "run.jsonl");
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_TRUE(back->interrupted);
  EXPECT_FALSE(back->gate.passed);
  EXPECT_THAT(back->gate.reasons, testing::ElementsAre(HasSubstr("killed")));
  ASSERT_EQ(back->cases.size(), run.cases.size());
  EXPECT_TRUE(std::ranges::equal(played, std::span(back->cases).first(20)));
  EXPECT_EQ(back->cases[20].id, run.cases[20].id);
  EXPECT_EQ(back->cases[20].verdict.word, Word::not_run);
  EXPECT_EQ(back->cases[20].verdict.reason, "not-reached");
}

TEST(Journal, ItMayStopAnywhereBehindItsFirstLine) {
  RunResult run = sample_run();
  run.cases.resize(3);
  const std::string text = journal(run, run.cases) + journal_end(run);
  std::size_t done_before = 0;
  for (std::size_t size = journal_header(run).size(); size < text.size(); ++size) {
    const auto back = read_journal(std::string_view(text).substr(0, size), "run.jsonl");
    ASSERT_TRUE(back.has_value()) << size << ": " << back.error().message;
    const auto done = back->cases.size() - count(back->cases)[Word::not_run];
    EXPECT_GE(done, done_before);
    done_before = done;
    EXPECT_TRUE(back->interrupted || size + 1 == text.size());
  }
  EXPECT_EQ(done_before, 3U);
}

TEST(Journal, ALineIsALineWhateverTheTargetSent) {
  const RunResult run = sample_run_with("\n\r\u2028\"");
  for (const CaseResult& one : run.cases) EXPECT_EQ(std::ranges::count(journal_line(one), '\n'), 1);
  EXPECT_EQ(std::ranges::count(journal_header(run), '\n'), 1);
}

TEST(Journal, WhatIsWrongIsNamedWithItsLine) {
  RunResult run = sample_run();
  run.cases.resize(1);
  run.controls.clear();
  const std::string header = journal_header(run);
  EXPECT_THAT(problem(""), HasSubstr("run.jsonl:1: not JSON"));
  EXPECT_THAT(problem(header.substr(0, header.size() / 2)), HasSubstr("run.jsonl:1: not JSON"));
  EXPECT_THAT(problem("{\"schema\":\"wsproof.results/1\"}\n"),
              HasSubstr("reads only \"wsproof.journal/1\""));
  EXPECT_THAT(problem(header + "{\"cas\n{}\n"), HasSubstr("run.jsonl:2: not JSON"));
  EXPECT_THAT(problem(header + "{}\n"), HasSubstr("run.jsonl:2: the line is neither"));
  EXPECT_THAT(problem(header + "7\n"), HasSubstr("run.jsonl:2: the line is neither"));
  EXPECT_THAT(problem(header + "{\"case\":{}}\n"),
              HasSubstr("run.jsonl:2: /case/verdict is missing"));
  EXPECT_THAT(problem(header + "{\"end\":7}\n"), HasSubstr("run.jsonl:2: /end is not an object"));
  EXPECT_THAT(problem(header + journal_end(run) + journal_end(run)),
              HasSubstr("run.jsonl:3: the line follows"));
}

}  // namespace
}  // namespace wsproof::result
