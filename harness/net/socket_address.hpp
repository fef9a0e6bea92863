// Inside net: an Address as the system spells it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "harness/net/address.hpp"

namespace wsproof::net {

/// A sockaddr of whatever family.
struct SocketAddress {
  int family = 0;
  std::array<std::uint8_t, 128> octets = {};  ///< the family comes first
  std::size_t size = 0;
};

/// Nothing when it is no numeric IP address, or a name too long for a Unix socket.
std::optional<SocketAddress> socket_address(const Address& address);

/// Nothing for a family that is neither IP nor Unix, and for a Unix socket without a name.
std::optional<Address> address_of(std::span<const std::uint8_t> octets);

}  // namespace wsproof::net
