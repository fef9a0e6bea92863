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

std::string PartyReport::tls_remark(base::Link link) const {
  const auto found = std::ranges::find(links, link, &LinkReport::link);
  if (found == links.end() || !found->tls || found->refusal) return "";
  switch (found->tls->end) {
    case TlsReport::End::none:
    case TlsReport::End::close_notify:
      return "";
    case TlsReport::End::truncated:
      return "the connection ended without a TLS close_notify";
    case TlsReport::End::failed:
      return "the TLS connection failed: " + found->tls->trouble;
  }
  return "";
}

}  // namespace wsproof::net
