#include "harness/wire/mask.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace wsproof::wire {

namespace {

// XORs one word-sized piece. memcpy because the data may stand anywhere; compilers make one load,
// one XOR and one store of it, and vectorise the loop around it.
template <typename Word>
void mask_word(std::uint8_t* data, Word key) {
  Word word = 0;
  std::memcpy(&word, data, sizeof word);
  word ^= key;
  std::memcpy(data, &word, sizeof word);
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

}  // namespace

void mask(std::span<std::uint8_t> data, MaskingKey key, std::uint64_t offset) {
  // Octet i is XORed with key octet i mod 4. [6455-5.3-5]
  const std::uint32_t half_key = turned(key, offset);
  const std::uint64_t word_key = std::uint64_t{half_key} << 32U | half_key;
  std::uint8_t* const octets = data.data();
  const std::size_t size = data.size();
  const std::size_t words = size / 8;
  for (std::size_t word = 0; word < words; ++word) mask_word(octets + word * 8, word_key);

  // What is left is shorter than a word and starts with the key's first octet.
  std::size_t done = words * 8;
  if (size - done >= 4) {
    mask_word(octets + done, half_key);
    done += 4;
  }
  for (std::size_t index = 0; done < size; ++done, ++index) {
    octets[done] ^= key[(offset + index) % 4];
  }
}

}  // namespace wsproof::wire
