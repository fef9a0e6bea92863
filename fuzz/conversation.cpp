#include "fuzz/conversation.hpp"

#include "harness/wire/mask.hpp"

namespace wsproof::fuzz {

Stream stream_of(base::OctetView input) {
  Stream stream;
  if (input.empty()) return stream;
  stream.settings = input.front();
  input = input.subspan(1);
  if (input.empty()) return stream;
  const std::size_t cuts = std::min<std::size_t>(input.front() & 0x0FU, input.size() - 1);
  stream.cuts = input.subspan(1, cuts);
  stream.octets = input.subspan(1 + cuts);
  return stream;
}

Conversation decode(base::OctetView input) {
  const Stream stream = stream_of(input);
  Conversation conversation;
  conversation.settings = stream.settings;
  conversation.cuts.assign(stream.cuts.begin(), stream.cuts.end());
  base::OctetView left = stream.octets;
  while (const auto decoded = wire::decode_header(left)) {
    if (decoded->header.length > left.size() - decoded->size) break;
    const auto size = static_cast<std::size_t>(decoded->header.length);
    const auto payload = left.subspan(decoded->size, size);
    Frame frame{decoded->header, {payload.begin(), payload.end()}};
    if (frame.header.key) wire::mask(frame.payload, *frame.header.key);
    conversation.frames.push_back(std::move(frame));
    left = left.subspan(decoded->size + size);
  }
  conversation.rest.assign(left.begin(), left.end());
  return conversation;
}

base::Octets wire_octets(const Conversation& conversation) {
  base::Octets octets;
  for (const Frame& frame : conversation.frames) {
    base::append(octets, wire::encode_frame(frame.header, frame.payload));
  }
  base::append(octets, conversation.rest);
  return octets;
}

base::Octets encode(const Conversation& conversation) {
  const std::size_t cuts = std::min(conversation.cuts.size(), Conversation::most_cuts);
  base::Octets input{conversation.settings, static_cast<std::uint8_t>(cuts)};
  base::append(input, base::OctetView(conversation.cuts).first(cuts));
  base::append(input, wire_octets(conversation));
  return input;
}

wsproof_codec_settings codec_settings(std::uint8_t settings) {
  const Conversation conversation{settings, {}, {}, {}};
  return {.from_server = conversation.sender() == wire::Role::server,
          .deflate = (settings & Conversation::deflate) != 0,
          .forgets = (settings & Conversation::forgets) != 0,
          .window_bits = conversation.window_bits(),
          .message_limit = conversation.message_limit()};
}

}  // namespace wsproof::fuzz
