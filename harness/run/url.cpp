#include "harness/run/url.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/escape.hpp"

namespace wsproof::run {

namespace {

std::unexpected<base::Error> wrong(std::string_view text, std::string_view what) {
  return base::fail(fmt::format("cannot use the URL {}: {}", base::for_terminal(text), what));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

// What to say to a scheme that is not ws.
std::string scheme_hint(std::string_view scheme, std::string_view rest) {
  if (scheme == "http" || scheme == "https") {
    return fmt::format("a WebSocket URL begins with ws://; try {}://{}",
                       scheme == "http" ? "ws" : "wss", base::for_terminal(rest));
  }
  if (scheme == "wss") return "TLS is not there yet (issue 3); ws:// is";
  if (scheme == "ws+unix") return "Unix sockets are not there yet (issue 3); ws:// is";
  return "a WebSocket URL begins with ws://, as in ws://localhost:9001/chat";
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    return wrong(text, fmt::format("it has no scheme; try ws://{}", base::for_terminal(text)));
  }
  const std::string scheme = lower(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 3);
  if (scheme != "ws") return wrong(text, scheme_hint(scheme, rest));
  const auto forbidden = std::ranges::find_if(
      text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  if (forbidden != text.end()) return wrong(text, "it has a blank or a control character in it");
  // RFC 6455 §3: fragment identifiers have no place here. [6455-3-4]
  if (text.find('#') != std::string_view::npos)
    return wrong(text, "a WebSocket URL has no fragment (#…); write %23 for a # in the path");

  Url url;
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, path);
  url.resource = std::string(rest.substr(path));
  if (url.resource.empty() || url.resource.front() == '?') url.resource.insert(0, "/");
  if (authority.find('@') != std::string_view::npos)
    return wrong(text, "user names and passwords in the URL are not there yet (issue 3)");

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
  return url;
}

std::string host_field(const Url& url) {
  const std::string host =
      url.host.find(':') != std::string::npos ? "[" + url.host + "]" : url.host;
  return url.port == 80 ? host : fmt::format("{}:{}", host, url.port);
}

std::string to_string(const Url& url) {
  return fmt::format("ws://{}{}", host_field(url), url.resource);
}

}  // namespace wsproof::run
