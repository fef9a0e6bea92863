// How to reach a target: the flags that say so, and what becomes of them.
#include <CLI/CLI.hpp>

#include "harness/main.hpp"

namespace wsproof::cli {

namespace {

net::IpVersion ip_version(const ReachFlags& flags) {
  if (flags.v4 == flags.v6) return net::IpVersion::any;
  return flags.v4 ? net::IpVersion::v4 : net::IpVersion::v6;
}

}  // namespace

void add_reach(CLI::App& command, ReachFlags& flags) {
  CLI::Option* four = command.add_flag("-4", flags.v4, "IPv4 only");
  command.add_flag("-6", flags.v6, "IPv6 only")->excludes(four);
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
