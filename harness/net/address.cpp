#include "harness/net/address.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "harness/base/escape.hpp"
#include "harness/net/descriptor.hpp"

namespace wsproof::net {
namespace {

constexpr std::size_t most_addresses = 16;

std::string_view without_brackets(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

bool is_localhost(std::string_view host) {
  constexpr std::string_view name = "localhost";
  return std::ranges::equal(
      host, name, [](char left, char right) { return left == right || left == right - 'a' + 'A'; });
}

std::string_view family_words(IpVersion version) {
  switch (version) {
    case IpVersion::any:
      return "";
    case IpVersion::v4:
      return " as IPv4 (-4)";
    case IpVersion::v6:
      return " as IPv6 (-6)";
  }
  return "";
}

int family_number(IpVersion version) {
  switch (version) {
    case IpVersion::any:
      return AF_UNSPEC;
    case IpVersion::v4:
      return AF_INET;
    case IpVersion::v6:
      return AF_INET6;
  }
  return AF_UNSPEC;
}

using Found = std::unique_ptr<addrinfo, decltype([](addrinfo* list) { freeaddrinfo(list); })>;

std::string numeric(const addrinfo& found) {
  std::array<char, NI_MAXHOST> text{};
  const int failed = getnameinfo(found.ai_addr, found.ai_addrlen, text.data(), text.size(), nullptr,
                                 0, NI_NUMERICHOST);
  return failed == 0 ? text.data() : "";
}

std::vector<Address> local_addresses(std::uint16_t port, IpVersion version) {
  std::vector<Address> addresses;
  if (version != IpVersion::v6) addresses.push_back({.ip = "127.0.0.1", .port = port});
  if (version != IpVersion::v4) addresses.push_back({.ip = "::1", .port = port});
  return addresses;
}

}  // namespace

std::string to_string(const Address& address) {
  if (!address.path.empty()) return base::for_terminal(address.path);
  const bool v6 = address.ip.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address.ip, address.port)
            : fmt::format("{}:{}", address.ip, address.port);
}

std::string to_string(const Destination& destination) {
  const bool is_unix = !destination.addresses.empty() && !destination.addresses[0].path.empty();
  return is_unix ? to_string(destination.addresses[0])
                 : to_string(Address{.ip = destination.host, .port = destination.port});
}

base::Result<Address> unix_address(std::string_view path) {
  const bool abstract = path.starts_with('@');
  if (path.size() <= (abstract ? 1 : 0))
    return base::fail("a Unix socket needs a path or an @NAME");
  // The name behind the @ stands behind a NUL of its own; a path has one at its end.
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return base::fail(fmt::format("the name of a Unix socket has at most {} octets, not {}: {}",
                                  sizeof(sockaddr_un::sun_path) - 1, path.size(),
                                  base::for_terminal(path)));
  if (path.find('\0') != std::string_view::npos)
    return base::fail("there is a NUL in the name of the Unix socket");
  return Address{.path = std::string(path)};
}

base::Result<Destination> unix_socket(std::string_view path) {
  auto address = unix_address(path);
  if (!address) return std::unexpected(std::move(address.error()));
  return Destination{.host = "localhost", .port = 0, .addresses = {std::move(*address)}};
}

base::Result<Destination> resolve(std::string_view host, std::uint16_t port, IpVersion version) {
  Destination destination{
      .host = std::string(without_brackets(host)), .port = port, .addresses = {}};
  if (destination.host.empty()) return base::fail("cannot resolve a host name that is empty");
  if (destination.host.find('\0') != std::string::npos)
    return base::fail("cannot resolve a host name with a NUL in it");
  if (is_localhost(destination.host)) {
    destination.addresses = local_addresses(port, version);
    return destination;
  }

  addrinfo hints{};
  hints.ai_family = family_number(version);
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failed = getaddrinfo(destination.host.c_str(), nullptr, &hints, &list);
  const Found found(list);
  if (failed != 0) {
    const std::string why = failed == EAI_SYSTEM ? error_words(errno) : gai_strerror(failed);
    return base::fail(
        fmt::format("cannot resolve {}{}: {}", destination.host, family_words(version), why));
  }
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    const Address address{.ip = numeric(*each), .port = port};
    const bool known =
        std::ranges::find(destination.addresses, address) != destination.addresses.end();
    if (address.ip.empty() || known) continue;
    if (destination.addresses.size() == most_addresses) break;
    destination.addresses.push_back(address);
  }
  if (destination.addresses.empty())
    return base::fail(fmt::format("cannot resolve {}{}: the resolver found no address",
                                  destination.host, family_words(version)));
  return destination;
}

}  // namespace wsproof::net
