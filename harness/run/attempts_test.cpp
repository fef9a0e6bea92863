// What several playings of a case come to.
#include "harness/run/attempts.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

using result::Word;

struct Played {
  Word word;
  std::string reason = {};
  std::string delivery = "whole";
  std::uint32_t round = 1;
};

Outcome sum(const std::vector<Played>& all) {
  Attempts attempts;
  for (const Played& each : all) {
    Outcome played;
    played.verdict = {each.word, each.reason, "", each.delivery, {}};
    played.evidence.observed = "saw " + std::string(result::name(each.word));
    attempts.add(std::move(played), each.round);
  }
  return attempts.sum();
}

TEST(Attempts, ComeToOneVerdict) {
  struct Row {
    std::string name;
    std::vector<Played> played;
    Word word;
    std::string reason;
    std::string delivery = "whole";
  };
  const Row rows[] = {
      {"one", {{Word::fail, "went-on"}}, Word::fail, "went-on"},
      {"the same again", {{Word::fail, "a"}, {Word::fail, "b"}}, Word::fail, "a"},
      {"pass on a retry is no pass", {{Word::fail, "a"}, {Word::pass}}, Word::flaky, "differs"},
      {"rounds agree", {{Word::pass}, {Word::pass, "", "whole", 2}}, Word::pass, ""},
      {"rounds differ", {{Word::pass}, {Word::info, "x", "whole", 2}}, Word::flaky, "differs"},
      {"rounds differ in the reason",
       {{Word::fail, "a"}, {Word::fail, "b", "whole", 2}},
       Word::flaky,
       "differs"},
      {"the worst delivery counts",
       {{Word::pass}, {Word::fail, "no-reaction", "octets"}, {Word::pass, "", "with-next"}},
       Word::fail,
       "depends-on-delivery",
       "octets"},
      {"deliveries agree",
       {{Word::non_strict, "a"}, {Word::non_strict, "b", "octets"}},
       Word::non_strict,
       "a"},
      {"early data may be refused",
       {{Word::pass}, {Word::info, "early-data-refused", "with-handshake"}},
       Word::pass,
       ""},
      {"and be lost it may not",
       {{Word::pass}, {Word::fail, "no-reaction", "with-handshake"}},
       Word::fail,
       "depends-on-delivery",
       "with-handshake"},
      {"one delivery by itself",
       {{Word::info, "early-data-refused", "with-handshake"}},
       Word::info,
       "early-data-refused",
       "with-handshake"},
  };
  for (const Row& row : rows) {
    const Outcome out = sum(row.played);
    EXPECT_EQ(out.verdict.word, row.word) << row.name;
    EXPECT_EQ(out.verdict.reason, row.reason) << row.name;
    EXPECT_EQ(out.verdict.delivery, row.delivery) << row.name;
    EXPECT_EQ(out.evidence.history.size(), row.played.size() > 1 ? row.played.size() : 0)
        << row.name;
  }
}

TEST(Attempts, SayWhatDiffered) {
  EXPECT_EQ(sum({{Word::pass}, {Word::fail, "went-on"}, {Word::pass}}).evidence.observed,
            "pass, then fail (went-on), then pass: saw fail");
  const Outcome out = sum({{Word::pass}, {Word::fail, "no-reaction", "octets"}});
  EXPECT_EQ(out.evidence.observed, "saw fail; delivered whole it was pass");
  ASSERT_EQ(out.verdict.deliveries.size(), 2U);
  EXPECT_EQ(out.verdict.deliveries[1], (result::Delivered{"octets", Word::fail, "no-reaction"}));
}

TEST(Attempts, TellTheSameInWhateverOrderTheyEnded) {
  const Outcome out =
      sum({{Word::pass}, {Word::info, "a", "octets"}, {Word::info, "b", "with-handshake"}});
  EXPECT_EQ(out.verdict.delivery, "with-handshake");
  ASSERT_EQ(out.verdict.deliveries.size(), 3U);
  EXPECT_EQ(out.verdict.deliveries[1].delivery, "with-handshake");
  ASSERT_EQ(out.evidence.history.size(), 3U);
  EXPECT_EQ(out.evidence.history[2].delivery, "octets");
}

TEST(Attempts, OfASuspectAreForgotten) {
  Attempts attempts;
  Outcome played;
  played.verdict.word = Word::inconclusive;
  attempts.add(played, 1);
  attempts.forget("whole");
  EXPECT_TRUE(attempts.empty());
  played.verdict.word = Word::pass;
  attempts.add(played, 1);
  EXPECT_EQ(attempts.sum().verdict.word, Word::pass);
}

}  // namespace
}  // namespace wsproof::run
