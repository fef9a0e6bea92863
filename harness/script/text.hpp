// Characters, labels and literals: the smallest pieces of the notation, for both the parser and the
// printer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/octets.hpp"

namespace wsproof::script {

/// A character and how many octets it takes.
struct Character {
  char32_t code = 0;
  std::size_t size = 1;
};

/// The character at `offset` of a text that is known to be valid UTF-8.
Character character_at(std::string_view valid, std::size_t offset);

/// How many characters a text has; an octet that is not UTF-8 counts as none or one.
std::size_t count_characters(std::string_view text);

/// The UTF-8 form of a code point up to 10FFFF that is no surrogate.
std::string to_utf8(char32_t code);

/// Whether a reader can see the character for what it is: no control, no blank but U+0020, nothing
/// invisible, bidirectional, private or unassigned for ever. Only such characters stand in a case
/// file as themselves.
bool is_printable(char32_t code);

bool is_digit(char c);
bool is_letter(char c);
bool is_hex_digit(char c);
/// [A-Za-z0-9._-]: what labels, tags, sections and requirement ids are made of.
bool is_label_character(char c);
/// A label's, and `:` and `/`: what aliases are made of.
bool is_alias_character(char c);
/// [A-Za-z0-9_]: what variables and connections are called.
bool is_variable_character(char c);
/// A token character of RFC 9110 §5.6.2: what field names are made of.
bool is_token_character(char c);
bool is_label(std::string_view text);

/// `text` as a literal in double quotes, with escapes for what is not printable: \" \\ \n \r \t,
/// \u{…} for a character, \xNN for an octet that is not UTF-8. Total.
std::string quote(std::string_view text);

/// Octets as a literal: "text" when they are UTF-8 of printable characters, CR, LF and TAB; else
/// hex"00 ff".
std::string literal(base::OctetView octets);

/// The number that `text` says in decimal or 0x hex; nothing when it is not a number, or above
/// 2^64 - 1.
std::optional<std::uint64_t> number(std::string_view text);

}  // namespace wsproof::script
