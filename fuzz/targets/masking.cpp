// Property: masking is the XOR of octet i with octet i mod 4 of the key, at any address and offset,
// and so in frames.
#include <cstring>

#include "fuzz/targets/target.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/mask.hpp"

using namespace wsproof;

namespace {

// What the payload of a frame is read as, when it comes in two pieces.
base::Octets read(base::Octets frame, std::size_t cut) {
  base::Octets payload;
  wire::FrameReader reader;
  for (std::span<std::uint8_t> piece :
       {std::span(frame).first(cut), std::span(frame).subspan(cut)}) {
    for (auto event = reader.next(piece); event.kind != wire::FrameEvent::Kind::need_more;
         event = reader.next(piece)) {
      base::append(payload, event.payload);
    }
  }
  fuzz::must(reader.at_frame_boundary(), "what was written is one whole frame");
  return payload;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t head = 4 + 8 + 2;
  if (size < head) return 0;
  wire::MaskingKey key;
  std::memcpy(key.data(), data, key.size());
  std::uint64_t offset = 0;
  std::memcpy(&offset, data + 4, sizeof offset);
  const std::size_t address = data[12] % 64;
  const base::OctetView payload(data + head, size - head);
  const std::size_t cut = payload.empty() ? 0 : data[13] * payload.size() / 256;

  base::Octets naive(payload.begin(), payload.end());
  for (std::size_t at = 0; at < naive.size(); ++at) naive[at] ^= key[(offset + at) % 4];

  base::Octets buffer(address, 0xA5);  // what stands in front must stay
  base::append(buffer, payload);
  buffer.insert(buffer.end(), 64, 0x5A);
  const std::span<std::uint8_t> masked = std::span(buffer).subspan(address, payload.size());
  wire::mask(masked, key, offset);
  fuzz::must(base::equal(masked, naive), "masking equals the naive loop");
  fuzz::must(base::equal(base::OctetView(buffer).first(address), base::Octets(address, 0xA5)) &&
                 base::equal(base::OctetView(buffer).last(64), base::Octets(64, 0x5A)),
             "masking touches nothing around the payload");
  wire::mask(masked.first(cut), key, offset);
  wire::mask(masked.subspan(cut), key, offset + cut);
  fuzz::must(base::equal(masked, payload), "unmasked in two pieces it is what it was");

  const wire::FrameHeader header{.opcode = wire::opcode::binary,
                                 .form = wire::shortest_form(payload.size()),
                                 .length = payload.size(),
                                 .key = key};
  const base::Octets frame = wire::encode_frame(header, payload);
  wire::mask(masked, key);
  fuzz::must(base::equal(base::OctetView(frame).last(payload.size()), masked),
             "a frame is masked from its first octet");
  fuzz::must(base::equal(read(frame, data[13] * frame.size() / 256), payload),
             "a frame is read as it was written");
  return 0;
}
