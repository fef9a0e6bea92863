#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/text.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t most_rows = 4096;
constexpr std::string_view label_rule = "a label has only letters, digits, `.`, `_` and `-`";

// `zero:` if it stands here. A label with a wrong character is reported: `wrong` is then true.
std::optional<std::string> parse_label(Cursor& cursor, bool& wrong) {
  const auto label = cursor.ahead(is_label_character);
  if (!label.empty() && cursor.peek(label.size()) == ':') {
    return std::string(cursor.take_octets(label.size() + 1).substr(0, label.size()));
  }
  // What looks like a label up to a colon, and holds nothing that only a value can hold.
  const auto name = cursor.ahead(
      [](char c) { return c != ':' && c != ',' && c != '"' && c != '$' && c != '(' && c != '+'; });
  if (name.empty() || cursor.peek(name.size()) != ':') return std::nullopt;
  wrong = true;
  return cursor.fail_at(cursor.offset(), cursor.offset() + name.size(),
                        fmt::format("`{}` is not a label", name), label_rule);
}

// The label that a value has by itself: a number as it is spelled, a text that is a good label.
std::optional<std::string> own_label(const Expression& value, std::string_view spelling) {
  if (std::holds_alternative<std::uint64_t>(value.value)) return std::string(spelling);
  const auto* const octets = std::get_if<base::Octets>(&value.value);
  if (octets == nullptr || !is_label(base::as_text(*octets))) return std::nullopt;
  return std::string(base::as_text(*octets));
}

// The rows of one axis while they come in.
struct Rows {
  Cursor& cursor;
  std::vector<Axis::Row> rows;
  std::set<std::string> labels;

  bool add(std::string label, std::vector<Expression> values, std::size_t begin) {
    if (!labels.insert(label).second) {
      cursor.fail_from(begin, fmt::format("two rows are called `{}`", label),
                       "a row gets another name by a label in front: `name: VALUE`");
      return false;
    }
    if (rows.size() == most_rows) {
      cursor.fail_from(begin, fmt::format("more than {} values", most_rows));
      return false;
    }
    rows.push_back({.label = std::move(label), .values = std::move(values)});
    return true;
  }

  // `1..7`, whose `1` was taken.
  bool add_range(const Expression& first, std::size_t begin) {
    cursor.glue();
    const auto last = parse_term(cursor);
    if (!last) return false;
    const auto* const from = std::get_if<std::uint64_t>(&first.value);
    const auto* const to = std::get_if<std::uint64_t>(&last->value);
    if (from == nullptr || to == nullptr || *from > *to) {
      cursor.fail_from(begin, "a range goes from a number to a larger one", "as in `1..7`");
      return false;
    }
    if (*to - *from >= most_rows) {
      cursor.fail_from(begin, fmt::format("more than {} values", most_rows));
      return false;
    }
    for (std::uint64_t value = *from; value <= *to; ++value) {
      if (!add(std::to_string(value), {{.value = value, .at = first.at}}, begin)) return false;
      if (value == *to) break;  // it may be the largest number there is
    }
    return true;
  }

  // One value of a sweep, or a range of them.
  bool add_value() {
    const std::size_t begin = cursor.offset();
    bool wrong = false;
    auto label = parse_label(cursor, wrong);
    if (wrong) return false;
    const std::size_t value_begin = cursor.offset();
    auto value = parse_expression(cursor);
    if (!value) return false;
    const auto spelling = cursor.source()
                              .line(cursor.line())
                              .text.substr(value_begin, cursor.last_end() - value_begin);
    if (!label && cursor.take("..", true)) return add_range(*value, begin);
    if (!label) label = own_label(*value, spelling);
    if (!label) {
      cursor.fail_from(begin, "this value needs a label, which names it in the ids of the cases",
                       fmt::format("as in `name: {}`", spelling));
      return false;
    }
    return add(std::move(*label), {std::move(*value)}, begin);
  }
};

std::optional<std::string> parse_axis_name(Cursor& cursor, std::string_view what) {
  const auto name = cursor.ahead(is_variable_character);
  if (name.empty()) {
    if (cursor.peek() == '$') {
      return cursor.fail(fmt::format("the name of a {} is written without `$`", what));
    }
    return cursor.fail(fmt::format("the name of the {} is missing here", what));
  }
  if (cursor.peek(name.size()) == '-') {
    return cursor.fail("a name has only letters, digits and `_`", "`-` would read as a difference");
  }
  return std::string(cursor.take_octets(name.size()));
}

// `default LABEL`, when the labels are known.
bool parse_default(Cursor& cursor, Axis& axis) {
  if (!cursor.take_word("default")) return true;
  const auto label = cursor.ahead(is_label_character);
  if (label.empty()) {
    cursor.fail("the label of the default is missing here");
    return false;
  }
  axis.fallback = std::string(cursor.take_octets(label.size()));
  return true;
}

// Whether the default is one of the rows; `begin` is where the axis begins.
bool check_default(Cursor& cursor, const Axis& axis, std::size_t begin) {
  if (axis.fallback.empty()) return true;
  std::vector<std::string_view> labels;
  labels.reserve(axis.rows.size());
  for (const auto& row : axis.rows) labels.emplace_back(row.label);
  if (std::ranges::find(labels, axis.fallback) != labels.end()) return true;
  cursor.fail_from(begin, fmt::format("no row is called `{}`", axis.fallback),
                   did_you_mean(axis.fallback, labels));
  return false;
}

// `label: expr, expr`
std::optional<Axis::Row> parse_row(Cursor& cursor, std::size_t columns) {
  bool wrong = false;
  auto label = parse_label(cursor, wrong);
  if (wrong) return std::nullopt;
  if (!label) return cursor.fail("a row begins with its label: `label: VALUE, VALUE`");
  Axis::Row row{.label = std::move(*label), .values = {}};
  do {
    auto value = parse_expression(cursor);
    if (!value) return std::nullopt;
    row.values.push_back(std::move(*value));
  } while (cursor.take(",", true));
  if (!expect_end(cursor)) return std::nullopt;
  if (row.values.size() != columns) {
    return cursor.fail_from(
        cursor.source().line(cursor.line()).indent,
        fmt::format("this row has {} value{}, and the table has {} column{}", row.values.size(),
                    row.values.size() == 1 ? "" : "s", columns, columns == 1 ? "" : "s"));
  }
  return row;
}

std::optional<std::vector<std::string>> parse_columns(Cursor& cursor) {
  std::vector<std::string> columns;
  do {
    const std::size_t begin = cursor.offset();
    auto name = parse_axis_name(cursor, "column");
    if (!name) return std::nullopt;
    if (std::ranges::find(columns, *name) != columns.end()) {
      return cursor.fail_from(begin, fmt::format("two columns are called `{}`", *name));
    }
    columns.push_back(std::move(*name));
  } while (cursor.take(",", true));
  return columns;
}

}  // namespace

std::optional<Axis> parse_sweep(Cursor& cursor) {
  const std::size_t begin = cursor.source().line(cursor.line()).indent;
  auto name = parse_axis_name(cursor, "sweep");
  if (!name) return std::nullopt;
  if (!cursor.take("="))
    return cursor.fail("`=` and the values are missing here", "as in `sweep n = 0, 1, 125`");
  if (cursor.at_end()) return cursor.fail("a sweep needs values", "as in `sweep n = 0, 1, 125`");
  Axis axis{
      .name = *name, .columns = {*name}, .table = false, .rows = {}, .fallback = {}, .at = {}};
  Rows rows{.cursor = cursor, .rows = {}, .labels = {}};
  do {
    if (!rows.add_value()) return std::nullopt;
  } while (cursor.take(",", true));
  axis.rows = std::move(rows.rows);
  const std::size_t fallback = cursor.offset();
  if (!parse_default(cursor, axis) || !check_default(cursor, axis, fallback)) return std::nullopt;
  if (!expect_end(cursor)) return std::nullopt;
  axis.at = cursor.at(begin);
  return axis;
}

std::optional<Axis> parse_table(Cursor& cursor, const std::vector<Node>& rows) {
  const std::size_t begin = cursor.source().line(cursor.line()).indent;
  auto name = parse_axis_name(cursor, "table");
  if (!name) return std::nullopt;
  if (!cursor.take("="))
    return cursor.fail("`=` and the columns are missing here", "as in `table case = octets, code`");
  auto columns = parse_columns(cursor);
  if (!columns) return std::nullopt;
  Axis axis{.name = *name,
            .columns = std::move(*columns),
            .table = true,
            .rows = {},
            .fallback = {},
            .at = {}};
  const std::size_t fallback = cursor.offset();
  if (!parse_default(cursor, axis) || !expect_end(cursor)) return std::nullopt;
  axis.at = cursor.at(begin);
  if (rows.empty()) {
    return cursor.fail_from(begin, "a table needs rows: deeper lines `label: VALUE, VALUE`");
  }
  Rows all{.cursor = cursor, .rows = {}, .labels = {}};
  bool good = true;
  for (const Node& node : rows) {
    Cursor line(cursor.source(), node.line);
    auto row = parse_row(line, axis.columns.size());
    if (!row || !expect_no_block(cursor.source(), node)) {
      good = false;
      continue;
    }
    Rows here{.cursor = line, .rows = std::move(all.rows), .labels = std::move(all.labels)};
    good = here.add(std::move(row->label), std::move(row->values), line.last_end()) && good;
    all.rows = std::move(here.rows);
    all.labels = std::move(here.labels);
  }
  axis.rows = std::move(all.rows);
  if (!good || !check_default(cursor, axis, fallback)) return std::nullopt;
  return axis;
}

}  // namespace wsproof::script
