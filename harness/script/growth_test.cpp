// `< memory grows at most …` and its like: what is written, and what samples come to.
#include <gtest/gtest.h>

#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::script {
namespace {

using namespace std::chrono_literals;

ParseResult parsed(const std::string& line) {
  return parse("section s \"S\"\n\ncase c\n  \"t\"\n  checks 6455-5.5.2-2\n  " + line + "\n",
               "x.case", "");
}

Case case_of(const std::string& line) {
  const ParseResult result = parsed(line);
  EXPECT_TRUE(result.errors.empty()) << line;
  return result.file.cases.front();
}

TEST(Growth, IsReadAndPrinted) {
  for (const std::string line : {"< memory grows at most 16 MiB", "< descriptors grow at most 0",
                                 "< threads grow at most 2 + 3"}) {
    const Case read = case_of(line);
    EXPECT_EQ(print(read.steps.front()), line);
    EXPECT_EQ(all_needs(read), std::vector{Need::process});
  }
}

TEST(Growth, MistakesAreTold) {
  const std::pair<const char*, const char*> rows[] = {
      {"< memory grow at most 1 MiB", "`grows at most` expected here"},
      {"< memory grows at most 1", "`MiB` expected here"},
      {"< descriptors grows at most 1", "`grow at most` expected here"},
      {"@a < descriptors grow at most 1", "belongs to no connection"},
      {"< threads grow at most", "a value is missing"},
      {"< descriptor grow at most 1", "unknown word `descriptor`"},
  };
  for (const auto& [line, says] : rows) {
    const ParseResult result = parsed(line);
    ASSERT_FALSE(result.errors.empty()) << line;
    EXPECT_NE(show(result.errors.front()).find(says), std::string::npos)
        << show(result.errors.front());
  }
}

// Plays a case against a process that uses one of these amounts after the other, then the last.
Play play(const std::string& line, std::vector<base::Usage> samples) {
  PlaySettings settings;
  std::size_t next = 0;
  settings.usage = [&]() -> std::optional<base::Usage> {
    if (samples.empty()) return std::nullopt;
    return samples[std::min(next++, samples.size() - 1)];
  };
  Peer peer(case_of(line), settings);
  peer.start(base::Time{});
  for (int i = 0; i < 1000 && !peer.finished() && peer.deadline(); ++i)
    peer.woken(*peer.deadline());
  EXPECT_TRUE(peer.finished());
  return peer.play();
}

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

TEST(Growth, WithinTheLimitIsAPass) {
  const Play good =
      play("< memory grows at most 16 MiB", {{.memory = 8 * mebibyte}, {.memory = 24 * mebibyte}});
  EXPECT_EQ(good.verdict.word, result::Word::pass);
  ASSERT_TRUE(good.evidence.usage.has_value());
  EXPECT_EQ(good.evidence.usage->samples, 2U);
  EXPECT_EQ(
      play("< descriptors grow at most 0", {{.descriptors = 8}, {.descriptors = 3}}).verdict.word,
      result::Word::pass);
}

TEST(Growth, WhatIsGivenBackLateIsGivenBack) {
  const Play late =
      play("< descriptors grow at most 1",
           {{.descriptors = 8}, {.descriptors = 20}, {.descriptors = 12}, {.descriptors = 9}});
  EXPECT_EQ(late.verdict.word, result::Word::pass);
  EXPECT_EQ(late.evidence.usage->peak.descriptors, 20U);
}

TEST(Growth, BeyondTheLimitIsADeviationOnceTheBudgetIsOver) {
  const Play bad =
      play("< threads grow at most 2", {{.threads = 4}, {.threads = 7}, {.threads = 8}});
  EXPECT_EQ(bad.verdict.word, result::Word::fail);
  EXPECT_EQ(bad.verdict.reason, "grew");
  EXPECT_EQ(bad.verdict.requirement, "6455-5.5.2-2");
  EXPECT_EQ(bad.evidence.failed_at.line, 6U);
  EXPECT_EQ(bad.evidence.failed_text, "< threads grow at most 2");
  EXPECT_NE(bad.evidence.observed.find("4 at the beginning, 8 at the end"), std::string::npos);
  EXPECT_GE(bad.evidence.took, Budgets{}.react);
}

TEST(Growth, WithoutSamplesNothingCanBeSaid) {
  EXPECT_EQ(play("< memory grows at most 1 MiB", {}).verdict.word, result::Word::inconclusive);
}

}  // namespace
}  // namespace wsproof::script
