// What every fuzz target includes: the entry point that libFuzzer calls, and `must`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "fuzz/property.hpp"
#include "harness/base/octets.hpp"

/// One input; aborts when the property of the target does not hold. Always returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
