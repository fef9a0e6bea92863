// What becomes of a baseline when a run showed something else: new lines, changed ones, none more.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/run/baseline.hpp"

namespace wsproof::run {

struct UpdateSettings {
  bool accept_crashes = false;  ///< crash and hang become known too
  bool signatures = false;      ///< new words name the reason code: fail(went-on)
  std::string reason = {};      ///< the comment of new lines; empty: the sentence of the RFC
};

struct BaselineUpdate {
  std::optional<std::string> text;   ///< of the whole file; nothing where nothing changes
  std::vector<std::string> changed;  ///< what, one sentence each
  std::vector<std::string> refused;  ///< what it does not take up, and why
};

/// Brings a baseline up to what the run showed. Only lines change that are not true any more, in
/// place and with their comments; lines about cases that were not played stay, and so does what is
/// wrong with the baseline itself. With the new text and the same run there is nothing to change.
BaselineUpdate update(const Baseline& baseline, std::span<const script::Case> catalogue,
                      const result::RunResult& run, const UpdateSettings& settings);

}  // namespace wsproof::run
