// The terms on which one talks with a target: what its operator says of handshakes and messages.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/run/reach.hpp"
#include "harness/run/request.hpp"
#include "harness/script/profile.hpp"

namespace wsproof::run {

/// As they are written on a command line, in a manifest or in wsproof.toml.
struct Terms {
  RequestWords request = {};
  script::ProfileWords profile = {};
  std::string profile_file = {};                      ///< a file with a profile; empty: none
  std::string profile_text = {};                      ///< what is in it
  std::map<std::string, std::string> elsewhere = {};  ///< options that were not typed, by their
                                                      ///< long names, and the place of each: a
                                                      ///< variable, "wsproof.toml:3:1"
};

/// The terms of a manifest with the user's in place of those that he gave.
Terms merged(Terms manifest, const Terms& user);

/// Puts what the terms come to into `reach`. The error says what is wrong with them.
base::Result<void> apply(const Terms& terms, Reach& reach);

/// The terms as one may type them again, secrets hidden. What holds one and was not typed is left
/// out: it is where it was.
std::vector<std::string> arguments(const Terms& terms);

}  // namespace wsproof::run
