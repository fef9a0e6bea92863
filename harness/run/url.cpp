#include "harness/run/url.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/escape.hpp"

namespace wsproof::run {

namespace {

constexpr std::string_view no_login = "***";

// Where the authority of a URL ends, seen from behind the scheme.
std::size_t end_of_authority(std::string_view rest) {
  return std::min(rest.find_first_of("/?#"), rest.size());
}

// Nothing before the last @ is shown, wherever that stands: in a wrong URL, anything may be a
// password.
std::unexpected<base::Error> wrong(std::string_view text, std::string_view what) {
  const std::size_t colon = text.find("://");
  const std::size_t begin = colon == std::string_view::npos ? 0 : colon + 3;
  const std::size_t at = text.rfind('@');
  std::string shown(text);
  if (at != std::string_view::npos && at > begin) shown.replace(begin, at - begin, no_login);
  return base::fail(fmt::format("cannot use the URL {}: {}", base::for_terminal(shown), what));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

// What to say to a scheme that is none of ours.
std::string scheme_hint(std::string_view scheme, std::string_view rest) {
  if (scheme == "http" || scheme == "https") {
    return fmt::format("a WebSocket URL begins with ws://; try {}://{}",
                       scheme == "http" ? "ws" : "wss",
                       base::for_terminal(rest.substr(rest.rfind('@') + 1)));
  }
  if (scheme == "unix" || scheme == "http+unix")
    return "a Unix socket is ws+unix:///path.sock:/resource";
  if (scheme == "wss+unix")
    return "for TLS over a Unix socket give wss://HOST/ and --unix-socket PATH";
  return "a WebSocket URL begins with ws://, as in ws://localhost:9001/chat";
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent-decoded (RFC 3986 §2.1); nothing for a % without two hex digits behind it.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// The path of a socket as it stands in a URL: what would end or change it is percent-encoded.
std::string encoded_path(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto octet = static_cast<unsigned char>(path[i]);
    const bool ends_it = path.substr(i).starts_with(":/");
    const bool plain =
        octet > 0x20 && octet < 0x7F && octet != '%' && octet != '?' && octet != '#' && !ends_it;
    out += plain ? std::string(1, path[i]) : fmt::format("%{:02X}", octet);
  }
  return out;
}

constexpr std::string_view bad_percent = "behind a % come two hex digits; a % itself is %25";

// /path.sock:/resource
base::Result<Url> parse_unix(std::string_view text, std::string_view rest) {
  const std::size_t end = std::min(rest.find(":/"), rest.size());
  const std::string_view path = rest.substr(0, end);
  if (path.size() < 2 || (path.front() != '/' && path.front() != '@'))
    return wrong(text,
                 "a Unix socket is ws+unix:///path.sock:/resource, or ws+unix://@NAME:/resource");
  if (path.find('?') != std::string_view::npos)
    return wrong(text,
                 "the resource stands behind the path and a colon: /path.sock:/resource?query");
  const auto socket = decoded(path);
  if (!socket) return wrong(text, bad_percent);
  Url url{.host = "localhost", .port = 0};
  url.socket = *socket;
  if (end < rest.size()) url.resource = std::string(rest.substr(end + 1));
  return url;
}

base::Result<Login> parse_login(std::string_view text, std::string_view login) {
  const std::size_t colon = std::min(login.find(':'), login.size());
  const auto user = decoded(login.substr(0, colon));
  const auto password = decoded(login.substr(std::min(colon + 1, login.size())));
  if (!user || !password) return wrong(text, bad_percent);
  return Login{*user, *password};
}

// host:port, [::1]:port
base::Result<void> parse_host(std::string_view text, std::string_view authority, Url& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos)
      return wrong(text, "the ] behind the IPv6 address is missing");
    url.host = std::string(authority.substr(1, end - 1));
    std::string_view behind = authority.substr(end + 1);
    if (!behind.empty() && behind.front() != ':')
      return wrong(text, "behind the ] comes :PORT or the path");
    if (!behind.empty()) port = behind.substr(1);
    if (!behind.empty() && port.empty()) return wrong(text, "the port behind the : is missing");
  } else {
    const std::size_t at = authority.find(':');
    if (at != std::string_view::npos && authority.find(':', at + 1) != std::string_view::npos) {
      return wrong(text, "an IPv6 address stands in brackets: ws://[::1]:9001/");
    }
    url.host = std::string(authority.substr(0, at));
    if (at != std::string_view::npos) port = authority.substr(at + 1);
    if (at != std::string_view::npos && port.empty())
      return wrong(text, "the port behind the : is missing");
  }
  if (url.host.empty()) return wrong(text, "it names no host");
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0) {
      return wrong(text, "a port is a number from 1 to 65535");
    }
  }
  return {};
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    const std::string_view host = text.substr(text.rfind('@') + 1);
    return wrong(text, fmt::format("it has no scheme; try ws://{}", base::for_terminal(host)));
  }
  const std::string scheme = lower(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 3);
  const bool unix_socket = scheme == "ws+unix";
  if (scheme != "ws" && scheme != "wss" && !unix_socket)
    return wrong(text, scheme_hint(scheme, rest));
  const auto forbidden = std::ranges::find_if(
      text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  if (forbidden != text.end()) return wrong(text, "it has a blank or a control character in it");
  // RFC 6455 §3: fragment identifiers have no place here. [6455-3-4]
  if (text.find('#') != std::string_view::npos)
    return wrong(text, "a WebSocket URL has no fragment (#…); write %23 for a # in the path");
  if (unix_socket) return parse_unix(text, rest);

  Url url;
  url.tls = scheme == "wss";
  url.port = url.tls ? 443 : 80;
  const std::size_t path = end_of_authority(rest);
  std::string_view authority = rest.substr(0, path);
  url.resource = std::string(rest.substr(path));
  if (url.resource.empty() || url.resource.front() == '?') url.resource.insert(0, "/");
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    auto login = parse_login(text, authority.substr(0, at));
    if (!login) return std::unexpected(std::move(login.error()));
    url.login = std::move(*login);
    authority.remove_prefix(at + 1);
  }
  if (const auto host = parse_host(text, authority, url); !host)
    return std::unexpected(host.error());
  return url;
}

std::string host_field(const Url& url) {
  const std::string host =
      url.host.find(':') != std::string::npos ? "[" + url.host + "]" : url.host;
  const bool usual = url.port == (url.tls ? 443 : 80) || !url.socket.empty();
  return usual ? host : fmt::format("{}:{}", host, url.port);
}

std::string to_string(const Url& url) {
  if (!url.socket.empty())
    return fmt::format("ws+unix://{}:{}", encoded_path(url.socket), url.resource);
  return fmt::format("{}://{}{}", url.tls ? "wss" : "ws", host_field(url), url.resource);
}

std::string without_login(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::string(text);
  const std::size_t begin = colon + 3;
  const std::size_t at = text.substr(begin, end_of_authority(text.substr(begin))).rfind('@');
  std::string out(text);
  if (at != std::string_view::npos && at > 0) out.replace(begin, at, no_login);
  return out;
}

}  // namespace wsproof::run
