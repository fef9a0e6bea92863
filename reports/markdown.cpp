#include "reports/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/base/escape.hpp"
#include "reports/changes.hpp"
#include "reports/phrases.hpp"
#include "reports/sections.hpp"
#include "reports/terminal.hpp"
#include "reports/xml.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

namespace {

constexpr std::size_t most_rows = 100;     // of a table
constexpr std::size_t tail_octets = 1024;  // what is kept for the end of a text that is cut

// Text from anywhere as inline code. An HTML element rather than backticks: it survives a table,
// and GitHub looks for no mentions and issues in it. What Markdown itself would read, also the
// begin of an address, becomes a character reference.
std::string code(std::string_view anything) {
  constexpr std::string_view special = "\\`*_[]|~:@$";
  std::string escaped;
  append_escaped(escaped, base::cut(anything, 300));
  std::string out = "<code>";
  bool reference = false;  // inside one that append_escaped() wrote
  char before = ' ';
  for (const char character : escaped) {
    reference = character == '&' || (reference && character != ';');
    const bool host = character == '.' && (before == 'w' || before == 'W');  // "www."
    if (!reference && (special.contains(character) || host)) {
      out += fmt::format("&#{};", static_cast<int>(character));
    } else {
      out += character;
    }
    before = character;
  }
  return out + "</code>";
}

// Lines from anywhere as a block of code. Indented, it has no end that could be forged.
std::string block(std::string_view text) {
  std::string out = "\n";
  for (const std::string_view line : lines(text)) out += "    " + base::for_terminal(line) + "\n";
  return out + "\n";
}

std::string count_words(const std::vector<const CaseResult*>& cases) {
  std::map<Word, std::size_t> counts;
  for (const CaseResult* played : cases) ++counts[played->verdict.word];
  std::string text;
  for (const Word word : words_by_weight()) {
    const auto found = counts.find(word);
    if (found == counts.end() || word == Word::pass) continue;
    text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", mark(word), found->second,
                        result::name(word));
  }
  return text;
}

std::vector<const CaseResult*> all_cases(const RunResult& run) {
  std::vector<const CaseResult*> all;
  for (const CaseResult& played : run.cases) all.push_back(&played);
  return all;
}

std::size_t passes(const std::vector<const CaseResult*>& cases) {
  return static_cast<std::size_t>(std::ranges::count(
      cases, Word::pass, [](const CaseResult* played) { return played->verdict.word; }));
}

// "✗ 12 fail (10 known)".
std::string known_part(const std::vector<const CaseResult*>& cases) {
  const auto known = std::ranges::count_if(cases, [](const CaseResult* played) {
    return is_alarming(played->verdict.word) && is_known(played->known);
  });
  return known == 0 ? "" : fmt::format(" ({} known)", known);
}

std::string gates(const Subject& subject, const std::vector<std::string>& names) {
  std::string out = "| Target | Gate | Pass | Other verdicts |\n| --- | --- | ---: | --- |\n";
  for (std::size_t index = 0; index < names.size(); ++index) {
    const RunResult& run = subject.runs[index];
    const auto cases = all_cases(run);
    out += fmt::format("| {} | {} | {}/{} | {} |\n", code(names[index]),
                       run.gate.passed ? "✓ passed" : "✗ **not passed**", passes(cases),
                       cases.size(), count_words(cases) + known_part(cases));
  }
  return out;
}

std::string reasons(const Subject& subject, const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t index = 0; index < names.size(); ++index) {
    const RunResult& run = subject.runs[index];
    if (run.gate.passed) continue;
    out += fmt::format("\nThe gate of {} is not passed:\n\n", code(names[index]));
    for (std::size_t at = 0; at < std::min<std::size_t>(run.gate.reasons.size(), 20); ++at)
      out += fmt::format("- {}\n", code(run.gate.reasons[at]));
    if (run.interrupted) out += "- The run was interrupted.\n";
  }
  return out;
}

// What a baseline says and the gate does not count; the lines themselves stand in the file.
std::string notes(const Subject& subject, const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t index = 0; index < names.size(); ++index) {
    const result::Gate& gate = subject.runs[index].gate;
    if (gate.notes.empty()) continue;
    out += fmt::format("\nOther than {} says of {}:\n\n", code(gate.baseline), code(names[index]));
    for (std::size_t at = 0; at < std::min<std::size_t>(gate.notes.size(), 21); ++at)
      out += fmt::format("- {}\n", code(gate.notes[at]));
  }
  return out;
}

std::string sections_not_clean(const Subject& subject, const std::vector<std::string>& names) {
  std::string rows;
  std::size_t count = 0;
  for (std::size_t index = 0; index < names.size(); ++index) {
    for (const Section& section : sections(subject.runs[index])) {
      const std::string other = count_words(section.cases);
      if (other.empty() || ++count > most_rows) continue;
      rows += fmt::format("| {} {} | {} | {}/{} | {} |\n", code(section.id), code(section.title),
                          code(names[index]), passes(section.cases), section.cases.size(),
                          other + known_part(section.cases));
    }
  }
  if (rows.empty()) return "\nEvery case passes.\n";
  if (count > most_rows) rows += fmt::format("| and {} more | | | |\n", count - most_rows);
  return "\n## Sections with other verdicts than pass\n\n| Section | Target | Pass | Other "
         "verdicts "
         "|\n| --- | --- | ---: | --- |\n" +
         rows;
}

std::string change_tables(const Subject& subject) {
  std::string out;
  for (const Changes& one : changes(subject)) {
    out += fmt::format("\n## What changed: {} since {}\n\n", code(one.label),
                       code(one.before->started));
    if (one.cases.empty()) out += "No verdict changed.\n";
    if (one.cases.empty()) continue;
    out += "| Change | Case | Verdict |\n| --- | --- | --- |\n";
    for (std::size_t at = 0; at < std::min(one.cases.size(), most_rows); ++at) {
      const CaseChange& change = one.cases[at];
      out += fmt::format("| {} | {} | {} |\n", name(change.change), code(change.id()),
                         code(in_words(change)));
    }
    if (one.cases.size() > most_rows)
      out += fmt::format("| and {} more | | |\n", one.cases.size() - most_rows);
  }
  return out;
}

// The blocks of the alarming cases, the most alarming word first, as many as fit below `limit`.
void add_failures(std::string& out, const Subject& subject, const std::vector<std::string>& names,
                  std::size_t limit) {
  constexpr TerminalStyle style = {.colour = false, .width = 100, .verbosity = 1};
  std::size_t told = 0;
  std::size_t left_out = 0;
  for (const Alarm& alarm : alarms(subject)) {
    const CaseResult& played = *alarm.played;
    const Word word = played.verdict.word;
    std::string one = told == 0 ? "\n## Failures\n\n" : "";
    one += fmt::format("<details><summary>{} {} {}{}</summary>\n", mark(word), result::name(word),
                       code(played.id), names.size() > 1 ? " of " + code(names[alarm.run]) : "");
    one += block(failure_block(played, subject.runs[alarm.run].target, style)) + "</details>\n";
    if (left_out > 0 || out.size() + one.size() + tail_octets > limit) {
      ++left_out;
      continue;
    }
    out += one;
    ++told;
  }
  if (left_out > 0) {
    out += fmt::format(
        "\n{}{} that find no room here; results.json and the HTML report have all.\n",
        told > 0 ? "And " : "", counted(left_out, "more alarming case", "more alarming cases"));
  }
}

}  // namespace

std::string markdown(const Subject& subject, std::size_t limit) {
  const std::vector<std::string> names = labels(subject.runs);
  const bool passed =
      std::ranges::all_of(subject.runs, [](const RunResult& run) { return run.gate.passed; });
  std::string out = fmt::format("# {} WebSocket conformance: gate {}\n\n", passed ? "✓" : "✗",
                                passed ? "passed" : "not passed");
  const auto add = [&](const std::string& part, std::string_view what) {
    if (out.size() + part.size() + 2 * tail_octets <= limit) {
      out += part;
    } else {
      out += fmt::format("\n({} find no room here.)\n", what);
    }
  };
  add(gates(subject, names), "The counts");
  add(reasons(subject, names), "The reasons");
  add(notes(subject, names), "The notes");
  add(change_tables(subject), "The changes");
  add(sections_not_clean(subject, names), "The sections");
  add_failures(out, subject, names, limit);
  const RunResult& first = subject.runs.front();
  out += fmt::format("\nMade by wsproof {}, suite {}.\n", code(base::cut(first.tool_version, 40)),
                     code(base::cut(first.suite_version, 40)));
  return out;
}

}  // namespace wsproof::reports
