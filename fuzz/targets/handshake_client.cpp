// Property: a client opens by a response, in any cut, exactly when the monitor finds nothing in it.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "fuzz/conversation.hpp"
#include "fuzz/drive.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/rfc/monitor.hpp"
#include "harness/rfc/monitor_extensions.hpp"
#include "harness/wire/http.hpp"

using namespace wsproof;

namespace {

struct Outcome {
  base::Octets request;
  bool opened = false;
  bool operator==(const Outcome&) const = default;
};

Outcome play(base::OctetView response, base::OctetView cuts) {
  endpoint::Settings settings;
  settings.subprotocols = {"chat", "superchat"};
  settings.extension_offer = "permessage-deflate; client_max_window_bits";
  const endpoint::Quirks quirks;
  endpoint::Endpoint client(wire::Role::client, 0, settings, quirks);
  Outcome outcome;
  client.opened(base::Time{});
  fuzz::collect(client, outcome.request);
  base::Octets more;
  fuzz::in_writes(response, cuts, [&](base::OctetView piece) {
    client.received(piece, base::Time{});
    return fuzz::collect(client, more);
  });
  outcome.opened = !client.finished() && !client.failed();
  // An unfinished head is no opening: a ping tells.
  const base::Octets ping{0x89, 0x00};
  client.received(ping, base::Time{});
  fuzz::collect(client, more);
  outcome.opened = outcome.opened && more.size() == 6 && more[0] == 0x8A;
  client.ended(base::Ending::eof, base::Time{});
  fuzz::let_time_pass(client, more);
  return outcome;
}

// The last head of the responses, if all heads before it are interim ones.
std::optional<wire::Head> final_head(base::OctetView octets) {
  for (;;) {
    const auto size = wire::head_size(octets);
    if (!size) return std::nullopt;
    const wire::Head head = wire::decode_head(octets.first(*size));
    const auto status = wire::status_line(head);
    const bool interim = status && status->code >= 100 && status->code < 200 && status->code != 101;
    if (!interim) return *size == octets.size() ? std::optional(head) : std::nullopt;
    octets = octets.subspan(*size);
  }
}

// What a server must not send, and a client reads all the same: folded lines, which it unfolds
// [9112-5.2-3], empty elements of lists, which it skips [9110-5.6.1-2], fields that announce a
// body, for a 101 ends with its head [9112-6.3-1], and a status line without the blank behind its
// code, for it ignores what comes there [9112-4-2].
constexpr std::array<std::string_view, 6> binding_servers_only = {
    "9112-5.2-2", "9110-5.6.1-1", "9110-8.6-1", "9112-6.1-1", "9112-6.2-1", "9112-4-1"};

bool binds_server_only(std::string_view requirement) {
  return std::ranges::find(binding_servers_only, requirement) != binding_servers_only.end();
}

bool has_capitals(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_oddly_spelt(const rfc::Extension& extension) {
  return has_capitals(extension.name) ||
         std::ranges::any_of(extension.parameters,
                             [](const auto& parameter) { return has_capitals(parameter.name); });
}

// Where the client gives up and the monitor holds its tongue, because no sentence is broken for
// certain: HTTP of another generation, other protocols beside "websocket", extensions that cannot
// be read, and names that are known but for the case of their letters. [7692-9.1-1]
bool nobody_says(const wire::Head& head, const wire::StatusLine& status) {
  if (!status.version.starts_with("HTTP/1.")) return true;
  if (wire::list_values(head, "Upgrade").size() != 1) return true;
  const auto extensions = rfc::read_extensions(head);
  return !extensions || std::ranges::any_of(*extensions, is_oddly_spelt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const Outcome whole = play(stream.octets, {});
  fuzz::must(play(stream.octets, stream.cuts) == whole, "the cut makes no difference");

  rfc::Monitor server(wire::Role::server);
  server.other_sent(whole.request);
  server.watched_sent(stream.octets);
  const auto head = final_head(stream.octets);
  const auto status = head ? wire::status_line(*head) : std::nullopt;
  if (whole.opened) {
    fuzz::must(status && status->code == 101, "only a 101 opens the connection");
    for (const rfc::Finding& finding : server.findings()) {
      fuzz::must(binds_server_only(finding.requirement),
                 ("what opens keeps the rules, " + finding.requirement).c_str(),
                 finding.explanation);
    }
  } else {
    fuzz::must(
        !status || status->code != 101 || !server.findings().empty() || nobody_says(*head, *status),
        "a 101 that keeps the rules opens the connection");
  }
  return 0;
}
