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

/// A name and what there is to say; nothing where that is empty. `code`: octets, or a command.
void fact(Html& page, std::string_view name, std::string_view text, bool code = false);

/// The verdict as a word with its mark.
void verdict_word(Html& page, result::Word word);

/// What a case of the run `index` has to tell, under a heading of level 3. `open`: unfolded.
void case_article(Html& page, const View& view, std::size_t index, const result::CaseResult& played,
                  const Anchor& here, Depth depth, bool open);

/// A row of the table of all cases; the first of a family tells title and script. With one run:
/// word, case, time; with several: case, and a word for each.
void case_row(Html& page, const View& view, const Row& row, std::string_view section);

}  // namespace wsproof::reports
