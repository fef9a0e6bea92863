#include "harness/wire/mask.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

// The loop below is as fast as the registers are wide. On x86-64 GCC makes it twice, and which one
// is called is decided when the program is loaded; everybody else has the portable one. (Sanitizers
// do not like being called that early.)
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define WSPROOF_WIDE [[gnu::target_clones("avx2", "default")]]
#else
#define WSPROOF_WIDE
#endif

namespace wsproof::wire {

namespace {

// XORs so many octets, and goes on behind them. memcpy because the data may stand anywhere;
// compilers make one load, one XOR and one store of a word, and of a block of them a few wide ones.
template <std::size_t octets, typename Word>
[[gnu::always_inline]] inline void mask_block(std::uint8_t*& to, const std::uint8_t*& from,
                                              Word key) {
  for (std::size_t at = 0; at < octets; at += sizeof key) {
    Word word = 0;
    std::memcpy(&word, from + at, sizeof word);
    word ^= key;
    std::memcpy(to + at, &word, sizeof word);
  }
  to += octets;
  from += octets;
}

// The key as a word in memory order, turned so that octet number `offset` of a payload meets the
// word's first octet. Shifts rather than octets moved one by one: a load of what was just stored
// in smaller pieces stalls, and for small frames that stall is most of the time.
std::uint32_t turned(const MaskingKey& key, std::uint64_t offset) {
  std::uint32_t word = 0;
  std::memcpy(&word, key.data(), sizeof word);
  const int bits = static_cast<int>(offset % 4) * 8;
  return std::endian::native == std::endian::little ? std::rotr(word, bits) : std::rotl(word, bits);
}

// In place where `to` is `from`.
[[gnu::always_inline]] inline void mask_octets(std::uint8_t* to, const std::uint8_t* from,
                                               std::size_t size, const MaskingKey& key,
                                               std::uint64_t offset) {
  // Octet i is XORed with key octet i mod 4. [6455-5.3-5]
  const std::uint32_t half_key = turned(key, offset);
  const std::uint64_t word_key = std::uint64_t{half_key} << 32U | half_key;
  // Blocks of sizes that the compiler knows: a loop over all words begins with finding out how they
  // fit into the registers, which takes as long as a few hundred octets.
  for (std::size_t blocks = size / 64; blocks > 0; --blocks) mask_block<64>(to, from, word_key);
  if ((size & 32U) != 0) mask_block<32>(to, from, word_key);
  if ((size & 16U) != 0) mask_block<16>(to, from, word_key);
  if ((size & 8U) != 0) mask_block<8>(to, from, word_key);
  if ((size & 4U) != 0) mask_block<4>(to, from, half_key);
  // What is left is shorter than a key and starts with its first octet.
  for (std::size_t index = 0; index < size % 4; ++index) {
    to[index] = static_cast<std::uint8_t>(from[index] ^ key[(offset + index) % 4]);
  }
}

}  // namespace

WSPROOF_WIDE void mask(std::span<std::uint8_t> data, MaskingKey key, std::uint64_t offset) {
  mask_octets(data.data(), data.data(), data.size(), key, offset);
}

WSPROOF_WIDE void mask_copy(std::span<std::uint8_t> to, base::OctetView from, MaskingKey key,
                            std::uint64_t offset) {
  mask_octets(to.data(), from.data(), from.size(), key, offset);
}

}  // namespace wsproof::wire
