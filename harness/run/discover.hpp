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

/// The first line of what a target says of its refusal, escaped and cut; empty when it says
/// nothing.
std::string body_of_refusal(const Reach& reach, const net::StopSource* stop);

/// What came last behind the message of --reply, escaped and cut; empty when nothing did.
std::string answer_to_reply(const Reach& reach, const net::StopSource* stop);

/// What follows a Close of ours, as a sentence.
std::string what_a_close_does(const Reach& reach, const net::StopSource* stop);

/// A key of a wsproof.toml with its value, as lines; a comment has no key.
struct TomlEntry {
  std::string key, text;
};
std::vector<TomlEntry> toml_entries(const Url& url, const Terms& terms);

/// The terms as a wsproof.toml. Secrets are left out; a comment says so.
std::string to_toml(const Url& url, const Terms& terms);

}  // namespace wsproof::run
