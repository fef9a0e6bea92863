#include <utility>

#include <fmt/format.h>

#include "harness/script/parser.hpp"
#include "harness/script/print.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t most_width = 100;

std::string label_and_value(const Axis::Row& row) {
  const auto& value = row.values.front().value;
  const auto* const octets = std::get_if<base::Octets>(&value);
  const auto* const count = std::get_if<std::uint64_t>(&value);
  if (count != nullptr && is_digit(row.label.front()) && number(row.label) == *count) {
    return row.label;
  }
  if (octets != nullptr && base::as_text(*octets) == row.label) return quote(row.label);
  return fmt::format("{}: {}", row.label, print(row.values.front()));
}

// Whether the row is the number `value` under its own name.
bool is_plain(const Axis::Row& row, std::uint64_t value) {
  const auto* const is = std::get_if<std::uint64_t>(&row.values.front().value);
  return is != nullptr && *is == value && row.label == std::to_string(value);
}

// How many rows from `begin` on count up from a number; 1 when it is no number.
std::size_t run_of_numbers(const std::vector<Axis::Row>& rows, std::size_t begin) {
  const auto* const first = std::get_if<std::uint64_t>(&rows[begin].values.front().value);
  std::size_t size = 0;
  while (first != nullptr && begin + size < rows.size() && size <= UINT64_MAX - *first &&
         is_plain(rows[begin + size], *first + size)) {
    ++size;
  }
  return size == 0 ? 1 : size;
}

std::string values_of_sweep(const std::vector<Axis::Row>& rows) {
  std::string result;
  for (std::size_t index = 0; index < rows.size();) {
    if (index != 0) result += ", ";
    const std::size_t run = run_of_numbers(rows, index);
    if (run >= 3) {
      result += rows[index].label + ".." + rows[index + run - 1].label;
      index += run;
    } else {
      result += label_and_value(rows[index++]);
    }
  }
  return result;
}

struct CasePrinter {
  const Case& c;
  std::vector<LayoutLine>& lines;

  void add(std::string text, std::size_t depth = 1) {
    lines.push_back({.depth = depth, .text = std::move(text), .tag = {}, .comment = {}});
  }

  // `keyword a b c`, on more lines when one would be too long.
  template <typename Words>
  void list(std::string_view keyword, const Words& words) {
    std::string line;
    for (const auto& word : words) {
      if (!line.empty() && line.size() + 1 + std::string_view(word).size() > most_width) {
        add(std::exchange(line, {}));
      }
      if (line.empty()) line = keyword;
      line += fmt::format(" {}", word);
    }
    if (!line.empty()) add(std::move(line));
  }

  void titles() {
    if (!c.title.empty() || !c.why.empty()) add(quote(c.title));
    if (c.why.empty()) return;
    std::string_view rest = c.why;
    while (true) {
      const std::size_t end = rest.find('\n');
      add(quote(rest.substr(0, end)));
      if (end == std::string_view::npos) return;
      rest.remove_prefix(end + 1);
    }
  }

  void twin() {
    if (c.twin.empty()) return;
    Case sibling;
    sibling.suite = c.suite;
    sibling.section = c.section;
    const std::string here = id(sibling) + "/";
    const bool near =
        c.twin.starts_with(here) && c.twin.find('/', here.size()) == std::string::npos;
    add("twin " + (near && c.twin.size() > here.size() ? c.twin.substr(here.size()) : c.twin));
  }

  void manual() {
    const Automatic& automatic = c.automatic;
    if (automatic == Automatic{}) return;
    std::string line = "manual";
    const bool some = automatic.pongs || automatic.close || automatic.end;
    if (some && !automatic.pongs) line += " pings";
    if (some && !automatic.close) line += " close";
    if (some && !automatic.end) line += " end";
    add(std::move(line));
  }

  void axis(const Axis& axis) {
    const std::string fallback = axis.fallback.empty() ? "" : " default " + axis.fallback;
    if (!axis.table) {
      add(fmt::format("sweep {} = {}{}", axis.name, values_of_sweep(axis.rows), fallback));
      return;
    }
    add(fmt::format("table {} = {}{}", axis.name, fmt::join(axis.columns, ", "), fallback));
    for (const Axis::Row& row : axis.rows) {
      std::string line = row.label + ":";
      for (std::size_t index = 0; index < row.values.size(); ++index) {
        line += (index == 0 ? " " : ", ") + print(row.values[index]);
      }
      add(std::move(line), 2);
    }
  }

  void run() {
    add("case " + c.name, 0);
    titles();
    list("checks", c.checks);
    list("alias", c.aliases);
    list("tags", c.tags);
    std::vector<std::string_view> needs;
    needs.reserve(c.needs.size());
    for (const Need need : c.needs) needs.push_back(name(need));
    list("needs", needs);
    twin();
    if (c.roles != Roles::both) add(fmt::format("role {}", name_of(role_words, c.roles)));
    if (!c.since.empty()) add("since " + c.since);
    list("was", c.was);
    manual();
    if (c.deliveries.size() == 3) {
      add("deliveries all");
    } else {
      std::vector<std::string_view> deliveries;
      for (const Delivery delivery : c.deliveries) deliveries.push_back(name(delivery));
      list("deliveries", deliveries);
    }
    for (const Axis& each : c.axes) axis(each);
    for (const Step& step : c.steps) {
      for (LayoutLine& line : lines_of(step, 1)) lines.push_back(std::move(line));
    }
  }
};

void add_section(std::vector<LayoutLine>& lines, const std::string& name,
                 const std::string& title) {
  lines.push_back({.depth = 0,
                   .text = fmt::format("section {} {}", name, quote(title)),
                   .tag = {},
                   .comment = {}});
}

}  // namespace

std::string print(const CaseFile& file) {
  std::vector<LayoutLine> lines;
  if (!file.section.empty()) add_section(lines, file.section, file.title);
  if (!file.control.empty()) {
    lines.push_back({.depth = 0, .text = "control " + file.control, .tag = {}, .comment = {}});
  }
  for (const Case& c : file.cases) CasePrinter{.c = c, .lines = lines}.run();
  return lay_out(lines);
}

std::string print(const Case& c) {
  std::vector<LayoutLine> lines;
  add_section(lines, c.section, c.section_title);
  CasePrinter{.c = c, .lines = lines}.run();
  return lay_out(lines);
}

}  // namespace wsproof::script
