// GitHub: what a workflow run shows beside its log.
#pragma once

#include <cstddef>
#include <string>

#include "reports/subject.hpp"

namespace wsproof::reports {

/// A step summary must stay below 1 MiB, with what other commands of the step put into it.
inline constexpr std::size_t largest_step_summary = 900 * 1024;

/// Workflow commands, a line each, that annotate at most nine alarming cases, the most alarming
/// first, and a tenth that says how many more there are; one for the gate where no case is to
/// blame. GitHub shows ten of a step. Whatever the runs hold stays the text of an annotation.
std::string annotations(const Subject& subject);

/// The line after which GitHub reads no workflow commands from the output any more, and the line
/// that ends this: what a target sent cannot be one. `token` is known to nobody outside.
std::string stop_commands(const std::string& token);
std::string resume_commands(const std::string& token);

}  // namespace wsproof::reports
