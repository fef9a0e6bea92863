// Where to connect or listen: names resolved to addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace wsproof::net {

/// Which family a name may be resolved to: curl's -4 and -6.
enum class IpVersion { any, v4, v6 };

class TlsContext;

/// One address. TCP: a numeric IP ("127.0.0.1", "::1", "fe80::1%eth0") and a port. A Unix socket:
/// its path, or @NAME for one in Linux's abstract name space (curl's and systemd's spelling).
struct Address {
  std::string ip = {};
  std::uint16_t port = 0;
  std::string path = {};  ///< not empty: a Unix socket

  bool operator==(const Address&) const = default;
};

/// "127.0.0.1:9001", "[::1]:9001", "/run/app.sock", "@app"; escaped.
std::string to_string(const Address& address);

/// All that is needed to dial somebody: a host and a port, the addresses that they stand for, in
/// the order in which they are tried, and TLS where it is spoken. Never without an address when it
/// comes from resolve() or unix_socket().
struct Destination {
  std::string host = {};   ///< as the user wrote it, without brackets
  std::uint16_t port = 0;  ///< 0: a Unix socket, where a port means nothing
  std::vector<Address> addresses = {};
  std::shared_ptr<const TlsContext> tls = {};  ///< null: no TLS

  bool operator==(const Destination&) const = default;
};

/// "localhost:9001", "[::1]:9001": as the user wrote it; the path where it is a Unix socket.
std::string to_string(const Destination& destination);

/// The address of a Unix socket: a path, or @NAME. The error tells of a name that is empty, has a
/// NUL in it, or is longer than the 107 octets that the system takes.
base::Result<Address> unix_address(std::string_view path);

/// A Unix socket; its host is localhost.
base::Result<Destination> unix_socket(std::string_view path);

/// Resolves a name or a numeric address (IPv6 with or without brackets). `localhost` is
/// 127.0.0.1, then ::1, whatever the resolver says (RFC 6761 §6.3; in this order because that is
/// where test servers listen). Other names may wait for the system's resolver, as long as that
/// takes. At most 16 addresses. The error says which name and family were asked for, and the
/// resolver's word.
base::Result<Destination> resolve(std::string_view host, std::uint16_t port,
                                  IpVersion version = IpVersion::any);

}  // namespace wsproof::net
