// What a client writes: the request of RFC 6455 §4.1.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/rfc/monitor_handshake.hpp"
#include "harness/wire/accept_key.hpp"

namespace wsproof::rfc {

namespace {

using wire::values;

// HTTP/1.1 or higher; the version has the form HTTP/d.d. [6455-4.1-17]
bool is_new_enough(std::string_view version) { return version >= "HTTP/1.1"; }

void judge_target(std::string_view target, const HeadCritic& critic) {
  if (target.contains('#'))
    critic.about_start("6455-3-4", "has a fragment identifier in its target " + quoted(target));
  const std::string_view scheme = target.substr(0, target.find("://"));
  const bool absolute = scheme.size() < target.size() &&
                        (wire::same_token(scheme, "http") || wire::same_token(scheme, "https"));
  if (target.starts_with('/') || absolute) return;
  critic.about_start("6455-4.1-18",
                     "has a target that is neither a path nor an http URI: " + quoted(target));
}

void judge_request_line(const HeadCritic& critic) {
  const auto line = wire::request_line(critic.head());
  if (!line) return;
  if (line->method != "GET")
    critic.about_start("6455-4.1-16", "has the method " + quoted(line->method));
  if (!is_new_enough(line->version))
    critic.about_start("6455-4.1-17", "is one of " + quoted(line->version));
  judge_target(line->target, critic);
}

void judge_host(const HeadCritic& critic) {
  const auto hosts = values(critic.head(), "Host");
  // [6455-4.1-19] [9110-7.2-1]
  if (hosts.size() != 1)
    return critic.about("Host", "6455-4.1-19", fmt::format("has {} Host fields", hosts.size()));
  if (hosts.front().contains('@'))
    critic.about("Host", "9112-3.2-6", "has user information in its Host " + quoted(hosts.front()));
}

void judge_upgrade(const HeadCritic& critic) {
  if (!wire::list_has_token(critic.head(), "Upgrade", "websocket"))
    critic.about("Upgrade", "6455-4.1-20", "has no Upgrade field with \"websocket\"");
  // [6455-4.1-21] [9110-7.8-6]
  if (!wire::list_has_token(critic.head(), "Connection", "Upgrade"))
    critic.about("Connection", "6455-4.1-21", "has no Connection field with \"Upgrade\"");
}

void judge_key(const HeadCritic& critic) {
  const auto keys = values(critic.head(), "Sec-WebSocket-Key");
  if (keys.size() > 1) {
    critic.about("Sec-WebSocket-Key", "6455-11.3.1-1",
                 fmt::format("has {} Sec-WebSocket-Key fields", keys.size()));
  } else if (keys.empty()) {
    critic.about_start("6455-4.1-22", "has no Sec-WebSocket-Key field");
  } else if (!wire::is_well_formed_key(keys.front())) {
    critic.about("Sec-WebSocket-Key", "6455-4.1-22",
                 "has a key that is not 16 octets in base64: " + quoted(keys.front()));
  }
}

void judge_version(const HeadCritic& critic) {
  const auto versions = values(critic.head(), "Sec-WebSocket-Version");
  if (versions.size() > 1) {
    critic.about("Sec-WebSocket-Version", "6455-11.3.5-3",
                 fmt::format("has {} Sec-WebSocket-Version fields", versions.size()));
  } else if (versions.empty()) {
    critic.about_start("6455-4.1-27", "has no Sec-WebSocket-Version field");
  } else if (versions.front() != "13") {
    critic.about("Sec-WebSocket-Version", "6455-4.1-27",
                 "has the version " + quoted(versions.front()));
  }
}

void judge_protocols(const HeadCritic& critic) {
  constexpr std::string_view name = "Sec-WebSocket-Protocol";
  std::set<std::string> seen;
  for (const std::string& value : values(critic.head(), name)) {
    if (value.empty()) critic.about(name, "6455-4.1-29", "offers a subprotocol without a name");
  }
  for (const std::string& protocol : wire::list_values(critic.head(), name)) {
    if (!is_token(protocol))  // [6455-4.1-29] [6455-11.5-1]
      critic.about(name, "6455-4.1-29",
                   "offers a subprotocol that is no token: " + quoted(protocol));
    if (!seen.insert(protocol).second)
      critic.about(name, "6455-4.1-30", fmt::format("offers {} twice", quoted(protocol)));
  }
}

void judge_rest(const HeadCritic& critic) {
  if (const auto offers = read_extensions(critic.head())) judge_offered(*offers, critic);
  if (values(critic.head(), "Origin").size() > 1)
    critic.about("Origin", "9110-5.3-1", "has more than one Origin field");
  const auto line = wire::request_line(critic.head());
  if (line && line->method == "GET" && announces_content(critic.head()))
    critic.about_start("9110-9.3.1-1", "announces content, although it is a GET");
}

}  // namespace

Offer read_offer(const wire::Head& request) {
  Offer offer;
  offer.content = announces_content(request);
  const auto line = wire::request_line(request);
  const auto keys = values(request, "Sec-WebSocket-Key");
  const auto versions = values(request, "Sec-WebSocket-Version");
  offer.certain = wire::issues(request).empty() && line && line->method == "GET" &&
                  is_new_enough(line->version) && keys.size() == 1 && !keys.front().empty() &&
                  versions.size() == 1 && versions.front() == "13" &&
                  wire::list_has_token(request, "Upgrade", "websocket") &&
                  wire::list_has_token(request, "Connection", "Upgrade");
  if (!keys.empty()) offer.key = keys.front();
  offer.any_protocol = !values(request, "Sec-WebSocket-Protocol").empty();
  offer.protocols = wire::list_values(request, "Sec-WebSocket-Protocol");
  offer.extensions = read_extensions(request);
  return offer;
}

bool asks_for_websocket(const wire::Head& request) {
  constexpr std::array<std::string_view, 2> marks{"Sec-WebSocket-Key", "Sec-WebSocket-Version"};
  return wire::list_has_token(request, "Upgrade", "websocket") ||
         std::ranges::any_of(
             marks, [&request](std::string_view mark) { return !values(request, mark).empty(); });
}

void judge_request(const wire::Head& request, Findings& findings) {
  const HeadCritic critic("request", request, findings);
  if (request.start.text.empty())
    return critic.about_start("9112-2.2-5", "starts with an empty line");
  if (!critic.judge_lines("6455-4.1-15")) return;
  critic.judge_any_fields();
  judge_request_line(critic);
  judge_host(critic);
  judge_upgrade(critic);
  judge_key(critic);
  judge_version(critic);
  judge_protocols(critic);
  judge_rest(critic);
}

}  // namespace wsproof::rfc
