#include "harness/base/octets.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "harness/base/check.hpp"

namespace wsproof::base {

namespace {

// OpenSSL counts in int; pieces keep any size within reach. A multiple of 3 octets and of 4 digits.
constexpr std::size_t base64_piece = 3UL * 4 * 65'536;

std::optional<std::uint8_t> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
  return std::nullopt;
}

}  // namespace

Octets octets(std::string_view text) {
  const OctetView view = as_octets(text);
  return {view.begin(), view.end()};
}

std::string_view as_text(OctetView octets) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets and char may alias.
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

OctetView as_octets(std::string_view text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets and char may alias.
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool equal(OctetView left, OctetView right) { return std::ranges::equal(left, right); }

void append(Octets& to, OctetView more) { to.insert(to.end(), more.begin(), more.end()); }

void append(Octets& to, std::string_view more) { append(to, as_octets(more)); }

std::string to_hex(OctetView octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(octets.size() * 2);
  for (const std::uint8_t octet : octets) {
    text += digits[octet >> 4U];
    text += digits[octet & 0xFU];
  }
  return text;
}

std::optional<Octets> from_hex(std::string_view text) {
  Octets result;
  result.reserve(text.size() / 2);
  for (std::size_t index = 0; index < text.size();) {
    if (text[index] == ' ') {
      ++index;
      continue;
    }
    if (index + 1 == text.size()) return std::nullopt;
    const auto high = hex_digit(text[index]);
    const auto low = hex_digit(text[index + 1]);
    if (!high || !low) return std::nullopt;
    result.push_back(static_cast<std::uint8_t>((*high << 4U) | *low));
    index += 2;
  }
  return result;
}

std::string to_base64(OctetView octets) {
  std::string text;
  text.reserve((octets.size() + 2) / 3 * 4);
  while (!octets.empty()) {
    const OctetView piece = octets.first(std::min(octets.size(), base64_piece));
    octets = octets.subspan(piece.size());
    // OpenSSL writes a terminating NUL behind the digits.
    Octets digits((piece.size() + 2) / 3 * 4 + 1);
    const int size = EVP_EncodeBlock(digits.data(), piece.data(), static_cast<int>(piece.size()));
    text += as_text(OctetView(digits).first(static_cast<std::size_t>(size)));
  }
  return text;
}

std::optional<Octets> from_base64(std::string_view text) {
  // Padding is not optional. [4648-3.2-1]
  if (text.size() % 4 != 0) return std::nullopt;
  Octets result;
  result.reserve(text.size() / 4 * 3);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = rest.substr(0, base64_piece);
    rest.remove_prefix(piece.size());
    Octets decoded(piece.size() / 4 * 3);
    const int size =
        EVP_DecodeBlock(decoded.data(), as_octets(piece).data(), static_cast<int>(piece.size()));
    if (size < 0) return std::nullopt;
    append(result, OctetView(decoded).first(static_cast<std::size_t>(size)));
  }
  // OpenSSL takes a pad for six zero bits and counts the octets that they pretend to be.
  const std::size_t pads = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  if (result.size() < pads) return std::nullopt;
  result.resize(result.size() - pads);
  // It also skips white space at both ends, and lets pads stand anywhere and pad bits be set. What
  // was decoded has only one right spelling [4648-3.3-1] [4648-3.5-1]; anything else is refused.
  if (to_base64(result) != text) return std::nullopt;
  return result;
}

}  // namespace wsproof::base
