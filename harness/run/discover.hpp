// Discovery: what a target wants of its clients, found out by trying; for the doctor.
#pragma once

#include <string>
#include <vector>

#include "harness/net/signals.hpp"
#include "harness/run/probe.hpp"
#include "harness/run/terms.hpp"

namespace wsproof::run {

/// One thing that the doctor tells.
struct Finding {
  bool good = false;
  std::string text;  ///< one sentence, escaped
  std::string hint;  ///< what to do; empty when it is good
};

/// The baseline handshake was refused with `status`: tries an Origin and the well-known
/// subprotocols. What helps is in `terms` and `reach` afterwards, and told.
std::vector<Finding> find_way_in(int status, Reach& reach, Terms& terms,
                                 const net::StopSource* stop);

/// The handshake works: looks for a greeting, for messages that come by themselves, for an answer
/// where nothing is echoed, and whether connections hear one another. What the terms already say
/// is left as it is. Takes some seconds, for it waits for what a target says by itself.
std::vector<Finding> find_manners(Reach& reach, Terms& terms, const net::StopSource* stop);

/// The terms as a wsproof.toml. Secrets are left out; a comment says so.
std::string to_toml(const Url& url, const Terms& terms);

}  // namespace wsproof::run
