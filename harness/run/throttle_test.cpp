// How fast a session goes, in times that nobody waits for.
#include "harness/run/throttle.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

using namespace std::chrono_literals;

constexpr base::Time start{};

base::Duration wait(const Throttle& throttle, base::Time now, std::uint32_t connections = 1) {
  return throttle.when(connections, now) - now;
}

bool full(const Throttle& throttle, base::Time now, std::uint32_t connections = 1) {
  return throttle.when(connections, now) == base::Time::max();
}

TEST(Throttle, LetsAsManyBeginAsThereAreJobs) {
  Throttle throttle({.jobs = 2});
  throttle.began(1, start);
  EXPECT_EQ(wait(throttle, start), 0s);
  throttle.began(1, start);
  EXPECT_TRUE(full(throttle, start));
  throttle.ended(1);
  EXPECT_EQ(wait(throttle, start), 0s);
}

TEST(Throttle, WhoOnlyWaitsTakesNoPlaceUnlessSomebodyWasTurnedAway) {
  Throttle throttle({.jobs = 2});
  for (int job = 0; job < 3; ++job) throttle.began(1, start);
  EXPECT_TRUE(full(throttle, start));
  EXPECT_EQ(throttle.when(1, start, 2), start);
  throttle.turned_away(start, start);
  EXPECT_EQ(throttle.when(1, start, 2), base::Time::max());
}

TEST(Throttle, CountsConnectionsAndLetsTheLargestGoAlone) {
  Throttle throttle({.jobs = 8, .connections = 2});
  EXPECT_EQ(wait(throttle, start, 3), 0s);
  throttle.began(1, start);
  EXPECT_TRUE(full(throttle, start, 2));
  EXPECT_EQ(wait(throttle, start, 1), 0s);
  throttle.began(1, start);
  EXPECT_TRUE(full(throttle, start, 1));
}

TEST(Throttle, SpreadsNewConnectionsEvenly) {
  Throttle throttle({.jobs = 8, .rate = 10});
  throttle.began(1, start);
  EXPECT_EQ(wait(throttle, start), 100ms);
  throttle.began(3, start + 100ms);
  EXPECT_EQ(wait(throttle, start + 100ms), 300ms);
  EXPECT_EQ(wait(throttle, start + 5s), 0s);
}

TEST(Throttle, HalvesOnceForABurstAndGoesDownToOneWhenThatDoesNotHelp) {
  Throttle throttle({.jobs = 8});
  for (int i = 0; i < 8; ++i) throttle.turned_away(start, start + 1ms);
  EXPECT_EQ(throttle.jobs(), 4U);
  EXPECT_EQ(wait(throttle, start + 1ms), 100ms);
  throttle.turned_away(start + 101ms, start + 102ms);
  EXPECT_EQ(throttle.jobs(), 1U);
  EXPECT_EQ(wait(throttle, start + 102ms), 200ms);
  EXPECT_FALSE(throttle.given_up());
}

TEST(Throttle, RecoversSlowly) {
  Throttle throttle({.jobs = 4});
  throttle.turned_away(start, start);
  EXPECT_EQ(throttle.jobs(), 2U);
  for (int i = 0; i < 7; ++i) throttle.went_well();
  EXPECT_EQ(throttle.jobs(), 2U);
  throttle.went_well();
  EXPECT_EQ(throttle.jobs(), 3U);
  for (int i = 0; i < 100; ++i) throttle.went_well();
  EXPECT_EQ(throttle.jobs(), 4U);
}

TEST(Throttle, KeepsAWishToWaitWithinReason) {
  Throttle throttle({.jobs = 1});
  throttle.turned_away(start, start, 3s);
  EXPECT_EQ(wait(throttle, start), 3s);
  throttle.turned_away(start + 3s, start + 3s, 3600s);
  EXPECT_EQ(wait(throttle, start + 3s), 5s);
  throttle.turned_away(start + 8s, start + 8s, 0s);
  EXPECT_EQ(wait(throttle, start + 8s), 400ms);
}

TEST(Throttle, GivesUpWhenNothingEverGoesWell) {
  Throttle throttle({.jobs = 256});
  base::Time now = start;
  int rounds = 0;
  for (; !throttle.given_up() && rounds < 100; ++rounds) {
    throttle.turned_away(now, now);
    now = throttle.when(1, now);
  }
  EXPECT_EQ(rounds, 6);
  EXPECT_LT(now - start, 10s);
  throttle.went_well();
  EXPECT_FALSE(throttle.given_up());
}

TEST(Throttle, DoesNotWaitForEverForATargetThatAsksForIt) {
  Throttle throttle({.jobs = 1});
  base::Time now = start;
  while (!throttle.given_up()) {
    throttle.turned_away(now, now, 1h);
    now = throttle.when(1, now);
  }
  EXPECT_LE(now - start, 20s);
}

}  // namespace
}  // namespace wsproof::run
