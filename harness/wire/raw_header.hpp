// RawHeader: a frame header in registers, for those who read many: what decode_header() and
// FrameReader share.
#pragma once

#include <cstring>

#include "harness/wire/frame.hpp"

namespace wsproof::wire {

/// A frame header with its first two octets as they stand. FrameReader keeps this instead of a
/// FrameHeader and spells a FrameHeader out anew for each event: copying one that was just written
/// field by field makes the processor wait for the fields, which for small frames took most of the
/// reader's time.
struct RawHeader {
  std::uint8_t first = 0;
  std::uint8_t second = 0;
  MaskingKey key{};  ///< zeros when there is none
  std::uint64_t length = 0;
};

/// The values of the seven length bits that announce a longer form. [6455-5.2-13] [6455-5.2-14]
inline constexpr std::uint8_t code_of_sixteen = 126;
inline constexpr std::uint8_t code_of_sixty_four = 127;

constexpr bool is_masked(const RawHeader& raw) { return (raw.second & 0x80U) != 0; }

/// How the length was written.
constexpr LengthForm form_of(const RawHeader& raw) {
  const std::uint8_t code = raw.second & 0x7FU;
  return code == code_of_sixteen      ? LengthForm::sixteen
         : code == code_of_sixty_four ? LengthForm::sixty_four
                                      : LengthForm::seven;
}

/// How many octets a header has whose second octet is `second`.
constexpr std::size_t header_size(std::uint8_t second) {
  const std::uint8_t code = second & 0x7FU;
  const std::size_t length_octets = code == code_of_sixteen      ? 2
                                    : code == code_of_sixty_four ? 8
                                                                 : 0;
  // The key is there exactly when the mask bit is set. [6455-5.2-22]
  return 2 + length_octets + ((second & 0x80U) != 0 ? 4 : 0);
}

/// An unsigned number in network byte order. [6455-5.2-16]
template <std::size_t Size>
constexpr std::uint64_t big_endian(const std::uint8_t* octets) {
  std::uint64_t number = 0;
  for (std::size_t index = 0; index < Size; ++index) number = number << 8U | octets[index];
  return number;
}

/// The header at the front of `octets`, which hold at least header_size(octets[1]).
inline RawHeader read_header(const std::uint8_t* octets) {
  RawHeader raw;
  raw.first = octets[0];
  raw.second = octets[1];
  raw.length = raw.second & 0x7FU;
  std::size_t key_at = 2;
  if (raw.length == code_of_sixteen) {
    raw.length = big_endian<2>(octets + 2);
    key_at = 4;
  } else if (raw.length == code_of_sixty_four) {
    raw.length = big_endian<8>(octets + 2);
    key_at = 10;
  }
  if (is_masked(raw)) std::memcpy(raw.key.data(), octets + key_at, raw.key.size());
  return raw;
}

/// Spells the header out.
inline void unpack(const RawHeader& raw, FrameHeader& header) {
  header.fin = (raw.first & 0x80U) != 0;
  header.rsv = (raw.first >> 4U) & 0x7U;
  header.opcode = raw.first & 0xFU;
  header.form = form_of(raw);
  header.length = raw.length;
  if (is_masked(raw)) header.key = raw.key;
}

}  // namespace wsproof::wire
