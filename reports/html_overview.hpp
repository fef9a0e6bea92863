// The parts of the HTML report that are about the run as a whole.
#pragma once

#include <string_view>

#include "reports/html_view.hpp"
#include "reports/markup.hpp"

namespace wsproof::reports {

/// A box for a table that may be wider than the screen: it scrolls by itself, also with the keys.
Html::Scope wide_box(Html& page, std::string_view label);

/// Who was tested, when, and with what result: heading, gate, counts; with several runs a table of
/// them.
void masthead(Html& page, const View& view);

/// Sections and how many of their cases passed, for each run.
void section_matrix(Html& page, const View& view);

/// What changed since the earlier runs; nothing where there are none.
void changes_since(Html& page, const View& view);

/// What the monitor found.
void monitor_findings(Html& page, const View& view);

/// Which requirements of each RFC were kept, broken or not looked at, for each run.
void requirement_matrix(Html& page, const View& view);

/// Probe, settings and environment of each run.
void circumstances(Html& page, const View& view);

/// What the words mean.
void legend(Html& page);

}  // namespace wsproof::reports
