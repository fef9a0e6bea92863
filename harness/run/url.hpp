// The target's URL, taken apart: ws://, wss:// or ws+unix://, or an error that says what was meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"

namespace wsproof::run {

/// `user:password@` of a URL, percent-decoded.
struct Login {
  std::string user;
  std::string password;

  bool operator==(const Login&) const = default;
};

/// A ws or wss URL (RFC 6455 §3), or one of a Unix socket: `ws+unix:///path.sock:/resource`, with
/// @NAME instead of the path for an abstract one.
struct Url {
  std::string host;                 ///< without brackets; localhost for a Unix socket
  std::uint16_t port = 80;          ///< wss: 443 where it is not said; 0 for a Unix socket
  std::string resource = "/";       ///< path and query, never empty
  bool tls = false;                 ///< wss
  std::string socket = {};          ///< ws+unix: path or @NAME, percent-decoded; else empty
  std::optional<Login> login = {};  ///< a secret: never printed

  bool operator==(const Url&) const = default;
};

/// Reads a URL. The error says which part is wrong and shows a URL that would do.
base::Result<Url> parse_url(std::string_view text);

/// "ws://localhost:9001/chat"; without the login, which is nobody's business.
std::string to_string(const Url& url);

/// What stands in the Host field: the port only where it is not the scheme's, an IPv6 address in
/// brackets; `localhost` for a Unix socket.
std::string host_field(const Url& url);

/// The text of a URL with *** for what stands before its @; other text as it is.
std::string without_login(std::string_view text);

}  // namespace wsproof::run
