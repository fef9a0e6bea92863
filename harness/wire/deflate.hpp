// Raw DEFLATE streams (RFC 1951) by zlib, as permessage-deflate uses them (RFC 7692 §7.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "harness/base/octets.hpp"

struct z_stream_s;  // zlib's

namespace wsproof::wire {

/// A sliding window has 2^bits octets; these are the bits that RFC 7692 knows. [7692-7.1.2.1-2]
inline constexpr int least_window_bits = 8;
inline constexpr int most_window_bits = 15;

/// What a sender takes off the end of a message's DEFLATE data, and a receiver puts back: the
/// length of the empty stored block that ends them. [7692-7.2.1-1] [7692-7.2.2-1]
inline constexpr std::array<std::uint8_t, 4> deflate_tail{0x00, 0x00, 0xFF, 0xFF};

/// How zlib looks for repetitions.
enum class Strategy {
  usual,
  huffman_only,  ///< never
  run_lengths,   ///< only of the octet before
  fixed,         ///< as usual, but every block uses the fixed codes
};

/// How the data end for now.
enum class Flush {
  none,    ///< anywhere; something may still be held back
  sync,    ///< with an empty stored block, at an octet boundary
  full,    ///< likewise, and nothing behind it refers to what was before
  finish,  ///< with a block that has BFINAL set, at an octet boundary
};

/// How a Deflater compresses.
struct DeflateOptions {
  int window_bits = most_window_bits;  ///< 8..15: no match reaches further back than 2^bits octets
  int level = 6;                       ///< 0 (only stored blocks) to 9
  Strategy strategy = Strategy::usual;
};

/// Compresses a stream of octets; what it has seen is its context, until it is told to forget it.
///
/// zlib has no raw window of 8 bits. There it is given 9 bits and only looks for runs of one octet,
/// so that no match reaches back further than one: a smaller choice than allowed, which is what a
/// window limit allows.
class Deflater {
 public:
  explicit Deflater(const DeflateOptions& options = {});

  /// Compresses `input` and appends to `output` what comes of it. Behind `finish` the next stream
  /// begins, with the old context.
  void feed(base::OctetView input, Flush flush, base::Octets& output);

  /// The payload of a compressed message: flushed and without its tail. Never empty. [7692-7.2.1-1]
  /// [7692-7.2.3.6-1]
  base::Octets message(base::OctetView payload);

  /// Empties the context, or makes `history` (of which the end counts) the context.
  void forget();
  void forget_all_but(base::OctetView history);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  void begin_again();

  std::unique_ptr<z_stream_s, End> stream_;
};

/// Takes `deflate_tail` off the end of octets, where it stands there.
void remove_tail(base::Octets& octets);

/// Inflates a stream, in any cut. It keeps no more than a window of it, and no call gives more than
/// was asked for. A block with BFINAL set does not end the stream: the next block begins at the
/// next octet boundary, with the same context. [7692-7.2.1-4]
class Inflater {
 public:
  enum class State {
    hungry,  ///< the input is used up
    full,    ///< there is no room for more output; call again
    broken,  ///< this is no DEFLATE data; problem() says why. Only forget() ends that
  };

  /// A distance above 2^window_bits breaks the data. [7692-7.2.2-7]
  explicit Inflater(int window_bits = most_window_bits);

  /// Takes octets from the front of `input`, advancing it, and appends at most `room` octets to
  /// `output`.
  State feed(base::OctetView& input, std::size_t room, base::Octets& output);

  /// Whether the stream stands between two blocks, at an octet boundary: where a message ends once
  /// it has its tail again.
  bool between_blocks() const { return between_blocks_; }
  /// How many blocks with BFINAL set have ended.
  std::uint64_t final_blocks() const { return final_blocks_; }
  /// How many octets were taken, up to the one that broke the data if one did.
  std::uint64_t taken() const { return taken_; }
  /// Why the data are broken, in zlib's words.
  std::string_view problem() const { return problem_; }

  /// Begins a new stream with an empty context, or with `history` (of which the end counts) as
  /// context. The counters go on.
  void forget();
  void forget_all_but(base::OctetView history);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  void begin_again();

  std::unique_ptr<z_stream_s, End> stream_;
  int window_bits_;
  bool between_blocks_ = true;
  std::uint64_t final_blocks_ = 0;
  std::uint64_t taken_ = 0;
  std::string_view problem_;
};

/// The content of one whole message from its payload; nothing when the payload is broken, ends
/// inside of a block, or has more than `limit` octets of content. The inflater's context goes on.
std::optional<base::Octets> inflate_message(Inflater& inflater, base::OctetView payload,
                                            std::size_t limit);

}  // namespace wsproof::wire
