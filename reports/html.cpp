#include "reports/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/base/escape.hpp"
#include "reports/embedded.hpp"
#include "reports/html_case.hpp"
#include "reports/html_overview.hpp"
#include "reports/html_plan.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

namespace {

// So many articles are unfolded when the page is opened.
constexpr std::size_t unfolded = 12;

std::string title(const View& view) {
  if (view.several()) return fmt::format("{} WebSocket endpoints · wsproof", view.runs());
  const RunResult& run = view.run(0);
  std::string text =
      target_name(run.target) + (run.gate.passed ? ": gate passed" : ": gate not passed");
  const auto counts = count(run.cases);
  for (const Word word : words_by_weight()) {
    const auto found = counts.find(word);
    if (is_alarming(word) && found != counts.end())
      text += fmt::format(", {} {}", found->second, name(word));
  }
  return text + " · wsproof";
}

bool has_known(const View& view) {
  return std::ranges::any_of(view.subject().runs, [](const RunResult& run) {
    return std::ranges::any_of(run.cases, [](const CaseResult& played) {
      return View::chapter(played) == Chapter::known;
    });
  });
}

void contents(Html& page, const View& view) {
  constexpr std::pair<const char*, const char*> entries[] = {{"sections", "Sections"},
                                                             {"changes", "Changes"},
                                                             {"failures", "Failures"},
                                                             {"known", "Known"},
                                                             {"deviations", "Deviations"},
                                                             {"cases", "All cases"},
                                                             {"monitor", "Monitor"},
                                                             {"requirements", "Requirements"},
                                                             {"circumstances", "How it was tested"},
                                                             {"words", "Words"}};
  const auto nav = page.in("nav", {{"aria-label", "Contents"}});
  const auto list = page.in("ul");
  for (const auto& [place, text] : entries) {
    if (std::string_view(place) == "changes" && view.changed().empty()) continue;
    if (std::string_view(place) == "known" && !has_known(view)) continue;
    const auto entry = page.in("li");
    page.link(Anchor(place), text);
  }
}

// The articles of a chapter, the most alarming word first; the same case on several targets one
// below the other.
void articles(Html& page, const View& view, Chapter chapter) {
  if (view.crowded() && chapter != Chapter::failures) {
    page.element("p", "The table of all cases says which; the page of each target tells of them.");
    return;
  }
  std::size_t told = 0, untold = 0;
  for (const Word word : words_by_weight()) {
    for (const RowGroup& group : view.groups()) {
      for (const Row& row : group.rows) {
        for (std::size_t index = 0; index < view.runs(); ++index) {
          const CaseResult* const played = row.cells[index];
          if (played == nullptr || played->verdict.word != word ||
              View::chapter(*played) != chapter)
            continue;
          if (!view.tells(*played)) {
            ++untold;
            continue;
          }
          case_article(page, view, index, *played, view.article(index, row.id), view.depth(*played),
                       chapter == Chapter::failures && told < unfolded);
          page.line();
          ++told;
        }
      }
    }
  }
  if (untold > 0) {
    const std::string how_many = told > 0
                                     ? fmt::format("And {} more of the same kind", untold)
                                     : counted(untold, "case is", "cases are") + " of this kind";
    page.element("p", how_many + ", for which there is no room here: the table of all cases " +
                          (view.in_folder() ? "leads to the page of each."
                                            : "names them, and --report-html-dir writes a page "
                                              "for each."));
  } else if (told == 0) {
    page.element("p", "There are none.");
  }
}

// A control that did not pass puts all that was played around it in doubt.
void lost_controls(Html& page, const View& view, std::size_t index) {
  const RunResult& run = view.run(index);
  std::size_t number = 0;
  for (const CaseResult& control : run.controls) {
    ++number;
    if (control.verdict.word == Word::pass) continue;
    const std::string text =
        fmt::format("Control {} of {} did not pass: what was played around it is in doubt.", number,
                    run.controls.size());
    page.element("p", {{"class", "lead"}}, text);
    const std::string place = fmt::format("control/{}", number);
    case_article(page, view, index, control,
                 view.several() ? Anchor(view.label(index) + "/" + place) : Anchor(place),
                 view.depth(control), number <= unfolded);
    page.line();
  }
}

void failures(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("failures"));
  page.element("h2", "Failures");
  articles(page, view, Chapter::failures);
  std::size_t not_played = 0;
  for (const RunResult& run : view.subject().runs)
    not_played += result::count(run.cases)[Word::not_run];
  if (not_played > 0)
    page.element("p", counted(not_played, "case was", "cases were") +
                          " not played; the table of all cases says which.");
  for (std::size_t index = 0; index < view.runs(); ++index) lost_controls(page, view, index);
}

void known_failures(Html& page, const View& view) {
  if (!has_known(view)) return;
  const auto part = page.in("section", Anchor("known"));
  page.element("h2", "Known failures");
  page.element("p", {{"class", "lead"}}, "A baseline says so, and why. The gate lets them pass.");
  articles(page, view, Chapter::known);
}

void deviations(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("deviations"));
  page.element("h2", "Deviations");
  page.element("p", {{"class", "lead"}},
               "Legal but unusual, or a SHOULD that was not followed. The gate lets them pass "
               "unless it is strict.");
  articles(page, view, Chapter::deviations);
}

void group_rows(Html& page, const View& view, const RowGroup& group) {
  const auto rows = page.in("tbody", View::section(group.id));
  {
    const auto line = page.in("tr", {{"class", "section"}});
    const std::string span = std::to_string(view.several() ? view.runs() + 1 : 3);
    const auto heading = page.in("th", {{"colspan", span}, {"scope", "rowgroup"}});
    page.text(base::cut(group.id, 200));
    if (!group.title.empty())
      page.text(" ").element("span", {{"class", "title"}}, base::cut(group.title, 200));
  }
  page.line();
  for (const Row& row : group.rows) {
    case_row(page, view, row, group.id);
    page.line();
  }
}

void all_cases(Html& page, const View& view) {
  const auto part = page.in("section", Anchor("cases"));
  page.element("h2", "All cases");
  const auto box = wide_box(page, "All cases");
  const auto table = page.in("table", {{"class", view.several() ? "cases several" : "cases"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    if (!view.several())
      page.element("th", {{"scope", "col"}, {"data-run", view.label(0)}}, "Verdict");
    page.element("th", {{"scope", "col"}}, "Case");
    if (!view.several()) page.element("th", {{"scope", "col"}, {"class", "n"}}, "Time");
    for (std::size_t index = 0; view.several() && index < view.runs(); ++index) {
      page.element("th", {{"scope", "col"}, {"data-run", view.label(index)}}, view.label(index));
    }
  }
  for (const RowGroup& group : view.groups()) group_rows(page, view, group);
}

void footer(Html& page, const View& view) {
  const auto foot = page.in("footer");
  page.element("p", fmt::format("Made by wsproof {} from results.json. Wire logs are shortened "
                                "here and say where; results.json has more of them.",
                                base::cut(view.run(0).tool_version, 60)));
}

std::string whole_page(const View& view) {
  Html page(title(view), view.in_folder() ? Assets::beside : Assets::inside);
  masthead(page, view);
  contents(page, view);
  {
    const auto main = page.in("main", Anchor("main"));
    section_matrix(page, view);
    changes_since(page, view);
    failures(page, view);
    known_failures(page, view);
    deviations(page, view);
    all_cases(page, view);
    monitor_findings(page, view);
    for (std::size_t index = 0; index < view.runs(); ++index) process_part(page, view, index);
    requirement_matrix(page, view);
    circumstances(page, view);
    legend(page);
  }
  footer(page, view);
  return std::move(page).take();
}

// One case as every run played it.
std::string case_page(const View& view, const Row& row) {
  Html page(base::cut(row.id, 200) + " · wsproof", Assets::beside);
  {
    const auto head = page.in("header", {{"class", "masthead"}});
    {
      const auto line = page.in("p", {{"class", "kind"}});
      page.file_link("index.html", "WebSocket conformance report");
    }
    const auto heading = page.in("h1", {{"class", "id"}});
    page.text(base::cut(row.id, 300));
  }
  {
    const auto main = page.in("main", Anchor("main"));
    for (std::size_t index = 0; index < view.runs(); ++index) {
      if (row.cells[index] == nullptr) continue;
      const CaseResult& played = *row.cells[index];
      case_article(page, view, index, played, view.article(index, row.id), Depth::whole, true);
    }
  }
  footer(page, view);
  return std::move(page).take();
}

}  // namespace

std::string html(const Subject& subject) {
  View view(subject, false);
  plan(view, [&] { return whole_page(view).size(); });
  return whole_page(view);
}

std::vector<NamedFile> html_folder(const Subject& subject) {
  View view(subject, true);
  plan(view, [&] { return whole_page(view).size(); });
  std::vector<NamedFile> files = {{"index.html", whole_page(view)},
                                  {"style.css", std::string(embedded_style())},
                                  {"script.js", std::string(embedded_script())}};
  for (const RowGroup& group : view.groups()) {
    for (const Row& row : group.rows) files.push_back({view.page(row.id), case_page(view, row)});
  }
  return files;
}

}  // namespace wsproof::reports
