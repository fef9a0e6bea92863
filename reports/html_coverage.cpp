#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/escape.hpp"
#include "reports/coverage.hpp"
#include "reports/html_overview.hpp"

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

void totals(Html& page, const std::vector<Coverage>& all) {
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

// The requirements that were not kept, with the cases that say so.
void not_kept(Html& page, const std::vector<Coverage>& all) {
  constexpr std::size_t most = 5;
  const auto table = page.in("table", {{"class", "list"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    for (const char* const head : {"Requirement", "What it asks", "Standing", "Cases"})
      page.element("th", {{"scope", "col"}}, head);
  }
  const auto rows = page.in("tbody");
  for (const Coverage& one : all) {
    if (one.standing != Standing::broken && one.standing != Standing::deviated) continue;
    const auto line = page.in("tr");
    {
      const auto cell = page.in("th", {{"scope", "row"}});
      page.rfc_link(one.requirement->rfc, one.requirement->section, rfc::citation(*one.requirement))
          .text(" ");
      page.element("small", fmt::format("{} · {}", one.requirement->id, one.requirement->level));
    }
    page.element("td", one.requirement->text);
    const bool broken = one.standing == Standing::broken;
    page.element("td", {{"class", broken ? "w fail" : "w non-strict"}},
                 broken ? "✗ broken" : "~ deviated");
    const auto cell = page.in("td");
    for (std::size_t index = 0; index < std::min(one.cases.size(), most); ++index) {
      const auto entry = page.in("div");
      page.link(Anchor(one.cases[index]->id), base::cut(one.cases[index]->id, 200));
    }
    if (one.cases.size() > most) page.text(fmt::format("and {} more", one.cases.size() - most));
  }
}

}  // namespace

void requirement_coverage(Html& page, const result::RunResult& run) {
  const std::vector<Coverage> all = coverage(run);
  const auto part = page.in("section", Anchor("requirements"));
  page.element("h2", "Requirements");
  page.element("p", {{"class", "lead"}},
               fmt::format("What the RFCs ask of a {} and can be seen on the wire, and how far "
                           "this run looked at it. A requirement is kept "
                           "when a case that checks it passed and none says worse.",
                           base::cut(run.target.role, 40)));
  totals(page, all);
  untouched(page, all);
  const bool any = std::ranges::any_of(all, [](const Coverage& one) {
    return one.standing == Standing::broken || one.standing == Standing::deviated;
  });
  if (!any) return;
  page.element("h3", "Not kept");
  not_kept(page, all);
}

}  // namespace wsproof::reports
