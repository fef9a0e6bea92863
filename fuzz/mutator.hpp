// Mutator: changes a conversation as somebody would who knows frames, and leaves most of it valid.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "fuzz/conversation.hpp"
#include "harness/base/random.hpp"

namespace wsproof::fuzz {

/// Changes octets without knowing what they are: libFuzzer's own mutations, or a test's. Given the
/// octets (with room for `most`), returns how many there are afterwards.
using MutateOctets =
    std::function<std::size_t(std::uint8_t* octets, std::size_t size, std::size_t most)>;

/// What a mutation may use.
struct Tools {
  base::Random& random;
  const MutateOctets& octets;
  std::size_t most;  ///< octets that an input may have
};

/// One way to change a conversation. It may find nothing to change.
struct Mutation {
  std::string_view name;  ///< what it does, in a few words
  void (*apply)(Conversation&, const Tools&);
};

/// All of them. Those that keep a conversation legal stand there as often as they should be chosen
/// more often.
std::span<const Mutation> mutations();

/// Changes the input by one to four mutations, or (one time in sixteen) by `octets` alone, as if it
/// were no conversation at all. The result has at most `most` octets.
base::Octets mutate(base::OctetView input, std::size_t most, base::Random& random,
                    const MutateOctets& octets);

/// An input made of the frames of two: the front of one and the back of the other, or the frames of
/// one put between those of the other.
base::Octets cross_over(base::OctetView left, base::OctetView right, std::size_t most,
                        base::Random& random);

}  // namespace wsproof::fuzz
