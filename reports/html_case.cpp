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

void fact(Html& page, std::string_view name, std::string_view text, bool code = false) {
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

void facts(Html& page, const CaseResult& played) {
  const auto list = page.in("dl", {{"class", "facts"}});
  fact(page, "Sent", what_was_sent(played), true);
  fact(page, "Expected", played.evidence.expected);
  fact(page, "Observed", played.evidence.observed);
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
  page.text(line.substr(0, begin)).element("mark", base::cut(line.substr(begin, size), 300));
  page.text(base::cut(line.substr(begin + size), 300)).element("em", "  ← not met");
  const std::string& meant = played.evidence.failed_text;
  if (!meant.empty() && line.find(meant) == std::string_view::npos) {
    page.element("em", ": " + base::cut(meant, 200));
  }
}

void script(Html& page, const CaseResult& played, ElementName heading, Depth depth) {
  constexpr std::size_t most = 60;
  if (played.script.empty()) return;
  const auto all = lines(played.script);
  const auto failing = failing_line(played);
  if (depth == Depth::brief && !failing) return;
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

// Everything but the title; `heading` is the name of the headings in it.
void body(Html& page, const CaseResult& played, const result::Target& target, ElementName heading,
          Depth depth) {
  requirement_quote(page, played);
  facts(page, played);
  if (played.evidence.usage) {
    page.element(heading, "What the process used");
    lines_block(page, usage_lines(*played.evidence.usage));
  }
  if (played.evidence.incident) incident(page, *played.evidence.incident, heading);
  script(page, played, heading, depth);
  if (!played.evidence.transcript.entries.empty()) {
    page.element(heading, "On the wire");
    if (depth == Depth::whole) {
      wire_table(page, played, target);
    } else {
      short_wire(page, played);
    }
  }
  page.element(heading, "Play it again");
  const auto block = page.in("pre", {{"class", "command"}});
  page.text(base::cut(rerun_command(target, played.id), 600));
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

// What a case that has no article tells when somebody unfolds its row.
void details(Html& page, const CaseResult& played, const result::Target& target,
             bool first_of_family, Depth depth) {
  const std::string line = about(played, first_of_family);
  if (!line.empty()) page.element("p", {{"class", "about"}}, line);
  if (played.verdict.word != Word::pass) return body(page, played, target, "h3", depth);
  if (first_of_family && depth == Depth::whole) script(page, played, "h3", depth);
  short_wire(page, played);
}

// What stands behind the id in a row: the title where it has not been told yet, and what was seen.
void row_text(Html& page, const CaseResult& played, bool first_of_family) {
  if (first_of_family) {
    page.text(" ").element("span", {{"class", "title"}}, base::cut(played.title, 300));
  }
  if (played.verdict.word == Word::pass) return;
  const Evidence& evidence = played.evidence;
  const std::string& seen = evidence.observed.empty() ? played.verdict.reason : evidence.observed;
  if (!seen.empty()) page.text(" ").element("small", base::cut(seen, 200));
}

}  // namespace

void process_part(Html& page, const result::RunResult& run) {
  if (!run.usage && run.incidents.empty()) return;
  const auto part = page.in("section", Anchor("process"));
  page.element("h2", "The process");
  if (run.usage) lines_block(page, usage_lines(*run.usage));
  for (const result::Incident& happened : run.incidents) incident(page, happened, "h3");
}

bool has_article(const CaseResult& played) {
  return is_alarming(played.verdict.word) || played.verdict.word == Word::non_strict;
}

void verdict_word(Html& page, Word word) {
  page.element("span", {{"class", fmt::format("w {}", name(word))}},
               fmt::format("{} {}", mark(word), name(word)));
}

void case_article(Html& page, const CaseResult& played, const result::Target& target,
                  const Anchor& here, Depth depth, bool open) {
  const std::string_view word = name(played.verdict.word);
  const auto article = page.in(
      "article", here, {{"class", word}, {"data-word", word}, {"data-level", played.level}});
  const auto fold = open ? page.in("details", {{"open", ""}}) : page.in("details");
  {
    const auto summary = page.in("summary");
    const auto heading = page.in("h3");
    verdict_word(page, played.verdict.word);
    page.text(" ").element("code", base::cut(played.id, 300)).text(" ");
    page.element("span", {{"class", "title"}}, base::cut(played.title, 300));
  }
  const std::string line = about(played, true);
  if (!line.empty()) page.element("p", {{"class", "about"}}, line);
  body(page, played, target, "h4", depth);
}

void case_row(Html& page, const CaseResult& played, const result::Target& target,
              const Anchor& here, std::string_view section, bool first_of_family, Depth depth) {
  const std::string_view word = name(played.verdict.word);
  const std::string_view id = short_id(played, section);
  const bool elsewhere = has_article(played);
  const auto row = elsewhere
                       ? page.in("tr", {{"data-word", word}, {"data-level", played.level}})
                       : page.in("tr", here, {{"data-word", word}, {"data-level", played.level}});
  page.element("td", {{"class", fmt::format("w {}", word)}},
               fmt::format("{} {}", mark(played.verdict.word), word));
  {
    const auto cell = page.in("td");
    if (elsewhere) {
      const auto line = page.in("div");
      page.link(here, base::cut(id, 300));
      row_text(page, played, first_of_family);
    } else {
      const auto fold = page.in("details");
      {
        const auto summary = page.in("summary");
        page.element("code", base::cut(id, 300));
        row_text(page, played, first_of_family);
      }
      details(page, played, target, first_of_family, depth);
    }
  }
  page.element("td", {{"class", "n"}}, brief_time(played.evidence.took));
}

}  // namespace wsproof::reports
