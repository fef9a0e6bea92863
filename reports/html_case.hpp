// One case in the HTML report: as an article of its own, or as a row of the table of all cases.
#pragma once

#include <string_view>

#include "harness/result/run_result.hpp"
#include "reports/markup.hpp"

namespace wsproof::reports {

/// How much of a case is shown.
enum class Depth {
  whole,  ///< the whole script, the wire log as a table
  brief,  ///< the failing line of the script, a few lines of the wire log
};

/// What the target's process used in the whole run, and what happened to it without a case to
/// blame; nothing where nothing is known.
void process_part(Html& page, const result::RunResult& run);

/// Whether a case has an article of its own: it did something that somebody must look at.
bool has_article(const result::CaseResult& played);

/// The verdict as a word with its mark.
void verdict_word(Html& page, result::Word word);

/// What a case that did not pass has to tell, under a heading of level 3. `open`: unfolded.
void case_article(Html& page, const result::CaseResult& played, const result::Target& target,
                  const Anchor& here, Depth depth, bool open);

/// A row of the table of all cases (word, case, time), of which the section is called `section`
/// ("rfc6455/5.4"). `first_of_family`: no other case of the same script stood above it, so title
/// and script are told here.
void case_row(Html& page, const result::CaseResult& played, const result::Target& target,
              const Anchor& here, std::string_view section, bool first_of_family, Depth depth);

}  // namespace wsproof::reports
