// Markdown: runs as a text for pull requests, step summaries and wikis.
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "reports/subject.hpp"

namespace wsproof::reports {

/// Gate and counts of each target, the sections where something is not a pass, what changed against
/// earlier runs, and a block for each alarming case. GitHub's Markdown. At most `limit` octets
/// (4 KiB or more): cases that find no room are counted at the end. What a target or a results file
/// put into the runs stands only in code, where it is text whatever it holds.
std::string markdown(const Subject& subject,
                     std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace wsproof::reports
