// What the peer does by itself: pongs, the answer to a Close, background rules, fences, budgets.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "harness/script/peer.hpp"

namespace wsproof::script {

namespace {

constexpr std::uint64_t largest_control_payload = 125;

wire::FrameHeader control_header(std::uint8_t opcode, base::OctetView payload) {
  wire::FrameHeader header;
  header.opcode = opcode;
  header.length = payload.size();
  header.form = wire::shortest_form(header.length);
  return header;
}

}  // namespace

// ── Reactions ────────────────────────────────────────────────────────────────────────────────────

void Peer::take_answer(const wire::Head& head) {
  play_.answer = head;
  const auto status = wire::status_line(head);
  if (!status || (status->code != 429 && status->code != 503)) return;
  play_.busy = status->code;
  const auto wishes = wire::values(head, "Retry-After");
  unsigned seconds = 0;
  if (wishes.empty() || wishes.front().size() > 6) return;
  const std::string& digits = wishes.front();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error == std::errc{} && end == digits.data() + digits.size())
    play_.retry_after = std::chrono::seconds(seconds);
}

void Peer::react(const Event& event, base::Time now) {
  if (event.kind != Event::Kind::ping && event.kind != Event::Kind::close) return;
  PeerLink& l = link(event.link);
  if (event.kind == Event::Kind::close) return answer_close(l, event, now);
  // A pong to a ping that is too large would be no control frame. [6455-5.5-2]
  const bool may_answer = l.between_frames() && !l.close_sent() && open_[event.link] &&
                          event.size <= largest_control_payload;
  if (case_.automatic.pongs && may_answer) {
    send_frame(event.link, control_header(wire::opcode::pong, event.payload), event.payload, 0,
               now);
  }
}

// Answers a Close with its own code. [6455-5.5.1-8]
void Peer::answer_close(PeerLink& l, const Event& event, base::Time now) {
  if (case_.automatic.close && !l.close_sent() && l.between_frames() && open_[event.link]) {
    base::Octets body;
    if (const auto code = wire::decode_close(event.payload).code) {
      body = wire::encode(wire::ClosePayload{code, {}});
    }
    send_frame(event.link, control_header(wire::opcode::close, body), body, 0, now);
  }
  // The server closes TCP first; as a server that is us. [6455-7.1.1-3]
  if (settings_.role == wire::Role::server && l.close_sent()) {
    actions_.emplace_back(base::EndWrites{event.link});
  }
}

bool Peer::follow_rules(const Event& event, base::Time now) {
  for (const Whenever& rule : rules_) {
    const PeerLink* on = find_link(rule.when.link);
    if (on == nullptr || on->number() != event.link || !comes_true(rule.when, event)) continue;
    send(rule.then, now);
    return true;
  }
  for (const Whenever& rule : settings_.profile.rules) {
    if (!comes_true(rule.when, event)) continue;
    send_when_free(event.link, rule.then, now);
    return true;
  }
  return false;
}

// Whether the event is what the line asks for, on whichever link.
bool Peer::comes_true(const Expect& expect, const Event& event) {
  std::optional<Wanted> line = wanted_on(expect, event.link);
  if (!line) return false;
  Way way;
  way.lines.push_back(std::move(*line));
  Matcher matcher({std::move(way)}, [](base::Link) { return LinkFacts{}; });
  matcher.take(event);
  if (matcher.decided() == nullptr) return false;
  for (const auto& [name, octets] : matcher.captures()) variables_[name] = octets;
  return true;
}

// ── The profile ──────────────────────────────────────────────────────────────────────────────────

bool Peer::is_push(const Event& event) {
  if (event.kind != Event::Kind::message) return false;
  return settings_.profile.shared ||
         std::ranges::any_of(settings_.profile.pushes,
                             [&](const Expect& push) { return comes_true(push, event); });
}

// Takes what the greeting waits for, and says what it says to that.
bool Peer::greet(const Event& event, base::Time now) {
  if (event.kind != Event::Kind::message || greeted(event.link)) return false;
  const auto* expect = std::get_if<Expect>(&settings_.profile.greeting[greeted_[event.link]]);
  if (expect == nullptr || !comes_true(*expect, event)) return false;
  ++greeted_[event.link];
  greet_back(event.link, now);
  return true;
}

void Peer::greet_back(base::Link number, base::Time now) {
  while (!greeted(number)) {
    const auto* line = std::get_if<Send>(&settings_.profile.greeting[greeted_[number]]);
    if (line == nullptr) return;
    ++greeted_[number];
    send_when_free(number, *line, now);
  }
}

// A message of the profile's cannot stand inside of a fragmented one of the case's.
void Peer::send_when_free(base::Link number, const Send& step, base::Time now) {
  waiting_.emplace_back(number, step);
  send_waiting(number, now);
}

void Peer::send_waiting(base::Link number, base::Time now) {
  for (std::size_t i = 0; i < waiting_.size();) {
    const PeerLink& l = link(number);
    if (waiting_[i].first != number || !l.between_frames() || l.in_own_message()) {
      ++i;
      continue;
    }
    const Send step = std::move(waiting_[i].second);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    if (!l.close_sent() && open_[number]) send_on(number, step, now);
  }
}

// ── Fences ───────────────────────────────────────────────────────────────────────────────────────

bool Peer::can_fence(const PeerLink& l) const {
  return settings_.fences && open_[l.number()] && l.between_frames() && !l.close_sent() &&
         !l.close_received() && !l.end_received();
}

void Peer::send_fence(base::Link number, bool ping, bool message, base::Time now) {
  fence_.ever = true;
  if (number != fence_.link) forget_fences();
  fence_.link = number;
  ++fence_.sent;
  const auto payload = base::octets(
      fmt::format("wsproof fence {:08x} {}", settings_.seed & 0xffffffffU, ++fence_number_));
  if (ping) {
    fence_.pings[payload] = fence_.wait;
    send_frame(number, control_header(wire::opcode::ping, payload), payload, 0, now);
  }
  if (!message) return;
  Fences::Message fence{number, payload, nullptr, true, fence_.wait};
  base::Octets sent = payload;
  if (const auto& reply = settings_.profile.reply) {
    const Exchange made = exchange(*reply, random_);
    sent = base::octets(made.send);
    fence.matching = compiled(made.match);
    fence.numbered = reply->numbered();
  }
  fence_.messages.push_back(std::move(fence));
  send_frame(number, control_header(wire::opcode::text, sent), sent, 0, now);
}

bool Peer::is_fence_answer(const Event& event) {
  if (is_fence_message(event, true)) return true;
  if (event.kind != Event::Kind::pong) return false;
  const auto found = fence_.pings.find(event.payload);
  if (found == fence_.pings.end()) return false;
  const int wait = found->second;
  fence_.pings.erase(found);
  if (wait == fence_.wait && state_ == State::matching) {
    ++fence_.pongs;
    fence_answered(event.link);
  }
  return true;
}

// Whether a message is the answer to one of our fences; where answers are not numbered the caller
// has seen to it that nothing else waits for such a one.
bool Peer::is_fence_message(const Event& event, bool numbered) {
  if (event.kind != Event::Kind::message) return false;
  const auto found = std::ranges::find_if(fence_.messages, [&](const Fences::Message& fence) {
    if (fence.link != event.link || fence.numbered != numbered) return false;
    if (!fence.matching) return fence.payload == event.payload;
    return found_in(event.payload, *fence.matching);
  });
  if (found == fence_.messages.end()) return false;
  const int wait = found->wait;
  fence_.messages.erase(found);
  if (wait == fence_.wait && state_ == State::matching) {
    fence_.message_answered = true;
    fence_answered(event.link);
  }
  return true;
}

void Peer::fence_answered(base::Link number) {
  // DESIGN §3.2: a pong proves only that the frame layer goes on; the second answered one, or a
  // message's answer, is a verdict. Where an answer may still come, only a message's answer counts,
  // and it opens one more quiet spell.
  if (!fence_step_ && number != matcher_->awaits().link) return;  // it tells of another connection
  if (fence_step_ || (waits_for_end_only() && (fence_.pongs >= 2 || fence_.message_answered))) {
    going_on(number);
  }
}

bool Peer::waits_for_end_only() const {
  const Awaits awaits = matcher_->awaits();
  return awaits.kind == Awaits::Kind::end && !awaits.answers;
}

void Peer::going_on(base::Link number) {
  Event event;
  event.kind = Event::Kind::going_on;
  event.link = number;
  events_.push_back(std::move(event));
}

// What there is to do when a quiet spell is over; nothing when a fence cannot tell anything.
Peer::QuietPlan Peer::quiet_plan() const {
  if (state_ != State::matching || fence_step_) return {};
  const Awaits awaits = matcher_->awaits();
  if (awaits.kind == Awaits::Kind::nothing || awaits.kind == Awaits::Kind::head) return {};
  const bool new_there = fence_.sent == 0 || fence_.link != awaits.link;
  if (fence_.message_answered && !new_there) return {.verdict = true};
  const PeerLink& l = *links_[awaits.link];
  if (!can_fence(l)) return {};
  // Where all answers are alike, that to a fence could pass for the one that is waited for.
  const auto& reply = settings_.profile.reply;
  const bool told_apart = !reply || reply->numbered() || !awaits.answers;
  const bool message = knows_answers() && told_apart && !l.in_own_message();
  if (new_there) return {.ping = settings_.pong && waits_for_end_only(), .message = message};
  // The second ping: only what is answered twice goes on.
  return {.ping = waits_for_end_only() && fence_.sent == 1 && fence_.pongs == 1};
}

void Peer::on_quiet(base::Time now) {
  const QuietPlan plan = quiet_plan();
  const base::Link number = plan.empty() ? 0 : matcher_->awaits().link;
  if (plan.verdict)
    going_on(number);
  else if (!plan.empty())
    send_fence(number, plan.ping, plan.message, now);
}

// ── Budgets ──────────────────────────────────────────────────────────────────────────────────────

void Peer::on_budget(base::Time now) {
  switch (state_) {
    case State::opening:
      return inconclusive("no-connection", "the connection was not opened in time", now);
    case State::upgrading: {
      if (early_) return early_data_refused("the opening handshake was not answered in time", now);
      const base::Octets begun = settings_.secrets.hidden(link(waiting_for_).unfinished_head());
      return inconclusive("no-handshake",
                          "the opening handshake was not answered in time" +
                              (begun.empty() ? "" : "; all that came was " + describe(begun)),
                          now);
    }
    case State::greeting:
      return inconclusive("no-greeting", "the greeting of the profile did not come in time", now);
    case State::matching:
      if (matcher_->best_so_far() != nullptr) return end_group(now);
      return deviate(*matcher_, "no-reaction", now);
    case State::pausing:
      // It begins with another look at the clock: to make what went before may have taken as long.
      if (pause_ != base::Duration{}) {
        budget_at_ = now + std::exchange(pause_, {});
        return;
      }
      state_ = State::stepping;
      return;
    case State::measuring:
      return measure(now);
    case State::closing:
      return finish(now);
    case State::stepping:
    case State::finished:
      return;
  }
}

// When the present wait is over at the latest.
base::Time Peer::wait_limit() {
  const Budgets& budgets = settings_.budgets;
  if (state_ == State::closing) {
    const bool answered = std::ranges::all_of(links_, [](const auto& l) {
      return l->close_received() || l->end_received() || !l->close_sent();
    });
    return answered ? last_activity_ + 2 * budgets.quiet : wait_began_ + 5 * budgets.quiet;
  }
  if (state_ != State::matching) return wait_began_ + budgets.handshake;
  const Awaits awaits = matcher_->awaits();
  if (awaits.kind == Awaits::Kind::head) return wait_began_ + budgets.handshake;
  const bool over = awaits.kind == Awaits::Kind::end &&
                    (link(awaits.link).close_received() || link(awaits.link).close_sent());
  // A target that keeps sending something else gets no more than four budgets.
  return std::min(last_activity_ + (over ? budgets.eof : budgets.react),
                  wait_began_ + 4 * budgets.react);
}

void Peer::set_deadlines(base::Time now) {
  if (state_ == State::pausing || state_ == State::measuring) return;
  if (state_ == State::stepping) {
    quiet_at_.reset();
    budget_at_.reset();
    return;
  }
  budget_at_ = std::max(wait_limit(), now);
  quiet_at_.reset();
  if (quiet_plan().empty()) return;
  // Strictly later, so that a spell that has just ended does not end again.
  quiet_at_ = std::max(last_activity_ + settings_.budgets.quiet, now + base::Duration(1));
}

}  // namespace wsproof::script
