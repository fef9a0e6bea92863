#include "harness/run/terms.hpp"

#include <algorithm>
#include <utility>

namespace wsproof::run {

namespace {

template <typename T>
void prefer(T& mine, const T& users) {
  if (!users.empty()) mine = users;
}

}  // namespace

Terms merged(Terms manifest, const Terms& user) {
  prefer(manifest.request.headers, user.request.headers);
  prefer(manifest.request.cookies, user.request.cookies);
  prefer(manifest.request.user, user.request.user);
  prefer(manifest.request.origin, user.request.origin);
  prefer(manifest.request.subprotocols, user.request.subprotocols);
  prefer(manifest.request.secrets, user.request.secrets);
  prefer(manifest.profile.reply, user.profile.reply);
  prefer(manifest.profile.greeting, user.profile.greeting);
  prefer(manifest.profile.whenever, user.profile.whenever);
  prefer(manifest.profile.ignore, user.profile.ignore);
  prefer(manifest.profile.isolation, user.profile.isolation);
  prefer(manifest.profile.joined, user.profile.joined);
  if (!user.profile_file.empty()) {
    manifest.profile_file = user.profile_file;
    manifest.profile_text = user.profile_text;
  }
  return manifest;
}

base::Result<void> apply(const Terms& terms, Reach& reach) {
  auto request = read_request(terms.request);
  if (!request) return std::unexpected(request.error());
  add_secrets_of_query(reach.url.resource, request->secrets);
  reach.request = std::move(*request);
  script::Profile written;
  if (!terms.profile_file.empty()) {
    script::ProfileResult parsed = script::parse_profile(terms.profile_text, terms.profile_file);
    if (!parsed.errors.empty()) return base::fail(script::show(parsed.errors.front()));
    written = std::move(parsed.profile);
  }
  auto profile = script::with_words(std::move(written), terms.profile);
  if (!profile) return std::unexpected(profile.error());
  reach.profile = std::move(*profile);
  return {};
}

std::vector<std::string> arguments(const Terms& terms) {
  RequestWords request = terms.request;
  if (terms.elsewhere.contains("header") && std::ranges::any_of(request.headers, is_secret_header))
    request.headers.clear();
  if (terms.elsewhere.contains("cookie")) request.cookies.clear();
  if (terms.elsewhere.contains("user")) request.user.clear();
  std::vector<std::string> out = request_arguments(request);
  const auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) out.insert(out.end(), {flag, value});
  };
  add("--profile", terms.profile_file);
  if (terms.profile.reply.size() == 2) {
    out.insert(out.end(), {"--reply", terms.profile.reply[0], terms.profile.reply[1]});
  }
  add("--greeting", terms.profile.greeting);
  for (const std::string& rule : terms.profile.whenever) add("--whenever", rule);
  for (const std::string& push : terms.profile.ignore) add("--ignore", push);
  add("--isolation", terms.profile.isolation);
  add("--joined", terms.profile.joined);
  return out;
}

}  // namespace wsproof::run
