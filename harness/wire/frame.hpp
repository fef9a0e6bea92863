// The frame header of RFC 6455 §5.2 as a value: lossless, total, without an opinion on legality.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// The four-bit opcodes that RFC 6455 §5.2 defines. A header holds any value 0..15.
namespace opcode {
inline constexpr std::uint8_t continuation = 0x0;
inline constexpr std::uint8_t text = 0x1;
inline constexpr std::uint8_t binary = 0x2;
inline constexpr std::uint8_t close = 0x8;
inline constexpr std::uint8_t ping = 0x9;
inline constexpr std::uint8_t pong = 0xA;
/// Control opcodes are those with the top bit set (§5.5).
constexpr bool is_control(std::uint8_t code) { return (code & 0x8U) != 0; }
/// "text", "pong", …; "opcode 3" style names are the caller's business: empty for reserved ones.
std::string_view name(std::uint8_t code);
}  // namespace opcode

/// How the payload length is written: in the 7 bits, or in 16 or 64 bits behind them.
enum class LengthForm : std::uint8_t { seven, sixteen, sixty_four };

/// The shortest form that can hold `length`, which is the only legal one (§5.2).
constexpr LengthForm shortest_form(std::uint64_t length) {
  if (length <= 125) return LengthForm::seven;
  if (length <= 0xFFFF) return LengthForm::sixteen;
  return LengthForm::sixty_four;
}

using MaskingKey = std::array<std::uint8_t, 4>;

/// A frame header exactly as it stands on the wire: every combination of bits can be held, and
/// encode(decode(x)) == x.
struct FrameHeader {
  bool fin = true;
  std::uint8_t rsv = 0;                ///< the three reserved bits as a number 0..7, RSV1 = 4
  std::uint8_t opcode = opcode::text;  ///< 0..15
  LengthForm form = LengthForm::seven;
  std::uint64_t length = 0;            ///< announced payload length in octets; must fit the form
  std::optional<MaskingKey> key = {};  ///< present exactly when the MASK bit is set

  bool operator==(const FrameHeader&) const = default;
};

/// 2 octets, 8 of a 64-bit length, 4 of a key.
inline constexpr std::size_t max_header_octets = 14;

/// An encoded header with its size, without allocation.
struct EncodedHeader {
  std::array<std::uint8_t, max_header_octets> octets{};
  std::size_t size = 0;

  base::OctetView view() const { return {octets.data(), size}; }
};

/// The octets of a header. The length must fit the form (seven: at most 125; sixteen: 65535).
EncodedHeader encode(const FrameHeader& header);

/// A header that was read, and how many octets it took.
struct DecodedHeader {
  FrameHeader header;
  std::size_t size = 0;
};

/// The header at the front of `octets`; nothing when more octets are needed. Cannot fail.
std::optional<DecodedHeader> decode_header(base::OctetView octets);

/// A whole frame, header and payload, masked with the header's key when it has one. The payload's
/// size need not be the announced length. append_frame() puts it behind `to`, and allocates nothing
/// where there is room.
void append_frame(base::Octets& to, const FrameHeader& header, base::OctetView payload);
base::Octets encode_frame(const FrameHeader& header, base::OctetView payload);

}  // namespace wsproof::wire
