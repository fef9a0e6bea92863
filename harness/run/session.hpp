// Session: plays cases against one target, many at once, with controls, replays and attribution.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/net/signals.hpp"
#include "harness/result/run_result.hpp"
#include "harness/rfc/monitor.hpp"
#include "harness/run/probe.hpp"
#include "harness/run/throttle.hpp"
#include "harness/script/case.hpp"

namespace wsproof::run {

/// How often cases are played, and in which order.
struct Plan {
  std::uint32_t retries = 0;  ///< of what did not pass; different words make it flaky
  std::uint32_t rounds = 1;   ///< everything so many times; different verdicts make it flaky
  bool shuffle = false;       ///< in an order that follows from the seed of the reach
  /// The deliveries under which everything is played, `whole` only if it is among them or nothing
  /// else makes a difference. Nothing: whole, and what each case asks for once that went well.
  std::optional<std::vector<script::Delivery>> deliveries;
  bool fail_fast = false;  ///< nothing more is begun after a fail, crash, hang or flaky
};

class LiveTarget;

/// What a session needs to know.
struct SessionSettings {
  Reach reach;
  script::PlaySettings play;  ///< for every case; the seed is derived per case
  result::Probe probe;        ///< which needs are met
  Plan plan;
  BackOff back_off;
  /// Where to find the positive controls of cases that were selected without them. What they come
  /// to is used and not told.
  std::span<const script::Case> catalogue;
  std::uint32_t control_every = 64;  ///< cases between two controls
  LiveTarget* process = nullptr;     ///< the target, if wsproof started it
  std::uint32_t restarts = 50;       ///< of its process, at most
  /// Whether a baseline says just that: no reason for --fail-fast. Empty: there is none.
  std::function<bool(const result::CaseResult&)> expected = {};
};

/// What came of a session.
struct SessionResult {
  std::vector<result::CaseResult> cases;     ///< one for each case, in their order
  std::vector<result::CaseResult> controls;  ///< in the order in which they were played
  std::vector<result::MonitorFinding> monitor;
  std::vector<result::Incident> incidents;  ///< for which no case could be blamed
  std::string stopped;  ///< why it stopped early, one sentence; empty when it did not
};

/// Called from the session's threads, one call at a time.
using OnResult =
    std::function<void(const result::CaseResult&, std::size_t done, std::size_t total)>;

/// Plays the cases, each as often as the plan says. A target, or a machine, that turns
/// conversations away is asked for less (see Throttle), and what was turned away is played again. A
/// control (the baseline conversation of the probe) is played first, every `control_every` cases
/// and last. When one fails, nothing more is started, and what was played since the last good one
/// is played again alone until one case is to blame; then the rest goes on, if the target is back.
SessionResult play_all(std::span<const script::Case* const> cases, const SessionSettings& settings,
                       const OnResult& on_result, const net::StopSource* stop);

/// The budgets for a target with which the baseline conversation, in which nothing is waited for,
/// took so long lately: up to eight times the usual one for a reaction, so that a target that gets
/// little of a busy machine does not look like one that is silent. The others stay as they are:
/// they are long already, and many a server ends a connection by itself after half a minute.
script::Budgets patient(const script::Budgets& usual, base::Duration conversation);

/// A case that is under way for so long waits for something that does not come, and asks nothing of
/// the target meanwhile: another one may begin in its place. So the waits for a target that leaves
/// everything open overlap, and those for one that takes its time with every answer; one that
/// answers later the more it is asked for (the first control took `at_ease`, the slowest one of
/// late `lately`) is asked for no more. What goes out octet by octet asks for little at a time, and
/// leaves its place sooner.
base::Duration until_waiting(base::Duration at_ease, base::Duration lately,
                             script::Delivery delivery = script::Delivery::whole);

}  // namespace wsproof::run
