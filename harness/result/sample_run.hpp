// A made-up run for tests: every word, every kind of entry, and strings that a hostile target would
// send.
#pragma once

#include "harness/result/run_result.hpp"

namespace wsproof::result {

/// About 120 cases of a server with some faults, the same at every call. Looks like a real run.
RunResult sample_run();

/// The same run with `text` in every string that a target, a user or a results file can fill, also
/// in the middle of each.
RunResult sample_run_with(const std::string& text);

}  // namespace wsproof::result
