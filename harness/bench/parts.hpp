// Parts: the benchmarks of what a codec is made of, and the words that all benchmarks share.
#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/bench/stream.hpp"

namespace wsproof::bench {

/// The sizes of payload that everything is measured at.
inline constexpr std::array<std::size_t, 5> sizes{16, 125, 1024, 65536, 1048576};

/// The front of a benchmark's name, "decode/binary/16/".
std::string path_of(std::string_view operation, Content kind, std::size_t size);

/// Tells how many octets of payload one iteration handled.
inline void count_octets(benchmark::State& state, std::size_t octets) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(octets));
}

/// The reference of what handles `size` octets an iteration: memcpy of them.
void add_copy(const std::string& path, std::size_t size);

/// Masking, UTF-8 and permessage-deflate.
void add_parts();

}  // namespace wsproof::bench
