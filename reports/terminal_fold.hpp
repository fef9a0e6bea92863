// Failures with one cause, folded: a server that is wrong in one way fails hundreds of cases by it.
#pragma once

#include <string>
#include <vector>

#include "harness/result/run_result.hpp"
#include "reports/terminal.hpp"

namespace wsproof::reports {

/// Cases of which the first is told in full, and the others by their names.
struct Fold {
  const result::CaseResult* told = nullptr;
  std::vector<const result::CaseResult*> others;
};

/// What a terminal tells of the cases of a run, in their order: what somebody has to look at, with
/// -vv what is known too, with -vvv everything. Up to ten are told one by one. Where there are
/// more, those of a section in which the same was expected and the same came instead, whatever the
/// payloads, are folded from the fourth on; so is silence, wherever and whatever was expected. With
/// -v nothing is. Points into the run.
std::vector<Fold> folded(const result::RunResult& run, const TerminalStyle& style);

/// "likewise  12 cases: rfc6455/5.2/reserved-bits (6), …; -v tells each". Empty where there are no
/// others; else it ends in a newline, and belongs below the block.
std::string fold_line(const Fold& fold, const TerminalStyle& style);

}  // namespace wsproof::reports
