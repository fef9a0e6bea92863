#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/rfc/requirements.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/lexer.hpp"
#include "harness/script/lint_case.hpp"
#include "harness/script/text.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t most_rows = 4096;

std::size_t count_rows(const Case& c) {
  std::size_t rows = 1;
  for (const Axis& axis : c.axes) rows = std::min(most_rows + 1, rows * axis.rows.size());
  return rows;
}

// ── Requirements ─────────────────────────────────────────────────────────────────────────────────

std::string nearest_requirement(std::string_view unknown) {
  std::vector<std::string_view> ids;
  for (const rfc::Requirement& requirement : rfc::requirements()) ids.push_back(requirement.id);
  auto hint = did_you_mean(unknown, ids);
  return hint.empty() ? "`wsproof requirements` lists them" : hint;
}

struct RequirementLint {
  CaseReport& report;

  void check(const Expect& expect) {
    if (!expect.requirement || rfc::find_requirement(*expect.requirement) != nullptr) return;
    report.in_line(expect.at, "[" + *expect.requirement + "]",
                   fmt::format("unknown requirement {}", *expect.requirement),
                   nearest_requirement(*expect.requirement));
  }
  void operator()(const Expect& step) { check(step); }
  void operator()(const Either& step) {
    for (const Alternative& alternative : step.alternatives) {
      for (const Expect& line : alternative.lines) check(line);
    }
  }
  void operator()(const auto&) {}
};

void lint_requirements(CaseReport& report) {
  const Case& c = report.subject();
  for (const std::string& id : c.checks) {
    if (rfc::find_requirement(id) != nullptr) continue;
    report.header("checks", id, fmt::format("unknown requirement {}", id), nearest_requirement(id));
  }
  for (const Step& step : c.steps) std::visit(RequirementLint{report}, step);
  if (c.checks.empty() && !c.suite.empty()) {
    report.header("", "", "a case of a suite checks a requirement",
                  "as in `checks 6455-5.5.2-2`; `wsproof requirements` lists them");
  }
}

// A column `alias` holds texts of one or more aliases, or empty ones.
void lint_aliases(CaseReport& report) {
  for (const Axis& axis : report.subject().axes) {
    const auto column = std::ranges::find(axis.columns, "alias") - axis.columns.begin();
    for (const Axis::Row& row : axis.rows) {
      if (static_cast<std::size_t>(column) >= row.values.size()) continue;
      const Expression& value = row.values[static_cast<std::size_t>(column)];
      const auto* const octets = std::get_if<base::Octets>(&value.value);
      const auto fits = [](char c) { return c == ' ' || is_alias_character(c); };
      if (octets != nullptr && std::ranges::all_of(base::as_text(*octets), fits)) continue;
      report.at(value.at, "a column `alias` holds aliases in quotes, with blanks between them",
                "as in \"autobahn:7.9.1\", or \"\" for none");
    }
  }
}

// ── Ids ──────────────────────────────────────────────────────────────────────────────────────────

// All ids there are, with and without the labels of rows.
struct Ids {
  std::map<std::string, const Case*> cases;     // as written
  std::map<std::string, const Case*> expanded;  // as played

  explicit Ids(const std::vector<CaseFile>& files, std::vector<Diagnostic>& to) {
    for (const CaseFile& file : files) {
      for (const Case& c : file.cases) add(c, to);
    }
  }

  void add(const Case& c, std::vector<Diagnostic>& to) {
    const auto [first, is_new] = cases.emplace(id(c), &c);
    if (!is_new) return used_twice(id(c), *first->second, c, to);
    if (count_rows(c) > most_rows) {
      CaseReport(c, to).header("", "", fmt::format("more than {} cases in one", most_rows));
      return;
    }
    for (const Case& row : expand(c)) {
      const auto [known, fresh] = expanded.emplace(id(row), &c);
      if (!fresh) return used_twice(known->first, *known->second, c, to);
    }
  }

  static void used_twice(const std::string& name, const Case& first, const Case& second,
                         std::vector<Diagnostic>& to) {
    CaseReport(second, to)
        .header("", "", fmt::format("the id {} is used twice", name),
                fmt::format("first in {}:{}", first.place.file, first.place.line));
  }

  bool knows(const std::string& wanted) const {
    return cases.contains(wanted) || expanded.contains(wanted);
  }

  std::string nearest(std::string_view wanted) const {
    std::vector<std::string_view> known;
    known.reserve(cases.size());
    for (const auto& [name, c] : cases) known.emplace_back(name);
    return did_you_mean(wanted, known);
  }
};

void lint_ids(CaseReport& report, const CaseFile& file, const Ids& ids) {
  const Case& c = report.subject();
  const bool has_twin = !c.twin.empty() && c.twin != "none";
  if (has_twin && !ids.knows(c.twin)) {
    report.header("twin", c.twin.substr(c.twin.rfind('/') + 1),
                  fmt::format("the twin {} does not exist", c.twin), ids.nearest(c.twin));
  }
  if (c.twin.empty() && file.control.empty() && !c.suite.empty() && is_negative(c)) {
    report.header("", "",
                  "a negative case needs a positive control, so that a server that refuses "
                  "everything does not pass",
                  "`control NAME` for the file, or `twin ID` for the case");
  }
  for (const std::string& earlier : c.was) {
    if (!ids.knows(earlier)) continue;
    report.header("was", earlier,
                  fmt::format("{} is not an earlier id: a case is called so", earlier));
  }
}

void lint_control(const CaseFile& file, std::vector<Diagnostic>& to) {
  if (file.control.empty() || file.cases.empty()) return;
  const auto found = std::ranges::find(file.cases, file.control, &Case::name);
  if (found != file.cases.end() && !is_negative(*found)) return;
  Diagnostic diagnostic{.place = {}, .width = 1, .message = {}, .hint = {}, .line = {}};
  diagnostic.place.file = file.cases.front().place.file;
  diagnostic.place.line = 1;
  diagnostic.place.column = 1;
  if (found != file.cases.end()) {
    diagnostic.message = fmt::format("the control {} is a negative case", file.control);
  } else {
    std::vector<std::string_view> names;
    names.reserve(file.cases.size());
    for (const Case& c : file.cases) names.emplace_back(c.name);
    diagnostic.message = fmt::format("the control {} is no case of this file", file.control);
    diagnostic.hint = did_you_mean(file.control, names);
  }
  to.push_back(std::move(diagnostic));
}

}  // namespace

// ── Reports ──────────────────────────────────────────────────────────────────────────────────────

std::string_view CaseReport::line(std::uint32_t number) const {
  std::string_view rest = case_.source;
  for (std::uint32_t at = case_.place.line; at < number && !rest.empty(); ++at) {
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  return number < case_.place.line ? std::string_view{} : rest.substr(0, rest.find('\n'));
}

void CaseReport::at(const At& at, std::string message, std::string hint) {
  Diagnostic diagnostic{.place = case_.place,
                        .width = at.width,
                        .message = std::move(message),
                        .hint = std::move(hint),
                        .line = std::string(line(at.line))};
  diagnostic.place.line = at.line;
  diagnostic.place.column = std::max(1U, at.column);
  to_.push_back(std::move(diagnostic));
}

void CaseReport::in_line(const At& where, std::string_view text, std::string message,
                         std::string hint) {
  const std::string_view whole = line(where.line);
  const std::size_t found = whole.find(text);
  if (found == std::string_view::npos) return at(where, std::move(message), std::move(hint));
  at({.line = where.line,
      .column = static_cast<std::uint32_t>(count_characters(whole.substr(0, found)) + 1),
      .width = static_cast<std::uint32_t>(count_characters(text))},
     std::move(message), std::move(hint));
}

void CaseReport::header(std::string_view keyword, std::string_view word, std::string message,
                        std::string hint) {
  const std::uint32_t first = case_.place.line;
  const auto count = static_cast<std::uint32_t>(std::ranges::count(case_.source, '\n'));
  for (std::uint32_t number = first; !keyword.empty() && number < first + count; ++number) {
    Line parts;
    parts.text = line(number);
    split(parts);
    if (!parts.code.starts_with(keyword) || parts.code.find(word) == std::string_view::npos)
      continue;
    return in_line({.line = number, .column = 1}, word, std::move(message), std::move(hint));
  }
  const auto column = static_cast<std::uint32_t>(std::string_view("case ").size() + 1);
  const auto width = static_cast<std::uint32_t>(count_characters(case_.name));
  at({.line = first, .column = column, .width = width}, std::move(message), std::move(hint));
}

// ── The whole ────────────────────────────────────────────────────────────────────────────────────

void lint_case(const Case& c, std::vector<Diagnostic>& to) {
  CaseReport report(c, to);
  if (c.title.empty()) {
    report.header("", "",
                  "a case needs a title: one sentence in quotes that says what must happen");
  }
  lint_requirements(report);
  lint_aliases(report);
  lint_variables(report);
  if (count_rows(c) <= most_rows) lint_steps(report);
}

std::vector<Diagnostic> lint(const std::vector<CaseFile>& files) {
  std::vector<Diagnostic> found;
  const Ids ids(files, found);
  for (const CaseFile& file : files) {
    lint_control(file, found);
    for (const Case& c : file.cases) {
      lint_case(c, found);
      CaseReport report(c, found);
      lint_ids(report, file, ids);
    }
  }
  return found;
}

}  // namespace wsproof::script
