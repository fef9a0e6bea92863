// JUnit: runs as the XML that Jenkins, GitLab and the GitHub reporters read.
#pragma once

#include <span>
#include <string>

#include "harness/result/run_result.hpp"

namespace wsproof::reports {

/// One suite for each section of each run, one test case for each case: its id as `name`, target
/// and section as `classname`, both together never twice; `file` and `line` of the case. The whole
/// explanation stands in the body of the element:
///   - fail, crash, hang, flaky: `<failure type="fail">` …; non-strict too where the gate is strict
///   - inconclusive, not-run: `<error>`
///   - unsupported: `<skipped>`
///   - pass, non-strict, info: nothing, or what was observed as `<system-out>`
/// What fails the gate and is no case's verdict has test cases of its own: controls that did not
/// pass, strict findings of the monitor, and `gate` with its reasons where nothing else is red. No
/// suite is empty. Only characters of XML 1.0; whatever a target or a results file put into `runs`
/// comes out as text.
std::string junit(std::span<const result::RunResult> runs);

}  // namespace wsproof::reports
