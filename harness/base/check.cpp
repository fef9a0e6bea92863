#include "harness/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace wsproof::base {

void check_failed(const char* condition, const char* file, int line) {
  // stdio rather than a library: nothing here may allocate or throw, the process is already wrong.
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace wsproof::base
