#include "reports/terminal_text.hpp"

#include <algorithm>

#include "harness/base/escape.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

namespace {

std::string_view select(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::bad:
      return "\x1b[1;31m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::unusual:
      return "\x1b[33m";
    case Ink::unclear:
      return "\x1b[35m";
    case Ink::remark:
      return "\x1b[36m";
  }
  return "";
}

// The words of a text, cut into lines that have `width` columns where words allow it.
std::vector<std::string> broken(std::string_view text, std::size_t width) {
  std::vector<std::string> all(1);
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    const std::size_t columns = character_count(word);
    if (used > 0 && used + 1 + columns > width) {
      all.emplace_back();
      used = 0;
    }
    if (used > 0) all.back() += ' ';
    all.back() += word;
    used += columns + (used > 0 ? 1 : 0);
  }
  return all;
}

}  // namespace

TerminalText& TerminalText::text(std::string_view hostile, Ink ink) {
  const std::string safe = base::for_terminal(hostile);
  const std::string_view begin = colour_ ? select(ink) : "";
  written_ += begin;
  written_ += safe;
  if (!begin.empty()) written_ += "\x1b[0m";
  column_ += character_count(safe);
  return *this;
}

TerminalText& TerminalText::tab(std::size_t column, std::size_t least) {
  const std::size_t blanks = std::max(column > column_ ? column - column_ : 0, least);
  written_.append(blanks, ' ');
  column_ += blanks;
  return *this;
}

TerminalText& TerminalText::end() {
  written_ += '\n';
  column_ = 0;
  return *this;
}

TerminalText& TerminalText::wrapped(std::string_view hostile, std::size_t width, Ink ink) {
  const std::size_t left = column_;
  const std::size_t room = std::max<std::size_t>(width > left ? width - left : 0, 20);
  bool first = true;
  for (const std::string& line : broken(base::for_terminal(hostile), room)) {
    if (!first) end().tab(left, 0);
    first = false;
    text(line, ink);
  }
  return *this;
}

}  // namespace wsproof::reports
