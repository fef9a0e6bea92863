#include "harness/lab/world.hpp"

#include <algorithm>

namespace wsproof::lab {

namespace {

// Far more than the longest case needs with every octet a delivery of its own.
constexpr std::uint64_t max_steps = 4'000'000;

// What may wait for a side that does not read, before the other side is told.
constexpr std::size_t clogged_above = std::size_t{64} << 10U;

}  // namespace

World::World(base::Party& connecting, base::Party& accepting, Network network)
    : connecting_(connecting), accepting_(accepting), network_(network), random_(network.seed) {}

Stop World::run(const base::Party& until) {
  accepting_.start(now_);
  collect(true);
  connecting_.start(now_);
  collect(false);
  for (std::uint64_t step = 0; step < max_steps; ++step) {
    if (until.finished()) return Stop::finished;
    const auto wake_at = [&](const base::Party& p) {
      return p.deadline().value_or(base::Time::max());
    };
    const base::Time deadline = std::min(wake_at(connecting_), wake_at(accepting_));
    if (!under_way_.empty() && under_way_.front().at <= deadline) {
      Delivery delivery = std::move(under_way_.front());
      under_way_.pop_front();
      now_ = std::max(now_, delivery.at);
      deliver(std::move(delivery));
      continue;
    }
    if (deadline == base::Time::max()) return Stop::stuck;
    now_ = std::max(now_, deadline);
    if (!wake()) return Stop::stuck;
  }
  return Stop::limit;
}

// Wakes whoever's deadline is reached.
bool World::wake() {
  bool any = false;
  for (const bool accepting : {false, true}) {
    const auto deadline = party(accepting).deadline();
    if (!deadline || *deadline > now_) continue;
    party(accepting).woken(now_);
    collect(accepting);
    any = true;
  }
  return any;
}

void World::collect(bool accepting) {
  for (;;) {
    std::vector<base::Action> actions = party(accepting).take_actions();
    if (actions.empty()) return;
    for (base::Action& action : actions) carry_out(accepting, std::move(action));
  }
}

void World::carry_out(bool accepting, base::Action action) {
  if (const auto* open = std::get_if<base::Open>(&action)) {
    if (accepting) return;  // only the connecting side opens
    End fresh;
    fresh.readable = fresh.writable = true;
    end(false, open->link) = end(true, open->link) = fresh;
    send(true, Delivery::Kind::opened, open->link);
    send(false, Delivery::Kind::opened, open->link);
  } else if (auto* write = std::get_if<base::Write>(&action)) {
    if (end(accepting, write->link).writable) carry_octets(accepting, std::move(*write));
  } else if (const auto* ended = std::get_if<base::EndWrites>(&action)) {
    if (!end(accepting, ended->link).writable) return;
    end(accepting, ended->link).writable = false;
    send(!accepting, Delivery::Kind::eof, ended->link);
  } else if (const auto* reading = std::get_if<base::Reading>(&action)) {
    end(accepting, reading->link).reading = reading->on;
    catch_up(accepting, reading->link);
  } else if (const auto* drop = std::get_if<base::Drop>(&action)) {
    End& own = end(accepting, drop->link);
    if (drop->reset)
      send(!accepting, Delivery::Kind::reset, drop->link);
    else if (own.writable)
      send(!accepting, Delivery::Kind::eof, drop->link);
    const bool clogged = own.clogs;
    own = {};
    if (clogged) clog(accepting, drop->link, false);
  }
}

void World::carry_octets(bool accepting, base::Write write) {
  if (network_.cut == Network::Cut::whole)
    return send(!accepting, Delivery::Kind::octets, write.link, std::move(write.octets));
  std::size_t at = 0;
  do {
    const std::size_t most = network_.cut == Network::Cut::octets ? 1 : 1 + random_.below(64);
    const std::size_t size = std::min(write.octets.size() - at, most);
    const auto begin = write.octets.begin() + static_cast<std::ptrdiff_t>(at);
    send(!accepting, Delivery::Kind::octets, write.link,
         base::Octets(begin, begin + static_cast<std::ptrdiff_t>(size)));
    at += size;
  } while (at < write.octets.size());
}

void World::send(bool to_accepting, Delivery::Kind kind, base::Link link, base::Octets octets) {
  under_way_.push_back({now_ + network_.latency, to_accepting, kind, link, std::move(octets)});
}

void World::deliver(Delivery delivery) {
  End& own = end(delivery.to_accepting, delivery.link);
  if (!own.readable) return;
  const bool waits = !own.held.empty() || !own.reading || own.paused;
  if (waits && delivery.kind != Delivery::Kind::opened)
    hold(std::move(delivery), own);
  else
    hand_over(delivery, own);
}

void World::hold(Delivery delivery, End& own) {
  const bool to_accepting = delivery.to_accepting;
  const base::Link link = delivery.link;
  own.held_octets += delivery.octets.size();
  own.held.push_back(std::move(delivery));
  // Only the accepting side is told of what it wrote.
  if (to_accepting || own.held_octets <= clogged_above || own.clogs) return;
  own.clogs = true;
  clog(to_accepting, link, true);
}

void World::hand_over(const Delivery& delivery, End& own) {
  base::Party& to = party(delivery.to_accepting);
  switch (delivery.kind) {
    case Delivery::Kind::opened:
      to.opened(delivery.link, now_);
      break;
    case Delivery::Kind::octets:
      to.received(delivery.link, delivery.octets, now_);
      break;
    case Delivery::Kind::eof:
      own.readable = false;
      to.ended(delivery.link, base::Ending::eof, now_);
      break;
    case Delivery::Kind::reset:
      own = {};
      to.ended(delivery.link, base::Ending::reset, now_);
      break;
  }
  collect(delivery.to_accepting);
}

// One side's end of a link clogs, or does no longer: the other side hears of it.
void World::clog(bool accepting, base::Link link, bool so) {
  End& other = end(!accepting, link);
  if (!other.readable && !other.writable) return;
  other.paused = so;
  party(!accepting).clogged(link, so, now_);
  collect(!accepting);
  catch_up(!accepting, link);
}

// Hands over what waits, as far as it is read.
void World::catch_up(bool accepting, base::Link link) {
  End& own = end(accepting, link);
  while (own.readable && own.reading && !own.paused && !own.held.empty()) {
    const Delivery next = std::move(own.held.front());
    own.held.pop_front();
    own.held_octets -= next.octets.size();
    hand_over(next, own);
    if (!own.clogs || own.held_octets > clogged_above / 2) continue;
    own.clogs = false;
    clog(accepting, link, false);
  }
}

}  // namespace wsproof::lab
