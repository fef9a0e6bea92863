// Ports and readiness: which port is free, and whether somebody answers in HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/base/time.hpp"
#include "harness/net/address.hpp"

namespace wsproof::net {

class StopSource;

/// A TCP port that nobody uses on any address of this machine at the moment, for a server that we
/// are about to start. Chosen below the range from which the kernel takes the ports of outgoing
/// connections, so that our own connections do not take it meanwhile.
base::Result<std::uint16_t> free_port();

/// Whether somebody accepts connections there (on any of the addresses), within a second.
bool port_is_taken(const Destination& destination);

/// What a plain GET brought to light.
struct HttpAnswer {
  bool http = false;  ///< the answer began with "HTTP/1."
  /// In words, one line, escaped, a few hundred characters at most: the status line, or what came
  /// instead: "connected, but no answer within 500ms", "cannot connect to 127.0.0.1:9001:
  /// connection refused".
  std::string saw;
};

/// One `GET resource`, and what comes back within `timeout`. An open port is not an answer.
HttpAnswer answers_http(const Destination& destination, base::Duration timeout,
                        std::string_view resource = "/", const StopSource* stop = nullptr);

/// Asks again and again (a new connection whenever one failed, ended, or was silent for a
/// second, the next time for two, and so on: a slow server needs longer than an impatient question)
/// until something answers in HTTP, `timeout` has passed, `stop` is stopped, or `give_up` (called
/// every 20 ms or so; may be empty) returns true, e.g. because the server has exited. Tells the
/// last that it saw.
HttpAnswer wait_for_http(const Destination& destination, base::Duration timeout,
                         std::string_view resource = "/", const std::function<bool()>& give_up = {},
                         const StopSource* stop = nullptr);

}  // namespace wsproof::net
