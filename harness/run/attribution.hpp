// Attribution: which case makes the target die, hang or alarm its sanitizer (DESIGN.md §3.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.hpp"
#include "harness/result/incident.hpp"

namespace wsproof::run {

class LiveTarget;

/// What attribution asks of a session; everything is played with nothing else in flight.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;
  virtual bool stopped() const = 0;
  /// Plays a case once, and keeps its result. Whether a fresh connection is served behind it.
  virtual bool serves_after(std::size_t index) = 0;
  /// Whether a fresh connection is served.
  virtual bool play_control() = 0;
};

/// The target as attribution treats it: what became of its process, and how it comes back.
class Patient {
 public:
  /// `process` is null where wsproof did not start the target.
  Patient(LiveTarget* process, std::uint32_t restarts) : process_(process), left_(restarts) {}

  /// How its process ended, or what a sanitizer said since this was asked last.
  std::optional<result::Incident> incident(base::Duration patience = {});

  /// What is told when a control failed: as above, else a hang.
  result::Incident lost();

  /// Makes it serve again: `fresh` as a new process if possible, otherwise only where it does not
  /// serve by itself. False, with the reason, when it does not come back.
  bool bring_back(Stage& stage, bool fresh);

  std::uint32_t restarts_left() const { return left_; }

  const std::string& why_not() const { return why_not_; }

 private:
  LiveTarget* process_;
  std::uint32_t left_;
  std::string why_not_;
};

/// What came of the search for a culprit.
struct Attribution {
  std::optional<std::size_t> culprit;  ///< brought it about alone, again and again
  result::Incident incident;           ///< as reproduced; or the first one, with its suspects
  std::vector<std::size_t> cleared;    ///< were played alone and did nothing of the kind
  bool lost = false;                   ///< the target did not come back; Patient::why_not()
};

/// Plays the suspects alone, in their order, until one of them brings about what happened. It is to
/// blame when it does so twice (three times, once something happened that did not happen again) out
/// of at most three, each time followed by controls, and the target survives controls alone: what
/// dies at random has no culprit. The target is back when this returns, unless `lost`.
Attribution attribute(Stage& stage, Patient& patient, const std::vector<std::size_t>& suspects,
                      const result::Incident& first);

}  // namespace wsproof::run
