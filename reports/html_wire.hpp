// The wire log of a case in the HTML report.
#pragma once

#include "harness/result/run_result.hpp"
#include "reports/markup.hpp"

namespace wsproof::reports {

/// The log as a table with a lane for each side: when, what it means, the octets in hex. Up to 60
/// events and 96 octets of each; it says what is left out.
void wire_table(Html& page, const result::CaseResult& played, const result::Target& target);

/// The log as a few lines of text, the first ones and the last: for cases that passed, and where
/// the page would become too large.
void short_wire(Html& page, const result::CaseResult& played);

}  // namespace wsproof::reports
