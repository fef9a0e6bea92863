#include "harness/base/random.hpp"

#include "harness/base/check.hpp"

namespace wsproof::base {

namespace {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char character : text) {
    hash ^= static_cast<std::uint8_t>(character);
    hash *= 0x100000001B3U;
  }
  return hash;
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0);
  // 2^64 is rarely a multiple of the bound; the first 2^64 mod bound numbers are thrown away, so
  // that every remainder is equally likely.
  const std::uint64_t excess = (0 - bound) % bound;
  std::uint64_t number = next();
  while (number < excess) number = next();
  return number % bound;
}

Octets Random::octets(std::size_t count) {
  Octets result(count);
  std::uint64_t word = 0;
  for (std::size_t index = 0; index < count; ++index) {
    // Lowest octet first whatever the machine, so that a seed means the same octets everywhere.
    word = index % 8 == 0 ? next() : word >> 8U;
    result[index] = static_cast<std::uint8_t>(word & 0xFFU);
  }
  return result;
}

std::uint64_t derive_seed(std::uint64_t seed, std::string_view name) {
  // The seed is mixed before the name comes in: otherwise two runs whose seeds differ in the same
  // bits as two names would share their numbers.
  return Random(Random(seed).next() ^ fnv1a(name)).next();
}

}  // namespace wsproof::base
