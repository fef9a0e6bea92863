#include "harness/bench/stream.hpp"

#include <algorithm>

#include "harness/base/random.hpp"
#include "harness/wire/frame.hpp"

namespace wsproof::bench {

namespace {

void append_character(base::Octets& text, std::uint64_t random) {
  const auto tail = [&random](unsigned shift) {
    return static_cast<std::uint8_t>(0x80U | (random >> shift & 0x3FU));
  };
  switch (random >> 60U & 3U) {
    case 0:
      return text.push_back(static_cast<std::uint8_t>('a' + random % 26));
    case 1:  // U+0400..U+047F
      text.push_back(static_cast<std::uint8_t>(0xD0U + random % 2));
      return text.push_back(tail(8));
    case 2:  // U+4000..U+7FFF
      text.push_back(static_cast<std::uint8_t>(0xE4U + random % 4));
      text.push_back(tail(8));
      return text.push_back(tail(16));
    default:  // U+1F000..U+1FFFF
      text.push_back(0xF0);
      text.push_back(0x9F);
      text.push_back(tail(8));
      return text.push_back(tail(16));
  }
}

}  // namespace

base::Octets content(Content kind, std::size_t size) {
  base::Random random(size);
  if (kind == Content::binary) return random.octets(size);
  base::Octets text;
  while (kind == Content::multibyte && text.size() + 4 <= size) {
    append_character(text, random.next());
  }
  while (text.size() < size) text.push_back(static_cast<std::uint8_t>(' ' + random.below(95)));
  return text;
}

Stream stream(Content kind, std::size_t size) {
  constexpr std::size_t wanted = std::size_t{512} * 1024;
  base::Random random(1);
  const base::Octets payload = content(kind, size);
  Stream result;
  while (result.messages.octets < wanted) {
    wire::MaskingKey key;
    std::ranges::copy(random.octets(key.size()), key.begin());
    const wire::FrameHeader header{
        .opcode = kind == Content::binary ? wire::opcode::binary : wire::opcode::text,
        .form = wire::shortest_form(size),
        .length = size,
        .key = key};
    base::append(result.octets, wire::encode_frame(header, payload));
    ++result.messages.count;
    result.messages.octets += size;
  }
  return result;
}

}  // namespace wsproof::bench
