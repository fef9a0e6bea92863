#include "harness/endpoint/server.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/base/check.hpp"

namespace wsproof::endpoint {

void EchoServer::start(base::Time /*now*/) {}

void EchoServer::opened(base::Link link, base::Time now) {
  if (dead_ || endpoints_.size() >= settings_.max_links) {
    actions_.emplace_back(base::Drop{link, dead_});
    return;
  }
  const auto [at, fresh] =
      endpoints_.try_emplace(link, wire::Role::server, link, settings_, quirks_);
  CHECK(fresh);
  at->second.share(shared_);
  at->second.opened(now);
  settle(at);
}

void EchoServer::refused(base::Link /*link*/, const std::string& /*why*/, base::Time /*now*/) {}

void EchoServer::received(base::Link link, base::OctetView octets, base::Time now) {
  const auto at = endpoints_.find(link);
  if (at == endpoints_.end()) return;
  at->second.received(octets, now);
  settle(at);
}

void EchoServer::ended(base::Link link, base::Ending ending, base::Time now) {
  const auto at = endpoints_.find(link);
  if (at == endpoints_.end()) return;
  at->second.ended(ending, now);
  settle(at);
}

void EchoServer::woken(base::Time now) {
  for (auto at = endpoints_.begin(); at != endpoints_.end();) {
    const auto current = at++;
    const auto deadline = current->second.deadline();
    if (!deadline || *deadline > now) continue;
    current->second.woken(now);
    settle(current);
    if (dead_) return;
  }
}

std::vector<base::Action> EchoServer::take_actions() { return std::exchange(actions_, {}); }

std::optional<base::Time> EchoServer::deadline() const {
  std::optional<base::Time> first;
  for (const auto& [link, endpoint] : endpoints_) {
    const auto deadline = endpoint.deadline();
    if (deadline && (!first || *deadline < *first)) first = deadline;
  }
  return first;
}

void EchoServer::collect(Endpoint& endpoint) {
  std::ranges::move(endpoint.take_actions(), std::back_inserter(actions_));
}

// Collects what the endpoint wants done, and frees it when it is done.
void EchoServer::settle(std::map<base::Link, Endpoint>::iterator at) {
  collect(at->second);
  const bool fatal = at->second.failed() && quirks_.failure.survival == Check::off;
  if (at->second.finished()) endpoints_.erase(at);
  if (fatal) die();
}

// What other connections see when a server process ends.
void EchoServer::die() {
  for (const auto& [link, endpoint] : endpoints_) actions_.emplace_back(base::Drop{link, true});
  endpoints_.clear();
  dead_ = true;
}

void EchoClient::start(base::Time /*now*/) { actions_.emplace_back(base::Open{0}); }

void EchoClient::opened(base::Link link, base::Time now) {
  CHECK(link == 0 && !opened_);
  opened_ = true;
  endpoint_.opened(now);
}

void EchoClient::refused(base::Link /*link*/, const std::string& /*why*/, base::Time /*now*/) {
  refused_ = true;
}

void EchoClient::received(base::Link /*link*/, base::OctetView octets, base::Time now) {
  endpoint_.received(octets, now);
}

void EchoClient::ended(base::Link /*link*/, base::Ending ending, base::Time now) {
  endpoint_.ended(ending, now);
}

void EchoClient::woken(base::Time now) { endpoint_.woken(now); }

std::vector<base::Action> EchoClient::take_actions() {
  std::vector<base::Action> actions = std::exchange(actions_, {});
  std::ranges::move(endpoint_.take_actions(), std::back_inserter(actions));
  return actions;
}

std::optional<base::Time> EchoClient::deadline() const { return endpoint_.deadline(); }

}  // namespace wsproof::endpoint
