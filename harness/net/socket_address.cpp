#include "harness/net/socket_address.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstring>

namespace wsproof::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t path_begins = offsetof(sockaddr_un, sun_path);

SocketAddress copied(int family, const void* octets, std::size_t size) {
  SocketAddress out{.family = family, .octets = {}, .size = size};
  std::memcpy(out.octets.data(), octets, size);
  return out;
}

std::optional<SocketAddress> unix_socket_address(const std::string& path) {
  sockaddr_un system{};
  system.sun_family = AF_UNIX;
  if (path.size() >= sizeof system.sun_path) return std::nullopt;
  std::memcpy(&system.sun_path[0], path.data(), path.size());
  const bool abstract = path.front() == '@';
  if (abstract) system.sun_path[0] = '\0';
  // The system chooses a free abstract name for an address that is nothing but a family. Else an
  // abstract name is as long as the address says, and a path ends with a NUL.
  if (path == "@") return copied(AF_UNIX, &system, path_begins);
  return copied(AF_UNIX, &system, path_begins + path.size() + (abstract ? 0 : 1));
}

}  // namespace

std::optional<SocketAddress> socket_address(const Address& address) {
  if (!address.path.empty()) return unix_socket_address(address.path);
  boost::system::error_code failed;
  const tcp::endpoint endpoint(asio::ip::make_address(address.ip, failed), address.port);
  if (failed) return std::nullopt;
  return copied(endpoint.protocol().family(), endpoint.data(), endpoint.size());
}

std::optional<Address> address_of(std::span<const std::uint8_t> octets) {
  sockaddr_un system{};
  if (octets.size() < sizeof system.sun_family || octets.size() > sizeof system)
    return std::nullopt;
  std::memcpy(&system, octets.data(), octets.size());
  if (system.sun_family == AF_UNIX) {
    if (octets.size() <= path_begins) return std::nullopt;
    std::string path(&system.sun_path[0], octets.size() - path_begins);
    if (path.front() == '\0') {
      path.front() = '@';
    } else {
      path.resize(path.find_last_not_of('\0') + 1);
    }
    return Address{.path = std::move(path)};
  }
  tcp::endpoint endpoint;
  const bool is_ip = system.sun_family == AF_INET || system.sun_family == AF_INET6;
  if (!is_ip || octets.size() > endpoint.capacity()) return std::nullopt;
  std::memcpy(endpoint.data(), octets.data(), octets.size());
  return Address{.ip = endpoint.address().to_string(), .port = endpoint.port()};
}

}  // namespace wsproof::net
