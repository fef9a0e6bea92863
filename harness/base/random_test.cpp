#include "harness/base/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

namespace wsproof::base {

using testing::ElementsAre;

TEST(Random, NumbersAreThoseOfSplitMix64) {
  Random random(1'234'567);  // the test vector that is published with the algorithm
  const std::array numbers{random.next(), random.next(), random.next(), random.next(),
                           random.next()};
  EXPECT_THAT(numbers, ElementsAre(6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                   4593380528125082431U, 16408922859458223821U));
}

TEST(Random, NumbersBelowABoundReachEveryOneAndNoOther) {
  Random random(1);
  std::array<int, 7> counts{};
  for (int draw = 0; draw < 7'000; ++draw) ++counts.at(random.below(counts.size()));
  for (const int count : counts) EXPECT_NEAR(count, 1'000, 150);
}

TEST(Random, BelowOneThereIsOnlyZero) {
  Random random(2);
  for (int draw = 0; draw < 100; ++draw) EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, ABoundThatDividesBadlyIsNotBiased) {
  // 2^64 mod bound is a quarter of 2^64: plain remainders would fall into the lowest third twice as
  // often as elsewhere, which is half of the draws instead of a third.
  constexpr std::uint64_t quarter = std::uint64_t{1} << 62U;
  Random random(3);
  int lowest = 0;
  for (int draw = 0; draw < 3'000; ++draw) lowest += random.below(3 * quarter) < quarter ? 1 : 0;
  EXPECT_NEAR(lowest, 1'000, 150);
}

TEST(Random, OctetsAreTheNumbersLowestOctetFirst) {
  Random numbers(4);
  const std::uint64_t first = numbers.next();
  const std::uint64_t second = numbers.next();
  Random random(4);
  const Octets octets = random.octets(11);
  ASSERT_EQ(octets.size(), 11U);
  for (std::size_t index = 0; index < octets.size(); ++index) {
    const std::uint64_t number = index < 8 ? first : second;
    EXPECT_EQ(octets[index], (number >> (8 * (index % 8))) & 0xFFU) << "octet " << index;
  }
}

TEST(RandomDeathTest, NothingIsBelowZero) {
  Random random(5);
  EXPECT_DEATH(random.below(0), "CHECK failed: bound > 0");
}

TEST(DeriveSeed, EverySeedAndNameHasASeedOfItsOwn) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const std::string_view name : {"", "a", "b", "ab", "ba", "rfc6455/5.2/reserved-bits"}) {
      seeds.insert(derive_seed(seed, name));
    }
  }
  EXPECT_EQ(seeds.size(), 600U);
}

TEST(DeriveSeed, DoesNotChangeFromReleaseToRelease) {
  // A seed printed in an old report must still reproduce what it reports.
  EXPECT_EQ(derive_seed(0, ""), 6566800829925814604U);
  EXPECT_EQ(derive_seed(42, "rfc6455/5.2/reserved-bits/rsv=4"), 10539618564737655430U);
}

}  // namespace wsproof::base
