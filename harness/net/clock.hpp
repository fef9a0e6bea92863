// The clock behind base::Time where real sockets are driven.
#pragma once

#include <chrono>

#include "harness/base/time.hpp"

namespace wsproof::net {

/// Now, on the steady clock; never runs backwards. Times of different processes do not compare.
inline base::Time now() {
  return base::Time(std::chrono::duration_cast<base::Duration>(
      std::chrono::steady_clock::now().time_since_epoch()));
}

}  // namespace wsproof::net
