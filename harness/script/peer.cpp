#include "harness/script/peer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/reason.hpp"
#include "harness/script/steps.hpp"

namespace wsproof::script {

namespace {

// More events than any case can ask for; a target that sends more is flooding us. A case may open
// a thousand connections, and each may begin with a greeting.
std::size_t most_events(std::size_t links) { return 4000 + 16 * links; }

}  // namespace

base::Duration scaled(base::Duration duration, double factor) {
  return std::chrono::duration_cast<base::Duration>(
      std::chrono::duration<double, base::Duration::period>(duration) * factor);
}

// A message that is several joined ones, taken apart.
std::vector<Event> parted(Event event, const std::string& joined) {
  std::vector<Event> out;
  const bool whole = event.kind != Event::Kind::message || joined.empty() ||
                     event.header.opcode != wire::opcode::text ||
                     event.size != event.payload.size();
  std::string_view rest = base::as_text(event.payload);
  if (whole || rest.find(joined) == std::string_view::npos) {
    out.push_back(std::move(event));
    return out;
  }
  for (bool last = false; !last;) {
    const std::size_t end = rest.find(joined);
    last = end == std::string_view::npos;
    Event& part = out.emplace_back(event);
    part.payload = base::octets(rest.substr(0, end));
    part.size = part.payload.size();
    if (!last) rest.remove_prefix(end + joined.size());
  }
  return out;
}

Budgets Budgets::scaled(double factor) const {
  const auto longer = [factor](base::Duration each) { return script::scaled(each, factor); };
  return {longer(handshake), longer(react), longer(eof), longer(quiet)};
}

Peer::Peer(const Case& played, PlaySettings settings)
    : case_(without_macros(played)), settings_(std::move(settings)), random_(settings_.seed) {
  play_.verdict.word = result::Word::pass;
  play_.verdict.delivery = name(settings_.delivery);
  play_.evidence.seed = settings_.seed;
}

Peer::~Peer() = default;

// ── Inputs ───────────────────────────────────────────────────────────────────────────────────────

void Peer::start(base::Time now) {
  now_ = began_ = last_activity_ = now;
  const auto measures = [](const Step& step) { return std::holds_alternative<Growth>(step); };
  if (std::ranges::any_of(case_.steps, measures)) look();
  proceed(now);
}

void Peer::opened(base::Link number, base::Time now) {
  now_ = now;
  if (finished()) return;
  while (links_.size() <= number) add_link();  // of a server: the target opened it
  open_[number] = true;
  play_.connected = true;
  last_activity_ = now;
  log(result::Entry::Kind::opened, number, now, "");
  proceed(now);
}

void Peer::refused(base::Link number, const std::string& why, base::Time now) {
  if (finished()) return;
  log(result::Entry::Kind::refused, number, now, why);
  inconclusive("no-connection", "the connection could not be opened: " + why, now);
}

void Peer::received(base::Link number, base::OctetView octets, base::Time now) {
  now_ = now;
  if (finished() || number >= links_.size()) return;
  if (last_sent_) {
    const base::Duration took = now - *last_sent_;
    if (play_.reaction == base::Duration{} || took < play_.reaction) play_.reaction = took;
    last_sent_.reset();
  }
  last_activity_ = now;
  const auto on_read = [&](const PeerLink::Read& read) {
    log(result::Entry::Kind::received, number, now, read.text, read.octets, read.size,
        read.header_size);
  };
  for (Event& event : link(number).received(octets, on_read)) {
    if (finished()) return;
    if (left_.contains(number)) continue;
    if (++event_count_ > most_events(links_.size())) break;
    for (Event& one : parted(std::move(event), settings_.profile.joined)) {
      take_in(std::move(one), now);
    }
  }
  // What came before the flood is judged first.
  proceed(now);
  const bool flooded = link(number).too_much() && !left_.contains(number);
  if (finished() || (!flooded && event_count_ <= most_events(links_.size()))) return;
  play_.evidence.observed = "the target sent far more than was asked for";
  judge(Grade::fail, "flood", nullptr);
  flooded_ = true;
  finish(now);
}

void Peer::take_in(Event event, base::Time now) {
  if (event.kind == Event::Kind::head) {
    take_answer(*event.head);
    if (link(event.link).upgraded()) greet_back(event.link, now);
  }
  if (event.kind == Event::Kind::close) {
    last_close_code_ = wire::decode_close(event.payload).code;
  }
  if (greet(event, now) || is_fence_answer(event) || follow_rules(event, now)) return;
  event.push = is_push(event);
  react(event, now);
  events_.push_back(std::move(event));
}

void Peer::ended(base::Link number, base::Ending ending, base::Time now) {
  now_ = now;
  if (finished() || number >= links_.size()) return;
  last_activity_ = now;
  log(result::Entry::Kind::ended, number, now, ending == base::Ending::reset ? "reset" : "eof");
  if (ending == base::Ending::reset && fence_.ever && !link(number).close_received()) {
    play_.reset_behind_fence = true;
  }
  std::vector<Event> events = link(number).ended(ending);
  if (!left_.contains(number)) std::ranges::move(events, std::back_inserter(events_));
  proceed(now);
}

void Peer::woken(base::Time now) {
  now_ = now;
  if (finished()) return;
  if (still_sending(now)) return proceed(now);
  if (quiet_at_ && *quiet_at_ <= now) {
    quiet_at_.reset();
    on_quiet(now);
  }
  if (!finished() && budget_at_ && *budget_at_ <= now) {
    budget_at_.reset();
    on_budget(now);
  }
  if (!finished()) proceed(now);
}

// ── Steps ────────────────────────────────────────────────────────────────────────────────────────

// Goes as far as the events at hand allow.
void Peer::proceed(base::Time now) {
  for (;;) {
    const State before = state_;
    const std::size_t step = step_;
    switch (state_) {
      case State::finished:
        return;
      case State::stepping:
        if (step_ < case_.steps.size())
          start_step(now);
        else if (!release_opening(nullptr, now))
          begin_closing(now);
        break;
      case State::opening:
        finish_opening(now);
        break;
      case State::upgrading:
        take_upgrade(now);
        break;
      case State::greeting:
        take_greeting(now);
        break;
      case State::matching:
        take_group(now);
        break;
      case State::pausing:
      case State::measuring:
        break;  // on_budget() ends it
      case State::closing:
        take_closing(now);
        break;
    }
    if (state_ == before && (state_ != State::stepping || step_ == step)) break;
  }
  if (!finished()) set_deadlines(now);
}

namespace {

const Step& standard_opening() {
  static const Step step = Connect{};
  return step;
}

}  // namespace

void Peer::start_step(base::Time now) {
  if (const auto* connect = std::get_if<Connect>(&case_.steps[step_]); connect && connect->count)
    return multiply(Connect(*connect), now);
  const Step& step = case_.steps[step_];
  if (release_opening(&step, now)) return;
  const bool held = held_ && !held_->empty();
  if (const LinkName* name = opens(step)) {
    if (begin_opening(*name, step, now)) return;
  } else if (const LinkName* used = uses(step)) {
    if (find_link(*used) == nullptr) {
      // "A case whose first line is not about opening @a begins with it."
      if (begin_opening(*used, standard_opening(), now)) return;
    }
    if (wants_upgrade(step) && !held && needs_upgrade(*used, now)) return;
  }
  if (std::holds_alternative<Expect>(step) || std::holds_alternative<Either>(step)) {
    return begin_group(now);
  }
  ++step_;
  struct Start {
    Peer& peer;
    base::Time now;
    void operator()(const Connect& s) const {
      if (s.handshake && peer.find_link(s.link) != nullptr) {
        peer.waiting_for_ = peer.find_link(s.link)->number();
        peer.send_opening(peer.waiting_for_, {}, s.at.line, now);
        if (!peer.finished() && !peer.hold_opening(s.link)) peer.needs_upgrade(s.link, now);
      }
    }
    void operator()(const Handshake& s) const {
      peer.send_opening(peer.find_link(s.link)->number(), s.edits, s.at.line, now);
    }
    void operator()(const Send& s) const { peer.send(s, now); }
    void operator()(const SendRaw& s) const { peer.send_raw(s, now); }
    void operator()(const SendEnd& s) const { peer.send_end(s, now); }
    void operator()(const Batch& s) const { peer.send_batch(s, now); }
    void operator()(const Pause& s) const {
      const auto milliseconds = peer.number_of(s.milliseconds);
      if (!milliseconds) return;
      peer.state_ = State::pausing;
      peer.pause_ = std::chrono::milliseconds(std::min<std::uint64_t>(*milliseconds, 600000));
      peer.budget_at_ = now;
    }
    void operator()(const Growth& s) const { peer.begin_measuring(s, now); }
    void operator()(const Fence& s) const { peer.begin_fence_step(s, now); }
    void operator()(const Leave& s) const { peer.leave(s); }
    void operator()(const Reading& s) const { peer.set_reading(s, now); }
    void operator()(const Let& s) const { peer.let(s); }
    void operator()(const Whenever& s) const { peer.rules_.push_back(s); }
    void operator()(const Expect&) const {}
    void operator()(const Either&) const {}
  };
  const bool joins = joinable(step) != nullptr;
  const bool silent = is_silent(step);
  const std::size_t before = actions_.size();
  std::visit(Start{*this, now}, step);
  if (joins)
    join(before);
  else if (!silent && !(held_ && !held_->empty()))
    run_.reset();
}

// `connect 1000` is played as if a thousand lines stood in the script.
void Peer::multiply(const Connect& crowd, base::Time now) {
  constexpr std::uint64_t most = 4096;
  const auto count = number_of(*crowd.count);
  if (!count) return;
  if (*count == 0 || *count > most)
    return case_error({fmt::format("connect takes 1 to {} connections", most)}, now);
  std::vector<Step> lines;
  for (std::uint64_t number = 1; number <= *count; ++number) {
    lines.emplace_back(Connect{.link = fmt::format("{}.{}", crowd.link, number),
                               .handshake = crowd.handshake,
                               .plain = crowd.plain,
                               .count = {},
                               .at = crowd.at});
  }
  const auto place = case_.steps.begin() + static_cast<std::ptrdiff_t>(step_);
  case_.steps.insert(case_.steps.erase(place), lines.begin(), lines.end());
  start_step(now);
}

// Opens the transport for `name`, or waits for the target to do so. True: wait; the step is started
// again once the link is there. The implied `connect` of @a is played as if it stood in the script.
bool Peer::begin_opening(const LinkName& name, const Step& step, base::Time now) {
  if (const PeerLink* there = find_link(name); there != nullptr && open_[there->number()]) {
    return false;
  }
  const auto number = static_cast<base::Link>(names_.size());
  names_[name] = number;
  if (settings_.role == wire::Role::client) {
    add_link();
    const auto* connect = std::get_if<Connect>(&step);
    links_.back()->plain = connect != nullptr && connect->plain;
    const bool narrow = stops_reading(case_.steps, name);
    actions_.emplace_back(base::Open{number, links_.back()->plain, narrow});
  }
  if (&step == &standard_opening()) {
    case_.steps.insert(case_.steps.begin() + static_cast<std::ptrdiff_t>(step_),
                       Connect{.link = name, .at = {}});
  }
  waiting_for_ = number;
  state_ = State::opening;
  wait_began_ = now;
  return true;
}

void Peer::finish_opening(base::Time now) {
  if (waiting_for_ >= links_.size() || !open_[waiting_for_]) return;
  if (settings_.role == wire::Role::server) {
    // Our answer needs the request.
    if (!link(waiting_for_).last_head()) {
      if (link(waiting_for_).end_received()) {
        inconclusive("no-handshake", "the connection ended before a request came", now);
      }
      return;
    }
    std::erase_if(events_, [&](const Event& e) {
      return e.kind == Event::Kind::head && e.link == waiting_for_;
    });
  }
  state_ = State::stepping;
}

// Whether the link still waits for the answer to its opening handshake; then the step waits too.
bool Peer::needs_upgrade(const LinkName& name, base::Time now) {
  const PeerLink* found = find_link(name);
  if (found == nullptr || found->end_received()) return false;
  const bool upgrade = !found->upgraded() && !found->last_head();
  const bool greeting = found->upgraded() && !greeted(found->number());
  if (!upgrade && !greeting) return false;
  waiting_for_ = found->number();
  state_ = upgrade ? State::upgrading : State::greeting;
  wait_began_ = now;
  return true;
}

// An opening handshake that the case does not look at: a 101 is all that counts here, whether it is
// right in every field is for the handshake cases and the monitor.
void Peer::take_upgrade(base::Time now) {
  for (;;) {
    const auto found = std::ranges::find(events_, waiting_for_, &Event::link);
    if (found == events_.end()) return;
    const Event event = std::move(*found);
    events_.erase(found);
    if (event.kind == Event::Kind::head && link(waiting_for_).upgraded()) {
      state_ = State::greeting;
      if (needs_deflate() && !link(waiting_for_).compresses()) lacks_deflate(now);
      return;
    }
    const std::string answer = "the opening handshake was answered by " + tell(event);
    return early_ ? early_data_refused(answer, now) : inconclusive("refused", answer, now);
  }
}

bool Peer::needs_deflate() const { return std::ranges::count(case_.needs, Need::deflate) > 0; }

// A case that needs permessage-deflate says nothing where it is not agreed on.
void Peer::lacks_deflate(base::Time now) {
  play_.evidence.observed = "the handshake did not agree to permessage-deflate";
  judge(Grade::unsupported, "needs-deflate", nullptr);
  begin_closing(now);
}

// What the target says before it can be talked with; whatever else it sends meanwhile is for the
// lines that follow.
void Peer::take_greeting(base::Time now) {
  if (greeted(waiting_for_)) {
    state_ = State::stepping;
    return;
  }
  const PeerLink& l = link(waiting_for_);
  if (!l.end_received() && !l.close_received()) return;
  inconclusive("no-greeting", "the connection ended before the greeting was complete", now);
}

void Peer::begin_group(base::Time now) {
  std::size_t end = step_;
  std::vector<Way> ways = ways_of_group(step_, end);
  if (finished()) return;
  step_ = end;
  begin_wait(now);
  matcher_.emplace(std::move(ways), [this](base::Link number) {
    const PeerLink& l = link(number);
    return LinkFacts{l.close_received(), l.last_head() ? &*l.last_head() : nullptr};
  });
}

void Peer::begin_wait(base::Time now) {
  state_ = State::matching;
  wait_began_ = last_activity_ = now;
  forget_fences();
  fence_step_ = false;
}

// What is answered to those that were sent proves nothing any more.
void Peer::forget_fences() {
  ++fence_.wait;
  fence_.sent = fence_.pongs = 0;
  fence_.message_answered = false;
}

void Peer::leave(const Leave& step) {
  const PeerLink* l = find_link(step.link);
  if (l == nullptr) return;
  left_.insert(l->number());
  std::erase_if(events_, [&](const Event& event) { return event.link == l->number(); });
}

void Peer::set_reading(const Reading& step, base::Time now) {
  const PeerLink* l = find_link(step.link);
  if (l == nullptr) return;
  if (step.on)
    deaf_.erase(l->number());
  else
    deaf_.insert(l->number());
  actions_.emplace_back(base::Reading{l->number(), step.on});
  log(result::Entry::Kind::note, l->number(), now, step.on ? "we read on" : "we stop reading", {},
      0, 0, step.at.line);
}

void Peer::begin_fence_step(const Fence& step, base::Time now) {
  const base::Link number = find_link(step.link)->number();
  const bool message = knows_answers() && !link(number).in_own_message();
  if (!message && !settings_.pong) {
    return inconclusive("no-fence", "the target answers nothing that could show that it went on",
                        now);
  }
  made_up_.assign(1,
                  Expect{step.link, ExpectGoingOn{}, false, std::nullopt, std::nullopt, step.at});
  Way way;
  way.lines.push_back({&made_up_.front(), number, std::nullopt, {}, false});
  begin_wait(now);
  fence_step_ = true;
  matcher_.emplace(std::vector<Way>{std::move(way)}, [](base::Link) { return LinkFacts{}; });
  send_fence(number, !message, message, now);
}

void Peer::take_group(base::Time now) {
  while (!events_.empty() && matcher_->decided() == nullptr && !matcher_->impossible()) {
    Event event = std::move(events_.front());
    events_.pop_front();
    // Where all answers are alike the first ones are for what was sent first.
    if (!fence_.messages.empty() && !matcher_->wants(event) && is_fence_message(event, false))
      continue;
    matcher_->take(std::move(event));
  }
  if (matcher_->decided() != nullptr) return end_group(now);
  if (matcher_->impossible()) {
    const Event* by = matcher_->stopped_by();
    const bool on = by != nullptr && by->kind == Event::Kind::going_on;
    deviate(*matcher_, on ? "went-on" : "", now);
  }
}

void Peer::end_group(base::Time now) {
  const Way& way = *matcher_->best_so_far();
  for (const auto& [name, octets] : matcher_->captures()) variables_[name] = octets;
  // Where `< going-on` is what was met, the fence was asked for.
  const bool asked = std::ranges::any_of(
      matcher_->used(), [](const Event* e) { return e->kind == Event::Kind::going_on; });
  if (fence_.sent > 0 && !fence_step_ && !asked) play_.met_behind_fence = true;
  state_ = State::stepping;
  early_ = joined_ = false;
  budget_at_.reset();
  quiet_at_.reset();
  const bool over = std::ranges::any_of(matcher_->used(), [](const Event* e) {
    return e->kind == Event::Kind::eof || e->kind == Event::Kind::reset;
  });
  if (way.grade != Grade::pass)
    take_alternative(*matcher_, way);
  else
    play_.evidence.observed.clear();
  const bool ends = way.grade >= Grade::unsupported || (way.grade != Grade::pass && over);
  std::vector<Event> unused = matcher_->take_unused();
  events_.insert(events_.begin(), std::make_move_iterator(unused.begin()),
                 std::make_move_iterator(unused.end()));
  matcher_.reset();  // with messages that may be large
  if (ends) begin_closing(now);
}

// ── The end ──────────────────────────────────────────────────────────────────────────────────────

// The closing handshake with 1000 that ends a case. It is recorded; what it shows of data that no
// line asked for is judged.
void Peer::begin_closing(base::Time now) {
  if (finished()) return;
  state_ = State::closing;
  step_ = case_.steps.size();
  wait_began_ = last_activity_ = now;
  budget_at_.reset();
  quiet_at_.reset();
  if (!case_.automatic.end || judged_bad_) return;
  for (const auto& l : links_) {
    if (!open_[l->number()] || stays_quiet(l->number()) || !l->between_frames() ||
        l->close_sent() || l->close_received() || l->end_received()) {
      continue;
    }
    const base::Octets body = wire::encode(wire::ClosePayload{1000, {}});
    wire::FrameHeader header;
    header.opcode = wire::opcode::close;
    header.length = body.size();
    send_frame(l->number(), header, body, 0, now);
  }
}

void Peer::take_closing(base::Time now) {
  while (!events_.empty()) {
    const Event event = std::move(events_.front());
    events_.pop_front();
    const bool unasked = event.kind == Event::Kind::message || event.kind == Event::Kind::strange;
    if (!unasked || event.push || is_fence_message(event, false) || judged_bad_ ||
        !case_.automatic.end)
      continue;
    play_.spoke_unasked = event.kind == Event::Kind::message;
    play_.evidence.expected = "no further message";
    play_.evidence.observed = tell(event);
    judge(Grade::fail, unexpected(&event, nullptr), nullptr);
    return finish(now);
  }
  const bool done = std::ranges::all_of(links_, [&](const auto& l) {
    const bool closing =
        case_.automatic.end && !judged_bad_ && l->close_sent() && !stays_quiet(l->number());
    return !open_[l->number()] || !closing || l->end_received();
  });
  if (done) finish(now);
}

void Peer::finish(base::Time now) {
  if (finished()) return;
  for (const auto& l : links_) {
    if (!open_[l->number()]) continue;
    open_[l->number()] = false;
    actions_.emplace_back(base::Drop{l->number(), flooded_});
    log(result::Entry::Kind::ended_us, l->number(), now, flooded_ ? "reset" : "close");
  }
  state_ = State::finished;
  conclude(now);
}

void Peer::add_link() {
  links_.push_back(std::make_unique<PeerLink>(static_cast<base::Link>(links_.size()),
                                              settings_.role, settings_.secrets));
  links_.back()->wants_frames = std::ranges::any_of(case_.steps, asks_for_frames);
  open_.push_back(false);
  greeted_.push_back(settings_.role == wire::Role::client ? 0 : settings_.profile.greeting.size());
}

PeerLink* Peer::find_link(const LinkName& name) {
  const auto found = names_.find(name);
  if (found == names_.end() || found->second >= links_.size()) return nullptr;
  return links_[found->second].get();
}

}  // namespace wsproof::script
