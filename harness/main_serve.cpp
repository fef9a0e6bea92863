// wsproof serve and doctor: our own endpoint for others to look at, and a look at theirs.
#include <cstdio>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/main.hpp"
#include "harness/net/listener.hpp"
#include "harness/net/signals.hpp"
#include "harness/run/doctor.hpp"

namespace wsproof::cli {

namespace {

void list_quirks(endpoint::Kind kind) {
  for (const endpoint::Quirk& quirk : endpoint::quirks()) {
    if (quirk.kind == kind) fmt::print("  {:<42} {}\n", quirk.name, quirk.description);
  }
}

}  // namespace

int serve_command(const ServeFlags& flags) {
  if (flags.list) {
    fmt::print("Faults, which a conformance suite must catch (--fault NAME):\n");
    list_quirks(endpoint::Kind::fault);
    fmt::print("\nLiberties, which are legal (--liberty NAME):\n");
    list_quirks(endpoint::Kind::liberty);
    return 0;
  }
  const auto quirks = quirks_of(flags.faults, flags.liberties);
  if (!quirks) return complain(ExitCode::usage, quirks.error().message);
  net::raise_descriptor_limit();
  auto listener = net::Listener::open(flags.host, flags.port);
  if (!listener) return complain(ExitCode::not_ready, listener.error().message);
  endpoint::Settings settings;
  settings.subprotocols = flags.subprotocols;
  endpoint::EchoServer server(settings, *quirks);
  net::StopSource stop;
  const net::SignalGuard guard(stop);
  for (const net::Address& address : listener->addresses()) {
    fmt::print("listening on ws://{}/\n", net::to_string(address));
  }
  std::fflush(stdout);
  listener->serve(server, stop);
  return 0;
}

int doctor_command(const Common& flags, const ReachFlags& reach_flags) {
  const std::string url = flags.words.size() == 1 ? flags.words.front() : flags.url;
  if (flags.words.size() > 1 || url.empty())
    return complain(ExitCode::usage,
                    "which server? Give one URL, as in `wsproof doctor ws://localhost:9001/`");
  const auto reach = reach_of(url, reach_flags);
  if (!reach) return complain(reach.error().code, reach.error().message);
  net::StopSource stop;
  const net::SignalGuard guard(stop);
  const run::Diagnosis diagnosis = run::diagnose(*reach, &stop);
  for (const run::Diagnosis::Finding& finding : diagnosis.findings) {
    fmt::print("{:<4} {}\n", finding.good ? "ok" : "no", finding.text);
    if (!finding.hint.empty()) fmt::print("     {}\n", finding.hint);
  }
  if (stop.stopped()) return 128 + stop.signal();
  if (!diagnosis.healthy) return static_cast<int>(ExitCode::not_ready);
  std::vector<std::string> next = run::request_arguments(reach_flags.request);
  std::ranges::move(reach_arguments(*reach, reach_flags), std::back_inserter(next));
  next.insert(next.begin(), "run");
  fmt::print("\nNext: {}\n", quoted(next));
  return 0;
}

}  // namespace wsproof::cli
