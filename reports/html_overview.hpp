// The parts of the HTML report that are about the run as a whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/result/run_result.hpp"
#include "reports/markup.hpp"

namespace wsproof::reports {

/// The cases of one section, in the order of the run: the first two segments of their ids.
struct Section {
  std::string id;     ///< "rfc6455/5.4"
  std::string title;  ///< "Fragmentation"; may be empty
  std::vector<const result::CaseResult*> cases;
};

/// All sections in the order in which they first occur.
std::vector<Section> sections(const result::RunResult& run);

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
