// The compliance report: a run as one self-contained HTML page.
#pragma once

#include <string>

#include "harness/result/run_result.hpp"

namespace wsproof::reports {

/// The page. It asks nobody for anything and opens from file://; its own content security policy
/// forbids all but its one style and its one script, by hash. Readable without either. The same run
/// gives the same octets. Whatever a target or a results file put into `run` comes out as text.
/// Stays below 2 MB for a thousand cases: wire logs are cut, longest for what did not pass, and the
/// page says where; the whole of it is in results.json.
std::string html(const result::RunResult& run);

}  // namespace wsproof::reports
