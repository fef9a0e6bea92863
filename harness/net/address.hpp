// Where to connect or listen: names resolved to addresses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace wsproof::net {

/// Which family a name may be resolved to: curl's -4 and -6.
enum class IpVersion { any, v4, v6 };

/// One TCP address: a numeric IP ("127.0.0.1", "::1", "fe80::1%eth0") and a port.
struct Address {
  std::string ip = {};
  std::uint16_t port = 0;

  bool operator==(const Address&) const = default;
};

/// "127.0.0.1:9001", "[::1]:9001".
std::string to_string(const Address& address);

/// A host and a port, and the addresses that they stand for, in the order in which they are tried.
/// Never without an address when it comes from resolve().
struct Destination {
  std::string host = {};  ///< as the user wrote it, without brackets
  std::uint16_t port = 0;
  std::vector<Address> addresses = {};

  bool operator==(const Destination&) const = default;
};

/// "localhost:9001", "[::1]:9001": as the user wrote it.
std::string to_string(const Destination& destination);

/// Resolves a name or a numeric address (IPv6 with or without brackets). `localhost` is
/// 127.0.0.1, then ::1, whatever the resolver says (RFC 6761 §6.3; in this order because that is
/// where test servers listen). Other names may wait for the system's resolver, as long as that
/// takes. At most 16 addresses. The error says which name and family were asked for, and the
/// resolver's word.
base::Result<Destination> resolve(std::string_view host, std::uint16_t port,
                                  IpVersion version = IpVersion::any);

}  // namespace wsproof::net
