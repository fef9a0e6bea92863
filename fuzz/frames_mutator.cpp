// What libFuzzer calls instead of its own mutations, in the targets whose inputs are conversations.
#include <algorithm>
#include <cstring>

#include "fuzz/mutator.hpp"

// libFuzzer's, to be called from here.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

std::size_t put(const wsproof::base::Octets& octets, std::uint8_t* to) {
  std::memcpy(to, octets.data(), octets.size());
  return octets.size();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  wsproof::base::Random random(seed);
  return put(wsproof::fuzz::mutate({data, size}, most, random, LLVMFuzzerMutate), data);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* left, std::size_t left_size,
                                                 const std::uint8_t* right, std::size_t right_size,
                                                 std::uint8_t* out, std::size_t most,
                                                 unsigned seed) {
  wsproof::base::Random random(seed);
  return put(wsproof::fuzz::cross_over({left, left_size}, {right, right_size}, most, random), out);
}
