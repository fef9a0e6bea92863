#include "harness/wire/frame.hpp"

#include <algorithm>

#include "harness/base/check.hpp"
#include "harness/wire/mask.hpp"
#include "harness/wire/raw_header.hpp"

namespace wsproof::wire {

namespace {

// How many octets the length takes behind the seven bits.
std::size_t extra_octets(LengthForm form) {
  switch (form) {
    case LengthForm::seven:
      return 0;
    case LengthForm::sixteen:
      return 2;
    case LengthForm::sixty_four:
      return 8;
  }
  return 0;
}

bool length_fits(const FrameHeader& header) {
  switch (header.form) {
    case LengthForm::seven:
      return header.length < code_of_sixteen;
    case LengthForm::sixteen:
      return header.length <= 0xFFFFU;
    case LengthForm::sixty_four:
      return true;
  }
  return false;
}

std::uint8_t length_code(const FrameHeader& header) {
  switch (header.form) {
    case LengthForm::seven:
      return static_cast<std::uint8_t>(header.length);
    case LengthForm::sixteen:
      return code_of_sixteen;
    case LengthForm::sixty_four:
      return code_of_sixty_four;
  }
  return 0;
}

}  // namespace

std::string_view opcode::name(std::uint8_t code) {
  switch (code) {
    case continuation:
      return "continuation";
    case text:
      return "text";
    case binary:
      return "binary";
    case close:
      return "close";
    case ping:
      return "ping";
    case pong:
      return "pong";
    default:
      return {};
  }
}

EncodedHeader encode(const FrameHeader& header) {
  CHECK(header.rsv <= 7);
  CHECK(header.opcode <= 15);
  CHECK(length_fits(header));
  EncodedHeader result;
  const auto put = [&result](std::uint64_t octet) {
    result.octets[result.size++] = static_cast<std::uint8_t>(octet & 0xFFU);
  };
  put((header.fin ? 0x80U : 0U) | static_cast<unsigned>(header.rsv) << 4U | header.opcode);
  put((header.key ? 0x80U : 0U) | length_code(header));
  // Network byte order. [6455-5.2-16]
  for (std::size_t left = extra_octets(header.form); left > 0; --left) {
    put(header.length >> (8U * (left - 1)));
  }
  // The key stands behind the length, exactly when the mask bit is set. [6455-5.2-22]
  if (header.key) {
    for (const std::uint8_t octet : *header.key) put(octet);
  }
  return result;
}

std::optional<DecodedHeader> decode_header(base::OctetView octets) {
  if (octets.size() < 2) return std::nullopt;
  const std::size_t size = header_size(octets[1]);
  if (octets.size() < size) return std::nullopt;
  DecodedHeader decoded;
  unpack(read_header(octets.data()), decoded.header);
  decoded.size = size;
  return decoded;
}

void append_frame(base::Octets& to, const FrameHeader& header, base::OctetView payload) {
  const EncodedHeader encoded = encode(header);
  // Room for both first: growing twice would move everything twice.
  const std::size_t needed = to.size() + encoded.size + payload.size();
  if (to.capacity() < needed) to.reserve(std::max(needed, 2 * to.size()));
  base::append(to, encoded.view());
  base::append(to, payload);
  if (header.key) mask(std::span(to).last(payload.size()), *header.key);
}

base::Octets encode_frame(const FrameHeader& header, base::OctetView payload) {
  base::Octets frame;
  append_frame(frame, header, payload);
  return frame;
}

}  // namespace wsproof::wire
