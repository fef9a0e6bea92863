#include "harness/script/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "harness/wire/utf8.hpp"

namespace wsproof::script {

namespace {

struct Interval {
  char32_t first, last;
};

// Sorted. What an editor or a browser shows as nothing, as a box, or as something else.
constexpr std::array unprintable = std::to_array<Interval>({
    {0x0000, 0x001F},     // C0 controls
    {0x007F, 0x00A0},     // DEL, C1 controls, no-break space
    {0x00AD, 0x00AD},     // soft hyphen
    {0x034F, 0x034F},     // combining grapheme joiner
    {0x061C, 0x061C},     // Arabic letter mark
    {0x115F, 0x1160},     // Hangul fillers
    {0x1680, 0x1680},     // Ogham space
    {0x17B4, 0x17B5},     // Khmer inherent vowels
    {0x180B, 0x180F},     // Mongolian variation selectors
    {0x2000, 0x200F},     // spaces, zero-width characters, directional marks
    {0x2028, 0x202F},     // separators, directional embeddings, narrow space
    {0x205F, 0x206F},     // mathematical space, invisible operators, directional isolates
    {0x3000, 0x3000},     // ideographic space
    {0x3164, 0x3164},     // Hangul filler
    {0xD800, 0xF8FF},     // surrogates, private use
    {0xFDD0, 0xFDEF},     // noncharacters
    {0xFE00, 0xFE0F},     // variation selectors
    {0xFEFF, 0xFEFF},     // byte order mark
    {0xFFA0, 0xFFA0},     // halfwidth Hangul filler
    {0xFFF0, 0xFFFB},     // interlinear annotations and unassigned
    {0xFFFE, 0xFFFF},     // noncharacters
    {0x1BCA0, 0x1BCA3},   // shorthand format controls
    {0x1D173, 0x1D17A},   // musical format controls
    {0xE0000, 0x10FFFF},  // tags, variation selectors, private use
});

std::string_view short_escape(char32_t code) {
  switch (code) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

void append_quoted(std::string& to, std::string_view valid) {
  for (std::size_t offset = 0; offset < valid.size();) {
    const auto [code, size] = character_at(valid, offset);
    if (const auto escape = short_escape(code); !escape.empty()) {
      to += escape;
    } else if (is_printable(code)) {
      to += valid.substr(offset, size);
    } else if (code < 0x80) {
      to += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code));
    } else {
      to += fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(code));
    }
    offset += size;
  }
}

bool reads_as_text(std::string_view octets) {
  if (!wire::is_utf8(base::as_octets(octets))) return false;
  for (std::size_t offset = 0; offset < octets.size();) {
    const auto [code, size] = character_at(octets, offset);
    if (short_escape(code).empty() && !is_printable(code)) return false;
    offset += size;
  }
  return true;
}

}  // namespace

Character character_at(std::string_view valid, std::size_t offset) {
  const auto octet = [&](std::size_t index) {
    return static_cast<char32_t>(static_cast<std::uint8_t>(valid[offset + index]));
  };
  const char32_t lead = octet(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t index = 1; index < size; ++index) {
    code = (code << 6U) | (octet(index) & 0x3FU);
  }
  return {code, size};
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U; }));
}

std::string to_utf8(char32_t code) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0U | (code >> 6U)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0U | (code >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (code >> 18U)), tail(12), tail(6), tail(0)};
}

bool is_printable(char32_t code) {
  const auto found =
      std::ranges::lower_bound(unprintable, code, {}, [](const Interval& i) { return i.last; });
  const bool hidden = found != unprintable.end() && found->first <= code;
  return !hidden && (code & 0xFFFEU) != 0xFFFEU;  // the last two of every plane are noncharacters
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_label_character(char c) {
  return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
}

bool is_alias_character(char c) { return is_label_character(c) || c == ':' || c == '/'; }

bool is_variable_character(char c) { return is_digit(c) || is_letter(c) || c == '_'; }

bool is_token_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}

bool is_label(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_label_character);
}

std::string quote(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const auto wrong = wire::first_invalid_utf8(base::as_octets(text));
    // The wrong octet may stand inside a character that began before it.
    std::size_t good = wrong ? static_cast<std::size_t>(*wrong) : text.size();
    while (!wire::is_utf8(base::as_octets(text.substr(0, good)))) --good;
    append_quoted(result, text.substr(0, good));
    text.remove_prefix(good);
    if (text.empty()) break;
    result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front()));
    text.remove_prefix(1);
  }
  return result + '"';
}

std::string literal(base::OctetView octets) {
  if (const auto text = base::as_text(octets); reads_as_text(text)) return quote(text);
  const std::string digits = base::to_hex(octets);
  std::string result = "hex\"";
  for (std::size_t offset = 0; offset < digits.size(); offset += 2) {
    if (offset != 0) result += ' ';
    result += digits.substr(offset, 2);
  }
  return result + '"';
}

std::optional<std::uint64_t> number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const char* const end = std::to_address(text.end());
  const auto [stopped, error] =
      std::from_chars(std::to_address(text.begin()), end, value, hex ? 16 : 10);
  if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

}  // namespace wsproof::script
