// wsproof serve and doctor: our own endpoint for others to look at, and a look at theirs.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/base/shell.hpp"
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

namespace {

// What the terms hold of secrets that were typed, as variables in front of a command, which the
// terms do not hold afterwards.
std::string secrets_in_front(run::Terms& terms) {
  std::string out;
  const auto add = [&](const char* option, const char* value) {
    if (!terms.elsewhere.contains(option)) out += value;
    terms.elsewhere.emplace(option, "");
  };
  run::RequestWords& words = terms.request;
  if (std::ranges::any_of(words.headers, run::is_secret_header)) {
    if (!terms.elsewhere.contains("header")) {
      // The variable stands for all of them, a line for each.
      std::string all;
      for (const std::string& header : words.headers) {
        const std::string name = header.substr(0, header.find_first_of(":;"));
        all += (all.empty() ? "" : "\n") + (run::is_secret_header(header) ? name + ": …" : header);
      }
      out += fmt::format("WSPROOF_HEADER{}={} ", words.headers.size() == 1 ? "" : "S",
                         base::shell_word(all));
    }
    words.headers.clear();
  }
  if (!words.cookies.empty()) add("cookie", "WSPROOF_COOKIE='NAME=…' ");
  if (!words.user.empty()) add("user", "WSPROOF_USER='NAME:…' ");
  return out;
}

// What is not in the text of this file yet.
std::string new_lines(const std::string& file, const std::string& text,
                      const std::vector<run::TomlEntry>& entries, const run::Terms& terms) {
  std::string out;
  for (const run::TomlEntry& entry : entries) {
    const auto from = terms.elsewhere.find(entry.key == "headers" ? "header" : entry.key);
    const bool said = from != terms.elsewhere.end() && from->second.starts_with(file + ":");
    if (!said && text.find(entry.text) == std::string::npos) out += entry.text;
  }
  return out;
}

int write_findings(const std::string& file, const run::Url& url, const run::Terms& terms) {
  const std::string name = base::for_terminal(file);
  const auto error = write_file(file, [&](std::ostream& out) { out << run::to_toml(url, terms); });
  if (error)
    return complain(ExitCode::internal, fmt::format("cannot write {}: {}", name, error.message()));
  const bool usual = std::filesystem::path(file).lexically_normal() == "wsproof.toml";
  run::Terms typed = terms;
  fmt::print("\nWrote {}. Next: {}{}\n", name, secrets_in_front(typed),
             usual ? "wsproof run" : quoted({"run", "--config", file}));
  return 0;
}

}  // namespace

int doctor_command(const DoctorFlags& flags) {
  const ReachFlags& reach_flags = flags.reach;
  const std::string url =
      flags.common.words.size() == 1 ? flags.common.words.front() : flags.common.url;
  if (flags.common.words.size() > 1 || url.empty())
    return complain(ExitCode::usage,
                    "which server? Give one URL, as in `wsproof doctor ws://localhost:9001/`");
  std::error_code error;
  const bool there = !flags.write.empty() && std::filesystem::exists(flags.write, error);
  std::string written;
  if (there) {
    const auto text = read_file(flags.write);
    if (!text) return complain(ExitCode::usage, text.error().message);
    written = *text;
    fmt::print(stderr, "wsproof: {} is there already; what is new is printed, not written\n",
               base::for_terminal(flags.write));
  }
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
  if (there) {
    const std::string lines =
        new_lines(base::for_terminal(flags.write), written,
                  run::toml_entries(reach->url, diagnosis.terms), diagnosis.terms);
    fmt::print("\n{} {}\n{}", base::for_terminal(flags.write),
               lines.empty() ? "has all of it." : "lacks:", lines);
    return 0;
  }
  if (!flags.write.empty()) return write_findings(flags.write, reach->url, diagnosis.terms);
  run::Terms typed = diagnosis.terms;
  const std::string in_front = secrets_in_front(typed);
  std::vector<std::string> next = run::arguments(typed);
  std::ranges::move(reach_arguments(reach_flags), std::back_inserter(next));
  next.push_back(run::to_string(reach->url));
  next.insert(next.begin(), "run");
  fmt::print("\nNext: {}{}\n", in_front, quoted(next));
  return 0;
}

}  // namespace wsproof::cli
