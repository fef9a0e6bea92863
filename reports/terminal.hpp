// What a person sees in a terminal: failure blocks, the summary, the progress line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.hpp"
#include "harness/result/run_result.hpp"
#include "reports/subject.hpp"

namespace wsproof::reports {

/// How to write for a terminal, or for a file that takes its place.
struct TerminalStyle {
  bool colour = false;  ///< without it there is no escape octet in the output
  int width = 100;      ///< columns; long sentences wrap there, scripts and octets are cut there
  int verbosity = 0;    ///< -1: -q, 0: normal, 1: -v, 2: -vv (the whole wire log in every block),
                        ///< 3: -vvv (likewise; a block for every case)
};

/// One case as a block that can be acted on: the word and the id, what was expected and observed,
/// the line of the script with a caret, the last frames on the wire, the command that plays it
/// again. Fits any word, not only failures. Ends in a newline; no empty line around it.
std::string failure_block(const result::CaseResult& played, const result::Target& target,
                          const TerminalStyle& style);

/// One line for a case that needs no block (-v): "pass  rfc6455/5.4/…  (0.01 s)". Ends in a
/// newline.
std::string case_line(const result::CaseResult& played, const TerminalStyle& style);

/// A file that was written for the user.
struct WrittenReport {
  std::string kind;  ///< "html", "json", …
  std::string path;
};

/// What the summary says besides the run itself.
struct SummaryNotes {
  std::vector<WrittenReport> reports;
  std::vector<std::string> next;  ///< the command to try next and why; empty: one is chosen
};

/// The end of a run: counts per word, what the monitor found, the slowest cases, the reports, the
/// gate with its reasons, the next command. With -q only counts and gate. Ends in a newline.
std::string summary(const result::RunResult& run, const SummaryNotes& notes,
                    const TerminalStyle& style);

/// What changed since the earlier runs of the subject, a line for each case, at most 60 of them;
/// empty where there is nothing to compare with. Ends in a newline.
std::string comparison(const Subject& subject, const TerminalStyle& style);

/// How far a run has come.
struct Progress {
  std::size_t done = 0;
  std::size_t total = 0;
  std::size_t fails = 0;  ///< fail, crash and hang so far
  base::Duration elapsed{};
  std::string current;  ///< id of a case that is being played; may be empty
};

/// "[312/604] 3 fail  00:02  rfc6455/8.1/…", at most `width` columns, no newline and no escape
/// octet: the caller returns the carriage and clears the line where that is possible.
std::string progress_line(const Progress& progress, int width);

}  // namespace wsproof::reports
