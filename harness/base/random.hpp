// Randomness as a parameter: a small deterministic generator that always starts from a seed.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/octets.hpp"

namespace wsproof::base {

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same numbers on every machine.
/// Good enough to choose masking keys, nonces and payloads of tests; not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();

  /// A number in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);

  /// `count` octets.
  Octets octets(std::size_t count);

 private:
  std::uint64_t state_;
};

/// A seed of its own for the thing called `name` under the run's `seed` (FNV-1a of the name, mixed
/// with the seed): so that what a case sends does not depend on which cases ran before it.
std::uint64_t derive_seed(std::uint64_t seed, std::string_view name);

}  // namespace wsproof::base
