#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/escape.hpp"
#include "reports/coverage.hpp"
#include "reports/html_overview.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

namespace {

struct Column {
  Standing standing;
  std::string_view title;
};

constexpr auto standings = std::to_array<Column>({
    {Standing::kept, "Kept"},
    {Standing::broken, "Broken"},
    {Standing::deviated, "Deviated"},
    {Standing::unclear, "Unclear"},
    {Standing::unchecked, "Not checked"},
});

std::string rfc_name(std::string_view rfc) {
  const bool number = !rfc.empty() && rfc.find_first_not_of("0123456789") == std::string_view::npos;
  return number ? fmt::format("RFC {}", rfc) : std::string(rfc);
}

bool is_untouched(const CoverageCount& counted) {
  const auto found = counted.standings.find(Standing::unchecked);
  return found != counted.standings.end() && found->second == counted.total;
}

void totals(Html& page, const std::vector<Coverage>& all, const std::string& label) {
  const auto box = wide_box(page, "Requirements, " + label);
  const auto table = page.in("table", {{"class", "list numbers"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    page.element("th", {{"scope", "col"}}, "Document")
        .element("th", {{"scope", "col"}, {"class", "n"}}, "Requirements");
    for (const Column& column : standings)
      page.element("th", {{"scope", "col"}, {"class", "n"}}, column.title);
  }
  const auto rows = page.in("tbody");
  for (const CoverageCount& counted : count(all)) {
    if (is_untouched(counted)) continue;
    const auto line = page.in("tr");
    page.element("th", {{"scope", "row"}}, rfc_name(counted.rfc));
    page.element("td", {{"class", "n"}}, std::to_string(counted.total));
    for (const Column& column : standings) {
      const auto found = counted.standings.find(column.standing);
      const std::size_t number = found == counted.standings.end() ? 0 : found->second;
      page.element("td", {{"class", "n"}}, number == 0 ? "–" : std::to_string(number));
    }
  }
}

// The documents of which no case checks anything, in one sentence.
void untouched(Html& page, const std::vector<Coverage>& all) {
  std::string names;
  for (const CoverageCount& counted : count(all)) {
    if (!is_untouched(counted)) continue;
    names +=
        fmt::format("{}{} ({})", names.empty() ? "" : ", ", rfc_name(counted.rfc), counted.total);
  }
  if (names.empty()) return;
  page.element("p", {{"class", "about"}},
               "No case of this run checks a requirement of " + names + ".");
}

std::string_view standing_words(Standing standing) {
  switch (standing) {
    case Standing::kept:
      return "✓ kept";
    case Standing::broken:
      return "✗ broken";
    case Standing::deviated:
      return "~ deviated";
    case Standing::unclear:
      return "? unclear";
    case Standing::unchecked:
      return "· not checked";
  }
  return "";
}

const char* standing_class(Standing standing) {
  switch (standing) {
    case Standing::kept:
      return "w pass";
    case Standing::broken:
      return "w fail";
    case Standing::deviated:
      return "w non-strict";
    case Standing::unclear:
      return "w inconclusive";
    case Standing::unchecked:
      return "w not-run";
  }
  return "w";
}

using OfRuns = std::vector<std::vector<Coverage>>;  // for each run all requirements, in one order

bool is_broken(const OfRuns& of_runs, std::size_t number) {
  return std::ranges::any_of(of_runs, [&](const std::vector<Coverage>& all) {
    return all[number].standing == Standing::broken || all[number].standing == Standing::deviated;
  });
}

void requirement_cell(Html& page, const rfc::Requirement& requirement) {
  const auto cell = page.in("th", {{"scope", "row"}});
  page.rfc_link(requirement.rfc, requirement.section, rfc::citation(requirement)).text(" ");
  page.element("small", fmt::format("{} · {}", requirement.id, requirement.level));
}

// What one run says of a requirement, with the cases that say so where it was not kept.
void standing_cell(Html& page, const View& view, std::size_t index, const Coverage& one,
                   bool with_cases) {
  constexpr std::size_t most = 3;
  const auto cell = page.in("td");
  page.element("span", {{"class", standing_class(one.standing)}}, standing_words(one.standing));
  const bool told =
      with_cases && (one.standing == Standing::broken || one.standing == Standing::deviated);
  if (!told) return;
  for (std::size_t at = 0; at < std::min(one.cases.size(), most); ++at) {
    const auto entry = page.in("div");
    const std::string& id = one.cases[at]->id;
    if (view.in_folder()) {
      page.file_link(view.page(id), base::cut(id, 200));
    } else {
      const bool here = view.tells(*one.cases[at]);
      page.link(here ? view.article(index, id) : View::place(id), base::cut(id, 200));
    }
  }
  if (one.cases.size() > most)
    page.element("small", fmt::format("and {} more", one.cases.size() - most));
}

void heads(Html& page, const View& view) {
  const auto head = page.in("thead");
  const auto line = page.in("tr");
  for (const char* const name : {"Requirement", "What it asks"})
    page.element("th", {{"scope", "col"}}, name);
  for (std::size_t index = 0; index < view.runs(); ++index)
    page.element("th", {{"scope", "col"}}, view.several() ? view.label(index) : "Standing");
}

void requirement_rows(Html& page, const View& view, const OfRuns& of_runs, std::string_view label,
                      bool with_cases, auto&& wanted) {
  const auto box = wide_box(page, label);
  const char* const kind = view.several() ? "list requirements several" : "list requirements";
  const auto table = page.in("table", {{"class", kind}});
  heads(page, view);
  const auto rows = page.in("tbody");
  for (std::size_t number = 0; number < of_runs.front().size(); ++number) {
    if (!wanted(number)) continue;
    const rfc::Requirement& requirement = *of_runs.front()[number].requirement;
    {
      const auto line = page.in("tr");
      requirement_cell(page, requirement);
      page.element("td", requirement.text);
      for (std::size_t index = 0; index < view.runs(); ++index)
        standing_cell(page, view, index, of_runs[index][number], with_cases);
    }
    page.line();
  }
}

// Every requirement of a document, folded away.
void whole_matrix(Html& page, const View& view, const OfRuns& of_runs) {
  for (const CoverageCount& counted : count(of_runs.front())) {
    const auto fold = page.in("details", {{"class", "document"}});
    page.element("summary",
                 fmt::format("{}: all {}", rfc_name(counted.rfc),
                             reports::counted(counted.total, "requirement", "requirements")));
    requirement_rows(page, view, of_runs, rfc_name(counted.rfc), false, [&](std::size_t number) {
      return of_runs.front()[number].requirement->rfc == counted.rfc;
    });
  }
}

}  // namespace

void requirement_matrix(Html& page, const View& view) {
  OfRuns of_runs;
  for (std::size_t index = 0; index < view.runs(); ++index)
    of_runs.push_back(coverage(view.run(index)));
  // Runs of servers and of clients have different requirements; each run tells its own then.
  const bool comparable = std::ranges::all_of(
      of_runs, [&](const auto& all) { return all.size() == of_runs.front().size(); });
  const auto part = page.in("section", Anchor("requirements"));
  page.element("h2", "Requirements");
  page.element("p", {{"class", "lead"}},
               fmt::format("What the RFCs ask of a {} and can be seen on the wire. A requirement "
                           "is kept when a case that checks it passed and none says worse.",
                           base::cut(view.run(0).target.role, 40)));
  for (std::size_t index = 0; index < view.runs(); ++index) {
    if (view.several()) page.element("h3", view.label(index));
    totals(page, of_runs[index], view.label(index));
    untouched(page, of_runs[index]);
  }
  if (!comparable || of_runs.front().empty()) return;
  const auto broken = [&](std::size_t number) { return is_broken(of_runs, number); };
  bool any = false;
  for (std::size_t number = 0; number < of_runs.front().size(); ++number)
    any = any || broken(number);
  if (any) {
    page.element("h3", "Not kept");
    requirement_rows(page, view, of_runs, "Requirements not kept", true, broken);
  }
  page.element("h3", "Every requirement");
  whole_matrix(page, view, of_runs);
}

}  // namespace wsproof::reports
