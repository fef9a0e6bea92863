// A run from beginning to end: target, probe, cases, monitor, gate; everything but flags and
// reports.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/run/baseline.hpp"
#include "harness/run/gate.hpp"
#include "harness/run/session.hpp"
#include "harness/run/target.hpp"
#include "harness/run/terms.hpp"

namespace wsproof::run {

/// What the user asked for.
struct RunSettings {
  std::uint64_t seed = 1;
  Pace pace;
  Plan plan;
  std::optional<result::Shard> shard;  ///< which share of a selection the cases are; only told
  double time_scale = 1.0;
  bool anyway = true;           ///< play also where nothing could be judged (Probed::obstacle)
  std::uint32_t restarts = 50;  ///< of a process that wsproof started, at most
  base::Duration max_time{};  ///< after which somebody stops the run; only told. Zero: nobody does
  GateSettings gate;
  std::optional<Baseline> baseline;           ///< what the target is known to do
  const result::RunResult* direct = nullptr;  ///< for all else: the run that this one is to be no
                                              ///< worse than, of the same cases without a proxy
  std::string today;                          ///< the day on which that is judged: "2026-11-21"
  std::string suite;    ///< the version that the catalogue is pinned to; empty: none
  std::string command;  ///< the command line, for the results
  /// What a case needs to be played again in the same way, for Target::arguments: {"--seed", "7"}
  std::vector<std::string> arguments;
  std::span<const script::Case> catalogue;  ///< see SessionSettings
  Terms terms;                              ///< on which the user wants to talk with the target
};

/// Called as the run goes on.
struct Listeners {
  std::function<void(const result::RunResult&)> probed;  ///< before the first case
  OnResult case_done;
};

/// Why there is no result, and what the process says then.
struct NoRun {
  ExitCode code = ExitCode::internal;
  std::string message;
};

/// Probes the target and plays the cases. There is a result whenever something answered in HTTP,
/// also when the run was interrupted or the target died; but for an obstacle without `anyway`.
std::expected<result::RunResult, NoRun> run(LiveTarget& target,
                                            std::span<const script::Case* const> cases,
                                            const RunSettings& settings, const Listeners& listeners,
                                            const net::StopSource* stop);

/// Today, in UTC: "2026-11-21".
std::string today();

/// The versions of this program and of the catalogue.
std::string_view tool_version();
std::string_view suite_version();

}  // namespace wsproof::run
