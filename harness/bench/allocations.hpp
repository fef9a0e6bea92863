// Allocations: how often operator new was called, so that a benchmark can say that it was not.
#pragma once

#include <cstddef>

namespace wsproof::bench {

/// In the whole program, so far.
std::size_t allocations();

}  // namespace wsproof::bench
