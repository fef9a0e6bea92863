#include "reports/html_case.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/escape.hpp"
#include "harness/rfc/requirements.hpp"
#include "reports/html_wire.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Evidence;
using result::Word;

namespace {

constexpr std::size_t sentence_limit = 800;

// "RFC 6455 §5.2" as a link to the text, the level and the id.
void requirement_line(Html& page, const rfc::Requirement& requirement) {
  page.rfc_link(requirement.rfc, requirement.section, rfc::citation(requirement));
  page.text(fmt::format(" · {} · ", requirement.level)).element("code", requirement.id);
}

void requirement_quote(Html& page, const CaseResult& played) {
  const auto* const requirement = rfc::find_requirement(concerned_requirement(played));
  if (requirement == nullptr) return;
  const auto quote = page.in("blockquote", {{"class", "req"}});
  page.element("p", requirement->text);
  const auto source = page.in("footer");
  requirement_line(page, *requirement);
}

void facts(Html& page, const CaseResult& played) {
  const auto list = page.in("dl", {{"class", "facts"}});
  fact(page, "Sent", what_was_sent(played), true);
  fact(page, "Expected", played.evidence.expected);
  fact(page, "Observed", played.evidence.observed);
  fact(page, "Closing", how_it_closed(played));
  if (played.known) fact(page, "Baseline", of_baseline(*played.known, played.verdict.word));
  fact(page, "Delivered", in_each_delivery(played));
  fact(page, "Played", in_each_attempt(played));
}

// "beast ✓ pass", as a link where there is something to see.
void elsewhere_word(Html& page, const std::string& label, const CaseResult& played,
                    const Anchor* there) {
  const auto entry = page.in("li");
  page.text(label + " ");
  const std::string word =
      fmt::format("{} {}", mark(played.verdict.word), name(played.verdict.word));
  const auto coloured =
      page.in("span", {{"class", fmt::format("w {}", name(played.verdict.word))}});
  if (there != nullptr) {
    page.link(*there, word);
  } else {
    page.text(word);
  }
}

// The same case on the other targets, and in the run before.
void elsewhere(Html& page, const View& view, std::size_t index, const CaseResult& played) {
  const CaseResult* const before = view.before(index, played.id);
  const Row* const row = view.row(played.id);
  if (before == nullptr && (!view.several() || row == nullptr)) return;
  const auto list =
      page.in("ul", {{"class", "elsewhere"}, {"aria-label", "The same case elsewhere"}});
  for (std::size_t other = 0; row != nullptr && other < view.runs(); ++other) {
    const CaseResult* const cell = row->cells[other];
    if (other == index || cell == nullptr) continue;
    const Anchor there = view.article(other, cell->id);
    elsewhere_word(page, view.label(other), *cell,
                   view.tells(*cell) && !view.in_folder() ? &there : nullptr);
  }
  if (before != nullptr) elsewhere_word(page, "the run before:", *before, nullptr);
}

void lines_block(Html& page, const std::vector<std::string>& lines) {
  const auto block = page.in("pre", {{"class", "script"}});
  for (const std::string& line : lines) page.text(base::cut(line, 400)).line();
}

// What became of the target's process, and what it said about it.
void incident(Html& page, const result::Incident& happened, ElementName heading) {
  page.element(heading, "The process");
  page.element("p", base::cut(summary(happened), sentence_limit));
  if (!happened.report.empty()) lines_block(page, happened.report);
  if (!happened.output.empty()) {
    const auto fold = page.in("details");
    page.element("summary", "The end of its output");
    lines_block(page, happened.output);
  }
  if (!happened.suspects.empty()) {
    page.element("p", "Suspects:");
    lines_block(page, happened.suspects);
  }
}

// One line of a script: its number, and its text, in which what was not met is marked.
void script_line(Html& page, const CaseResult& played, std::size_t index, std::string_view line,
                 const std::optional<Failing>& failing) {
  const bool blamed = failing && failing->index == index;
  const auto row = page.in("span", {{"class", blamed ? "line bad" : "line"}});
  page.element("span", {{"class", "no"}}, std::to_string(played.place.line + index));
  if (!blamed) {
    page.text(base::cut(line, 300));
    return;
  }
  const std::size_t begin = octets_of(line, failing->column);
  const std::size_t size = octets_of(line.substr(begin), failing->width);
  page.text(base::cut(line.substr(0, begin), 300))
      .element("mark", base::cut(line.substr(begin, size), 300));
  page.text(base::cut(line.substr(begin + size), 300)).element("em", "  ← not met");
  if (!failing->meant.empty()) page.element("em", ": " + base::cut(failing->meant, 200));
}

void script(Html& page, const CaseResult& played, ElementName heading, Depth depth) {
  constexpr std::size_t most = 60;
  if (played.script.empty()) return;
  const auto all = lines(played.script);
  const auto failing = failing_line(played);
  if (depth >= Depth::bare || (depth == Depth::brief && !failing)) return;
  {
    const auto title = page.in(heading);
    page.text("Script ");
    const std::uint32_t line = failing ? played.evidence.failed_at.line : played.place.line;
    page.element("span", {{"class", "place"}},
                 fmt::format("{}:{}", base::cut(played.place.file, 200), line));
  }
  const auto block = page.in("pre", {{"class", "script"}});
  for (std::size_t index = 0; index < all.size(); ++index) {
    const bool is_failing = failing && failing->index == index;
    if (!is_failing && (depth == Depth::brief || index >= most)) continue;
    script_line(page, played, index, all[index], failing);
    page.line();
  }
}

void wire(Html& page, const CaseResult& played, const result::Target& target, ElementName heading,
          Depth depth) {
  if (depth >= Depth::bare || played.evidence.transcript.entries.empty()) return;
  page.element(heading, "On the wire");
  if (depth == Depth::brief) {
    short_wire(page, played);
    return;
  }
  sequence_diagram(page, played, target);
  handshake(page, played);
  const auto fold = page.in("details", {{"class", "octets"}, {"open", ""}});
  page.element("summary", "Every event, decoded");
  wire_table(page, played, target);
}

// Everything but the title; `heading` is the name of the headings in it.
void body(Html& page, const View& view, std::size_t index, const CaseResult& played,
          ElementName heading, Depth depth) {
  const result::Target& target = view.run(index).target;
  requirement_quote(page, played);
  facts(page, played);
  if (played.evidence.usage) {
    page.element(heading, "What the process used");
    lines_block(page, usage_lines(*played.evidence.usage));
  }
  if (played.evidence.incident) incident(page, *played.evidence.incident, heading);
  elsewhere(page, view, index, played);
  script(page, played, heading, depth);
  wire(page, played, target, heading, depth);
  page.element(heading, "Play it again");
  const auto block = page.in("pre", {{"class", "command"}});
  page.text(base::cut(rerun_command(target, played.id, played.verdict.delivery), 600));
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

// "went-on · 6455-5.4-5, 6455-5.5.2-2 · autobahn:5.6 · 3 attempts".
std::string about(const CaseResult& played, bool first_of_family) {
  std::vector<std::string> parts = {played.verdict.reason};
  if (first_of_family) {
    parts.push_back(joined(played.checks));
    parts.push_back(joined(played.aliases));
    parts.push_back(joined(played.tags));
  }
  if (played.verdict.delivery != "whole") parts.push_back("delivery " + played.verdict.delivery);
  if (played.evidence.attempts > 1) {
    parts.push_back(fmt::format("{} attempts", played.evidence.attempts));
  }
  std::string line;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!line.empty()) line += " · ";
    line += part;
  }
  return base::cut(line, 400);
}

// The id without the section that the row stands in.
std::string_view short_id(const CaseResult& played, std::string_view section) {
  std::string_view id = played.id;
  if (id.size() > section.size() + 1 && id.starts_with(section))
    id.remove_prefix(section.size() + 1);
  return id;
}

// What a case of one run tells without an article.
void details(Html& page, const View& view, std::size_t index, const CaseResult& played) {
  const Depth depth = view.depth(played);
  if (depth >= Depth::bare) return facts(page, played);
  if (played.verdict.word == Word::pass) return short_wire(page, played);
  body(page, view, index, played, "h3", depth);
}

// Whether the row of a case has more to tell than its line.
bool unfolds(const View& view, const CaseResult& played) {
  return !view.tells(played) && view.depth(played) != Depth::line;
}

// What stands in a row when somebody unfolds it.
void unfolded(Html& page, const View& view, const Row& row) {
  const CaseResult& any = row.any();
  const std::string line = about(any, row.first_of_family);
  if (!line.empty()) page.element("p", {{"class", "about"}}, line);
  if (row.first_of_family && any.verdict.word == Word::pass && view.depth(any) < Depth::bare)
    script(page, any, "h3", Depth::whole);
  for (std::size_t index = 0; index < view.runs(); ++index) {
    const CaseResult* const cell = row.cells[index];
    if (cell == nullptr || !unfolds(view, *cell)) continue;
    if (view.several()) page.element("h3", view.label(index));
    details(page, view, index, *cell);
  }
}

// What stands behind the id in a row: the title where it has not been told yet, and what was seen.
void row_text(Html& page, const View& view, const Row& row) {
  const CaseResult& played = row.any();
  if (row.first_of_family) {
    page.text(" ").element("span", {{"class", "title"}}, base::cut(played.title, 300));
  }
  if (view.several() || played.verdict.word == Word::pass) return;
  const Evidence& evidence = played.evidence;
  const std::string& seen = evidence.observed.empty() ? played.verdict.reason : evidence.observed;
  if (!seen.empty()) page.text(" ").element("small", base::cut(seen, 200));
}

}  // namespace

void fact(Html& page, std::string_view name, std::string_view text, bool code) {
  if (text.empty()) return;
  const auto pair = page.in("div");
  page.element("dt", name);
  const auto value = page.in("dd");
  if (code) {
    page.element("code", base::cut(text, sentence_limit));
  } else {
    page.text(base::cut(text, sentence_limit));
  }
}

void process_part(Html& page, const View& view, std::size_t index) {
  const result::RunResult& run = view.run(index);
  if (!run.usage && run.incidents.empty()) return;
  const auto part = page.in("section", Anchor(view.several() ? fmt::format("process-{}", index + 1)
                                                             : std::string("process")));
  page.element("h2", view.several() ? "The process of " + view.label(index) : "The process");
  if (run.usage) lines_block(page, usage_lines(*run.usage));
  for (const result::Incident& happened : run.incidents) incident(page, happened, "h3");
}

namespace {

// How an alarming case, or one that ought to be, stands to a baseline; empty where nothing is to
// be said.
std::string_view known_word(const CaseResult& played) {
  if (!played.known) return "";
  if (played.known->standing == result::Standing::better) return "unexpected";
  return is_known(played.known) && is_alarming(played.verdict.word) ? "known" : "";
}

std::string known_of(const Row& row) {
  std::string all;
  for (const CaseResult* cell : row.cells) {
    const std::string_view known = cell == nullptr ? "" : known_word(*cell);
    if (!known.empty()) all += (all.empty() ? "" : " ") + std::string(known);
  }
  return all;
}

void word_cell(Html& page, const View& view, const Row& row, std::size_t index) {
  const CaseResult* const cell = row.cells[index];
  if (cell == nullptr) {
    const auto empty = page.in("td", {{"class", "w"}});
    page.element("span", {{"title", "not played"}}, "·");
    return;
  }
  const std::string_view word = name(cell->verdict.word);
  const auto filled = page.in("td", {{"class", fmt::format("w {}", word)}});
  const std::string text = fmt::format("{} {}", mark(cell->verdict.word), word);
  if (view.several() && view.tells(*cell) && !view.in_folder()) {
    page.link(view.article(index, cell->id), text);
  } else {
    page.text(text);
  }
  if (const std::string_view known = known_word(*cell); !known.empty())
    page.text(" ").element("small", known);
  if (const CaseChange* const change = view.change(index, cell->id))
    page.text(" ").element("small", {{"class", "change"}}, name(change->change));
}

// What the filter looks at: a word for each run, "." where it was not played.
std::string words_of(const Row& row) {
  std::string words;
  for (const CaseResult* cell : row.cells) {
    if (!words.empty()) words += ' ';
    words += cell == nullptr ? "." : name(cell->verdict.word);
  }
  return words;
}

std::string changes_of(const View& view, const Row& row) {
  std::string all;
  for (std::size_t index = 0; index < view.runs(); ++index) {
    if (const CaseChange* const change = view.change(index, row.id))
      all += (all.empty() ? "" : " ") + std::string(name(change->change));
  }
  return all;
}

void case_cell(Html& page, const View& view, const Row& row, std::string_view section) {
  const CaseResult& played = row.any();
  const std::string id = base::cut(short_id(played, section), 300);
  const auto cell = page.in("td");
  const bool has_more = std::ranges::any_of(
      row.cells, [&](const CaseResult* one) { return one != nullptr && unfolds(view, *one); });
  if (view.in_folder() || view.crowded() || !has_more) {
    const auto line = page.in("div");
    if (view.in_folder()) {
      page.file_link(view.page(row.id), id);
    } else if (view.several() || !view.tells(played)) {
      page.element("code", id);
    } else {
      page.link(view.article(0, row.id), id);
    }
    row_text(page, view, row);
    return;
  }
  const auto fold = page.in("details");
  {
    const auto summary = page.in("summary");
    page.element("code", id);
    row_text(page, view, row);
  }
  unfolded(page, view, row);
}

}  // namespace

void verdict_word(Html& page, Word word) {
  page.element("span", {{"class", fmt::format("w {}", name(word))}},
               fmt::format("{} {}", mark(word), name(word)));
}

void case_article(Html& page, const View& view, std::size_t index, const CaseResult& played,
                  const Anchor& here, Depth depth, bool open) {
  const std::string_view word = name(played.verdict.word);
  const std::string run = std::to_string(index);
  const CaseChange* const change = view.change(index, played.id);
  const auto article = page.in("article", here,
                               {{"class", word},
                                {"data-word", word},
                                {"data-run", run},
                                {"data-level", played.level},
                                {"data-known", known_word(played)},
                                {"data-changed", change == nullptr ? "" : name(change->change)}});
  const auto fold = open ? page.in("details", {{"open", ""}}) : page.in("details");
  {
    const auto summary = page.in("summary");
    const auto heading = page.in("h3");
    verdict_word(page, played.verdict.word);
    if (const std::string_view known = known_word(played); !known.empty())
      page.text(" ").element("small", known);
    page.text(" ").element("code", base::cut(played.id, 300)).text(" ");
    if (view.several()) page.element("b", view.label(index)).text(" ");
    page.element("span", {{"class", "title"}}, base::cut(played.title, 300));
  }
  {
    const auto line = page.in("p", {{"class", "about"}});
    page.text(about(played, true));
    if (change != nullptr)
      page.text(" · ").element("b", fmt::format("{}: {}", name(change->change), in_words(*change)));
    if (view.in_folder()) page.text(" · ").file_link(view.page(played.id), "the whole case");
  }
  body(page, view, index, played, "h4", depth);
}

void case_row(Html& page, const View& view, const Row& row, std::string_view section) {
  const CaseResult& played = row.any();
  const std::string words = words_of(row);
  const std::string changed = changes_of(view, row);
  const std::string known = known_of(row);
  std::vector<Attribute> attributes = {{"data-word", words}, {"data-level", played.level}};
  if (!known.empty()) attributes.push_back({"data-known", known});
  if (!changed.empty()) attributes.push_back({"data-changed", changed});
  const auto line = page.in("tr", View::place(row.id), attributes);
  if (!view.several()) word_cell(page, view, row, 0);
  case_cell(page, view, row, section);
  if (!view.several()) {
    page.element("td", {{"class", "n"}}, brief_time(played.evidence.took));
    return;
  }
  for (std::size_t index = 0; index < view.runs(); ++index) word_cell(page, view, row, index);
}

}  // namespace wsproof::reports
