// The doctor: one look at a target, and a hint for each usual trouble.
#pragma once

#include <string>
#include <vector>

#include "harness/run/probe.hpp"

namespace wsproof::run {

/// What the doctor found, in the order in which it is told.
struct Diagnosis {
  struct Finding {
    bool good = false;
    std::string text;  ///< one sentence, escaped
    std::string hint;  ///< what to do; empty when it is good
  };
  std::vector<Finding> findings;
  bool healthy = false;  ///< the catalogue can be played against it
};

/// Looks at the target: connection, handshake, ping, echo, Close.
Diagnosis diagnose(const Reach& reach, const net::StopSource* stop);

}  // namespace wsproof::run
