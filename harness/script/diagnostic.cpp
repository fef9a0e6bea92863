#include <algorithm>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/text.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::script {

namespace {

// A line that is longer is shown around what is wrong in it.
constexpr std::size_t most_shown = 160;
constexpr std::size_t shown_before = 60;

bool is_wide(char32_t code) {
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
         (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
         (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1FAFF) ||
         (code >= 0x20000 && code <= 0x3FFFD);
}

// How many columns of a terminal a text takes once it is escaped.
std::size_t columns(std::string_view text) {
  const std::string safe = base::for_terminal(text);
  std::size_t result = 0;
  for (std::size_t offset = 0; offset < safe.size();) {
    const auto [code, size] = character_at(safe, offset);
    const bool combining = code >= 0x300 && code <= 0x36F;
    result += combining ? 0U : is_wide(code) ? 2U : 1U;
    offset += size;
  }
  return result;
}

// Where the character after `count` of them begins.
std::size_t offset_of(std::string_view text, std::size_t count) {
  std::size_t offset = 0;
  const auto is_tail = [&] { return (static_cast<std::uint8_t>(text[offset]) & 0xC0U) == 0x80U; };
  for (; count > 0 && offset < text.size(); --count) {
    ++offset;
    while (offset < text.size() && is_tail()) ++offset;
  }
  return offset;
}

// What is shown of a line: three pieces, the middle one underlined.
struct Excerpt {
  std::string before, marked, after;
};

Excerpt excerpt(const Diagnostic& d) {
  const std::size_t begin = offset_of(d.line, d.place.column - 1);
  const std::size_t end = begin + offset_of(std::string_view(d.line).substr(begin), d.width);
  Excerpt result{.before = d.line.substr(0, begin),
                 .marked = d.line.substr(begin, end - begin),
                 .after = d.line.substr(end)};
  if (d.line.size() <= most_shown) return result;
  if (const auto count = count_characters(result.before); count > shown_before) {
    result.before = "…" + result.before.substr(offset_of(result.before, count - shown_before));
  }
  if (count_characters(result.marked) > most_shown) {
    result.marked = result.marked.substr(0, offset_of(result.marked, most_shown)) + "…";
    result.after.clear();
  }
  if (count_characters(result.after) > shown_before) {
    result.after = result.after.substr(0, offset_of(result.after, shown_before)) + "…";
  }
  return result;
}

}  // namespace

std::string show(const Diagnostic& diagnostic) {
  const result::Place& place = diagnostic.place;
  std::string result = fmt::format("{}:{}:{}: {}\n", base::for_terminal(place.file), place.line,
                                   place.column, base::for_terminal(diagnostic.message));
  const std::string hint = base::for_terminal(diagnostic.hint);
  if (diagnostic.line.empty()) {
    if (!hint.empty()) result += fmt::format("  {}\n", hint);
    return result;
  }
  const auto [before, marked, after] = excerpt(diagnostic);
  const std::string number = std::to_string(place.line);
  const std::string margin(number.size(), ' ');
  result +=
      fmt::format("{} |\n{} | {}\n", margin, number, base::for_terminal(before + marked + after));
  result += fmt::format("{} | {}{}{}{}\n", margin, std::string(columns(before), ' '),
                        std::string(std::max<std::size_t>(1, columns(marked)), '^'),
                        hint.empty() ? "" : " ", hint);
  return result;
}

}  // namespace wsproof::script
