#include "harness/wire/utf8.hpp"

#include <algorithm>
#include <cstring>

#ifdef WSPROOF_SIMDJSON
#include <simdjson.h>
#endif

namespace wsproof::wire {

namespace {

constexpr std::size_t longest_walk = 256;

// What has to follow a lead octet: how many continuation octets, and the range of the first one.
// The others may be any of 80..BF. Nothing when no character starts with the octet.
struct Continuation {
  std::uint8_t missing = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
};

std::optional<Continuation> continuation_of(std::uint8_t lead) {
  if (lead <= 0x7F) return Continuation{};
  if (lead <= 0xC1) return std::nullopt;  // tails without lead [3629-4-3]; overlong [3629-3-4]
  if (lead <= 0xDF) return Continuation{.missing = 1};
  if (lead == 0xE0) return Continuation{.missing = 2, .low = 0xA0};   // overlong [3629-3-4]
  if (lead == 0xED) return Continuation{.missing = 2, .high = 0x9F};  // surrogates [3629-3-3]
  if (lead <= 0xEF) return Continuation{.missing = 2};
  if (lead == 0xF0) return Continuation{.missing = 3, .low = 0x90};  // overlong [3629-3-4]
  if (lead <= 0xF3) return Continuation{.missing = 3};
  if (lead == 0xF4) return Continuation{.missing = 3, .high = 0x8F};  // > U+10FFFF [3629-4-1]
  return std::nullopt;                                                // [3629-4-1] [3629-4-2]
}

#ifdef WSPROOF_SIMDJSON

// Size of the longest front of `text` that does not stop inside a character, if `text` is valid so
// far; the caller finds out whether it is.
std::size_t whole_characters(base::OctetView text) {
  const std::size_t looked_at = std::min<std::size_t>(3, text.size());
  for (std::size_t back = 1; back <= looked_at; ++back) {
    const std::uint8_t octet = text[text.size() - back];
    if (octet < 0x80) break;
    if (octet < 0xC0) continue;
    const auto follows = continuation_of(octet);
    return follows && follows->missing >= back ? text.size() - back : text.size();
  }
  return text.size();
}

// Size of a front of `text`, which begins between characters, that the library found to be whole
// valid characters; 0 when it found nothing of the kind.
std::size_t skip_in_bulk(base::OctetView text) {
  // Below this size the state machine is done before the library has begun.
  constexpr std::size_t worth_a_call = 8;
  if (text.size() < worth_a_call) return 0;
  const base::OctetView whole = text.first(whole_characters(text));
  const std::string_view characters = base::as_text(whole);
  return simdjson::validate_utf8(characters.data(), characters.size()) ? whole.size() : 0;
}

#else

std::size_t skip_in_bulk(base::OctetView) { return 0; }

#endif

bool is_ascii_word(const std::uint8_t* octets) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

// Size of a run of ASCII at the front of `text`, which begins with it: at least one octet, and as
// far as steps of eight reach, of which the last one may overlap the one before.
std::size_t skip_ascii(base::OctetView text) {
  std::size_t skipped = 0;
  while (text.size() - skipped >= 8 && is_ascii_word(text.data() + skipped)) skipped += 8;
  const bool at_last = skipped > 0 && text.size() - skipped < 8;
  if (at_last && is_ascii_word(text.data() + text.size() - 8)) return text.size();
  return std::max<std::size_t>(1, skipped);
}

}  // namespace

std::optional<std::uint64_t> Utf8Validator::feed(base::OctetView piece) {
  if (wrong_) return wrong_;
  bool tried_bulk = false;
  std::size_t taken = 0;
  while (taken < piece.size()) {
    // A short run of ASCII is walked before the library has begun.
    const bool ascii = missing_ == 0 && piece[taken] < 0x80;
    if (ascii && (tried_bulk || piece.size() - taken < longest_walk)) {
      taken += skip_ascii(piece.subspan(taken));
      continue;
    }
    if (missing_ == 0 && !tried_bulk) {
      // Once a piece: what the library refuses holds the wrong octet, and is walked only once.
      tried_bulk = true;
      taken += skip_in_bulk(piece.subspan(taken));
      continue;
    }
    if (!take(piece[taken])) {
      wrong_ = position_ + taken;
      return wrong_;
    }
    ++taken;
  }
  position_ += taken;
  return std::nullopt;
}

bool Utf8Validator::take(std::uint8_t octet) {
  if (missing_ > 0) {
    if (octet < low_ || octet > high_) return false;
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
    return true;
  }
  const auto follows = continuation_of(octet);
  if (!follows) return false;
  missing_ = follows->missing;
  low_ = follows->low;
  high_ = follows->high;
  return true;
}

bool Utf8Validator::complete() const { return !wrong_ && missing_ == 0; }

std::optional<std::uint64_t> first_invalid_utf8(base::OctetView text) {
  Utf8Validator validator;
  if (const auto wrong = validator.feed(text)) return wrong;
  if (!validator.complete()) return text.size();  // [3629-4-4]
  return std::nullopt;
}

bool is_utf8(base::OctetView text) { return !first_invalid_utf8(text); }

}  // namespace wsproof::wire
