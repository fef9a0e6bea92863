#include "harness/base/nearest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "harness/base/octets.hpp"
#include "harness/base/random.hpp"

namespace wsproof::base {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct DistanceRow {
  std::string_view left, right;
  std::size_t distance;
};

void PrintTo(const DistanceRow& row, std::ostream* out) { *out << row.left << '|' << row.right; }

class Distance : public testing::TestWithParam<DistanceRow> {};

TEST_P(Distance, IsTheSameInBothDirections) {
  const auto& [left, right, distance] = GetParam();
  EXPECT_EQ(edit_distance(left, right), distance);
  EXPECT_EQ(edit_distance(right, left), distance);
}

INSTANTIATE_TEST_SUITE_P(
    Words, Distance,
    testing::Values(DistanceRow{"", "", 0}, DistanceRow{"", "abc", 3},
                    DistanceRow{"ping", "ping", 0}, DistanceRow{"ping", "PING", 0},
                    DistanceRow{"ping", "pong", 1}, DistanceRow{"ping", "pign", 1},
                    DistanceRow{"ping", "pin", 1}, DistanceRow{"kitten", "sitting", 3},
                    DistanceRow{"ca", "abc", 3}));

// The definition, spelled out without a table.
std::size_t naive_distance(std::string_view left, std::string_view right) {
  if (left.empty() || right.empty()) return left.size() + right.size();
  const std::string_view shorter_left = left.substr(1);
  const std::string_view shorter_right = right.substr(1);
  std::size_t best = naive_distance(shorter_left, shorter_right) + (left[0] == right[0] ? 0 : 1);
  best = std::min(best, naive_distance(shorter_left, right) + 1);
  best = std::min(best, naive_distance(left, shorter_right) + 1);
  const bool swapped =
      left.size() > 1 && right.size() > 1 && left[0] == right[1] && left[1] == right[0];
  if (swapped) best = std::min(best, naive_distance(left.substr(2), right.substr(2)) + 1);
  return best;
}

TEST(EditDistance, AgreesWithItsDefinition) {
  Random random(1);
  const auto word = [&random] {
    std::string text;
    for (std::uint64_t left = random.below(6); left > 0; --left) text += "abc"[random.below(3)];
    return text;
  };
  for (int round = 0; round < 500; ++round) {
    const std::string left = word();
    const std::string right = word();
    EXPECT_EQ(edit_distance(left, right), naive_distance(left, right)) << left << '|' << right;
  }
}

constexpr std::array<std::string_view, 8> words{"text",
                                                "ping",
                                                "pong",
                                                "binary",
                                                "continuation",
                                                "close",
                                                "rfc6455/5.2/reserved-bits/rsv=4",
                                                "rfc6455/5.5/ping"};

std::vector<std::string_view> near(std::string_view word, std::size_t most = 3) {
  return nearest(word, words, most);
}

TEST(Nearest, CorrectsSlips) {
  EXPECT_THAT(near("txet"), ElementsAre("text"));
  EXPECT_THAT(near("contiunation"), ElementsAre("continuation"));
  EXPECT_THAT(near("binnary"), ElementsAre("binary"));
  EXPECT_THAT(near("rfc6455/5.2/reserved-bit/rsv=4"),
              ElementsAre("rfc6455/5.2/reserved-bits/rsv=4"));
}

TEST(Nearest, SeesThroughCase) { EXPECT_THAT(near("TEXT"), ElementsAre("text")); }

TEST(Nearest, PutsTheBestFirst) {
  EXPECT_THAT(near("ping"), ElementsAre("ping", "pong", "rfc6455/5.5/ping"));
  EXPECT_THAT(near("ping", 1), ElementsAre("ping"));
  EXPECT_THAT(near("ping", 0), IsEmpty());
}

TEST(Nearest, KnowsBeginnings) { EXPECT_THAT(near("cont"), ElementsAre("continuation")); }

TEST(Nearest, KnowsSegments) {
  EXPECT_THAT(near("5.2"), ElementsAre("rfc6455/5.2/reserved-bits/rsv=4"));
  EXPECT_THAT(near("bits"), ElementsAre("rfc6455/5.2/reserved-bits/rsv=4"));
  EXPECT_THAT(near("served"), IsEmpty()) << "that is the middle of a segment";
}

TEST(Nearest, SaysNothingAboutStrangers) {
  EXPECT_THAT(near("handshake"), IsEmpty());
  EXPECT_THAT(near("b"), IsEmpty());
  EXPECT_THAT(near(""), IsEmpty());
  EXPECT_THAT(nearest("x", {}), IsEmpty());
}

TEST(Nearest, IgnoresWordsWithoutEnd) { EXPECT_THAT(near(std::string(100'000, 'x')), IsEmpty()); }

}  // namespace

}  // namespace wsproof::base
