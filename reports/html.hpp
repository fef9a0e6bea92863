// The compliance report: runs as one self-contained HTML page, or as a folder of pages.
#pragma once

#include <string>
#include <vector>

#include "reports/subject.hpp"

namespace wsproof::reports {

/// The page. It asks nobody for anything and opens from file://; its own content security policy
/// forbids all but its one style and its one script, by hash. Readable without either. The same
/// runs give the same octets. Whatever a target or a results file put into them comes out as text.
/// Stays below 2 MB for each run of two thousand cases: wire logs are cut, longest for what did not
/// pass, and the page says where; the whole of it is in results.json. Of more than eight runs it is
/// a matrix, with an article only for what nobody expected.
std::string html(const Subject& subject);

/// The same for hosts that forbid inline style and script: index.html, style.css, script.js, and a
/// page for each case, all of which are told in full.
std::vector<NamedFile> html_folder(const Subject& subject);

}  // namespace wsproof::reports
