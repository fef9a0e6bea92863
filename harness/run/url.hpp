// The target's URL: ws://host:port/resource, taken apart, or an error that says what was meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"

namespace wsproof::run {

/// A ws URL (RFC 6455 §3).
struct Url {
  std::string host;  ///< without brackets
  std::uint16_t port = 80;
  std::string resource = "/";  ///< path and query, never empty

  bool operator==(const Url&) const = default;
};

/// Reads a URL. The error says which part is wrong and shows a URL that would do.
base::Result<Url> parse_url(std::string_view text);

/// "ws://localhost:9001/chat".
std::string to_string(const Url& url);

/// What stands in the Host field: the port only where it is not 80, an IPv6 address in brackets.
std::string host_field(const Url& url);

}  // namespace wsproof::run
