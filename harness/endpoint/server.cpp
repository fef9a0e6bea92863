#include "harness/endpoint/server.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/base/check.hpp"

namespace wsproof::endpoint {

void EchoServer::start(base::Time /*now*/) {}

void EchoServer::opened(base::Link link, base::Time now) {
  if (dead_ || guests_.size() >= settings_.max_links) {
    actions_.emplace_back(base::Drop{link, dead_});
    return;
  }
  const auto [at, fresh] = guests_.try_emplace(link, link, settings_, quirks_);
  CHECK(fresh);
  at->second.endpoint.share(shared_);
  at->second.endpoint.opened(now);
  settle(at, now);
}

void EchoServer::refused(base::Link /*link*/, const std::string& /*why*/, base::Time /*now*/) {}

void EchoServer::received(base::Link link, base::OctetView octets, base::Time now) {
  const auto at = guests_.find(link);
  if (at == guests_.end()) return;
  if (at->second.fragility.dies_of(octets)) return die();
  if (!has_turn(at)) return base::append(at->second.waiting, octets);
  at->second.endpoint.received(octets, now);
  settle(at, now);
}

void EchoServer::ended(base::Link link, base::Ending ending, base::Time now) {
  const auto at = guests_.find(link);
  if (at == guests_.end()) return;
  if (ending == base::Ending::reset) {
    if (quirks_.server.resets == Check::off) return die();
    if (quirks_.server.lost_answers == Check::off && at->second.wrote == now) return die();
  }
  if (!has_turn(at)) {
    at->second.ending = ending;
    return;
  }
  at->second.endpoint.ended(ending, now);
  settle(at, now);
}

void EchoServer::clogged(base::Link link, bool so, base::Time now) {
  const auto at = guests_.find(link);
  if (at == guests_.end()) return;
  const Unread unread = quirks_.server.unread;
  at->second.clogged = so;
  if (so && unread == Unread::lost) at->second.loses_next = true;
  if (so && (unread == Unread::reset || unread == Unread::closed)) {
    actions_.emplace_back(base::Drop{link, unread == Unread::reset});
    guests_.erase(at);
  }
  if (!so) serve_next(now);
}

void EchoServer::woken(base::Time now) {
  for (auto at = guests_.begin(); at != guests_.end();) {
    const auto current = at++;
    const auto deadline = current->second.endpoint.deadline();
    if (!deadline || *deadline > now) continue;
    current->second.endpoint.woken(now);
    settle(current, now);
    if (dead_) return;
  }
}

std::vector<base::Action> EchoServer::take_actions() { return std::exchange(actions_, {}); }

std::optional<base::Time> EchoServer::deadline() const {
  std::optional<base::Time> first;
  for (const auto& [link, guest] : guests_) {
    const auto deadline = guest.endpoint.deadline();
    if (deadline && (!first || *deadline < *first)) first = deadline;
  }
  return first;
}

base::Usage EchoServer::usage() const {
  constexpr std::uint64_t empty_process = std::uint64_t{8} << 20U;
  constexpr std::uint32_t always_open = 8;
  base::Usage out{.memory = empty_process, .descriptors = always_open, .threads = 1};
  out.processes = 1;
  out.descriptors += static_cast<std::uint32_t>(guests_.size() + never_closed_);
  return out;
}

void EchoServer::collect(Guest& guest, base::Time now) {
  for (base::Action& action : guest.endpoint.take_actions()) {
    const auto* const drop = std::get_if<base::Drop>(&action);
    if (drop != nullptr && quirks_.resources.descriptors == Check::off) {
      // The other side sees the same end; the socket stays.
      ++never_closed_;
      action = base::EndWrites{drop->link};
    }
    if (auto* const write = std::get_if<base::Write>(&action)) {
      const bool strays = quirks_.server.own_answers == Check::off && guest.answered;
      if (strays) write->link = guests_.rbegin()->first;
      guest.answered = true;
      guest.wrote = now;
      if (std::exchange(guest.loses_next, false)) write->octets.resize(write->octets.size() / 2);
    }
    actions_.push_back(std::move(action));
  }
}

// Collects what the endpoint wants done, and frees it when it is done.
void EchoServer::settle(Guests::iterator at, base::Time now) {
  collect(at->second, now);
  const Endpoint& endpoint = at->second.endpoint;
  const bool fatal = endpoint.failed() && quirks_.failure.survival == Check::off;
  const bool gone = endpoint.finished();
  if (gone) guests_.erase(at);
  if (fatal) return die();
  if (gone) serve_next(now);
}

bool EchoServer::has_turn(Guests::iterator at) const {
  const auto clogged = [](const auto& entry) { return entry.second.clogged; };
  if (quirks_.server.unread == Unread::waited_for && std::ranges::any_of(guests_, clogged))
    return false;
  const std::size_t most = quirks_.server.served_at_once;
  if (most >= guests_.size()) return true;
  return static_cast<std::size_t>(std::distance(guests_.begin(), Guests::const_iterator(at))) <
         most;
}

// Whoever waited longest has its turn first.
void EchoServer::serve_next(base::Time now) {
  for (;;) {
    const auto next = std::ranges::find_if(guests_, [](const auto& entry) {
      return !entry.second.waiting.empty() || entry.second.ending;
    });
    if (next == guests_.end() || !has_turn(next)) return;
    const base::Octets octets = std::exchange(next->second.waiting, {});
    const auto ending = std::exchange(next->second.ending, {});
    if (!octets.empty()) next->second.endpoint.received(octets, now);
    if (ending) next->second.endpoint.ended(*ending, now);
    settle(next, now);
  }
}

// What other connections see when a server process ends.
void EchoServer::die() {
  for (const auto& [link, guest] : guests_) actions_.emplace_back(base::Drop{link, true});
  guests_.clear();
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
