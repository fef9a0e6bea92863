#include "harness/rfc/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/rfc/embedded.hpp"

namespace wsproof::rfc {

namespace {

constexpr std::string_view column_names =
    "id\trfc\tsection\tlevel\tbinds\ttopic\tobservable\trequirement\thow_to_probe\texpected";
constexpr std::size_t column_count = 10;

using Columns = std::array<std::string_view, column_count>;

template <std::size_t Count>
using Words = std::array<std::string_view, Count>;

// "STMT" is a sentence without a keyword of RFC 2119.
constexpr Words<8> levels{"MUST", "MUST NOT",    "SHOULD",   "SHOULD NOT",
                          "MAY",  "RECOMMENDED", "OPTIONAL", "STMT"};
constexpr Words<4> bound{"client", "server", "both", "intermediary"};
constexpr Words<3> observabilities{"yes", "partly", "no"};
constexpr std::array classes{VerdictClass::strict, VerdictClass::non_strict, VerdictClass::info,
                             VerdictClass::none};

bool is_number(std::string_view text) {
  const auto is_digit = [](char octet) { return octet >= '0' && octet <= '9'; };
  return !text.empty() && text.front() != '0' && std::ranges::all_of(text, is_digit);
}

// The text up to the next `end`, which is taken too, or all of it.
std::string_view take_until(std::string_view& text, char end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), taken.size() + 1));
  return taken;
}

std::optional<Columns> split(std::string_view line) {
  if (std::ranges::count(line, '\t') != column_count - 1) return std::nullopt;
  Columns columns;
  for (std::string_view& column : columns) column = take_until(line, '\t');
  const bool filled = std::ranges::all_of(columns, [](std::string_view column) {
    return !column.empty() && !column.starts_with(' ') && !column.ends_with(' ');
  });
  return filled ? std::optional(columns) : std::nullopt;
}

bool is_known(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// Cuts the verdict class off the end of `expected`.
std::optional<VerdictClass> take_class(std::string_view& expected) {
  for (const VerdictClass candidate : classes) {
    const std::string mark = fmt::format(" {{V:{}}}", name(candidate));
    if (!expected.ends_with(mark)) continue;
    expected.remove_suffix(mark.size());
    return candidate;
  }
  return std::nullopt;
}

// Why the id does not go with the columns that it is made of; empty when it does.
std::string_view wrong_id(const Requirement& row) {
  std::string_view rest = row.id;
  for (const std::string_view part : {row.rfc, row.section}) {
    if (part.empty()) continue;
    if (!rest.starts_with(part) || !rest.substr(part.size()).starts_with('-'))
      return "the id does not start with rfc and section";
    rest.remove_prefix(part.size() + 1);
  }
  return is_number(rest) ? "" : "the id does not end in a number";
}

std::string_view wrong_word(const Requirement& row) {
  if (!is_known(levels, row.level)) return "unknown level";
  if (!is_known(bound, row.binds)) return "unknown side in binds";
  if (!is_known(observabilities, row.observable)) return "observable is not yes, partly or no";
  return {};
}

base::Result<Requirement> parse_row(std::string_view line) {
  const auto columns = split(line);
  if (!columns) return base::fail("not ten columns that are neither empty nor padded");
  const auto& [id, rfc, section, level, binds, topic, observable, text, probe, expected] = *columns;
  Requirement row{.id = id,
                  .rfc = rfc,
                  .section = section == "-" ? std::string_view() : section,
                  .level = level,
                  .binds = binds,
                  .topic = topic,
                  .observable = observable,
                  .text = text,
                  .probe = probe,
                  .expected = expected};
  const auto verdict_class = take_class(row.expected);
  if (!verdict_class) return base::fail("no {V:strict}, {V:nonstrict}, {V:info} or {V:none}");
  row.verdict_class = *verdict_class;
  if (const auto wrong = wrong_id(row); !wrong.empty()) return base::fail(std::string(wrong));
  if (const auto wrong = wrong_word(row); !wrong.empty()) return base::fail(std::string(wrong));
  return row;
}

// The rows that were compiled in, and where each id is.
struct Table {
  std::vector<Requirement> rows;
  std::unordered_map<std::string_view, std::size_t> index;
};

Table load() {
  auto rows = parse_requirements(embedded_requirements());
  // The file is ours: that it can be read is tested before anybody gets the program.
  if (!rows) base::check_failed(rows.error().message.c_str(), __FILE__, __LINE__);
  Table table{.rows = std::move(*rows), .index = {}};
  for (std::size_t at = 0; at < table.rows.size(); ++at) table.index.emplace(table.rows[at].id, at);
  return table;
}

std::unordered_map<std::string_view, std::string_view> load_not_checked() {
  std::unordered_map<std::string_view, std::string_view> reasons;
  std::string_view rest = embedded_not_checked();
  CHECK(take_until(rest, '\n') == "id\treason");
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const std::string_view id = take_until(line, '\t');
    CHECK(find_requirement(id) != nullptr && line.ends_with('.'));
    CHECK(reasons.emplace(id, line).second);
  }
  return reasons;
}

const Table& table() {
  static const Table loaded = load();
  return loaded;
}

}  // namespace

std::string_view name(VerdictClass verdict_class) {
  switch (verdict_class) {
    case VerdictClass::strict:
      return "strict";
    case VerdictClass::non_strict:
      return "nonstrict";
    case VerdictClass::info:
      return "info";
    case VerdictClass::none:
      return "none";
  }
  return {};
}

base::Result<std::vector<Requirement>> parse_requirements(std::string_view tsv) {
  const auto wrong = [](std::size_t line, std::string_view what) {
    return base::fail(fmt::format("requirements.tsv, line {}: {}.", line, what));
  };
  if (!tsv.ends_with('\n')) return base::fail("requirements.tsv does not end in a line feed.");
  if (take_until(tsv, '\n') != column_names) return wrong(1, "these are not the column names");
  std::vector<Requirement> rows;
  std::unordered_set<std::string_view> ids;
  for (std::size_t line = 2; !tsv.empty(); ++line) {
    auto row = parse_row(take_until(tsv, '\n'));
    if (!row) return wrong(line, row.error().message);
    if (!ids.insert(row->id).second) return wrong(line, fmt::format("{} twice", row->id));
    rows.push_back(*row);
  }
  return rows;
}

std::span<const Requirement> requirements() { return table().rows; }

const Requirement* find_requirement(std::string_view id) {
  const auto found = table().index.find(id);
  return found == table().index.end() ? nullptr : &table().rows[found->second];
}

std::string_view why_not_checked(std::string_view id) {
  static const auto reasons = load_not_checked();
  const auto found = reasons.find(id);
  return found == reasons.end() ? std::string_view() : found->second;
}

std::string citation(const Requirement& requirement) {
  std::string source = is_number(requirement.rfc) ? fmt::format("RFC {}", requirement.rfc)
                                                  : std::string(requirement.rfc);
  if (requirement.section.empty()) return source;
  return fmt::format("{} {}{}", source, is_number(requirement.rfc) ? "§" : "", requirement.section);
}

}  // namespace wsproof::rfc
