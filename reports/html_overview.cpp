#include "reports/html_overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/escape.hpp"
#include "reports/html_case.hpp"
#include "reports/html_wire.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

Html::Scope wide_box(Html& page, std::string_view label) {
  return page.in("div",
                 {{"class", "wide"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", label}});
}

namespace {

void table_heads(Html& page, std::initializer_list<std::string_view> names) {
  const auto head = page.in("thead");
  const auto line = page.in("tr");
  for (const std::string_view name : names) page.element("th", {{"scope", "col"}}, name);
}

using Counts = std::map<Word, std::size_t>;

constexpr std::size_t sentence_limit = 800;

Counts count_words(const std::vector<const CaseResult*>& cases) {
  Counts counts;
  for (const CaseResult* played : cases) ++counts[played->verdict.word];
  return counts;
}

// The shares of the words as one bar; the numbers stand beside it as text.
void bar(Html& page, const Counts& counts, std::size_t total) {
  if (total == 0) return;
  const auto drawing = page.in("svg", {{"class", "bar"},
                                       {"viewBox", "0 0 1000 10"},
                                       {"preserveAspectRatio", "none"},
                                       {"aria-hidden", "true"}});
  std::size_t done = 0;
  for (const Word word : {Word::pass, Word::info, Word::non_strict, Word::inconclusive, Word::flaky,
                          Word::fail, Word::hang, Word::crash, Word::unsupported, Word::not_run}) {
    const auto found = counts.find(word);
    if (found == counts.end()) continue;
    const std::size_t from = done * 1000 / total;
    done += found->second;
    const std::size_t to = done * 1000 / total;
    page.element("rect",
                 {{"class", name(word)},
                  {"x", std::to_string(from)},
                  {"width", std::to_string(to - from)},
                  {"height", "10"}},
                 "");
  }
}

void gate_banner(Html& page, const RunResult& run) {
  const auto banner =
      page.in("section", Anchor("gate"), {{"class", run.gate.passed ? "gate good" : "gate bad"}});
  page.element("h2", run.gate.passed ? "✓ Gate passed" : "✗ Gate not passed");
  if (run.interrupted)
    page.element("p", "The run was interrupted; what follows is what had been seen until then.");
  if (!run.gate.reasons.empty()) {
    const auto list = page.in("ul");
    for (const std::string& reason : run.gate.reasons)
      page.element("li", base::cut(reason, sentence_limit));
  }
  if (run.gate.baseline.empty()) return;
  {
    const auto line = page.in("p");
    page.element("code", base::cut(run.gate.baseline, 200));
    page.text(" knows " + what_is_known(run) + ".");
  }
  if (run.gate.notes.empty()) return;
  const auto fold = page.in("details");
  page.element("summary", counted(run.gate.notes.size(), "note", "notes"));
  const auto list = page.in("ul");
  for (const std::string& note : run.gate.notes)
    page.element("li", base::cut(note, sentence_limit));
}

void case_counts(Html& page, const RunResult& run) {
  const Counts counts = count(run.cases);
  const auto part = page.in("section", Anchor("counts"), {{"aria-label", "Counts"}});
  {
    const auto list = page.in("dl", {{"class", "counts"}});
    const auto number = [&](std::string_view kind, std::string_view said, std::size_t value) {
      const auto pair = page.in("div", {{"class", kind}});
      page.element("dt", said).element("dd", std::to_string(value));
    };
    number("all", run.cases.size() == 1 ? "case" : "cases", run.cases.size());
    const auto ended = [&](Word word) {
      const auto found = counts.find(word);
      if (found == counts.end()) return;
      const auto known = std::ranges::count_if(run.cases, [&](const CaseResult& played) {
        return played.verdict.word == word && is_alarming(word) && is_known(played.known);
      });
      number(name(word),
             fmt::format("{} {}{}", mark(word), name(word),
                         known > 0 ? fmt::format(", {} known", known) : ""),
             found->second);
    };
    ended(Word::pass);
    for (const Word word : words_by_weight()) {
      if (word != Word::pass) ended(word);
    }
  }
  bar(page, counts, run.cases.size());
}

// "✗ 2 fail, ~ 1 non-strict", each in its colour; "✓ all pass" where there is nothing else.
void words_in_colour(Html& page, const Counts& counts, std::string_view between = ", ") {
  bool first = true;
  for (const Word word : words_by_weight()) {
    const auto found = counts.find(word);
    if (found == counts.end() || (word == Word::pass && !first)) continue;
    if (!first) page.text(between);
    first = false;
    const bool all = word == Word::pass;
    page.element("span", {{"class", fmt::format("w {}", name(word))}},
                 all ? fmt::format("{} all pass", mark(word))
                     : fmt::format("{} {} {}", mark(word), found->second, name(word)));
  }
}

std::string passes(const Counts& counts, std::size_t total) {
  const auto passed = counts.find(Word::pass);
  return fmt::format("{}/{}", passed == counts.end() ? 0 : passed->second, total);
}

// The cases of one run in a group.
std::vector<const CaseResult*> cases_of(const RowGroup& group, std::size_t index) {
  std::vector<const CaseResult*> all;
  for (const Row& one : group.rows) {
    if (one.cells[index] != nullptr) all.push_back(one.cells[index]);
  }
  return all;
}

void group_heading(Html& page, const RowGroup& group) {
  const auto heading = page.in("th", {{"scope", "row"}});
  page.link(View::section(group.id), base::cut(group.id, 120));
  if (!group.title.empty())
    page.text(" ").element("span", {{"class", "title"}}, base::cut(group.title, 120));
}

void matrix_row(Html& page, const View& view, const RowGroup& group) {
  const auto line = page.in("tr");
  group_heading(page, group);
  for (std::size_t index = 0; index < view.runs(); ++index) {
    const auto cases = cases_of(group, index);
    const Counts counts = count_words(cases);
    if (view.several()) {
      const auto cell = page.in("td");
      if (cases.empty()) {
        page.text("not played");
        continue;
      }
      page.element("span", {{"class", "score"}}, passes(counts, cases.size())).text(" ");
      words_in_colour(page, counts, " ");  // each on a line of its own
      continue;
    }
    page.element("td", {{"class", "n"}}, passes(counts, cases.size()));
    {
      const auto cell = page.in("td", {{"class", "share"}});
      bar(page, counts, cases.size());
    }
    const auto cell = page.in("td");
    words_in_colour(page, counts);
  }
}

void subject_line(Html& page, const RunResult& run) {
  const auto line = page.in("p", {{"class", "subject"}});
  for (const std::string* text : {&run.target.version, &run.target.server}) {
    if (!text->empty()) page.text(base::cut(*text, 200)).text(" · ");
  }
  if (!run.target.url.empty() && run.target.url != target_name(run.target))
    page.element("code", base::cut(run.target.url, 300)).text(" · ");
  if (!run.started.empty()) page.element("time", base::cut(run.started, 60)).text(" · ");
  page.text(fmt::format("wsproof {}, suite {}", base::cut(run.tool_version, 60),
                        base::cut(run.suite_version, 60)));
}

// Several runs: a line each, instead of one banner.
void scoreboard(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("gate"), {{"class", "scores"}});
  page.element("h2", "Gates");
  const auto box = wide_box(page, "Gates");
  const auto table = page.in("table", {{"class", "board"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    page.element("th", {{"scope", "col"}}, "Target").element("th", {{"scope", "col"}}, "Gate");
    page.element("th", {{"scope", "col"}, {"class", "n"}}, "Pass");
    page.element("th", {{"scope", "col"}, {"class", "share"}}, "Share");
    page.element("th", {{"scope", "col"}}, "Verdicts");
  }
  const auto rows = page.in("tbody");
  for (std::size_t index = 0; index < view.runs(); ++index) {
    const RunResult& run = view.run(index);
    const Counts counts = count(run.cases);
    const auto line = page.in("tr");
    {
      const auto heading = page.in("th", {{"scope", "row"}});
      page.element("b", view.label(index)).text(" ");
      page.element("small", base::cut(run.target.version, 100));
    }
    const bool passed = run.gate.passed;
    page.element("td", {{"class", passed ? "w pass" : "w fail"}},
                 passed ? "✓ passed" : "✗ not passed");
    page.element("td", {{"class", "n"}}, passes(counts, run.cases.size()));
    {
      const auto cell = page.in("td", {{"class", "share"}});
      bar(page, counts, run.cases.size());
    }
    const auto cell = page.in("td");
    words_in_colour(page, counts);
  }
}

// "gorilla, beast and ws", or how many they are, where the table below tells the names better.
std::string heading_of_several(const View& view) {
  constexpr std::size_t most_names = 6;
  if (view.runs() > most_names) return fmt::format("{} targets", view.runs());
  std::string names;
  for (std::size_t index = 0; index < view.runs(); ++index)
    names += (index == 0 ? "" : index + 1 == view.runs() ? " and " : ", ") + view.label(index);
  return base::cut(names, 300);
}

}  // namespace

void masthead(Html& page, const View& view) {
  const auto head = page.in("header", {{"class", "masthead"}});
  page.element("p", {{"class", "kind"}}, "WebSocket conformance report");
  if (view.several()) {
    page.element("h1", heading_of_several(view));
    scoreboard(page, view);
    return;
  }
  const RunResult& run = view.run(0);
  page.element("h1", target_name(run.target));
  subject_line(page, run);
  gate_banner(page, run);
  case_counts(page, run);
}

void section_matrix(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("sections"));
  page.element("h2", "Sections");
  const auto box = wide_box(page, "Sections");
  const auto table = page.in("table", {{"class", view.several() ? "matrix several" : "matrix"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    page.element("th", {{"scope", "col"}}, "Section");
    for (std::size_t index = 0; view.several() && index < view.runs(); ++index)
      page.element("th", {{"scope", "col"}}, view.label(index));
    if (!view.several()) {
      page.element("th", {{"scope", "col"}, {"class", "n"}}, "Pass");
      page.element("th", {{"scope", "col"}, {"class", "share"}}, "Share")
          .element("th", {{"scope", "col"}}, "Verdicts");
    }
  }
  const auto rows = page.in("tbody");
  for (const RowGroup& group : view.groups()) {
    matrix_row(page, view, group);
    page.line();
  }
}

void changes_since(Html& page, const View& view) {
  if (view.changed().empty()) return;
  constexpr std::size_t most = 400;
  const auto part = page.in("section", Anchor("changes"));
  page.element("h2", "What changed");
  for (const Changes& one : view.changed()) {
    page.element(
        "p", {{"class", "lead"}},
        fmt::format("{}: since the run of {}", one.label, base::cut(one.before->started, 60)));
    if (one.cases.empty()) {
      page.element("p", "No verdict changed.");
      continue;
    }
    const auto table = page.in("table", {{"class", "list"}});
    table_heads(page, {"Change", "Case", "Verdict"});
    const auto rows = page.in("tbody");
    for (std::size_t at = 0; at < std::min(one.cases.size(), most); ++at) {
      const CaseChange& change = one.cases[at];
      const auto line = page.in("tr");
      const bool bad = change.change == Change::broken || change.change == Change::worse;
      const bool good = change.change == Change::fixed || change.change == Change::better;
      page.element("th",
                   {{"scope", "row"},
                    {"class", bad    ? "w fail"
                              : good ? "w pass"
                                     : "w"}},
                   fmt::format("{} {}",
                               bad    ? "▼"
                               : good ? "▲"
                                      : "•",
                               name(change.change)));
      {
        const auto cell = page.in("td");
        if (change.now == nullptr) {
          page.element("code", base::cut(change.id(), 200));
        } else {
          page.link(View::place(change.id()), base::cut(change.id(), 200));
        }
      }
      page.element("td", in_words(change));
    }
    if (one.cases.size() > most) {
      const auto line = page.in("tr");
      page.element("td", {{"colspan", "3"}}, fmt::format("and {} more", one.cases.size() - most));
    }
  }
}

namespace {

void findings(Html& page, const RunResult& run) {
  if (run.monitor.empty()) {
    page.element("p", "Nothing was found.");
    return;
  }
  const auto table = page.in("table", {{"class", "list"}});
  table_heads(page, {"Requirement", "What was seen", "Cases", "First in"});
  const auto rows = page.in("tbody");
  for (const result::MonitorFinding& finding : run.monitor) {
    const auto line = page.in("tr");
    {
      const auto cell = page.in("th", {{"scope", "row"}});
      const auto* const requirement = rfc::find_requirement(finding.requirement);
      if (requirement != nullptr)
        page.rfc_link(requirement->rfc, requirement->section, rfc::citation(*requirement))
            .text(" ");
      page.element("small", base::cut(finding.requirement, 120));
    }
    {
      const auto cell = page.in("td");
      page.text(base::cut(finding.explanation, sentence_limit));
      if (finding.known)
        page.element("div", {{"class", "about"}}, of_baseline(*finding.known, Word::fail));
      const base::OctetView octets(finding.octets);
      if (!octets.empty())
        page.element("div", {{"class", "hex"}},
                     spaced_hex(octets.first(std::min<std::size_t>(octets.size(), 64))));
    }
    page.element("td", {{"class", "n"}}, std::to_string(finding.count));
    page.element("td", base::cut(finding.first_case, 200));
  }
}

}  // namespace

void monitor_findings(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("monitor"));
  page.element("h2", "Monitor");
  page.element("p", {{"class", "lead"}},
               "In every case all that the target sends is held against the RFC, whatever the case "
               "is about.");
  for (std::size_t index = 0; index < view.runs(); ++index) {
    if (view.several()) page.element("h3", view.label(index));
    findings(page, view.run(index));
  }
}

void legend(Html& page) {
  const auto part = page.in("section", Anchor("words"));
  page.element("h2", "What the words mean");
  const auto list = page.in("dl", {{"class", "facts"}});
  for (const Word word : words_by_weight()) {
    const auto pair = page.in("div");
    {
      const auto term = page.in("dt");
      verdict_word(page, word);
    }
    page.element("dd", meaning(word));
  }
}

namespace {

void circumstances_of(Html& page, const RunResult& run, ElementName heading) {
  const auto yes = [](bool answer) { return answer ? "yes" : "no"; };
  const auto columns = page.in("div", {{"class", "columns"}});
  {
    const auto group = page.in("div");
    page.element(heading, "The run");
    const auto list = page.in("dl", {{"class", "facts"}});
    fact(page, "Command", run.command, true);
    fact(page, "Started", run.started);
    fact(page, "Took", seconds(run.took));
    fact(page, "Seed", std::to_string(run.seed));
    fact(page, "Jobs", std::to_string(run.jobs));
    if (run.rounds) fact(page, "Each case", fmt::format("{} times", *run.rounds));
    if (run.shard)
      fact(page, "Shard", fmt::format("{} of {}", run.shard->number, run.shard->count));
    fact(page, "Controls",
         run.controls.empty() ? ""
                              : fmt::format("{} of {} pass",
                                            std::ranges::count(run.controls, Word::pass,
                                                               [](const CaseResult& control) {
                                                                 return control.verdict.word;
                                                               }),
                                            run.controls.size()));
    for (const auto& [key, value] : run.environment) fact(page, base::cut(key, 60), value);
  }
  const result::Probe& probe = run.probe;
  const auto group = page.in("div");
  page.element(heading, "What the target can do");
  {
    const auto list = page.in("dl", {{"class", "facts"}});
    fact(page, "Answers in HTTP", yes(probe.ready));
    fact(page, "Upgrades", yes(probe.upgrades));
    fact(page, "Answers pings", yes(probe.pong));
    fact(page, "Echoes text", yes(probe.echo_text));
    fact(page, "Echoes binary", yes(probe.echo_binary));
    fact(page, "Largest echo", counted(probe.largest_echo, "octet", "octets"));
    fact(page, "Compresses", yes(probe.deflate));
    fact(page, "Closes", yes(probe.closes));
    fact(page, "Round trip",
         fmt::format("{:.2f} ms",
                     std::chrono::duration<double, std::milli>(probe.round_trip).count()));
    fact(page, "Quiet spell",
         fmt::format("{:.0f} ms", std::chrono::duration<double, std::milli>(probe.quiet).count()));
  }
  for (const std::string& note : probe.notes)
    page.element("p", {{"class", "about"}}, base::cut(note, sentence_limit));
}

}  // namespace

void circumstances(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("circumstances"));
  page.element("h2", "How it was tested");
  for (std::size_t index = 0; index < view.runs(); ++index) {
    if (view.several()) page.element("h3", {{"class", "target"}}, view.label(index));
    circumstances_of(page, view.run(index), view.several() ? ElementName("h4") : ElementName("h3"));
  }
}

}  // namespace wsproof::reports
