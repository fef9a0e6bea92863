// What a report is about: one or several runs, and earlier ones to compare them with.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/result/run_result.hpp"

namespace wsproof::reports {

/// The runs that a report tells, each a target of its own or the same target at another time, and
/// the earlier runs that `--against` names. Owned by whoever asks for the report.
struct Subject {
  std::span<const result::RunResult> runs;         ///< at least one
  std::span<const result::RunResult> before = {};  ///< may be empty
};

/// "gorilla", or the URL where the target has no name.
std::string target_name(const result::Target& target);

/// A short name for each run, no two of them the same: the target's; where that is not enough with
/// its version, its start, or a number.
std::vector<std::string> labels(std::span<const result::RunResult> runs);

/// The earlier run that the run number `index` is compared with: of the same target, or the only
/// one there is where there is only one run too; nullptr when there is none.
const result::RunResult* earlier(const Subject& subject, std::size_t index);

/// A case that somebody has to look at.
struct Alarm {
  std::size_t run = 0;  ///< its number in Subject::runs
  const result::CaseResult* played = nullptr;
};

/// Those of all runs, the most alarming word first, and last what came out better than a baseline
/// says.
std::vector<Alarm> alarms(const Subject& subject);

/// A file of a report that is a folder.
struct NamedFile {
  std::string name;  ///< without a folder; only letters, digits and ._-=+,
  std::string text;
};

/// Puts runs of one target that share no case together: they are the shards of one run. `order`
/// holds ids in the order that the cases shall have; others follow as they come. `judge` decides
/// about a run that was put together; it does not pass where one of its parts did not, nor where a
/// shard is missing: then the gate says which, and which are there twice. Other runs stay as they
/// are, in their order.
std::vector<result::RunResult> joined_shards(
    std::vector<result::RunResult> runs, std::span<const std::string> order,
    const std::function<result::Gate(const result::RunResult&)>& judge);

}  // namespace wsproof::reports
