#include "harness/net/report.hpp"

#include <algorithm>

namespace wsproof::net {

bool PartyReport::exhausted() const {
  return std::ranges::any_of(
      links, [](const LinkReport& each) { return each.refusal && each.refusal->here; });
}

std::optional<Refusal> PartyReport::first_refusal() const {
  const auto found =
      std::ranges::find_if(links, [](const LinkReport& each) { return each.refusal.has_value(); });
  return found == links.end() ? std::nullopt : found->refusal;
}

}  // namespace wsproof::net
