#include "harness/rfc/finding.hpp"

#include <algorithm>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "harness/rfc/requirements.hpp"

namespace wsproof::rfc {

bool Findings::has(std::string_view requirement) const {
  return std::ranges::find(list_, requirement, &Finding::requirement) != list_.end();
}

void Findings::add(std::string_view requirement, std::string explanation, base::OctetView octets) {
  if (has(requirement)) return;
  CHECK(find_requirement(requirement) != nullptr);
  constexpr std::size_t most_octets = 64;
  const auto kept = octets.first(std::min(octets.size(), most_octets));
  list_.push_back({.requirement = std::string(requirement),
                   .explanation = std::move(explanation),
                   .octets = base::Octets(kept.begin(), kept.end())});
}

std::string quoted(std::string_view hostile) {
  constexpr std::size_t most_octets = 80;
  return '"' + base::for_terminal(base::cut(hostile, most_octets)) + '"';
}

}  // namespace wsproof::rfc
