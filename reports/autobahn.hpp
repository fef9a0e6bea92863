// Autobahn|Testsuite: our results in the shape of its index.json, and its results as ours.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/script/case.hpp"
#include "reports/subject.hpp"

namespace wsproof::reports {

/// What `--report-autobahn` writes: index.json first (agent → case number → behavior,
/// behaviorClose, duration in ms, remoteCloseCode, reportfile), then a file for each case. Only
/// cases with an alias "autobahn:1.2.3" are in it; where several stand for one number, the worst
/// tells. pass is OK, non-strict NON-STRICT, info INFORMATIONAL, unsupported UNIMPLEMENTED,
/// anything else FAILED.
std::vector<NamedFile> autobahn(const Subject& subject);

/// The other way: one run for each agent of an index.json, in the words of our matrix. A number
/// becomes each of `cases` that has it as an alias; those that none has stand in sections
/// "autobahn/1". `read` returns the text of another file of that folder, or nothing. The text may
/// come from anybody: an Error names `file_name` and what is wrong.
base::Result<std::vector<result::RunResult>> from_autobahn(
    std::string_view index, std::string_view file_name, std::span<const script::Case> cases,
    const std::function<std::optional<std::string>(const std::string& name)>& read);

}  // namespace wsproof::reports
