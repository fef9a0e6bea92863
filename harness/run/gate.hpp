// The gate: whether a run is good enough, apart from what every single verdict says (DESIGN.md
// §3.8).
#pragma once

#include <cstddef>
#include <string>

#include "harness/result/run_result.hpp"

namespace wsproof::run {

struct GateSettings {
  bool strict = false;        ///< non-strict verdicts count too
  std::size_t min_cases = 0;  ///< so many cases must have come to a verdict
};

/// What the process says at its end.
enum class ExitCode {
  passed = 0,
  failed = 1,
  usage = 2,      ///< usage, configuration or case file
  not_ready = 3,  ///< the target never became ready
  nothing = 4,    ///< nothing was selected
  internal = 5,   ///< our own mistake, or a report that could not be written
  interrupted = 130,
  terminated = 143,
};

/// Decides. `stopped` tells why the session ended early; empty when it did not. What a baseline
/// says stands in the run already (apply()).
result::Gate judge(const result::RunResult& run, const std::string& stopped,
                   const GateSettings& settings);

}  // namespace wsproof::run
