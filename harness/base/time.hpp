// Time as a parameter: instants and durations without a clock behind them.
#pragma once

#include <chrono>

namespace wsproof::base {

using Duration = std::chrono::nanoseconds;

/// A time line with an arbitrary origin. It has no now(): whoever drives a Party says what time
/// it is, a socket pump from the steady clock, the lab from its virtual one.
struct Timeline {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Timeline>;
  static constexpr bool is_steady = true;
};

using Time = Timeline::time_point;

}  // namespace wsproof::base
