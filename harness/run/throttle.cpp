#include "harness/run/throttle.hpp"

#include <algorithm>

namespace wsproof::run {

namespace {

// So many good conversations in a row for each job that there is, and one more is tried.
constexpr std::uint32_t good_a_job = 4;

}  // namespace

Throttle::Throttle(const Pace& pace, const BackOff& back_off)
    : pace_(pace), back_off_(back_off), jobs_(std::max<std::uint32_t>(1, pace.jobs)) {}

base::Time Throttle::when(std::uint32_t connections, base::Time now, std::uint32_t waiting) const {
  const std::uint32_t extra = jobs_ < pace_.jobs ? 0 : waiting;
  if (in_flight_ >= jobs_ + extra) return base::Time::max();
  // What needs more connections than there may be goes alone.
  if (pace_.connections != 0 && connections_ != 0 &&
      connections_ + connections > pace_.connections) {
    return base::Time::max();
  }
  return std::max({now, pause_until_, next_connection_});
}

void Throttle::began(std::uint32_t connections, base::Time now) {
  ++in_flight_;
  connections_ += connections;
  if (pace_.rate <= 0) return;
  const auto spell = std::chrono::duration<double>(static_cast<double>(connections) / pace_.rate);
  next_connection_ =
      std::max(next_connection_, now) + std::chrono::duration_cast<base::Duration>(spell);
}

void Throttle::ended(std::uint32_t connections) {
  --in_flight_;
  connections_ -= connections;
}

void Throttle::went_well() {
  rounds_ = pauses_ = 0;
  paused_ = {};
  if (jobs_ >= pace_.jobs || ++good_ < good_a_job * jobs_) return;
  good_ = 0;
  ++jobs_;
}

void Throttle::turned_away(base::Time began, base::Time now,
                           std::optional<base::Duration> retry_after) {
  good_ = 0;
  if (began < last_pause_) return;
  last_pause_ = now;
  if (jobs_ == 1) ++rounds_;
  jobs_ = pauses_ == 0 ? std::max<std::uint32_t>(1, jobs_ / 2) : 1;
  const base::Duration doubled = back_off_.first * (1U << std::min<std::uint32_t>(pauses_++, 16));
  const base::Duration asked = std::min(retry_after.value_or(base::Duration{}), back_off_.asked);
  const base::Duration pause = std::max(std::min(doubled, back_off_.most), asked);
  paused_ += pause;
  pause_until_ = now + pause;
}

}  // namespace wsproof::run
