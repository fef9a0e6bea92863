// The printer's parts: how each value is written, before it is laid out.
#pragma once

#include <string>
#include <vector>

#include "harness/script/case.hpp"
#include "harness/script/layout.hpp"

namespace wsproof::script {

// ── print_step.cpp ───────────────────────────────────────────────────────────────────────────────

/// An expression as an operand: a sum gets parentheses.
std::string print_term(const Expression& expression);
/// The lines of a step.
std::vector<LayoutLine> lines_of(const Step& step, std::size_t depth);
/// The lines as they are, with single blanks and without a newline at the end.
std::string joined(const std::vector<LayoutLine>& lines);

}  // namespace wsproof::script
