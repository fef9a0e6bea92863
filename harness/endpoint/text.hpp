// Text: whether the octets of a text message are UTF-8 (RFC 6455 §8.1), by the alphabet that the
// quirks ask for.
#pragma once

#include <cstddef>
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

/// A text without the blanks, tabs and line ends at both its ends.
base::OctetView trimmed(base::OctetView text);

/// A text as it is after it was cut into pieces of so many units of UTF-16: of a character of two
/// units that lay across two pieces, each of its halves is a U+FFFD.
base::Octets with_cut_pairs(base::OctetView text, std::size_t units);

/// A text with LF in place of each CR LF.
base::Octets with_one_line_end(base::OctetView text);

}  // namespace wsproof::endpoint
