// Conversation: a fuzzer's input read as what it stands for: settings, the cuts of TCP, frames.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "fuzz/codec.h"
#include "harness/base/octets.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::fuzz {

/// A frame with its payload unmasked. The header's length need not be the payload's.
struct Frame {
  wire::FrameHeader header;
  base::Octets payload;

  bool operator==(const Frame&) const = default;
};

/// What one side says behind the opening handshake. As octets: one of settings, one whose low four
/// bits say how many cuts there are, the cuts, and then the frames as they stand on the wire. So
/// raw traffic of others becomes an input by two octets in front of it.
struct Conversation {
  /// Bits of `settings`.
  static constexpr std::uint8_t server_speaks = 0x01;  ///< else a client, which masks
  static constexpr std::uint8_t deflate = 0x02;        ///< permessage-deflate was agreed on
  static constexpr std::uint8_t forgets = 0x04;        ///< by a sender without context takeover
  static constexpr std::uint8_t window = 0x38;         ///< three bits: 15 less window bits, 8..15
  static constexpr std::uint8_t small_limit = 0x40;    ///< messages have at most 256 octets

  static constexpr std::size_t most_cuts = 15;

  std::uint8_t settings = 0;
  base::Octets cuts;  ///< each a write of so many octets and one more; in turns. None: one write
  std::vector<Frame> frames;
  base::Octets rest;  ///< behind the last whole frame, as it stands

  wire::Role sender() const {
    return (settings & server_speaks) != 0 ? wire::Role::server : wire::Role::client;
  }
  int window_bits() const { return 15 - ((settings & window) >> 3U); }
  std::size_t message_limit() const { return (settings & small_limit) != 0 ? 256 : 65536; }

  bool operator==(const Conversation&) const = default;
};

/// Reads an input. Total; encode(decode(x)) == x for every x that has its settings and cuts.
Conversation decode(base::OctetView input);

/// The input that the conversation is read from.
base::Octets encode(const Conversation& conversation);

/// The frames alone, as they stand on the wire.
base::Octets wire_octets(const Conversation& conversation);

/// The same without decoding the frames, for targets that are in a hurry. Views of `input`.
struct Stream {
  std::uint8_t settings = 0;
  base::OctetView cuts, octets;
};
Stream stream_of(base::OctetView input);

/// What a codec is told about the conversation.
wsproof_codec_settings codec_settings(std::uint8_t settings);

/// Calls `write(piece)` for each write that the cuts make of `octets`, while it returns true.
template <typename Write>
void in_writes(base::OctetView octets, base::OctetView cuts, const Write& write) {
  if (cuts.empty()) {
    write(octets);
    return;
  }
  for (std::size_t turn = 0; !octets.empty(); ++turn) {
    const std::size_t size = std::min<std::size_t>(octets.size(), cuts[turn % cuts.size()] + 1U);
    if (!write(octets.first(size))) return;
    octets = octets.subspan(size);
  }
}

}  // namespace wsproof::fuzz
