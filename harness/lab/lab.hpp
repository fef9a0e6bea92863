// The lab: one case against the reference endpoint, in memory and in virtual time.
#pragma once

#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/settings.hpp"
#include "harness/lab/world.hpp"
#include "harness/script/case.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::lab {

/// What a case is played against, and how.
struct Experiment {
  endpoint::Quirks quirks;
  endpoint::Settings settings;
  Network network;
  wire::Role target = wire::Role::server;  ///< the endpoint's role
  std::uint64_t seed = 1;
  script::Delivery delivery = script::Delivery::whole;
};

/// Plays an expanded case against the reference endpoint with these quirks. Milliseconds at most,
/// whatever the case waits for. As in a run, a case whose verdict may be due to a fence is played
/// again without any.
script::Play play(const script::Case& c, const Experiment& setup = {});

/// Whether a case is about a target in this role, and can be played without TLS.
bool applies(const script::Case& c, wire::Role target);

}  // namespace wsproof::lab
