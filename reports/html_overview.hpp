// The parts of the HTML report that are about the run as a whole.
#pragma once

#include <vector>

#include "harness/result/run_result.hpp"
#include "reports/markup.hpp"
#include "reports/sections.hpp"

namespace wsproof::reports {

/// Where the table of all cases shows a section.
Anchor section_anchor(const Section& section);

/// Who was tested, when, and with what result: heading, gate, counts.
void masthead(Html& page, const result::RunResult& run);

/// Sections and how many of their cases passed.
void section_matrix(Html& page, const std::vector<Section>& all);

/// What the monitor found.
void monitor_findings(Html& page, const result::RunResult& run);

/// How many requirements of each RFC were kept, broken or not looked at, and which were not kept.
void requirement_coverage(Html& page, const result::RunResult& run);

/// Probe, settings and environment.
void circumstances(Html& page, const result::RunResult& run);

/// What the words mean.
void legend(Html& page);

}  // namespace wsproof::reports
