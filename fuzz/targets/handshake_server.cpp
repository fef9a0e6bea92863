// Property: the server answers a request alike in any cut, as the monitor has it, and no bad one by
// 101.
#include <algorithm>
#include <array>
#include <string_view>

#include "fuzz/conversation.hpp"
#include "fuzz/drive.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/rfc/monitor.hpp"

using namespace wsproof;

namespace {

endpoint::Settings settings() {
  endpoint::Settings settings;
  settings.subprotocols = {"chat", "superchat"};
  return settings;
}

base::Octets answer(base::OctetView request, base::OctetView cuts) {
  endpoint::Quirks quirks;
  endpoint::Endpoint server(wire::Role::server, 0, settings(), quirks);
  base::Octets written;
  server.opened(base::Time{});
  fuzz::in_writes(request, cuts, [&](base::OctetView piece) {
    server.received(piece, base::Time{});
    return fuzz::collect(server, written);
  });
  server.ended(base::Ending::eof, base::Time{});
  fuzz::let_time_pass(server, written);
  return written;
}

// What only a client is bound to: a server need not hold it against a request.
bool binds_client_only(std::string_view requirement) {
  constexpr std::array<std::string_view, 3> ids{
      "6455-4.1-30",   // a subprotocol offered twice: one of them is chosen
      "9112-2.2-5",    // an empty line before the request: it is skipped [9112-2.2-6]
      "9110-5.6.1-1",  // empty elements of lists: they are passed over [9110-5.6.1-2]
  };
  // An offer of extensions that is wrong is declined.
  return std::ranges::find(ids, requirement) != ids.end() || requirement.starts_with("7692-") ||
         requirement.starts_with("6455-9");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  // One request: what stands behind it would be frames.
  const auto head = wire::head_size(stream.octets);
  const base::OctetView request = stream.octets.first(head.value_or(stream.octets.size()));
  const base::Octets response = answer(request, {});
  fuzz::must(base::equal(answer(request, stream.cuts), response), "the cut makes no difference");
  if (response.empty()) return 0;

  rfc::Monitor server(wire::Role::server);
  server.other_sent(request);
  server.watched_sent(response);
  server.watched_ended(base::Ending::eof);
  for (const rfc::Finding& finding : server.findings()) {
    fuzz::must(false, ("the monitor finds nothing in the answer, " + finding.requirement).c_str(),
               finding.explanation);
  }
  if (!base::as_text(response).starts_with("HTTP/1.1 101")) return 0;
  fuzz::must(head.has_value(), "only a whole request is answered by 101");
  rfc::Monitor client(wire::Role::client);
  client.watched_sent(request);
  for (const rfc::Finding& finding : client.findings()) {
    fuzz::must(binds_client_only(finding.requirement),
               ("what is answered by 101 keeps the rules, " + finding.requirement).c_str(),
               finding.explanation);
  }
  return 0;
}
