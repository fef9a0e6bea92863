// How to reach a target: the flags that say so, and what becomes of them.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <CLI/CLI.hpp>

#include "harness/main.hpp"
#include "harness/main_config.hpp"

namespace wsproof::cli {

namespace {

using run::NoRun;

net::IpVersion ip_version(const ReachFlags& flags) {
  if (flags.v4 == flags.v6) return net::IpVersion::any;
  return flags.v4 ? net::IpVersion::v4 : net::IpVersion::v6;
}

run::Way way_of(const ReachFlags& flags) {
  run::Way way{.version = ip_version(flags), .resolve = flags.resolve};
  way.unix_socket = flags.unix_socket;
  way.tls = {.both = tls_options(flags.cert, flags.key, flags.tls_min, flags.tls_keylog),
             .verify = !flags.insecure,
             .ca_file = flags.cacert,
             .server_name = flags.sni};
  return way;
}

void add_terms(CLI::App& command, run::Terms& terms) {
  run::RequestWords& words = terms.request;
  script::ProfileWords& profile = terms.profile;
  const auto list = [&](const char* name, std::vector<std::string>& to, const char* help,
                        const char* type) {
    command.add_option(name, to, help)->type_name(type)->allow_extra_args(false);
  };
  list("-H,--header", words.headers,
       "in every opening handshake; 'Name:' leaves one out, 'Name;' sends it empty; repeatable",
       "'NAME: VALUE'");
  list("-b,--cookie", words.cookies, "send these cookies; repeatable", "'NAME=VALUE; …'");
  command.add_option("-u,--user", words.user, "send these credentials (Basic)")
      ->type_name("NAME:PASSWORD");
  command.add_option("--origin", words.origin, "the page that the handshake pretends to come from")
      ->type_name("ORIGIN");
  list("--subprotocol", words.subprotocols, "offer these; one of them must be chosen", "NAME,…");
  command
      .add_option("--reply", profile.reply,
                  "a message and a regular expression that its answer has; {n} is a number")
      ->type_name("SEND EXPECT")
      ->expected(2)
      ->allow_extra_args(false);
  command.add_option("--profile", terms.profile_file, "how to talk with it; see cases/README.md")
      ->type_name("FILE");
  command.add_option("--greeting", profile.greeting, "`<` and `>` lines that come first")
      ->type_name("LINES");
  list("--whenever", profile.whenever, "a background rule: '< text \"2\" > text \"3\"'; repeatable",
       "RULE");
  list("--ignore", profile.ignore, "messages that may come at any time; repeatable", "REGEX");
  command
      .add_option("--isolation", profile.isolation,
                  "shared: its connections hear one another, so cases are played one by one")
      ->type_name("shared|none");
  command
      .add_option("--joined", profile.joined, "what stands between messages that it joins to one")
      ->type_name("TEXT");
}

}  // namespace

void add_tls_flags(CLI::App& command, std::string& minimum, std::string& key_log) {
  command
      .add_option("--tls-min", minimum, "the oldest TLS that is spoken, 1.2 or 1.3 (default: 1.2)")
      ->check(CLI::IsMember({"1.2", "1.3"}))
      ->type_name("VERSION");
  command
      .add_option("--tls-keylog", key_log,
                  "append the session keys here, for Wireshark (else: SSLKEYLOGFILE)")
      ->type_name("FILE");
}

net::TlsOptions tls_options(const std::string& cert, const std::string& key,
                            const std::string& minimum, const std::string& key_log) {
  const char* from_environment = std::getenv("SSLKEYLOGFILE");
  net::TlsOptions out{.certificate_file = cert, .key_file = key};
  if (minimum == "1.3") out.minimum = net::TlsVersion::v1_3;
  out.key_log_file = key_log;
  if (key_log.empty() && from_environment != nullptr) out.key_log_file = from_environment;
  return out;
}

void add_reach(CLI::App& command, ReachFlags& flags) {
  CLI::Option* four = command.add_flag("-4", flags.v4, "IPv4 only");
  command.add_flag("-6", flags.v6, "IPv6 only")->excludes(four);
  command
      .add_option("--resolve", flags.resolve,
                  "dial this address for that host and port; repeatable")
      ->type_name("HOST:PORT:ADDR")
      ->allow_extra_args(false);
  command
      .add_option("--unix-socket", flags.unix_socket, "dial this socket (@NAME: an abstract one)")
      ->type_name("PATH");
  command.add_flag("-k,--insecure", flags.insecure, "wss: do not verify the certificate");
  command.add_option("--cacert", flags.cacert, "wss: trust these certificates")->type_name("FILE");
  command.add_option("--cert", flags.cert, "wss: show this client certificate")->type_name("FILE");
  command.add_option("--key", flags.key, "wss: its private key, where that is a file of its own")
      ->type_name("FILE");
  command.add_option("--sni", flags.sni, "wss: ask for this name, and verify it")
      ->type_name("NAME");
  add_tls_flags(command, flags.tls_min, flags.tls_keylog);
  add_terms(command, flags.terms);
}

std::expected<run::Reach, NoRun> reach_of(const std::string& url, const ReachFlags& flags) {
  const auto no_run = [](ExitCode code, const base::Error& error) {
    return std::unexpected(NoRun{code, error.message});
  };
  run::Reach out;
  auto parsed = run::parse_url(url);
  if (!parsed) return no_run(ExitCode::usage, parsed.error());
  out.url = std::move(*parsed);
  const run::Way way = way_of(flags);
  if (const auto right = run::check_way(out.url, way); !right)
    return no_run(ExitCode::usage, right.error());
  auto destination = run::destination_of(out.url, way);
  if (!destination) return no_run(ExitCode::not_ready, destination.error());
  out.destination = std::move(*destination);
  const auto terms = terms_of(flags, out.url);
  if (!terms) return no_run(ExitCode::usage, terms.error());
  if (const auto done = run::apply(*terms, out); !done)
    return no_run(ExitCode::usage, done.error());
  return out;
}

base::Result<run::Terms> terms_of(const ReachFlags& flags, const run::Url& url) {
  run::Terms terms = flags.terms;
  if (url.login && terms.request.user.empty()) {
    terms.request.user = url.login->user + ":" + url.login->password;
    const auto place = terms.elsewhere.find("url");
    if (place != terms.elsewhere.end()) terms.elsewhere.emplace("user", place->second);
  }
  std::ranges::move(secrets_of_environment(), std::back_inserter(terms.request.secrets));
  if (!terms.profile_file.empty()) {
    auto text = read_file(terms.profile_file);
    if (!text) return std::unexpected(text.error());
    terms.profile_text = std::move(*text);
  }
  run::Reach nowhere;
  if (const auto good = run::apply(terms, nowhere); !good)
    return base::fail(with_place(good.error().message, terms.elsewhere));
  return terms;
}

std::vector<std::string> reach_arguments(const ReachFlags& flags) {
  std::vector<std::string> out;
  const auto add = [&out](const char* name, const std::string& value) {
    if (!value.empty()) out.insert(out.end(), {name, value});
  };
  out = flags.config;
  if (flags.v4) out.emplace_back("-4");
  if (flags.v6) out.emplace_back("-6");
  for (const std::string& text : flags.resolve) add("--resolve", text);
  add("--unix-socket", flags.unix_socket);
  if (flags.insecure) out.emplace_back("-k");
  add("--cacert", flags.cacert);
  add("--cert", flags.cert);
  add("--key", flags.key);
  add("--sni", flags.sni);
  if (flags.tls_min != "1.2") add("--tls-min", flags.tls_min);
  return out;
}

}  // namespace wsproof::cli
