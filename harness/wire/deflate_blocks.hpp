// DEFLATE blocks written by hand (RFC 1951): any block, any match, and what zlib would never write.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// `length` octets once more, from `distance` octets back. [RFC 1951 §3.2.5]
struct Match {
  std::uint32_t length = 3;    ///< 3..258
  std::uint32_t distance = 1;  ///< 1..32768
  bool operator==(const Match&) const = default;
};

/// What the inside of a compressed block is made of.
using Token = std::variant<base::Octets, Match>;

/// Writes blocks one behind the other, bit by bit. What it is asked to write is written: a match
/// may reach to where nothing is.
class BlockWriter {
 public:
  /// Stored blocks: one, or as many as 65,535 octets each make necessary.
  BlockWriter& stored(base::OctetView octets, bool final = false);
  /// A block with the fixed codes.
  BlockWriter& fixed(std::span<const Token> tokens, bool final = false);
  /// A block with codes of its own. They are as good as the number of different symbols allows, and
  /// do not look at how often each occurs.
  BlockWriter& dynamic(std::span<const Token> tokens, bool final = false);
  /// The lowest `count` (at most 32) bits of a number, the lowest first.
  BlockWriter& bits(std::uint32_t value, unsigned count);
  /// Zeros up to the next octet boundary, as a final block ends. [7692-7.2.1-5]
  BlockWriter& align();

  /// All that was written, filled up with zeros; starts anew.
  base::Octets take();
  /// The same as the payload of a message: ended by an empty stored block without its last four
  /// octets. [7692-7.2.1-1]
  base::Octets take_message();

 private:
  /// A code by its bits, the first of them lowest.
  struct Code {
    std::uint32_t bits = 0;
    unsigned size = 0;
  };
  using Codes = std::span<const Code>;

  void write(Code code) { bits(code.bits, code.size); }
  void write_tokens(std::span<const Token> tokens, Codes symbols, Codes distances);
  void write_code_lengths(Codes symbols, Codes distances);

  static std::vector<Code> codes_of(std::span<const unsigned> lengths);

  base::Octets octets_;
  std::uint64_t pending_ = 0;
  unsigned pending_size_ = 0;  ///< below 8
};

}  // namespace wsproof::wire
