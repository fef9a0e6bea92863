// wsproof serve and doctor: our own endpoint for others to look at, and a look at theirs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

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

// Null where no TLS is wanted.
base::Result<std::shared_ptr<const net::TlsContext>> serve_tls(const ServeFlags& flags) {
  if (!flags.tls && flags.cert.empty()) return nullptr;
  net::TlsServerOptions options{
      .both = tls_options(flags.cert, flags.key, flags.tls_min, flags.tls_keylog)};
  if (std::ranges::find(options.names, flags.host) == options.names.end())
    options.names.push_back(flags.host);
  return net::TlsContext::server(options);
}

base::Result<void> write_certificate(const ServeFlags& flags, const net::TlsContext* tls) {
  if (flags.write_cert.empty()) return {};
  if (tls == nullptr) return base::fail("there is no certificate to write without --tls");
  std::ofstream out(flags.write_cert, std::ios::trunc);
  out << tls->certificate_pem();
  out.close();
  if (out) return {};
  return base::fail(fmt::format("cannot write the certificate to {}: is there such a folder?",
                                base::for_terminal(flags.write_cert)));
}

std::string url_of(const net::Address& address, bool tls) {
  if (address.path.empty())
    return fmt::format("{}://{}/", tls ? "wss" : "ws", net::to_string(address));
  if (tls) return fmt::format("wss://localhost/ (--unix-socket {})", net::to_string(address));
  run::Url url;
  url.socket = address.path;
  return run::to_string(url);
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
  const bool over_unix = !flags.unix_socket.empty();
  const auto tls = serve_tls(flags);
  if (!tls) return complain(ExitCode::usage, tls.error().message);
  if (const auto written = write_certificate(flags, tls->get()); !written)
    return complain(ExitCode::usage, written.error().message);
  auto listener = over_unix ? net::Listener::open_unix(flags.unix_socket)
                            : net::Listener::open(flags.host, flags.port);
  if (!listener) return complain(ExitCode::not_ready, listener.error().message);
  if (*tls) listener->secure(*tls);
  endpoint::Settings settings;
  settings.subprotocols = flags.subprotocols;
  endpoint::EchoServer server(settings, *quirks);
  net::StopSource stop;
  const net::SignalGuard guard(stop);
  for (const net::Address& address : listener->addresses()) {
    fmt::print("listening on {}\n", url_of(address, *tls != nullptr));
  }
  std::fflush(stdout);
  listener->serve(server, stop);
  return 0;
}

int doctor_command(const DoctorFlags& flags) {
  const ReachFlags& reach_flags = flags.reach;
  const std::string url =
      flags.common.words.size() == 1 ? flags.common.words.front() : flags.common.url;
  if (flags.common.words.size() > 1 || url.empty())
    return complain(ExitCode::usage,
                    "which server? Give one URL, as in `wsproof doctor ws://localhost:9001/`");
  const auto reach = reach_of(url, reach_flags);
  if (!reach) return complain(reach.error().code, reach.error().message);
  const auto terms = terms_of(reach_flags, reach->url);
  if (!terms) return complain(ExitCode::usage, terms.error().message);
  net::StopSource stop;
  const net::SignalGuard guard(stop);
  const run::Diagnosis diagnosis = run::diagnose(*reach, *terms, &stop);
  for (const run::Finding& finding : diagnosis.findings) {
    fmt::print("{:<4} {}\n", finding.good ? "ok" : "no", finding.text);
    if (!finding.hint.empty()) fmt::print("     {}\n", finding.hint);
  }
  if (stop.stopped()) return 128 + stop.signal();
  if (!diagnosis.healthy) return static_cast<int>(ExitCode::not_ready);
  std::vector<std::string> next = run::arguments(diagnosis.terms);
  std::ranges::move(reach_arguments(reach_flags), std::back_inserter(next));
  next.push_back(run::to_string(reach->url));
  next.insert(next.begin(), "run");
  if (!flags.write.empty()) {
    std::error_code error;
    if (std::filesystem::exists(flags.write, error)) {
      return complain(ExitCode::usage,
                      fmt::format("{} is there already; remove it, or write another",
                                  base::for_terminal(flags.write)));
    }
    std::ofstream(flags.write) << run::to_toml(reach->url, diagnosis.terms);
    if (!std::filesystem::exists(flags.write, error))
      return complain(ExitCode::internal, "cannot write " + base::for_terminal(flags.write));
    fmt::print("\nWrote {}. Next: wsproof run\n", base::for_terminal(flags.write));
    return 0;
  }
  fmt::print("\nNext: {}\n", quoted(next));
  return 0;
}

}  // namespace wsproof::cli
