// Throttle: how many conversations may go on at once, and when the next one may begin.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/time.hpp"

namespace wsproof::run {

/// How hard a target may be pressed.
struct Pace {
  std::uint32_t jobs = 8;         ///< cases in flight at once
  std::uint32_t connections = 0;  ///< open at once; 0: as many as the jobs need
  double rate = 0;                ///< new connections a second; 0: as fast as it goes
};

/// What happens when the target, or this machine, asks for less (DESIGN.md §7).
struct BackOff {
  base::Duration first = std::chrono::milliseconds(100);  ///< pause; doubled at every further round
  base::Duration most = std::chrono::seconds(2);          ///< pause at the longest
  base::Duration asked = std::chrono::seconds(5);         ///< the longest Retry-After that is kept
  std::uint32_t rounds = 4;  ///< of one job at a time and nothing going well; then it is given up
  base::Duration patience = std::chrono::seconds(15);  ///< of pausing in a row; then likewise
};

/// Halves the number of jobs when a conversation is turned away (429 or 503, connections refused,
/// no descriptors left here), goes down to one when that does not help at all, pauses longer and
/// longer, and adds a job after a while of good luck. Reads no clock: every call says what time it
/// is. Not for several threads at once.
class Throttle {
 public:
  explicit Throttle(const Pace& pace, const BackOff& back_off = {});

  /// When a case that opens so many connections may begin: at once when not later than `now`;
  /// Time::max() when something in flight has to end first. Of what is in flight `waiting` do
  /// nothing but wait; they take no place, unless conversations were turned away.
  base::Time when(std::uint32_t connections, base::Time now, std::uint32_t waiting = 0) const;

  void began(std::uint32_t connections, base::Time now);
  void ended(std::uint32_t connections);

  /// A conversation came to its own end.
  void went_well();

  /// One that began at `began` was turned away, perhaps with the wish to wait so long. Those that
  /// began before the last pause are part of what led to it: one burst halves once.
  void turned_away(base::Time began, base::Time now,
                   std::optional<base::Duration> retry_after = std::nullopt);

  /// Whether nothing has gone well for as long as BackOff allows.
  bool given_up() const { return rounds_ >= back_off_.rounds || paused_ >= back_off_.patience; }

  /// Cases that may be in flight at the moment.
  std::uint32_t jobs() const { return jobs_; }

 private:
  Pace pace_;
  BackOff back_off_;
  std::uint32_t jobs_;
  std::uint32_t in_flight_ = 0;
  std::uint32_t connections_ = 0;
  std::uint32_t good_ = 0;    // in a row
  std::uint32_t pauses_ = 0;  // in a row
  std::uint32_t rounds_ = 0;  // of these, with one job at a time
  base::Duration paused_{};   // in a row, together
  base::Time last_pause_ = base::Time::min();
  base::Time pause_until_ = base::Time::min();
  base::Time next_connection_ = base::Time::min();
};

}  // namespace wsproof::run
