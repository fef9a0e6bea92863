// Codec: what the benchmarks ask of ours and of the codecs of others, so that all do the same work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "harness/base/octets.hpp"
#include "harness/bench/stream.hpp"

namespace wsproof::bench {

/// A codec in its steady state: connected, with buffers that earlier messages have made large
/// enough.
class Codec {
 public:
  virtual ~Codec() = default;

  /// Receives a stream of whole masked frames in chunks and takes the messages out of it, with all
  /// the checks that the codec has.
  virtual Messages decode(const Stream& stream) = 0;

  /// Writes a message as one masked frame with a fresh key into memory of the codec's own; returns
  /// how many octets that is.
  virtual std::size_t encode(std::uint8_t opcode, base::OctetView payload) = 0;
};

using MakeCodec = std::unique_ptr<Codec> (*)();

std::unique_ptr<Codec> wsproof_codec();   ///< endpoint::Receiver, wire::append_frame
std::unique_ptr<Codec> wsproof_reader();  ///< wire::FrameReader: cuts and unmasks, judges nothing
std::unique_ptr<Codec> beast_codec();     ///< Boost.Beast, synchronous reads and writes
std::unique_ptr<Codec> wslay_codec();     ///< wslay's event API
std::unique_ptr<Codec> websocketpp_codec();  ///< websocketpp's hybi13 processor

}  // namespace wsproof::bench
