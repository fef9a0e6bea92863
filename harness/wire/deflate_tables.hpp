// Lengths and distances of DEFLATE (RFC 1951 §3.2.5): symbols, first values and extra bits. Private
// to wire.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace wsproof::wire {

/// Symbols of literals, of the end of a block, and of lengths from 257 on.
inline constexpr std::uint32_t end_of_block = 256;
inline constexpr std::uint32_t first_length_symbol = 257;
inline constexpr std::size_t length_symbols = 29;
inline constexpr std::size_t distance_symbols = 30;
inline constexpr unsigned longest_code = 15;

/// A length or distance symbol stands for `first` and as many further values as the extra bits
/// count.
struct SymbolRange {
  std::uint32_t first = 0;
  unsigned extra_bits = 0;
};

constexpr std::array<SymbolRange, length_symbols> make_lengths() {
  std::array<SymbolRange, length_symbols> ranges{};
  std::uint32_t first = 3;
  for (std::size_t symbol = 0; symbol + 1 < ranges.size(); ++symbol) {
    const unsigned extra = symbol < 8 ? 0 : static_cast<unsigned>(symbol / 4 - 1);
    ranges[symbol] = {first, extra};
    first += 1U << extra;
  }
  ranges.back() = {258, 0};
  return ranges;
}

constexpr std::array<SymbolRange, distance_symbols> make_distances() {
  std::array<SymbolRange, distance_symbols> ranges{};
  std::uint32_t first = 1;
  for (std::size_t symbol = 0; symbol < ranges.size(); ++symbol) {
    const unsigned extra = symbol < 4 ? 0 : static_cast<unsigned>(symbol / 2 - 1);
    ranges[symbol] = {first, extra};
    first += 1U << extra;
  }
  return ranges;
}

inline constexpr auto length_ranges = make_lengths();
inline constexpr auto distance_ranges = make_distances();

/// The order in which a dynamic block gives the lengths of the code for code lengths (§3.2.7).
inline constexpr std::array<std::uint8_t, 19> code_length_order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                11, 4,  12, 3, 13, 2, 14, 1, 15};

/// How many bits the fixed code of a symbol has (§3.2.6).
constexpr unsigned fixed_length(std::size_t symbol) {
  return symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
}

}  // namespace wsproof::wire
