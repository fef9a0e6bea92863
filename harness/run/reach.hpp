// How to reach a target: its URL, the addresses behind it, and what its operator says about it.
#pragma once

#include <cstdint>

#include "harness/net/address.hpp"
#include "harness/run/url.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

/// How to reach the target, and what its operator says about it.
struct Reach {
  Url url;
  net::Destination destination;
  script::Budgets budgets;
  std::uint64_t seed = 1;
};

}  // namespace wsproof::run
