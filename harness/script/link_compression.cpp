#include "harness/script/link_compression.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/wire/extension.hpp"

namespace wsproof::script {

namespace {

constexpr std::uint8_t rsv1 = 4;

bool begins_message(const wire::FrameHeader& header) {
  return header.opcode == wire::opcode::text || header.opcode == wire::opcode::binary;
}

}  // namespace

bool agrees_to_deflate(const wire::Head& answer) {
  const auto values = wire::values(answer, "Sec-WebSocket-Extensions");
  return std::ranges::any_of(values, [](const std::string& value) {
    return std::ranges::any_of(
        wire::decode_extensions(value), [](const wire::Extension& extension) {
          return wire::same_token(wire::trimmed(extension.name), "permessage-deflate");
        });
  });
}

// The first frame of a message tells whether it is compressed. [7692-6-2]
void LinkCompression::received_header(const wire::FrameHeader& header) {
  if (!begins_message(header)) return;
  compressed_ = (header.rsv & rsv1) != 0;
  content_.clear();
  inspector_.begin_message();
}

void LinkCompression::received_payload(base::OctetView payload, std::size_t kept) {
  inspector_.feed(payload);
  inflate(payload, kept);
}

// What is beyond the limit is inflated all the same: later messages may refer to it.
void LinkCompression::inflate(base::OctetView payload, std::size_t kept) {
  constexpr std::size_t piece = 65536;
  auto state = wire::Inflater::State::full;
  while (state == wire::Inflater::State::full) {
    state = inflater_.feed(payload, piece, content_);
    content_.resize(std::min(content_.size(), kept));
  }
}

LinkCompression::Message LinkCompression::take_message(std::size_t kept) {
  received_payload(wire::deflate_tail, kept);
  Message message{.content = std::move(content_), .facts = inspector_.facts(), .problem = {}};
  content_.clear();
  if (const auto& problem = inspector_.problem()) {
    message.problem = fmt::format("{}, at its octet {}", name(problem->kind), problem->octet);
  } else if (!inspector_.between_blocks()) {
    message.problem = "its last block has no end";
  }
  if (message.problem.empty()) return message;
  inspector_.forget();
  inflater_.forget();
  return message;
}

void LinkCompression::sent_header(const wire::FrameHeader& header) {
  if (!begins_message(header)) return;
  // What we sent before may have been anything at all.
  if (sent_compressed_) sent_.feed(wire::deflate_tail);
  if (sent_.problem() || !sent_.between_blocks()) sent_.forget();
  sent_.begin_message();
  sent_compressed_ = (header.rsv & rsv1) != 0;
}

void LinkCompression::sent_payload(base::OctetView payload) {
  if (sent_compressed_) sent_.feed(payload);
}

}  // namespace wsproof::script
