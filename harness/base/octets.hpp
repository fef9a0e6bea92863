// Octets: the material everything is made of, and how to move between octets, text, hex and base64.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::base {

/// A run of octets that somebody owns. Never assumed to be text.
using Octets = std::vector<std::uint8_t>;

/// A run of octets that somebody else owns; valid as long as the owner keeps them.
using OctetView = std::span<const std::uint8_t>;

/// The octets of `text`, as they stand.
Octets octets(std::string_view text);

/// The same memory seen as characters; not validated, not terminated, may hold NUL.
std::string_view as_text(OctetView octets);

/// The same memory seen as octets.
OctetView as_octets(std::string_view text);

/// Whether both hold the same octets.
bool equal(OctetView left, OctetView right);

/// Puts `more` behind `to`.
void append(Octets& to, OctetView more);
void append(Octets& to, std::string_view more);

/// Lower-case hex digits, two an octet, no separators.
std::string to_hex(OctetView octets);

/// Reads hex digits of either case; blanks between octets are allowed. Nothing when a digit is
/// foreign or the last octet has only one.
std::optional<Octets> from_hex(std::string_view text);

/// RFC 4648 §4, with padding.
std::string to_base64(OctetView octets);

/// Strict RFC 4648 §4: right alphabet, right padding, zero pad bits; nothing otherwise.
std::optional<Octets> from_base64(std::string_view text);

}  // namespace wsproof::base
