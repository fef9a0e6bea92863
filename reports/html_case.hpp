// One case in the HTML report: as an article of its own, or as a row of the table of all cases.
#pragma once

#include <cstddef>
#include <string_view>

#include "reports/html_view.hpp"
#include "reports/markup.hpp"

namespace wsproof::reports {

/// What the target's process used in the run `index`, and what happened to it without a case to
/// blame; nothing where nothing is known.
void process_part(Html& page, const View& view, std::size_t index);

/// The verdict as a word with its mark.
void verdict_word(Html& page, result::Word word);

/// What a case of the run `index` has to tell, under a heading of level 3. `open`: unfolded.
void case_article(Html& page, const View& view, std::size_t index, const result::CaseResult& played,
                  const Anchor& here, Depth depth, bool open);

/// The rows of the table of all cases. `first_of_family`: no other case of the same script stood
/// above it, so title and script are told here. With one run: word, case, time; with several: case,
/// and a word for each.
void case_row(Html& page, const View& view, const Row& row, std::string_view section,
              bool first_of_family);

}  // namespace wsproof::reports
