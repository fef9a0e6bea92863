// DeflateInspector: what DEFLATE data are made of (RFC 1951), without inflating them: which blocks,
// how far back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// What was found in the DEFLATE data of one message.
struct DeflateFacts {
  std::uint64_t stored = 0, fixed = 0, dynamic = 0;  ///< blocks that ended
  std::uint64_t final_blocks = 0;                    ///< those of them that have BFINAL set
  bool clean_padding = true;           ///< only zero bits fill up the octets behind final blocks
  std::uint64_t size = 0;              ///< octets of content
  std::uint64_t matches = 0;           ///< references to what came before
  std::uint32_t longest_distance = 0;  ///< of those matches; 0: there are none
  std::uint64_t longest_reach = 0;     ///< how far before the message's first octet one of them
                                       ///< begins: the context that it takes

  bool operator==(const DeflateFacts&) const = default;
};

/// Why data are no DEFLATE data.
struct DeflateProblem {
  enum class Kind {
    block_type,        ///< type 3
    stored_length,     ///< the two lengths of a stored block do not fit
    too_many_symbols,  ///< more than 286 lengths of symbols, or 30 of distances
    code_lengths,      ///< the code of the code lengths is no complete one
    repeat,            ///< a repetition of nothing, or beyond the last length
    no_end_of_block,   ///< the code has no symbol that ends the block
    symbols,           ///< the code of literals and lengths is no complete one
    distances,         ///< the code of distances is no complete one
    symbol,            ///< a code that stands for no literal and no length
    distance,          ///< a code that stands for no distance
    distance_too_far,  ///< a match begins before the first octet of all
  };
  Kind kind = Kind::block_type;
  std::uint64_t octet = 0;  ///< octets of the message up to the one that shows it, which is counted

  bool operator==(const DeflateProblem&) const = default;
};

/// "a block of type 3".
std::string_view name(DeflateProblem::Kind kind);

/// Reads DEFLATE data in any cut and keeps no content: some hundred octets of codes are all that it
/// needs. It knows how much came before, and so what a match could refer to. Written without zlib,
/// so that the two can be compared.
class DeflateInspector {
 public:
  /// Takes the next octets. Behind a problem nothing is looked at any more.
  void feed(base::OctetView octets);

  /// The next octets begin a message: facts start anew, what came before is context.
  void begin_message();
  /// Nothing came before: matches that reach to it are a problem.
  void forget();

  const DeflateFacts& facts() const { return facts_; }
  const std::optional<DeflateProblem>& problem() const { return problem_; }
  /// Whether the data stand between two blocks, at an octet boundary.
  bool between_blocks() const { return state_ == State::header && available_ == 0; }

 private:
  enum class State { header, stored_length, stored, counts, code_lengths, lengths, tokens };
  static constexpr unsigned longest = 15;
  static constexpr unsigned lookup_bits = 9;

  /// A canonical code, and a table of its shorter words.
  struct Code {
    std::array<std::uint16_t, longest + 1> count{};         // words of each length
    std::vector<std::uint16_t> symbols;                     // ordered by word
    std::array<std::uint16_t, 1U << lookup_bits> lookup{};  // symbol * 16 + length; 0: look closer
    int left = 0;  // words that mean nothing; below 0: more lengths than words

    void make(const std::uint8_t* lengths, std::size_t size);
    bool usable(bool may_be_single) const;
  };
  /// A symbol that was read, and its length in bits.
  struct Word {
    std::uint32_t symbol = 0;
    unsigned size = 0;
  };
  enum class Found { word, nothing, more };

  bool step();
  bool need(unsigned count);
  std::uint32_t take(unsigned count);
  bool read_header();
  bool read_stored_length();
  bool read_stored();
  bool read_counts();
  bool read_code_lengths();
  bool read_lengths();
  bool read_token();
  bool read_match(std::uint32_t symbol, unsigned size);
  void make_codes();
  void use_fixed_codes();
  void end_block();
  bool fail(DeflateProblem::Kind kind);
  Found find(const Code& code, unsigned skip, Word& word) const;

  base::OctetView input_;
  std::uint64_t bits_ = 0;   // read ahead, the next one lowest
  unsigned available_ = 0;   // how many
  std::uint64_t taken_ = 0;  // octets of this message read ahead or used

  State state_ = State::header;
  bool final_ = false;
  std::uint32_t type_ = 0;
  std::uint64_t stored_left_ = 0;
  std::size_t symbol_count_ = 0, distance_count_ = 0, code_length_count_ = 0;
  std::size_t read_ = 0;  // lengths read so far
  std::array<std::uint8_t, 320> lengths_{};
  Code symbols_, distances_;

  std::uint64_t before_ = 0;  // octets of content before this message
  DeflateFacts facts_;
  std::optional<DeflateProblem> problem_;
};

}  // namespace wsproof::wire
