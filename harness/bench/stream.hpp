// Streams: what the codecs are fed, the same for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "harness/base/octets.hpp"

namespace wsproof::bench {

enum class Content { binary, ascii, multibyte };

/// `size` octets: random ones, random ASCII, or random whole characters of one to four octets each
/// (filled up with ASCII).
base::Octets content(Content kind, std::size_t size);

/// How many there are, and of how many octets together.
struct Messages {
  std::size_t count = 0;
  std::size_t octets = 0;

  bool operator==(const Messages&) const = default;
};

/// Frames of one kind and size, one behind the other: whole unfragmented messages of a client.
struct Stream {
  base::Octets octets;
  Messages messages;  ///< that are in it
};

/// As many frames with `size` octets of payload as make half a mebioctet of payload, at least one;
/// each with a key and content of its own.
Stream stream(Content kind, std::size_t size);

/// What one read of a socket gives at most.
inline constexpr std::size_t chunk_octets = 65536;

/// Stands for a socket: moves what the next read gives, at most `into` and a chunk, out of `left`,
/// and returns how much that is.
inline std::size_t receive(base::OctetView& left, std::span<std::uint8_t> into) {
  std::size_t size = left.size() < into.size() ? left.size() : into.size();
  if (size > chunk_octets) size = chunk_octets;
  std::memcpy(into.data(), left.data(), size);
  left = left.subspan(size);
  return size;
}

}  // namespace wsproof::bench
