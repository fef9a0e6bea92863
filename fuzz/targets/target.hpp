// What fuzz targets include: the entry point that libFuzzer calls, `must`, and what they share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/property.hpp"
#include "harness/base/octets.hpp"

/// One input; aborts when the property of the target does not hold. Always returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace wsproof::fuzz {

/// Whether a case names a number of five digits, or repeats a repetition: as many octets cost time
/// and show nothing.
inline bool is_costly(std::string_view text) {
  if (text.find("repeat(") != text.rfind("repeat(")) return true;
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

}  // namespace wsproof::fuzz
