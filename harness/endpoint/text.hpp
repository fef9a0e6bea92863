// Text: whether the octets of a text message are UTF-8 (RFC 6455 §8.1), by the alphabet that the
// quirks ask for.
#pragma once

#include <cstdint>

#include "harness/base/octets.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::endpoint {

/// Judges a text that comes in pieces.
class TextJudge {
 public:
  explicit TextJudge(Alphabet alphabet) : alphabet_(alphabet) {}

  /// Takes the next piece; false as soon as no continuation could make the text right, and ever
  /// after.
  bool feed(base::OctetView piece);

  /// Whether the text so far is right and does not stop inside a character.
  bool complete() const;

 private:
  bool take(std::uint8_t octet);
  bool take_lead(std::uint8_t octet);
  bool is_allowed() const;

  Alphabet alphabet_;
  wire::Utf8Validator strict_;  ///< does the whole work for the true alphabet
  bool wrong_ = false;
  unsigned missing_ = 0;     ///< octets that the current character still needs
  std::uint8_t low_ = 0x80;  ///< range allowed for the next of them
  std::uint8_t high_ = 0xBF;
  char32_t character_ = 0;
};

/// Whether a whole text is right.
bool is_text(base::OctetView text, Alphabet alphabet);

/// A text with U+FFFD for each of its wrong octets.
base::Octets repaired(base::OctetView text, Alphabet alphabet);

/// Takes blanks, tabs and line ends off both ends of a text.
void trim(base::Octets& text);

/// Makes LF of each CR LF in a text.
void unify_line_ends(base::Octets& text);

}  // namespace wsproof::endpoint
