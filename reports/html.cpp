#include "reports/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "harness/base/escape.hpp"
#include "reports/html_case.hpp"
#include "reports/html_overview.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

namespace {

// Cases are told in full until the page has this many octets, then in brief: 2 MB is the promise.
constexpr std::size_t octets_in_full = 750'000;
// So many articles are unfolded when the page is opened.
constexpr std::size_t unfolded = 40;

Depth depth(const Html& page) { return page.size() < octets_in_full ? Depth::whole : Depth::brief; }

std::string title(const RunResult& run) {
  std::string text = run.target.name.empty() ? run.target.url : run.target.name;
  text = base::cut(text, 100) + (run.gate.passed ? ": gate passed" : ": gate not passed");
  const auto counts = count(run.cases);
  for (const Word word : words_by_weight()) {
    const auto found = counts.find(word);
    if (is_alarming(word) && found != counts.end())
      text += fmt::format(", {} {}", found->second, name(word));
  }
  return text + " · wsproof";
}

void contents(Html& page) {
  constexpr std::pair<const char*, const char*> entries[] = {{"sections", "Sections"},
                                                             {"failures", "Failures"},
                                                             {"deviations", "Deviations"},
                                                             {"cases", "All cases"},
                                                             {"monitor", "Monitor"},
                                                             {"requirements", "Requirements"},
                                                             {"circumstances", "How it was tested"},
                                                             {"words", "Words"}};
  const auto nav = page.in("nav", {{"aria-label", "Contents"}});
  const auto list = page.in("ul");
  for (const auto& [place, text] : entries) {
    const auto entry = page.in("li");
    page.link(Anchor(place), text);
  }
}

// The articles of the cases that ended in one of `words`, the most alarming word first.
void articles(Html& page, const RunResult& run, bool alarming, std::string_view none) {
  std::size_t told = 0;
  for (const Word word : words_by_weight()) {
    if (is_alarming(word) != alarming) continue;
    for (const CaseResult& played : run.cases) {
      if (played.verdict.word != word || !has_article(played)) continue;
      case_article(page, played, run.target, Anchor(played.id), depth(page),
                   alarming && told < unfolded);
      page.line();
      ++told;
    }
  }
  if (told == 0) page.element("p", none);
}

// A control that did not pass puts all that was played around it in doubt.
void lost_controls(Html& page, const RunResult& run) {
  std::size_t number = 0;
  for (const CaseResult& control : run.controls) {
    ++number;
    if (control.verdict.word == Word::pass) continue;
    const std::string text =
        fmt::format("Control {} of {} did not pass: what was played around it is in doubt.", number,
                    run.controls.size());
    page.element("p", {{"class", "lead"}}, text);
    const Anchor here(fmt::format("control/{}", number));
    case_article(page, control, run.target, here, depth(page), number <= unfolded);
    page.line();
  }
}

void failures(Html& page, const RunResult& run) {
  const auto part = page.in("section", Anchor("failures"));
  page.element("h2", "Failures");
  articles(page, run, true, "There are none.");
  lost_controls(page, run);
}

void deviations(Html& page, const RunResult& run) {
  const auto part = page.in("section", Anchor("deviations"));
  page.element("h2", "Deviations");
  page.element("p", {{"class", "lead"}},
               "Legal but unusual, or a SHOULD that was not followed. The gate lets them pass "
               "unless it is strict.");
  articles(page, run, false, "There are none.");
}

void section_rows(Html& page, const RunResult& run, const Section& section) {
  const auto rows = page.in("tbody", section_anchor(section));
  {
    const auto line = page.in("tr", {{"class", "section"}});
    const auto heading = page.in("th", {{"colspan", "3"}, {"scope", "rowgroup"}});
    page.text(base::cut(section.id, 200));
    if (!section.title.empty())
      page.text(" ").element("span", {{"class", "title"}}, base::cut(section.title, 200));
  }
  page.line();
  const CaseResult* before = nullptr;
  for (const CaseResult* played : section.cases) {
    const bool first =
        before == nullptr || before->place != played->place || before->title != played->title;
    case_row(page, *played, run.target, Anchor(played->id), section.id, first, depth(page));
    page.line();
    before = played;
  }
}

void all_cases(Html& page, const RunResult& run, const std::vector<Section>& all) {
  const auto part = page.in("section", Anchor("cases"));
  page.element("h2", "All cases");
  const auto table = page.in("table", {{"class", "cases"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    page.element("th", {{"scope", "col"}}, "Verdict").element("th", {{"scope", "col"}}, "Case");
    page.element("th", {{"scope", "col"}, {"class", "n"}}, "Time");
  }
  for (const Section& section : all) section_rows(page, run, section);
}

}  // namespace

std::string html(const RunResult& run) {
  Html page(title(run), page_style(), page_script());
  const std::vector<Section> all = sections(run);
  masthead(page, run);
  contents(page);
  {
    const auto main = page.in("main", Anchor("main"));
    section_matrix(page, all);
    failures(page, run);
    deviations(page, run);
    all_cases(page, run, all);
    monitor_findings(page, run);
    process_part(page, run);
    requirement_coverage(page, run);
    circumstances(page, run);
    legend(page);
  }
  {
    const auto foot = page.in("footer");
    page.element("p", fmt::format("Made by wsproof {} from results.json. Wire logs are shortened "
                                  "here and say where; results.json has more of them.",
                                  base::cut(run.tool_version, 60)));
  }
  return std::move(page).take();
}

}  // namespace wsproof::reports
