#include "reports/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "harness/base/escape.hpp"
#include "harness/rfc/requirements.hpp"
#include "reports/changes.hpp"
#include "reports/phrases.hpp"
#include "reports/terminal_text.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Entry;
using result::RunResult;
using result::Word;

namespace {

constexpr std::size_t left = 12;  // where the text behind a label begins

Ink ink(Word word) {
  switch (word) {
    case Word::pass:
      return Ink::good;
    case Word::fail:
    case Word::crash:
    case Word::hang:
    case Word::flaky:
      return Ink::bad;
    case Word::inconclusive:
      return Ink::unclear;
    case Word::non_strict:
      return Ink::unusual;
    case Word::info:
      return Ink::remark;
    case Word::unsupported:
    case Word::not_run:
      return Ink::dim;
  }
  return Ink::plain;
}

Ink ink(Change change) {
  switch (change) {
    case Change::broken:
    case Change::worse:
      return Ink::bad;
    case Change::fixed:
    case Change::better:
      return Ink::good;
    case Change::reason:
    case Change::added:
    case Change::removed:
      return Ink::unusual;
  }
  return Ink::plain;
}

std::string upper(std::string_view word) {
  std::string text(word);
  std::ranges::transform(text, text.begin(),
                         [](unsigned char letter) { return std::toupper(letter); });
  return text;
}

std::size_t columns(const TerminalStyle& style) {
  return static_cast<std::size_t>(std::max(style.width, 40));
}

// A label at the margin, and then the column where its text begins.
TerminalText& label(TerminalText& out, std::string_view name) {
  return out.text("  ").text(name, Ink::bold).tab(left);
}

// "FAIL rfc6455/5.2/reserved-bits/rsv=4   MUST · RFC 6455 §5.2   (0.11 s)"; in two lines where
// there is no room for that.
void headline(TerminalText& out, const CaseResult& played, const TerminalStyle& style) {
  const std::string time = fmt::format("({})", seconds(played.evidence.took));
  std::string source = authority(played);
  if (played.evidence.attempts > 1)
    source += "  " + counted(played.evidence.attempts, "attempt", "attempts");
  out.text(upper(name(played.verdict.word)), ink(played.verdict.word)).text(" ");
  out.text(played.id, Ink::bold);
  const std::size_t begin = std::max<std::size_t>(44, out.column() + 2);
  if (begin + character_count(source) + 2 + time.size() <= columns(style)) {
    out.tab(begin);
  } else {
    out.end().tab(left);
  }
  out.text(source).tab(columns(style) - std::min(columns(style), time.size()), 2);
  out.text(time, Ink::dim).end();
}

// The place, the line of the script, and a caret below what was not met.
void excerpt(TerminalText& out, const CaseResult& played, const TerminalStyle& style) {
  const result::Place& failed = played.evidence.failed_at;
  const result::Place& at = failed.line == 0 ? played.place : failed;
  if (at.line == 0) return;
  out.text("  --> ", Ink::remark);
  out.text(fmt::format("{}:{}:{}", at.file, at.line, std::max(at.column, 1U))).end();
  const auto failing = failing_line(played);
  if (!failing) return;

  std::string source(lines(played.script)[failing->index]);
  std::ranges::replace(source, '\t', ' ');
  const std::string number = std::to_string(at.line);
  const std::string gutter(number.size() + 1, ' ');
  const std::size_t room = columns(style) - std::min(columns(style), gutter.size() + 2);
  out.text(gutter + "|", Ink::remark).end();
  out.text(number + " |", Ink::remark).text(" ").text(front(source, room)).end();
  if (failing->column < room) {
    const std::size_t width = std::min(failing->width, room - failing->column);
    out.text(gutter + "|", Ink::remark).tab(gutter.size() + 2 + failing->column);
    out.text(std::string(width, '^'), Ink::bad);
    const std::string meant = front(base::for_terminal(failing->meant), room);
    if (!meant.empty()) {
      if (out.column() + 1 + character_count(meant) > columns(style))
        out.end().text(gutter + "|", Ink::remark);
      out.text(" ").text(meant);
    }
    out.end();
  }
}

bool is_on_the_wire(const Entry& entry) {
  return entry.kind != Entry::Kind::note && entry.kind != Entry::Kind::opened;
}

std::string_view direction(Entry::Kind kind) {
  switch (kind) {
    case Entry::Kind::sent:
    case Entry::Kind::ended_us:
      return ">";
    case Entry::Kind::received:
    case Entry::Kind::ended:
    case Entry::Kind::refused:
      return "<";
    case Entry::Kind::opened:
    case Entry::Kind::note:
      return "#";
  }
  return "#";
}

// "+0.4 ms > c1 82 1f2e3d4c 7747"; what has no frame in it is shown as text.
std::string wire_event(const Entry& entry) {
  const bool frame = entry.header_size > 0;
  return fmt::format("{} {} {}", since_begin(entry.at), direction(entry.kind),
                     frame ? frame_hex(entry, 20) : front(base::for_terminal(said(entry)), 60));
}

// The events that matter most: the last frame that the script sent, and what came of it. Fences and
// the end of the case come later and say less.
std::vector<const Entry*> telling_events(const CaseResult& played) {
  constexpr std::size_t most = 4;
  std::vector<const Entry*> events;
  std::size_t last_sent = 0;
  for (const Entry& entry : played.evidence.transcript.entries) {
    if (!is_on_the_wire(entry)) continue;
    if (entry.kind == Entry::Kind::sent && entry.script_line > 0) last_sent = events.size();
    events.push_back(&entry);
  }
  const std::size_t size = std::min(events.size(), most);
  const std::size_t begin = std::min(last_sent, events.size() - size);
  return {events.begin() + static_cast<std::ptrdiff_t>(begin),
          events.begin() + static_cast<std::ptrdiff_t>(begin + size)};
}

// Those, in one line if there is room for them.
void short_wire(TerminalText& out, const CaseResult& played, const TerminalStyle& style) {
  bool first = true;
  for (const Entry* entry : telling_events(played)) {
    const std::string event = wire_event(*entry);
    if (first) {
      label(out, "wire");
    } else if (out.column() + 4 + character_count(event) <= columns(style)) {
      out.tab(0, 4);
    } else {
      out.end().tab(left);
    }
    first = false;
    out.text(event);
  }
  if (!first) out.end();
}

// The whole log, an event a line: time, connection, direction, words, octets.
void whole_wire(TerminalText& out, const CaseResult& played, const TerminalStyle& style) {
  const result::Transcript& log = played.evidence.transcript;
  const bool several =
      std::ranges::any_of(log.entries, [](const Entry& entry) { return entry.link > 0; });
  bool first = true;
  for (const Entry& entry : log.entries) {
    if (first) label(out, "wire");
    first = false;
    out.tab(left, 0).text(fmt::format("{:>12}", since_begin(entry.at)), Ink::dim);
    if (several) out.text(fmt::format(" @{}", entry.link));
    out.text(fmt::format(" {} ", direction(entry.kind)));
    out.text(front(base::for_terminal(said(entry)), 100),
             entry.kind == Entry::Kind::note ? Ink::dim : Ink::plain);
    if (entry.header_size > 0) {
      const std::string octets = frame_hex(entry, 32);
      const bool fits =
          std::max(out.column() + 2, std::size_t{56}) + octets.size() <= columns(style);
      if (!fits) out.end().tab(left + 17);
      if (fits) out.tab(56, 2);
      out.text(octets, Ink::dim);
    }
    out.end();
  }
  if (log.dropped > 0) {
    out.tab(left).text(fmt::format("and {} more events that were not kept", log.dropped)).end();
  }
}

void counts(TerminalText& out, const RunResult& run) {
  const auto counts = count(run.cases);
  out.text("  ").text(counted(run.cases.size(), "case", "cases"), Ink::bold);
  if (run.rounds) out.text(fmt::format(", each of them {} times,", *run.rounds));
  out.text(" in " + seconds(run.took));
  if (run.interrupted) out.text(", interrupted", Ink::bad);
  out.end();
  for (const Word word : words_by_weight()) {
    const auto found = counts.find(word);
    if (found == counts.end()) continue;
    out.text(fmt::format("  {:>7} ", found->second), ink(word));
    out.text(fmt::format("{} {}", mark(word), name(word)), ink(word)).end();
  }
  const auto lost = std::ranges::count_if(
      run.controls, [](const CaseResult& control) { return control.verdict.word != Word::pass; });
  if (lost > 0) {
    out.text(fmt::format("  {:>7} of {} controls did not pass", lost, run.controls.size()),
             Ink::bad)
        .end();
  }
}

// How much of the catalogue applied, and why the rest did not.
void share(TerminalText& out, const RunResult& run) {
  std::map<std::string, std::size_t> reasons;
  for (const CaseResult& played : run.cases) {
    if (played.verdict.word == Word::unsupported) ++reasons[played.verdict.reason];
  }
  if (reasons.empty()) return;
  std::size_t left_out = 0;
  for (const auto& [reason, cases] : reasons) left_out += cases;
  label(out, "applied")
      .text(
          fmt::format("{} of {} cases; the others:", run.cases.size() - left_out, run.cases.size()))
      .end();
  for (const auto& [reason, cases] : reasons)
    out.text(fmt::format("  {:>7} {}", cases, why_unsupported(reason))).end();
}

void gate(TerminalText& out, const RunResult& run, const TerminalStyle& style) {
  label(out, "gate")
      .text(run.gate.passed ? "passed" : "FAILED", run.gate.passed ? Ink::good : Ink::bad);
  out.end();
  for (const std::string& reason : run.gate.reasons) {
    out.tab(left).wrapped(base::cut(reason, 600), columns(style)).end();
  }
  if (run.gate.baseline.empty()) return;
  label(out, "baseline")
      .text(base::cut(run.gate.baseline, 300) + " knows " + what_is_known(run))
      .end();
  for (const std::string& note : run.gate.notes)
    out.tab(left).wrapped(base::cut(note, 600), columns(style)).end();
}

void monitor(TerminalText& out, const RunResult& run, const TerminalStyle& style) {
  if (run.monitor.empty()) return;
  label(out, "monitor").text("what the target sent in any case, and must not").end();
  for (const result::MonitorFinding& finding : run.monitor) {
    const auto* const requirement = rfc::find_requirement(finding.requirement);
    out.tab(left).text(finding.requirement, Ink::bold);
    if (requirement != nullptr) out.text("  " + rfc::citation(*requirement), Ink::dim);
    if (is_known(finding.known)) out.text("  known", Ink::dim);
    const std::string where =
        counted(finding.count, "case", "cases") + ", first " + finding.first_case;
    if (out.column() + 2 + character_count(where) > columns(style)) out.end();
    out.tab(left + 2, 2).text(where).end();
    out.tab(left + 2).wrapped(base::cut(finding.explanation, 600), columns(style)).end();
  }
}

void slowest(TerminalText& out, const RunResult& run, const TerminalStyle& style) {
  constexpr auto worth_telling = std::chrono::milliseconds(500);
  std::vector<const CaseResult*> slow;
  for (const CaseResult& played : run.cases) {
    if (style.verbosity > 0 || played.evidence.took >= worth_telling) slow.push_back(&played);
  }
  std::ranges::stable_sort(slow, std::greater<>{},
                           [](const CaseResult* one) { return one->evidence.took; });
  slow.resize(std::min<std::size_t>(slow.size(), style.verbosity > 0 ? 10 : 3));
  for (const CaseResult* played : slow) {
    if (played == slow.front()) label(out, "slowest");
    out.tab(left, 0).text(fmt::format("{:>8}  ", seconds(played->evidence.took)), Ink::dim);
    out.text(played->id).end();
  }
}

void written_reports(TerminalText& out, const std::vector<WrittenReport>& reports) {
  bool first = true;
  for (const WrittenReport& report : reports) {
    if (first) label(out, "reports");
    first = false;
    out.tab(left, 0).text(report.kind, Ink::dim).tab(left + 10).text(report.path).end();
  }
}

// What somebody would want to do now: look at the most alarming case.
std::vector<std::string> next_commands(const RunResult& run) {
  const std::vector<Alarm> all = alarms({.runs = {&run, 1}});
  if (all.empty()) return {};
  return {rerun_command(run.target, all.front().played->id)};
}

// What became of the target's process, and what it said about it.
void incident(TerminalText& out, const result::Incident& happened, const TerminalStyle& style) {
  constexpr std::size_t most_output = 6;
  constexpr std::size_t most_suspects = 8;
  label(out, "process").wrapped(base::cut(summary(happened), 600), columns(style)).end();
  const auto block = [&](std::string_view name, const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i == 0) label(out, name);
      out.tab(left, 0).text(front(base::for_terminal(lines[i]), columns(style) - left)).end();
    }
  };
  block("report", happened.report);
  const auto& output = happened.output;
  const bool all = style.verbosity > 0 || output.size() <= most_output;
  if (happened.report.empty() || style.verbosity > 0)
    block("output", {all ? output.begin() : output.end() - most_output, output.end()});
  std::vector<std::string> suspects = happened.suspects;
  if (suspects.size() > most_suspects && style.verbosity == 0) {
    suspects.resize(most_suspects);
    suspects.push_back(fmt::format("and {} more", happened.suspects.size() - most_suspects));
  }
  block("suspects", suspects);
}

// "start 14.0 MiB, peak 60.0 MiB, end 30.0 MiB".
void usage(TerminalText& out, const base::UsageSpan& span) {
  bool first = true;
  for (const std::string& line : usage_lines(span)) {
    if (first) label(out, "process");
    first = false;
    out.tab(left, 0).text(line).end();
  }
}

void incidents(TerminalText& out, const RunResult& run, const TerminalStyle& style) {
  if (run.incidents.empty()) return;
  label(out, "incidents").text("for which no case could be blamed").end();
  for (const result::Incident& happened : run.incidents) incident(out, happened, style);
}

}  // namespace

std::string failure_block(const CaseResult& played, const result::Target& target,
                          const TerminalStyle& style) {
  TerminalText out(style.colour);
  headline(out, played, style);
  const auto sentence = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) label(out, name).wrapped(base::cut(text, 600), columns(style)).end();
  };
  if (style.verbosity > 0) sentence("about", played.title);
  sentence("expected", played.evidence.expected);
  sentence("observed", played.evidence.observed);
  if (played.evidence.observed.empty()) sentence("reason", played.verdict.reason);
  if (played.evidence.usage) usage(out, *played.evidence.usage);
  if (played.evidence.incident) incident(out, *played.evidence.incident, style);
  if (played.known) sentence("baseline", of_baseline(*played.known, played.verdict.word));
  const bool better = played.known && played.known->standing == result::Standing::better;
  if (better && style.verbosity == 0) return std::move(out).take();
  sentence("delivered", in_each_delivery(played));
  sentence("played", in_each_attempt(played));
  excerpt(out, played, style);
  if (style.verbosity > 1) {
    whole_wire(out, played, style);
  } else {
    short_wire(out, played, style);
  }
  label(out, "rerun").text(rerun_command(target, played.id, played.verdict.delivery)).end();
  return std::move(out).take();
}

std::string case_line(const CaseResult& played, const TerminalStyle& style) {
  TerminalText out(style.colour);
  const Word word = played.verdict.word;
  out.text(fmt::format("{} {}", mark(word), name(word)), ink(word)).tab(15);
  out.text(played.id).text(fmt::format("  ({})", seconds(played.evidence.took)), Ink::dim);
  if (is_known(played.known) && is_alarming(word)) out.text("  known", Ink::dim);
  out.end();
  return std::move(out).take();
}

std::string summary(const RunResult& run, const SummaryNotes& notes, const TerminalStyle& style) {
  TerminalText out(style.colour);
  out.text(run.target.name, Ink::bold);
  if (!run.target.version.empty()) out.text(" · " + run.target.version);
  if (run.target.url != run.target.name) out.text(" · " + run.target.url);
  out.end();
  counts(out, run);
  if (style.verbosity >= 0) share(out, run);
  gate(out, run, style);
  if (style.verbosity < 0) return std::move(out).take();
  monitor(out, run, style);
  incidents(out, run, style);
  if (run.usage) usage(out, *run.usage);
  slowest(out, run, style);
  written_reports(out, notes.reports);
  label(out, "seed").text(fmt::format("{}", run.seed), Ink::dim).end();
  bool first = true;
  for (const std::string& command : notes.next.empty() ? next_commands(run) : notes.next) {
    if (first) label(out, "next");
    first = false;
    out.tab(left, 0).text(command).end();
  }
  return std::move(out).take();
}

std::string comparison(const Subject& subject, const TerminalStyle& style) {
  constexpr std::size_t most = 60;
  TerminalText out(style.colour);
  for (const Changes& one : changes(subject)) {
    out.text(one.label, Ink::bold).text(" since " + base::cut(one.before->started, 60)).end();
    if (one.cases.empty()) out.text("  no verdict changed").end();
    for (const auto& [change, number] : one.count())
      out.text(fmt::format("  {:>7} ", number)).text(name(change), ink(change)).end();
    if (style.verbosity < 0) continue;
    for (std::size_t at = 0; at < std::min(one.cases.size(), most); ++at) {
      const CaseChange& change = one.cases[at];
      out.text("  ").text(name(change.change), ink(change.change)).tab(16);
      out.text(change.id()).tab(64, 2).text(in_words(change), Ink::dim).end();
    }
    if (one.cases.size() > most)
      out.text(fmt::format("  and {} more; --report-md and --report-html have all",
                           one.cases.size() - most))
          .end();
  }
  return std::move(out).take();
}

std::string progress_line(const Progress& progress, int width) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(progress.elapsed).count();
  const std::string line = fmt::format(
      "[{:>{}}/{}] {} fail  {:02}:{:02}  {}", progress.done, std::to_string(progress.total).size(),
      progress.total, progress.fails, whole / 60, whole % 60, base::for_terminal(progress.current));
  const std::string fitting = front(line, static_cast<std::size_t>(std::max(width, 1)));
  return fitting.substr(0, fitting.find_last_not_of(' ') + 1);
}

}  // namespace wsproof::reports
