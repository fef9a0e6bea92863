// Settings: what an endpoint is told before it starts, the same for both roles; nothing here is a
// bug.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/time.hpp"

namespace wsproof::endpoint {

/// How an endpoint introduces itself, and where its patience and memory end.
struct Settings {
  std::uint64_t seed = 0;  ///< of masking keys, nonces and ping payloads
  std::string host =
      "localhost";  ///< client: value of the Host field, with the port where one is needed
  std::string resource = "/";             ///< client: the request target
  std::vector<std::string> subprotocols;  ///< client: offered, best first; server: understood

  bool deflate = true;          ///< server: permessage-deflate is accepted
  std::string extension_offer;  ///< client: value of Sec-WebSocket-Extensions; empty: no offer

  std::size_t max_head = std::size_t{16} * 1024;  ///< octets of a request or response head
  std::size_t max_message = std::size_t{64} * 1024 * 1024;  ///< octets of one message, inflated
  std::size_t max_links = 1024;  ///< connections that a server holds at once
  base::Duration handshake_time = std::chrono::seconds(30);  ///< for the other side's head
  base::Duration closing_time = std::chrono::seconds(2);     ///< for the other side to end TCP
};

}  // namespace wsproof::endpoint
