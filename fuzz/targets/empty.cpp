// Property: none; for comparison, how often libFuzzer calls a target that does next to nothing.
#include "fuzz/targets/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wsproof::fuzz::must(size < 4 || data[0] != 'f' || data[1] != 'u' || data[2] != 'z' ||
                          data[3] != 'z' || size < (std::size_t{1} << 30U),
                      "never broken");
  return 0;
}
