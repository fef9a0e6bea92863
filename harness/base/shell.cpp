#include "harness/base/shell.hpp"

#include <algorithm>

namespace wsproof::base {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7f; }

// Three octal digits.
std::string octal(unsigned char octet) {
  std::string out = "\\";
  for (const unsigned shift : {6U, 3U, 0U}) out += static_cast<char>('0' + (octet >> shift & 7U));
  return out;
}

// $'…', which says line breaks and their like by escapes.
std::string with_escapes(std::string_view word) {
  std::string out = "$'";
  for (const char c : word) {
    if (c == '\n')
      out += "\\n";
    else if (is_control(c))
      out += octal(static_cast<unsigned char>(c));
    else if (c == '\'' || c == '\\')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out + "'";
}

}  // namespace

std::string shell_word(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
    return std::string(word);
  if (std::ranges::any_of(word, is_control)) return with_escapes(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace wsproof::base
