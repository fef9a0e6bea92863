// The doctor: one look at a target, and a hint for each usual trouble.
#pragma once

#include <string>
#include <vector>

#include "harness/run/discover.hpp"
#include "harness/run/probe.hpp"

namespace wsproof::run {

/// What the doctor found, in the order in which it is told.
struct Diagnosis {
  std::vector<Finding> findings;
  Terms terms;           ///< those that were given, and what was found out
  bool healthy = false;  ///< the catalogue can be played against it
};

/// Looks at the target: connection, handshake, ping, echo, Close; and what it wants of its clients
/// that the terms do not say yet.
Diagnosis diagnose(Reach reach, Terms terms, const net::StopSource* stop);

}  // namespace wsproof::run
