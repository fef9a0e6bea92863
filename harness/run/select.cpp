#include "harness/run/select.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"
#include "harness/base/random.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::run {

namespace {

// Linear-time glob with `*` (any octets, also '/') and `?` (one).
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return std::ranges::all_of(pattern.substr(p), [](char c) { return c == '*'; });
}

std::string level_of(const script::Case& c) {
  const auto* primary = c.checks.empty() ? nullptr : rfc::find_requirement(c.checks.front());
  return primary != nullptr ? std::string(primary->level) : std::string();
}

// Cases with one of these are played only when they are asked for. Leaving them out is no slip,
// also while no case has one.
constexpr std::array<std::string_view, 2> tags_on_demand = {"large", "slow"};

bool names_tag_on_demand(std::string_view pattern) {
  return pattern.starts_with("tag:") &&
         std::ranges::find(tags_on_demand, pattern.substr(4)) != tags_on_demand.end();
}

// What could have been meant: whole ids, every prefix of whole segments, tags and levels.
std::vector<std::string> names(std::span<const script::Case> cases) {
  std::set<std::string> all;
  for (const script::Case& c : cases) {
    const std::string id = script::id(c);
    for (std::size_t at = id.find('/'); at != std::string::npos; at = id.find('/', at + 1)) {
      all.insert(id.substr(0, at));
    }
    all.insert(id);
    for (const std::string& tag : c.tags) all.insert("tag:" + tag);
    std::string level = level_of(c);
    for (char& letter : level)
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (!level.empty()) all.insert("level:" + level);
  }
  return {all.begin(), all.end()};
}

}  // namespace

bool matches(std::string_view pattern, std::string_view id) {
  if (pattern.find_first_of("*?") != std::string_view::npos) return glob(pattern, id);
  const std::string_view whole =
      pattern.ends_with('/') ? pattern.substr(0, pattern.size() - 1) : pattern;
  return id == whole ||
         (id.starts_with(whole) && id.size() > whole.size() && id[whole.size()] == '/');
}

bool selects(std::string_view pattern, const script::Case& c) {
  if (pattern.starts_with("tag:"))
    return std::ranges::find(c.tags, pattern.substr(4)) != c.tags.end();
  if (pattern.starts_with("level:")) return wire::same_token(level_of(c), pattern.substr(6));
  std::vector<std::string> ids = c.was;
  ids.push_back(script::id(c));
  return std::ranges::any_of(ids, [&](const std::string& id) { return matches(pattern, id); });
}

bool only_when_asked(const script::Case& c) {
  return std::ranges::any_of(c.tags, [](std::string_view tag) {
    return std::ranges::find(tags_on_demand, tag) != tags_on_demand.end();
  });
}

base::Result<std::vector<const script::Case*>> select(std::span<const script::Case> cases,
                                                      const Selection& selection) {
  for (const auto* patterns : {&selection.patterns, &selection.excludes}) {
    for (const std::string& pattern : *patterns) {
      if (std::ranges::any_of(cases, [&](const script::Case& c) { return selects(pattern, c); }))
        continue;
      if (patterns == &selection.excludes && names_tag_on_demand(pattern)) continue;
      std::string message = fmt::format("no case matches \"{}\"", base::for_terminal(pattern));
      const std::vector<std::string> known = names(cases);
      const std::vector<std::string_view> candidates(known.begin(), known.end());
      const auto near = base::nearest(pattern, candidates);
      if (!near.empty()) message += fmt::format("; did you mean {}?", fmt::join(near, " or "));
      return base::fail(message + "\n`wsproof list` shows all ids.");
    }
  }
  const auto any = [](const std::vector<std::string>& patterns, const script::Case& c) {
    return std::ranges::any_of(patterns, [&](const std::string& p) { return selects(p, c); });
  };
  std::vector<const script::Case*> out;
  for (const script::Case& c : cases) {
    const bool in = selection.patterns.empty() ? !only_when_asked(c) : any(selection.patterns, c);
    if (in && !any(selection.excludes, c)) out.push_back(&c);
  }
  return out;
}

base::Result<Shard> parse_shard(std::string_view text) {
  Shard out;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, out.number);
  const bool slash = number.ec == std::errc{} && number.ptr != end && *number.ptr == '/';
  const auto count = slash ? std::from_chars(number.ptr + 1, end, out.count) : number;
  if (!slash || count.ec != std::errc{} || count.ptr != end || !out.is_one()) {
    return base::fail(fmt::format("--shard takes a share and their number, as in 1/4, not \"{}\"",
                                  base::for_terminal(text)));
  }
  return out;
}

std::vector<const script::Case*> in_shard(std::vector<const script::Case*> cases,
                                          const Shard& shard) {
  std::erase_if(cases, [&](const script::Case* c) {
    return base::derive_seed(0, script::id(*c)) % shard.count != shard.number - 1;
  });
  return cases;
}

std::optional<SuiteVersion> parse_suite(std::string_view text) {
  SuiteVersion out;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, out.major);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, out.minor);
  if (minor.ec != std::errc{} || minor.ptr != end) return std::nullopt;
  return out;
}

std::vector<script::Case> as_of(std::vector<script::Case> cases, SuiteVersion version) {
  std::erase_if(cases, [&](const script::Case& c) {
    const auto since = parse_suite(c.since);
    return since && *since > version;
  });
  return cases;
}

std::vector<const script::Case*> for_role(std::vector<const script::Case*> cases,
                                          wire::Role target) {
  const auto other = target == wire::Role::server ? script::Roles::client : script::Roles::server;
  std::erase_if(cases, [&](const script::Case* c) { return c->roles == other; });
  return cases;
}

}  // namespace wsproof::run
