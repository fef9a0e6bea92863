#include "harness/wire/deflate_blocks.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "harness/base/check.hpp"
#include "harness/wire/deflate_tables.hpp"

namespace wsproof::wire {

namespace {

enum BlockType : std::uint32_t { stored_block = 0, fixed_block = 1, dynamic_block = 2 };

constexpr std::size_t most_stored = 65535;
constexpr std::size_t symbol_count = first_length_symbol + length_symbols;  // 286

// The last symbol whose range begins at or before the value.
template <typename Ranges>
std::size_t symbol_of(const Ranges& ranges, std::uint32_t value) {
  const auto behind = std::ranges::upper_bound(ranges, value, {}, &SymbolRange::first);
  CHECK(behind != ranges.begin());
  return static_cast<std::size_t>(behind - ranges.begin()) - 1;
}

// Lengths of a complete code for the symbols that are used, as even as can be.
std::vector<unsigned> even_lengths(const std::vector<bool>& used) {
  const auto count = static_cast<std::size_t>(std::ranges::count(used, true));
  const std::size_t last = count == 0 ? 0 : count - 1;
  const auto longest = std::max(1U, static_cast<unsigned>(std::bit_width(last)));
  std::size_t short_ones = (std::size_t{1} << longest) - count;
  if (count < 2) short_ones = 0;  // a single code has one bit, and the other stands for nothing
  std::vector<unsigned> lengths(used.size(), 0);
  for (std::size_t symbol = 0; symbol < used.size(); ++symbol) {
    if (!used[symbol]) continue;
    lengths[symbol] = short_ones > 0 ? longest - 1 : longest;
    if (short_ones > 0) --short_ones;
  }
  return lengths;
}

}  // namespace

BlockWriter& BlockWriter::bits(std::uint32_t value, unsigned count) {
  pending_ |= (value & ((std::uint64_t{1} << count) - 1)) << pending_size_;
  for (pending_size_ += count; pending_size_ >= 8; pending_size_ -= 8) {
    octets_.push_back(static_cast<std::uint8_t>(pending_));
    pending_ >>= 8U;
  }
  return *this;
}

BlockWriter& BlockWriter::align() { return bits(0, (8 - pending_size_) % 8); }

BlockWriter& BlockWriter::stored(base::OctetView octets, bool final) {
  do {
    const base::OctetView piece = octets.first(std::min(octets.size(), most_stored));
    octets = octets.subspan(piece.size());
    bits(final && octets.empty() ? 1 : 0, 1).bits(stored_block, 2).align();
    const auto size = static_cast<std::uint32_t>(piece.size());
    bits(size, 16).bits(~size, 16);
    base::append(octets_, piece);
  } while (!octets.empty());
  return *this;
}

// Codes of the same length follow one another, shorter ones first (§3.2.2); their first bit is the
// highest, and written first.
std::vector<BlockWriter::Code> BlockWriter::codes_of(std::span<const unsigned> lengths) {
  std::vector<Code> codes(lengths.size());
  std::uint32_t next = 0;
  for (unsigned length = 1; length <= longest_code; ++length, next <<= 1U) {
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != length) continue;
      for (unsigned bit = 0; bit < length; ++bit) {
        codes[symbol].bits |= (next >> bit & 1U) << (length - 1 - bit);
      }
      codes[symbol].size = length;
      ++next;
    }
  }
  return codes;
}

BlockWriter& BlockWriter::fixed(std::span<const Token> tokens, bool final) {
  std::vector<unsigned> lengths(288);
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    lengths[symbol] = fixed_length(symbol);
  }
  bits(final ? 1 : 0, 1).bits(fixed_block, 2);
  write_tokens(tokens, codes_of(lengths), codes_of(std::vector<unsigned>(distance_symbols + 2, 5)));
  return *this;
}

BlockWriter& BlockWriter::dynamic(std::span<const Token> tokens, bool final) {
  std::vector<bool> used(symbol_count), distances_used(distance_symbols);
  used[end_of_block] = true;
  for (const Token& token : tokens) {
    if (const auto* const match = std::get_if<Match>(&token)) {
      used[first_length_symbol + symbol_of(length_ranges, match->length)] = true;
      distances_used[symbol_of(distance_ranges, match->distance)] = true;
    } else {
      for (const std::uint8_t octet : std::get<base::Octets>(token)) used[octet] = true;
    }
  }
  const auto symbols = codes_of(even_lengths(used));
  const auto distances = codes_of(even_lengths(distances_used));
  bits(final ? 1 : 0, 1).bits(dynamic_block, 2);
  write_code_lengths(symbols, distances);
  write_tokens(tokens, symbols, distances);
  return *this;
}

// The lengths 0 to 15 get codes of four bits each; none is repeated (§3.2.7).
void BlockWriter::write_code_lengths(Codes symbols, Codes distances) {
  bits(static_cast<std::uint32_t>(symbols.size() - 257), 5);
  bits(static_cast<std::uint32_t>(distances.size() - 1), 5);
  bits(static_cast<std::uint32_t>(code_length_order.size() - 4), 4);
  for (const std::uint8_t length : code_length_order) bits(length <= longest_code ? 4 : 0, 3);
  const auto codes = codes_of(std::vector<unsigned>(longest_code + 1, 4));
  for (const Codes all : {symbols, distances}) {
    for (const Code& code : all) write(codes[code.size]);
  }
}

void BlockWriter::write_tokens(std::span<const Token> tokens, Codes symbols, Codes distances) {
  for (const Token& token : tokens) {
    const auto* const match = std::get_if<Match>(&token);
    if (match == nullptr) {
      for (const std::uint8_t octet : std::get<base::Octets>(token)) write(symbols[octet]);
      continue;
    }
    const std::size_t length = symbol_of(length_ranges, match->length);
    const SymbolRange lengths = length_ranges[length];
    write(symbols[first_length_symbol + length]);
    bits(match->length - lengths.first, lengths.extra_bits);
    const std::size_t distance = symbol_of(distance_ranges, match->distance);
    const SymbolRange range = distance_ranges[distance];
    write(distances[distance]);
    bits(match->distance - range.first, range.extra_bits);
  }
  write(symbols[end_of_block]);
}

base::Octets BlockWriter::take() {
  align();
  return std::exchange(octets_, {});
}

base::Octets BlockWriter::take_message() {
  bits(0, 1).bits(stored_block, 2);
  return take();
}

}  // namespace wsproof::wire
