#include "harness/run/launch.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace wsproof::run {

base::Result<Reach> Launch::plain_reach(const std::string& url) {
  Reach out;
  auto parsed = parse_url(url);
  if (!parsed) return std::unexpected(parsed.error());
  out.url = std::move(*parsed);
  auto destination = destination_of(out.url);
  if (!destination) return std::unexpected(destination.error());
  out.destination = std::move(*destination);
  return out;
}

Launch launch_of(const Manifest& manifest) {
  Launch out;
  out.told.name = manifest.name;
  out.told.arguments = {"--target", manifest.name};
  out.told.version = manifest.version;
  const std::vector<std::pair<std::string, std::string>> folders = {{"build", manifest.build},
                                                                    {"source", manifest.source}};
  out.url = filled(manifest.url, folders);
  for (const std::string& word : manifest.start) out.command.argv.push_back(filled(word, folders));
  out.directory = manifest.source;
  out.ready_by_http = manifest.ready_by_http;
  out.can = manifest.can;
  out.limits = manifest.limits;
  out.jobs = manifest.jobs;
  out.terms = manifest.terms;
  return out;
}

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
  std::string out;
  while (!text.empty()) {
    const auto here = std::ranges::find_if(values, [&](const auto& value) {
      return text.starts_with(fmt::format("{{{}}}", value.first));
    });
    if (here == values.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += here->second;
      text.remove_prefix(here->first.size() + 2);
    }
  }
  return out;
}

bool mentions(const Launch& launch, std::string_view name) {
  const std::string braced = fmt::format("{{{}}}", name);
  const auto holds = [&](const std::string& text) {
    return text.find(braced) != std::string::npos;
  };
  return holds(launch.url) || std::ranges::any_of(launch.command.argv, holds) ||
         std::ranges::any_of(launch.command.environment,
                             [&](const auto& each) { return holds(each.second); });
}

}  // namespace wsproof::run
