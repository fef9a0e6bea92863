// For tests: small case files made of a few lines, and diagnostics as a reader sees them.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/parser.hpp"

namespace wsproof::script::test {

/// A text, and what is to be shown for it.
struct Row {
  std::string_view text;
  std::string_view shown;
};

inline void PrintTo(const Row& row, std::ostream* out) { *out << row.text; }

inline std::string shown(const std::vector<Diagnostic>& diagnostics) {
  std::string result;
  for (const Diagnostic& diagnostic : diagnostics) result += show(diagnostic);
  return result;
}

/// A file with a control `ok` and a second case `c` that has these lines, indented, below its
/// title, from line 9 on. The lines are whole: steps, or header lines with steps behind them.
inline std::string with_header(std::string_view lines) {
  std::string file =
      "section s \"S\"\ncontrol ok\ncase ok\n  \"t\"\n  checks 6455-5.2-1\n  fence\n"
      "case c\n  \"t\"\n";
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    file += "  " + std::string(lines.substr(0, end)) + "\n";
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return file;
}

/// The same with a header; the lines are steps, from line 10 on.
inline std::string with_steps(std::string_view lines) {
  return with_header("checks 6455-5.2-1\n" + std::string(lines));
}

}  // namespace wsproof::script::test
