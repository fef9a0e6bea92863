// The journal: a run as JSON Lines while it happens, so that a killed run can still be reported.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/result/run_result.hpp"

namespace wsproof::result {

/// What the "schema" key of a journal's first line says.
inline constexpr std::string_view journal_schema = "wsproof.journal/1";

/// The first line: all that is known before the first case (versions, target, probe, environment),
/// and the plan, which is the ids of `run.cases` in order; it may be empty. Every line ends in
/// "\n".
std::string journal_header(const RunResult& run);

/// The line of one case that is done. A case that is played again gets another line; the last one
/// counts.
std::string journal_line(const CaseResult& result);

/// The line of a control case; each one is kept.
std::string journal_control(const CaseResult& result);

/// The last line: how long it took, whether it was interrupted, what the monitor found, the gate.
std::string journal_end(const RunResult& run);

/// Rebuilds the run. Cases come in the order of the plan; those of the plan that have no line are
/// not-run with the reason "not-reached", those that are not in the plan stand behind it in the
/// order of the journal. Without an end line the run counts as interrupted and its gate as not
/// passed; the time it took is then unknown and zero. A last line without its newline was being
/// written when the run was killed and is left out if it cannot be read. Anything else that is
/// wrong is an Error that names `file_name`, the line and the JSON pointer.
base::Result<RunResult> read_journal(std::string_view text, std::string_view file_name);

}  // namespace wsproof::result
