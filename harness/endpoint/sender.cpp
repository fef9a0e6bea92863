#include "harness/endpoint/sender.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace wsproof::endpoint {

namespace {

constexpr std::uint8_t rsv1 = 4;
constexpr std::uint8_t rsv2 = 2;

// Replies in fragments: short ones, but never more than a reader of small memory puts up with.
constexpr std::size_t piece_octets = 7;
constexpr std::size_t most_pieces = 16;

// The length as the two octets in the wrong order say it.
std::uint64_t swapped(std::uint64_t length) { return ((length & 0xFFU) << 8U) | (length >> 8U); }

}  // namespace

base::Octets Sender::message(std::uint8_t type, base::OctetView payload) {
  base::Octets octets, compressed;
  const bool compresses = deflater_ && deflater_->wants(payload.size());
  if (compresses) {
    compressed = deflater_->compress(payload);
    payload = compressed;
  }
  const FragmentationQuirks& quirks = quirks_.fragmentation;
  std::size_t piece = std::max(payload.size(), std::size_t{1});
  if (quirks.replies != ReplyCut::whole) {
    piece = std::max(piece_octets, (payload.size() + most_pieces - 1) / most_pieces);
  }
  const bool with_empty = quirks.replies == ReplyCut::pieces_and_empty_frames;
  Shape shape{false, type, bit_of(compresses)};
  const auto put = [&](base::OctetView part) {
    append_frame(octets, shape, part);
    // The type stands in the first frame. [6455-6.1-4] [6455-5.4-2]
    if (quirks.sent != SentFragments::repeated_opcode) shape.opcode = wire::opcode::continuation;
    // The compressed bit stands nowhere else. [7692-6.1-1] [7692-6.1-4]
    if (quirks_.deflate.sent_bit != SentBit::every_frame) shape.rsv = 0;
  };
  if (with_empty) put({});
  while (payload.size() > piece) {
    put(payload.first(piece));
    if (with_empty) put({});
    payload = payload.subspan(piece);
  }
  shape.fin = !with_empty && quirks.sent != SentFragments::never_final;
  put(payload);
  if (!with_empty) return octets;
  shape.fin = true;  // [6455-6.1-5]
  put({});
  return octets;
}

// [7692-6.1-1] [7692-6.1-2] [7692-9.2-1]
std::uint8_t Sender::bit_of(bool compressed) const {
  const SentBit rule = quirks_.deflate.sent_bit;
  if (!compressed) return deflater_ && rule == SentBit::uncompressed_too ? rsv1 : 0;
  if (rule == SentBit::never) return 0;
  return rule == SentBit::rsv2 ? rsv2 : rsv1;
}

base::Octets Sender::control(std::uint8_t opcode, base::OctetView payload) {
  base::Octets octets;
  // Never compressed. [7692-6-1] [7692-6.1-3]
  const bool bit = deflater_ && quirks_.deflate.sent_bit == SentBit::control_too;
  append_frame(octets,
               {quirks_.control.sent_fin == Check::on, opcode, bit ? rsv1 : std::uint8_t{0}},
               payload);
  return octets;
}

base::Octets Sender::own_ping() {
  const std::string payload = "own ping " + std::to_string(++own_controls_);
  return control(wire::opcode::ping, base::as_octets(payload));
}

base::Octets Sender::own_pong() {
  const std::string payload = "own pong " + std::to_string(++own_controls_);
  return control(wire::opcode::pong, base::as_octets(payload));
}

void Sender::append_frame(base::Octets& to, Shape shape, base::OctetView payload) {
  const FramingQuirks& quirks = quirks_.framing;
  wire::FrameHeader header{.fin = shape.fin,
                           .rsv = static_cast<std::uint8_t>(shape.rsv | quirks.sent_rsv),
                           .opcode = shape.opcode,
                           .form = wire::LengthForm::seven,
                           .length = payload.size(),
                           .key = next_key()};
  // The shortest form, and its octets in network order. [6455-5.2-17] [6455-5.2-16]
  if (header.length > quirks.most_seven) header.form = wire::LengthForm::sixteen;
  if (header.length > quirks.most_sixteen) header.form = wire::LengthForm::sixty_four;
  if (header.form == wire::LengthForm::sixteen) {
    header.length &= 0xFFFFU;
    if (quirks.length_order == ByteOrder::little) header.length = swapped(header.length);
  }
  wire::append_frame(to, header, payload);
}

// A client masks every frame with a fresh key, a server none. [6455-5.1-1] [6455-5.1-5]
// [6455-5.3-2]
std::optional<wire::MaskingKey> Sender::next_key() {
  const bool by_role = quirks_.masking.sent == MaskSent::by_role;
  if ((role_ == wire::Role::client) != by_role) return std::nullopt;
  wire::MaskingKey key{0x37, 0xFA, 0x21, 0x3D};
  ++frames_;
  switch (quirks_.masking.keys) {
    case KeySource::constant:
      break;
    case KeySource::counting:
      key = {0, 0, static_cast<std::uint8_t>(frames_ >> 8U), static_cast<std::uint8_t>(frames_)};
      break;
    case KeySource::random:
      std::ranges::copy(random_.octets(key.size()), key.begin());
      break;
  }
  return key;
}

}  // namespace wsproof::endpoint
