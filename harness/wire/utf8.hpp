// UTF-8 (RFC 3629), streaming: where the first wrong octet is, however the octets are cut.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// Validates a text that arrives in pieces. A position counts octets from the start of the text;
/// the wrong octet is the first one after which no continuation could make the text valid.
class Utf8Validator {
 public:
  /// Takes the next piece. Returns the position of the first wrong octet of the whole text as soon
  /// as there is one, and ever after.
  std::optional<std::uint64_t> feed(base::OctetView piece);

  /// Whether the text so far is valid and does not stop inside a character.
  bool complete() const;

 private:
  // Takes one octet; false when it is the wrong one.
  bool take(std::uint8_t octet);

  std::uint64_t position_ = 0;  ///< octets taken
  std::optional<std::uint64_t> wrong_;
  std::uint8_t missing_ = 0;  ///< continuation octets that the current character still needs
  std::uint8_t low_ = 0x80;   ///< range allowed for the next one
  std::uint8_t high_ = 0xBF;
};

/// Position of the first wrong octet of a whole text; the text's size when it stops inside a
/// character; nothing when it is valid.
std::optional<std::uint64_t> first_invalid_utf8(base::OctetView text);

/// Whether a whole text is valid UTF-8.
bool is_utf8(base::OctetView text);

}  // namespace wsproof::wire
