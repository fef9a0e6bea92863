#include "harness/rfc/conversations.hpp"

#include <algorithm>

#include "harness/base/random.hpp"

namespace wsproof::rfc {

void PrintTo(const Conversation& conversation, std::ostream* out) { *out << conversation.name; }

base::Octets encode(const std::vector<FrameSpec>& frames, wire::Role sender) {
  base::Octets all;
  base::Random random(7);
  for (const FrameSpec& spec : frames) {
    const std::uint64_t length = spec.length.value_or(spec.payload.size());
    wire::FrameHeader header{.fin = spec.fin,
                             .rsv = spec.rsv,
                             .opcode = spec.opcode,
                             .form = spec.form.value_or(wire::shortest_form(length)),
                             .length = length};
    if (spec.masked.value_or(sender == wire::Role::client)) {
      wire::MaskingKey key{};
      std::ranges::copy(random.octets(key.size()), key.begin());
      header.key = spec.key.value_or(key);
    }
    base::append(all, wire::encode_frame(header, base::as_octets(spec.payload)));
  }
  return all;
}

std::string good_request(const std::string& more) {
  return "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
         "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Version: 13\r\n" +
         more + "\r\n";
}

std::string good_response(const std::string& more) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
         more + "\r\n";
}

std::vector<Conversation> all_conversations() {
  std::vector<Conversation> all;
  for (const auto& some : {frame_conversations(), handshake_conversations(),
                           silent_frame_conversations(), silent_handshake_conversations()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace wsproof::rfc
