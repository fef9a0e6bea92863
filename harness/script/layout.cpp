#include "harness/script/layout.hpp"

#include <algorithm>
#include <string_view>

#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t header_width = 6;    // of `checks`, `manual`
constexpr std::size_t remark_column = 36;  // counted from 0
constexpr std::size_t widest_cell = 48;
constexpr std::size_t widest_line = 80;  // longer ones do not push the remarks of their neighbours

std::string_view first_word(std::string_view line) { return line.substr(0, line.find(' ')); }

bool is_case(const LayoutLine& line) { return line.depth == 0 && first_word(line.text) == "case"; }

bool is_blank(const LayoutLine& line) { return line.text.empty() && line.comment.empty(); }

bool is_comment(const LayoutLine& line) { return line.text.empty() && !line.comment.empty(); }

bool is_header_word(std::string_view word) {
  return word == "table" || std::ranges::find(header_words, word) != header_words.end();
}

// Characters, which is what an editor counts.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  result.append(width - std::min(width, width_of(text)), ' ');
  return result;
}

// `keyword rest` with the keyword padded.
void pad_keyword(LayoutLine& line) {
  const std::string word(first_word(line.text));
  if (word.size() == line.text.size()) return;
  line.text = padded(word, header_width) + line.text.substr(word.size());
}

void align_headers(std::vector<LayoutLine>& lines) {
  bool in_header = false;
  for (LayoutLine& line : lines) {
    if (is_case(line)) in_header = true;
    if (line.depth != 1 || line.text.empty() || line.text.front() == '"') continue;
    const auto word = first_word(line.text);
    in_header = in_header && (word == "let" || is_header_word(word));
    if (in_header && word != "let") pad_keyword(line);
  }
}

// A table's row, `label: value, value`, as label and values; the commas stay.
std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> cells;
  std::size_t depth = 0;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < row.size(); ++at) {
    const char c = row[at];
    if (quoted && c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '(' || c == ')')) {
      depth += c == '(' ? 1 : static_cast<std::size_t>(-1);
    } else if (!quoted && c == ' ' && begin < at &&
               (cells.empty() || (depth == 0 && row[at - 1] == ','))) {
      cells.emplace_back(row.substr(begin, at - begin));
      begin = at + 1;
    }
  }
  cells.emplace_back(row.substr(begin));
  return cells;
}

// Pads the cells of a column, unless that would make the lines very long.
void align_column(std::vector<std::vector<std::string>>& rows, std::size_t column) {
  std::size_t widest = 0;
  for (const auto& row : rows) {
    if (column < row.size()) widest = std::max(widest, width_of(row[column]));
  }
  if (widest > widest_cell) return;
  for (auto& row : rows) {
    if (column + 1 < row.size()) row[column] = padded(row[column], widest);
  }
}

// The lines of one table's rows.
void align_rows(std::vector<LayoutLine*>& lines) {
  std::vector<std::vector<std::string>> rows;
  std::size_t columns = 0;
  for (const LayoutLine* line : lines) {
    rows.push_back(cells_of(line->text));
    columns = std::max(columns, rows.back().size());
  }
  for (std::size_t column = 0; column < columns; ++column) align_column(rows, column);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    std::string text;
    for (const std::string& cell : rows[index]) text += (text.empty() ? "" : " ") + cell;
    lines[index]->text = std::move(text);
  }
}

void align_tables(std::vector<LayoutLine>& lines) {
  std::vector<LayoutLine*> rows;
  bool in_table = false;
  for (LayoutLine& line : lines) {
    if (line.text.empty()) continue;
    if (in_table && line.depth == 2) {
      rows.push_back(&line);
      continue;
    }
    align_rows(rows);
    rows.clear();
    in_table = line.depth == 1 && first_word(line.text) == "table";
  }
  align_rows(rows);
}

// For every line, whether it begins a case, or is a comment right above one.
std::vector<bool> lead_to_case(const std::vector<LayoutLine>& lines) {
  std::vector<bool> result(lines.size() + 1, false);
  for (std::size_t index = lines.size(); index-- > 0;) {
    const bool passes_on = is_comment(lines[index]) && lines[index].depth == 0;
    result[index] = is_case(lines[index]) || (passes_on && result[index + 1]);
  }
  return result;
}

std::vector<LayoutLine> with_blank_lines(const std::vector<LayoutLine>& lines) {
  const std::vector<bool> leads = lead_to_case(lines);
  std::vector<LayoutLine> result;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (is_blank(lines[index])) continue;
    const bool had_blank = index > 0 && is_blank(lines[index - 1]);
    const bool goes_on = !result.empty() && is_comment(result.back()) && result.back().depth == 0;
    const bool begins_case = leads[index] && (had_blank || !goes_on);
    const bool behind_case = !result.empty() && is_case(result.back());
    if (!result.empty() && (begins_case || (had_blank && !behind_case))) result.emplace_back();
    result.push_back(lines[index]);
  }
  return result;
}

std::string indented(const LayoutLine& line) {
  return std::string(2 * line.depth, ' ') + line.text;
}

// What stands behind a line: its requirement, its comment.
std::string remark_of(const LayoutLine& line) {
  return line.tag + (line.tag.empty() || line.comment.empty() ? "" : "  ") + line.comment;
}

bool has_remark(const LayoutLine& line) { return !line.text.empty() && !remark_of(line).empty(); }

// The column of the remarks of neighbouring lines: the usual one, or behind the longest of them.
std::size_t remark_column_at(const std::vector<LayoutLine>& lines, std::size_t index,
                             std::size_t& end) {
  std::size_t column = remark_column;
  for (end = index; end < lines.size() && has_remark(lines[end]); ++end) {
    const std::size_t width = width_of(indented(lines[end])) + 2;
    if (width <= widest_line) column = std::max(column, width);
  }
  return column;
}

}  // namespace

std::string lay_out(const std::vector<LayoutLine>& lines) {
  auto all = with_blank_lines(lines);
  align_headers(all);
  align_tables(all);
  std::string result;
  std::size_t column = 0;
  std::size_t end = 0;
  for (std::size_t index = 0; index < all.size(); ++index) {
    const LayoutLine& line = all[index];
    if (has_remark(line) && index >= end) column = remark_column_at(all, index, end);
    if (has_remark(line)) {
      result += padded(indented(line) + "  ", column) + remark_of(line);
    } else if (!is_blank(line)) {
      result += indented(line) + line.comment;
    }
    result += '\n';
  }
  return result;
}

}  // namespace wsproof::script
