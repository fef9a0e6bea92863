#include "harness/base/escape.hpp"

#include <algorithm>
#include <cstdint>

#include "harness/base/octets.hpp"

namespace wsproof::base {

namespace {

// A character at the front of a text; size 0 when what stands there is not valid UTF-8.
struct Character {
  char32_t code = 0;
  std::size_t size = 0;
};

// How many octets a character has that starts with `lead`, and what that octet adds to its code;
// size 0 for octets that start none.
Character read_lead(std::uint8_t lead) {
  if (lead < 0x80U) return {lead, 1};
  if (lead >= 0xC2U && lead < 0xE0U) return {lead & 0x1FU, 2};
  if (lead >= 0xE0U && lead < 0xF0U) return {lead & 0xFU, 3};
  if (lead >= 0xF0U && lead < 0xF5U) return {lead & 0x7U, 4};
  return {};
}

// wire has a faster reader of UTF-8 that streams, but base stands below it, and here the code
// point itself is needed.
Character front_character(std::string_view text) {
  Character result = read_lead(static_cast<std::uint8_t>(text.front()));
  if (text.size() < result.size) return {};
  for (std::size_t index = 1; index < result.size; ++index) {
    const auto octet = static_cast<std::uint8_t>(text[index]);
    if ((octet & 0xC0U) != 0x80U) return {};
    result.code = (result.code << 6U) | (octet & 0x3FU);
  }
  const bool overlong =
      (result.size == 3 && result.code < 0x800U) || (result.size == 4 && result.code < 0x10000U);
  const bool surrogate = result.code >= 0xD800U && result.code <= 0xDFFFU;
  if (overlong || surrogate || result.code > 0x10FFFFU) return {};
  return result;
}

bool is_plain(char octet) { return octet >= 0x20 && octet < 0x7F; }

bool is_octet_control(char32_t code) { return code < 0x20U || code == 0x7FU; }

bool steers_the_display(char32_t code) {
  return (code >= 0x80U && code <= 0x9FU) || code == 0x61CU || code == 0x200EU || code == 0x200FU ||
         (code >= 0x2028U && code <= 0x202EU) || (code >= 0x2066U && code <= 0x2069U);
}

void append_octet_escape(std::string& to, char octet) {
  to += "\\x";
  to += to_hex(as_octets({&octet, 1}));
}

void append_code_escape(std::string& to, char32_t code) {
  constexpr std::string_view digits = "0123456789abcdef";
  to += "\\u{";
  // Every code that is escaped by number has two to four digits.
  for (unsigned shift = code > 0xFFFU ? 12U : code > 0xFFU ? 8U : 4U;; shift -= 4U) {
    to += digits[(code >> shift) & 0xFU];
    if (shift == 0) break;
  }
  to += '}';
}

}  // namespace

std::string for_terminal(std::string_view hostile) {
  std::string safe;
  safe.reserve(hostile.size());
  for (;;) {
    // Most of it needs no look at single characters.
    const auto plain = std::ranges::find_if_not(hostile, is_plain);
    safe.append(hostile.begin(), plain);
    hostile.remove_prefix(static_cast<std::size_t>(plain - hostile.begin()));
    if (hostile.empty()) return safe;
    const Character character = front_character(hostile);
    if (character.size == 0 || is_octet_control(character.code)) {
      append_octet_escape(safe, hostile.front());
      hostile.remove_prefix(1);
      continue;
    }
    if (steers_the_display(character.code)) {
      append_code_escape(safe, character.code);
    } else {
      safe += hostile.substr(0, character.size);
    }
    hostile.remove_prefix(character.size);
  }
}

std::string cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  std::size_t end = limit;
  // A valid character around the limit starts at most three octets before it.
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, limit); ++back) {
    if (front_character(text.substr(limit - back)).size > back) {
      end = limit - back;
      break;
    }
  }
  const std::size_t left_out = text.size() - end;
  return std::string(text.substr(0, end)) + "… (" + std::to_string(left_out) +
         (left_out == 1 ? " more octet)" : " more octets)");
}

}  // namespace wsproof::base
