#include "harness/run/reach.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "harness/base/escape.hpp"

namespace wsproof::run {

namespace {

// One --resolve: these addresses instead of what a resolver says.
struct Pinned {
  std::string host;  // as typed; * is every host
  std::uint16_t port = 0;
  std::vector<std::string> addresses;
};

// An address, for which no resolver is asked.
bool is_numeric(std::string_view text) {
  const bool v6 = text.find(':') != std::string_view::npos;
  const char* known = v6 ? "0123456789abcdefABCDEF.:[]" : "0123456789.";
  return !text.empty() && text.find_first_not_of(known) == std::string_view::npos;
}

base::Result<Pinned> parse_pinned(const std::string& text) {
  const auto wrong = [&text] {
    return base::fail(fmt::format(
        "--resolve takes HOST:PORT:ADDRESS[,ADDRESS]…, as in example.org:443:127.0.0.1; not {}",
        base::for_terminal(text)));
  };
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string::npos ? first : text.find(':', first + 1);
  if (second == std::string::npos || first == 0) return wrong();
  Pinned out;
  out.host = text.substr(0, first);
  const char* end_of_port = text.data() + second;
  const auto [end, error] = std::from_chars(text.data() + first + 1, end_of_port, out.port);
  if (error != std::errc{} || end != end_of_port || out.port == 0) return wrong();
  for (std::size_t at = second + 1; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string address = text.substr(at, comma - at);
    if (!is_numeric(address) || !net::resolve(address, out.port)) return wrong();
    out.addresses.push_back(address);
    at = comma + 1;
  }
  return out;
}

bool same_host(std::string_view left, std::string_view right) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(left, right, {}, small, small);
}

// The addresses of the first --resolve that speaks of the URL's host and port.
base::Result<std::optional<net::Destination>> pinned(const Url& url, const Way& way) {
  for (const std::string& text : way.resolve) {
    const auto entry = parse_pinned(text);
    if (!entry) return std::unexpected(entry.error());
    if ((entry->host != "*" && !same_host(entry->host, url.host)) || entry->port != url.port)
      continue;
    net::Destination out{.host = url.host, .port = url.port, .addresses = {}};
    for (const std::string& address : entry->addresses) {
      const auto numeric = net::resolve(address, url.port, way.version);
      if (!numeric) return std::unexpected(numeric.error());
      out.addresses.push_back(numeric->addresses.front());
    }
    return out;
  }
  return std::nullopt;
}

base::Result<net::Destination> transport_of(const Url& url, const Way& way) {
  const std::string& path = way.unix_socket.empty() ? url.socket : way.unix_socket;
  if (!path.empty()) {
    auto destination = net::unix_socket(path);
    if (!destination) return destination;
    destination->host = url.host;
    destination->port = url.port;
    return destination;
  }
  auto known = pinned(url, way);
  if (!known) return std::unexpected(std::move(known.error()));
  if (*known) return std::move(**known);
  return net::resolve(url.host, url.port, way.version);
}

}  // namespace

base::Result<void> check_way(const Url& url, const Way& way) {
  for (const std::string& text : way.resolve) {
    if (const auto entry = parse_pinned(text); !entry) return std::unexpected(entry.error());
  }
  const std::string& path = way.unix_socket.empty() ? url.socket : way.unix_socket;
  if (!path.empty()) {
    if (const auto address = net::unix_address(path); !address)
      return std::unexpected(address.error());
  }
  if (!url.socket.empty() && !way.unix_socket.empty())
    return base::fail("the URL names a Unix socket, and --unix-socket another; one is enough");
  if (!url.tls) return {};
  if (const auto tls = net::TlsContext::client(way.tls); !tls) return std::unexpected(tls.error());
  return {};
}

base::Result<net::Destination> destination_of(const Url& url, const Way& way) {
  auto destination = transport_of(url, way);
  if (!destination || !url.tls) return destination;
  auto tls = net::TlsContext::client(way.tls);
  if (!tls) return std::unexpected(std::move(tls.error()));
  destination->tls = std::move(*tls);
  return destination;
}

}  // namespace wsproof::run
