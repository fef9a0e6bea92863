// How the peer's octets get onto the wire: joined with their neighbours, or octet by octet
// (DESIGN.md §3.10).
#include <algorithm>
#include <utility>

#include "harness/script/peer.hpp"
#include "harness/script/steps.hpp"

namespace wsproof::script {

namespace {

// Between two octets; long enough for the target to read them one by one.
constexpr base::Duration pace = std::chrono::microseconds(200);

// When the next octet goes out: at a tick of a clock that all peers share, half a pace away at
// least, so that a thread that plays many of them wakes up once for all their octets.
base::Time next_tick(base::Time now) {
  const base::Duration ahead = now.time_since_epoch() + pace + pace / 2;
  return base::Time(ahead - ahead % pace);
}

// Of a long write only so many octets at its beginning and its end are sent one by one: what a
// reader can stumble over is in headers and at boundaries.
constexpr std::size_t paced_front = 256;
constexpr std::size_t paced_back = 64;

// What comes before the 101 goes in pieces of so many octets, and only its end one by one: a server
// may take a request that comes in more than 64 reads for an attack (tungstenite does).
constexpr std::size_t opening_piece = 8;
constexpr std::size_t opening_end = 16;

bool is_paced(const base::Action& action) {
  const auto* write = std::get_if<base::Write>(&action);
  return write != nullptr && write->octets.size() <= opening_piece;
}

bool is_end(const Expect& line) {
  return std::holds_alternative<ExpectClose>(line.what) ||
         std::holds_alternative<ExpectEnd>(line.what);
}

bool is_reply(const Expect& line) {
  return std::holds_alternative<ExpectMessage>(line.what) ||
         std::holds_alternative<ExpectAnswer>(line.what) ||
         std::holds_alternative<ExpectFrame>(line.what) ||
         std::holds_alternative<ExpectControl>(line.what);
}

// Appends `write` to the pieces in which it goes out octet by octet.
void cut_up(base::Write write, bool opening, std::deque<base::Action>& to) {
  const base::Octets& all = write.octets;
  const bool whole = all.size() <= paced_front + paced_back;
  const std::size_t front = whole ? all.size() : paced_front;
  const std::size_t back = whole ? all.size() : all.size() - paced_back;
  const auto piece = [&](std::size_t from, std::size_t until) {
    const auto at = [&](std::size_t n) { return all.begin() + static_cast<std::ptrdiff_t>(n); };
    to.emplace_back(base::Write{write.link, base::Octets(at(from), at(until))});
  };
  const auto pieces = [&](std::size_t from, std::size_t until) {
    while (from < until) {
      const bool single = !opening || from + opening_end >= all.size();
      const std::size_t next = std::min(from + (single ? 1 : opening_piece), until);
      piece(from, next);
      from = next;
    }
  };
  pieces(0, front);
  if (front < back) piece(front, back);
  pieces(back, all.size());
}

}  // namespace

// ── Joining ──────────────────────────────────────────────────────────────────────────────────────

// After the opening handshake of the first connection was written: whether its write is held open
// for the frames that follow. A greeting comes before those.
bool Peer::hold_opening(const LinkName& name) {
  const bool first = links_.size() == 1 && !held_;
  if (settings_.delivery != Delivery::with_handshake || !first || actions_.empty() ||
      !greeted(links_.front()->number()) || !makes_difference(case_, Delivery::with_handshake)) {
    return false;
  }
  held_ = name;
  run_ = Run{links_.front()->number(), actions_.size() - 1};
  // A client that does this breaks [6455-4.1-33]; a server may.
  early_ = settings_.role == wire::Role::client;
  return true;
}

// Before a step: the held opening goes out unless the step still goes with it. True: wait for the
// answer first.
bool Peer::release_opening(const Step* step, base::Time now) {
  if (!held_ || held_->empty()) return false;
  if (step != nullptr) {
    const LinkName* link = joinable(*step);
    if (is_silent(*step) || (link != nullptr && *link == *held_)) return false;
  }
  const LinkName name = std::exchange(*held_, {});
  run_.reset();
  return needs_upgrade(name, now);
}

// A step wrote what stands in actions_ from `before` on: joins it with the neighbour's write.
void Peer::join(std::size_t before) {
  const auto* write =
      actions_.size() == before + 1 ? std::get_if<base::Write>(&actions_.back()) : nullptr;
  if (write == nullptr || finished()) return run_.reset();
  const bool held = held_ && !held_->empty();
  const bool joins =
      held || (settings_.delivery == Delivery::with_next && link(write->link).upgraded());
  if (!joins) return run_.reset();
  if (!run_ || run_->link != write->link || run_->at + 1 != before) {
    run_ = Run{write->link, before};
    return;
  }
  base::append(std::get<base::Write>(actions_[run_->at]).octets, write->octets);
  actions_.pop_back();
  joined_ = true;
}

// What comes in one read with something bad, or with a Close, may be lost: a target may look at all
// of it before it answers any of it. So each way in which a group that ends the connection can come
// true may also lack its last replies.
void Peer::allow_losses(std::vector<Way>& ways, std::size_t most) const {
  const std::size_t count = ways.size();
  for (std::size_t w = 0; w < count; ++w) {
    std::vector<std::size_t> replies;
    bool ends = false;
    for (std::size_t i = 0; i < ways[w].lines.size() && !ends; ++i) {
      ends = is_end(*ways[w].lines[i].line);
      if (is_reply(*ways[w].lines[i].line)) replies.push_back(i);
    }
    for (std::size_t kept = 0; ends && kept < replies.size() && ways.size() < most; ++kept) {
      Way shorter = ways[w];
      for (std::size_t i = replies.size(); i > kept; --i)
        shorter.lines.erase(shorter.lines.begin() + static_cast<std::ptrdiff_t>(replies[i - 1]));
      ways.push_back(std::move(shorter));
    }
  }
}

// A target need not take frames before its 101: we broke a rule first, and nothing is held against
// it. [6455-4.1-33] [6455-4.2.2-26]
void Peer::early_data_refused(std::string observed, base::Time now) {
  play_.verdict.word = result::Word::info;
  play_.verdict.reason = "early-data-refused";
  play_.evidence.observed = std::move(observed);
  judged_bad_ = true;
  finish(now);
}

// ── Octet by octet ───────────────────────────────────────────────────────────────────────────────

// Whether octets are still on their way out; then no wait has begun, and a pause is not over.
bool Peer::still_sending(base::Time now) {
  if (outgoing_.empty()) return false;
  if (budget_at_) budget_at_ = std::max(*budget_at_, next_octet_);
  last_activity_ = wait_began_ = now;
  return true;
}

std::vector<base::Action> Peer::take_actions() {
  run_.reset();
  if (settings_.delivery != Delivery::octets) return std::exchange(actions_, {});
  for (base::Action& action : std::exchange(actions_, {})) {
    auto* write = std::get_if<base::Write>(&action);
    if (write != nullptr && !finished())
      cut_up(std::move(*write), !link(write->link).upgraded(), outgoing_);
    else
      outgoing_.push_back(std::move(action));
  }
  std::vector<base::Action> due;
  while (!outgoing_.empty()) {
    const bool paced = is_paced(outgoing_.front()) && !finished();
    if (paced && next_octet_ > now_) break;
    if (paced) next_octet_ = next_tick(now_);
    due.push_back(std::move(outgoing_.front()));
    outgoing_.pop_front();
  }
  return due;
}

std::optional<base::Time> Peer::deadline() const {
  std::optional<base::Time> first;
  const auto earlier = [&](const std::optional<base::Time>& time) {
    if (time && (!first || *time < *first)) first = time;
  };
  if (finished()) return first;
  earlier(quiet_at_);
  earlier(budget_at_);
  if (!outgoing_.empty()) earlier(next_octet_);
  return first;
}

}  // namespace wsproof::script
