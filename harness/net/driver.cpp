#include "harness/net/driver.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/net/clock.hpp"

namespace wsproof::net {

std::vector<Address> Route::in_order() const {
  std::vector<Address> addresses = destination.addresses;
  std::ranges::rotate(addresses, addresses.begin() + static_cast<std::ptrdiff_t>(preferred));
  return addresses;
}

void Route::answered(const Address& address) {
  const auto found = std::ranges::find(destination.addresses, address);
  if (found != destination.addresses.end())
    preferred = static_cast<std::size_t>(found - destination.addresses.begin());
}

Driver::Driver(Loop& loop, base::Party& party, Setting setting)
    : loop_(loop),
      party_(party),
      setting_(std::move(setting)),
      deadline_(loop,
                [this] {
                  party_.woken(now());
                  settle();
                }),
      wall_(loop, [this] {
        const auto limit =
            std::chrono::duration_cast<std::chrono::milliseconds>(setting_.limits.wall_time);
        cut_short(Cut::wall_time, fmt::format("not finished after {}", limit));
      }) {}

void Driver::start() {
  const base::Time begin = now();
  if (setting_.limits.wall_time != base::Duration::max())
    wall_.set(begin + setting_.limits.wall_time);
  party_.start(begin);
  settle();
}

// --- what the party wants ---

void Driver::settle() {
  while (!over_) {
    std::vector<base::Action> actions = party_.take_actions();
    if (actions.empty()) break;
    for (base::Action& action : actions) {
      if (over_) return;
      std::visit([this](auto& wanted) { apply(wanted); }, action);
    }
  }
  if (over_) return;
  if (party_.finished()) {
    finish();
  } else {
    deadline_.set(party_.deadline());
  }
}

void Driver::apply(const base::Open& open) {
  CHECK(find(open.link) == nullptr);
  if (opens_ == setting_.limits.links)
    return cut_short(Cut::links, fmt::format("more than {} connections opened", opens_));
  ++opens_;
  Connection& connection = *add_link(open.link).connection;
  if (setting_.route == nullptr) return connection.refuse("this side only accepts connections");
  const Destination& destination = setting_.route->destination;
  if (destination.tls && !open.plain) connection.secure(destination.tls, destination.host);
  if (open.narrow) connection.narrow();
  connection.open(setting_.route->in_order());
}

void Driver::apply(base::Write& write) {
  Entry* entry = find(write.link);
  if (entry == nullptr || entry->over) return;
  entry->connection->write(std::move(write.octets));
  if (setting_.limits.unsent == no_limit) return;
  std::uint64_t unsent = 0;
  for (const auto& [_, each] : links_) unsent += each.connection->unsent();
  if (unsent > setting_.limits.unsent)
    cut_short(Cut::unsent, fmt::format("more than {} octets unsent", setting_.limits.unsent));
}

void Driver::apply(const base::EndWrites& end) {
  if (Entry* entry = find(end.link)) entry->connection->end_writes();
}

void Driver::apply(const base::Reading& reading) {
  Entry* entry = find(reading.link);
  if (entry != nullptr && !entry->over) entry->connection->read(reading.on);
}

void Driver::apply(const base::Drop& drop) {
  Entry* entry = find(drop.link);
  if (entry == nullptr) return;
  entry->over = true;
  entry->connection->drop(drop.reset);
}

Driver::Entry* Driver::find(base::Link link) {
  const auto found = links_.find(link);
  return found == links_.end() ? nullptr : &found->second;
}

Driver::Entry& Driver::add_link(base::Link link) {
  const Limits& limits = setting_.limits;
  const Patience patience{.connect = limits.connect,
                          .flush = limits.flush,
                          .linger = limits.linger,
                          .pause_above = setting_.pause_above};
  Entry& entry = links_[link];
  entry.report.link = link;
  entry.connection = std::make_unique<Connection>(loop_, *this, link, patience);
  return entry;
}

void Driver::adopt(int descriptor) {
  Entry& entry = add_link(accepted_++);
  entry.accepted = true;
  if (setting_.tls) entry.connection->secure(setting_.tls, {});
  entry.connection->adopt(descriptor);
}

// --- what happens to its links ---

void Driver::on_opened(base::Link link) {
  Entry& entry = links_.at(link);
  entry.opened = true;
  entry.report.local = entry.connection->local();
  entry.report.peer = entry.connection->peer();
  if (setting_.route != nullptr && entry.report.peer) setting_.route->answered(*entry.report.peer);
  if (entry.over) return;
  party_.opened(link, now());
  settle();
}

void Driver::on_refused(base::Link link, const Refusal& refusal) {
  Entry& entry = links_.at(link);
  entry.report.refusal = refusal;
  if (std::exchange(entry.over, true) || entry.accepted) return;
  party_.refused(link, refusal.message, now());
  settle();
}

void Driver::on_received(base::Link link, base::OctetView octets) {
  Entry& entry = links_.at(link);
  if (entry.over) return;
  entry.report.octets_in += octets.size();
  report_.octets_in += octets.size();
  if (report_.octets_in > setting_.limits.octets_in)
    return cut_short(Cut::octets_in,
                     fmt::format("more than {} octets received", setting_.limits.octets_in));
  party_.received(link, octets, now());
  settle();
}

void Driver::on_ended(base::Link link, base::Ending ending) {
  Entry& entry = links_.at(link);
  if (entry.over) return;
  // After an eof the party may go on writing; after a reset nothing is left of the link.
  entry.over = ending == base::Ending::reset;
  entry.ended = true;
  party_.ended(link, ending, now());
  settle();
}

void Driver::on_clogged(base::Link link, bool so) {
  if (links_.at(link).over) return;
  party_.clogged(link, so, now());
  settle();
}

void Driver::on_closed(base::Link link) {
  const auto found = links_.find(link);
  LinkReport& report = found->second.report;
  report.octets_out = found->second.connection->octets_out();
  report.tls = found->second.connection->tls();
  report_.octets_out += report.octets_out;
  if (setting_.tell_links) report_.links.push_back(std::move(report));
  links_.erase(found);
  if (setting_.on_link_closed) setting_.on_link_closed();
  done_if_empty();
}

// --- the end ---

void Driver::cut_short(Cut cut, std::string why) {
  if (over_) return;
  over_ = true;
  report_.cut = cut;
  report_.why = std::move(why);
  for (auto& [link, entry] : links_) {
    if (!entry.over && !entry.opened && !entry.accepted) party_.refused(link, report_.why, now());
    if (!entry.over && entry.opened && !entry.ended) party_.ended(link, base::Ending::reset, now());
    entry.connection->drop(true);
  }
  finish();
}

void Driver::finish() {
  over_ = true;
  deadline_.set(std::nullopt);
  wall_.set(std::nullopt);
  for (auto& [_, entry] : links_) {
    entry.over = true;
    entry.connection->drop(false);
  }
  done_if_empty();
}

void Driver::done_if_empty() {
  if (!over_ || !links_.empty() || std::exchange(done_, true)) return;
  std::ranges::sort(report_.links, {}, &LinkReport::link);
  setting_.on_done();
}

}  // namespace wsproof::net
