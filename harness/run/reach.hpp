// How to reach a target: its URL, the addresses behind it, and what its operator says about it.
#pragma once

#include <cstdint>

#include "harness/net/address.hpp"
#include "harness/net/pump.hpp"
#include "harness/run/request.hpp"
#include "harness/run/throttle.hpp"
#include "harness/run/url.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

/// How to reach the target, and what its operator says about it.
struct Reach {
  Url url;
  net::Destination destination;
  script::Budgets budgets;
  std::uint64_t seed = 1;
  double time_scale = 1.0;  ///< how much longer than usual everything may take
  Pace pace;
  Request request;  ///< in every opening handshake
};

/// What a conversation with it may use: net's limits, in its time.
net::Limits limits(const Reach& reach);

}  // namespace wsproof::run
