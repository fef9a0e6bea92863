// Attribution against targets that exist only in this file.
#include "harness/run/attribution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "harness/run/target.hpp"

namespace wsproof::run {
namespace {

using result::Incident;
using Indexes = std::vector<std::size_t>;

// A target whose process does what `play` says when a case is played (-1: a control).
class Fake final : public LiveTarget {
 public:
  enum class Does { nothing, die, hang, alarm, die_late };
  explicit Fake(std::function<Does(int)> play) : play_(std::move(play)) {}

  bool ours() const override { return true; }
  std::optional<Incident> death(base::Duration patience) override {
    if (dying_ > 0 && patience >= std::chrono::seconds(1)) dead_ = true;
    if (!dead_) return std::nullopt;
    return Incident{.kind = Incident::Kind::death, .signal = 6};
  }
  std::optional<Incident> alarm() override {
    if (!std::exchange(alarmed_, false)) return std::nullopt;
    return Incident{.kind = Incident::Kind::alarm, .reporter = "UndefinedBehaviorSanitizer"};
  }
  base::Result<void> start_again() override {
    ++starts;
    if (starts > can_start) return base::fail("it ended with exit status 1");
    dead_ = hung_ = false;
    dying_ = 0;
    played_.clear();
    return {};
  }

  bool play(int what) {
    if (dying_ > 0 && --dying_ == 0) dead_ = true;
    if (dead_ || hung_) return false;
    played_.push_back(what);
    const Does does = play_(what);
    if (does == Does::die) dead_ = true;
    if (does == Does::die_late) dying_ = 2;
    if (does == Does::hang) hung_ = true;
    if (does == Does::alarm) alarmed_ = true;
    return !dead_ && !hung_;
  }
  const std::vector<int>& played() const { return played_; }  // since the last start

  int starts = 0;
  int can_start = 1000;

 private:
  std::function<Does(int)> play_;
  std::vector<int> played_;
  bool dead_ = true, hung_ = false, alarmed_ = false;
  int dying_ = 0;  // plays that it still survives
};

using Does = Fake::Does;

class Playing final : public Stage {
 public:
  explicit Playing(Fake& target) : target_(target) {}
  bool stopped() const override { return false; }
  bool serves_after(std::size_t index) override {
    target_.play(static_cast<int>(index));
    return play_control();
  }
  bool play_control() override { return target_.play(-1); }

 private:
  Fake& target_;
};

Attribution found(Fake& target, const Indexes& suspects, std::uint32_t restarts = 100,
                  Incident::Kind kind = Incident::Kind::death) {
  Playing stage(target);
  Patient patient(&target, restarts);
  const Incident first{.kind = kind};
  return attribute(stage, patient, suspects, first);
}

TEST(Attribution, NamesTheCaseThatKillsAloneAndSaysHowOften) {
  Fake target([](int what) { return what == 3 ? Does::die : Does::nothing; });
  const Attribution who = found(target, {5, 4, 3, 2});
  EXPECT_EQ(who.culprit, 3U);
  EXPECT_EQ(who.incident.signal, 6U);
  EXPECT_EQ(who.incident.played_alone, 2U);
  EXPECT_EQ(who.incident.reproduced, 2U);
  EXPECT_EQ(who.cleared, (Indexes{5, 4}));
  EXPECT_FALSE(who.lost);
}

TEST(Attribution, NamesTheCaseThatHangs) {
  Fake target([](int what) { return what == 3 ? Does::hang : Does::nothing; });
  const Attribution who = found(target, {4, 3}, 100, Incident::Kind::hang);
  EXPECT_EQ(who.culprit, 3U);
  EXPECT_EQ(who.incident.kind, Incident::Kind::hang);
}

TEST(Attribution, NamesTheCaseThatAlarmsASanitizerOnceAProcess) {
  Fake* self = nullptr;
  Fake target([&](int what) {
    const auto& played = self->played();
    const auto times = std::count(played.begin(), played.end(), 3);
    return what == 3 && times == 1 ? Does::alarm : Does::nothing;
  });
  self = &target;
  const Attribution who = found(target, {4, 3}, 100, Incident::Kind::alarm);
  EXPECT_EQ(who.culprit, 3U);
  EXPECT_EQ(who.incident.reporter, "UndefinedBehaviorSanitizer");
  EXPECT_EQ(who.incident.reproduced, 2U);
}

TEST(Attribution, NamesTheCaseWhoseDeathIsNoticedLate) {
  // It survives the control behind the case, and dies of the next one.
  Fake target([](int what) { return what == 3 ? Does::die_late : Does::nothing; });
  const Attribution who = found(target, {4, 3, 2, 1});
  EXPECT_EQ(who.culprit, 3U);
  EXPECT_EQ(who.incident.played_alone, 3U);
  EXPECT_EQ(who.incident.reproduced, 3U);
}

TEST(Attribution, BlamesNobodyForWhatOnlyACombinationDoes) {
  Fake* self = nullptr;
  Fake target([&](int what) {
    const auto& played = self->played();
    const bool both = std::ranges::find(played, 4) != played.end() &&
                      std::ranges::find(played, 3) != played.end();
    return what > 0 && both ? Does::die : Does::nothing;
  });
  self = &target;
  const Attribution who = found(target, {4, 3, 2});
  EXPECT_FALSE(who.culprit.has_value());
  EXPECT_FALSE(who.lost);
}

TEST(Attribution, BlamesNobodyForATargetThatDiesByItself) {
  int count = 0;
  Fake target([&](int) { return ++count % 3 == 0 ? Does::die : Does::nothing; });
  EXPECT_FALSE(found(target, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}).culprit.has_value());
}

TEST(Attribution, EndsWhenTheTargetDoesNotComeBack) {
  Fake never([](int) { return Does::nothing; });
  never.can_start = 0;
  EXPECT_TRUE(found(never, {1, 2}).lost);
  EXPECT_EQ(never.starts, 1);

  Fake target([](int what) { return what == 1 ? Does::die : Does::nothing; });
  const Attribution none_left = found(target, {1, 2}, 0);
  EXPECT_TRUE(none_left.lost);
  EXPECT_FALSE(none_left.culprit.has_value());

  Fake once([](int what) { return what == 1 ? Does::die : Does::nothing; });
  const Attribution seen_once = found(once, {1, 2}, 1);
  EXPECT_TRUE(seen_once.lost);
  EXPECT_EQ(seen_once.culprit, 1U);
  EXPECT_EQ(seen_once.incident.played_alone, 1U);
}

TEST(Attribution, WorksWithoutAProcessOfOurs) {
  Fake target([](int what) { return what == 2 ? Does::hang : Does::nothing; });
  ASSERT_TRUE(target.start_again());
  Playing stage(target);
  Patient patient(nullptr, 10);
  const Attribution who = attribute(stage, patient, {1, 2}, {.kind = Incident::Kind::hang});
  EXPECT_TRUE(who.lost);  // nobody brings it back
  EXPECT_EQ(who.culprit, 2U);
  EXPECT_EQ(who.incident.kind, Incident::Kind::hang);
}

}  // namespace
}  // namespace wsproof::run
