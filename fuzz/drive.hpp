// Driving an endpoint by hand: what it writes, and the time that it waits for.
#pragma once

#include "harness/base/octets.hpp"
#include "harness/endpoint/endpoint.hpp"

namespace wsproof::fuzz {

/// Takes what the endpoint has to do now: what it writes is appended to `written`. Returns whether
/// it still has the link.
bool collect(endpoint::Endpoint& endpoint, base::Octets& written);

/// Lets all its deadlines pass, one after the other, until it has dropped the link.
void let_time_pass(endpoint::Endpoint& endpoint, base::Octets& written);

}  // namespace wsproof::fuzz
