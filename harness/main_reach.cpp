// How to reach a target: the flags that say so, and what becomes of them.
#include <CLI/CLI.hpp>

#include "harness/main.hpp"

namespace wsproof::cli {

namespace {

net::IpVersion ip_version(const ReachFlags& flags) {
  if (flags.v4 == flags.v6) return net::IpVersion::any;
  return flags.v4 ? net::IpVersion::v4 : net::IpVersion::v6;
}

void add_request(CLI::App& command, run::RequestWords& words) {
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
}

}  // namespace

void add_reach(CLI::App& command, ReachFlags& flags) {
  CLI::Option* four = command.add_flag("-4", flags.v4, "IPv4 only");
  command.add_flag("-6", flags.v6, "IPv6 only")->excludes(four);
  add_request(command, flags.request);
}

std::expected<run::Reach, run::NoRun> reach_of(const std::string& url, const ReachFlags& flags) {
  using run::NoRun;
  run::Reach out;
  auto parsed = run::parse_url(url);
  if (!parsed) return std::unexpected(NoRun{ExitCode::usage, parsed.error().message});
  out.url = std::move(*parsed);
  auto resolved = net::resolve(out.url.host, out.url.port, ip_version(flags));
  if (!resolved) return std::unexpected(NoRun{ExitCode::not_ready, resolved.error().message});
  out.destination = std::move(*resolved);
  auto request = run::read_request(flags.request);
  if (!request) return std::unexpected(NoRun{ExitCode::usage, request.error().message});
  out.request = std::move(*request);
  run::add_secrets_of_query(out.url.resource, out.request.secrets);
  return out;
}

std::vector<std::string> reach_arguments(const run::Reach& reach, const ReachFlags& flags) {
  std::vector<std::string> out;
  if (flags.v4) out.emplace_back("-4");
  if (flags.v6) out.emplace_back("-6");
  out.push_back(run::to_string(reach.url));
  return out;
}

}  // namespace wsproof::cli
