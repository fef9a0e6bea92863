// The result of a case before it is played.
#pragma once

#include "harness/result/run_result.hpp"
#include "harness/script/case.hpp"

namespace wsproof::script {

/// Everything that the catalogue says of a case: its texts, its requirements with the level of the
/// first, where it stands; no verdict.
result::CaseResult blank_result(const Case& c);

}  // namespace wsproof::script
