// Sweeps multiplied out, macros spelled out, and the checks that a case must pass before it may
// run.
#pragma once

#include <vector>

#include "harness/script/case.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::script {

/// The cases that a case with axes stands for, in the order of its rows (the last axis fastest);
/// the case itself when it has none. Sweep variables are replaced by their values.
std::vector<Case> expand(Case c);

/// The case with its macros (`failure`, `refusal`, `upgrade`) spelled out as `either` blocks and
/// plain lines; that is what the peer plays and `wsproof show` prints.
Case without_macros(const Case& c);

/// What is wrong with cases that parse: unknown requirement ids, ids used twice, unknown variables
/// or connections, literals expected back without `needs echo`, a negative case without a twin, an
/// unknown twin, a case without a requirement or a title, a step that can never be reached…
std::vector<Diagnostic> lint(const std::vector<CaseFile>& files);

}  // namespace wsproof::script
