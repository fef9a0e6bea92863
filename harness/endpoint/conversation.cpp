#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "harness/endpoint/closing.hpp"
#include "harness/endpoint/endpoint.hpp"
#include "harness/endpoint/text.hpp"

namespace wsproof::endpoint {

namespace {

constexpr base::Duration pong_delay = std::chrono::milliseconds(100);
constexpr std::size_t most_withheld_pongs = 1024;
constexpr std::size_t units_of_a_piece = 1024;
constexpr std::size_t most_small_octets = 65535;

base::Octets changed(base::OctetView payload, PongPayload rule) {
  base::Octets result(payload.begin(), payload.end());
  switch (rule) {
    case PongPayload::same:
      break;
    case PongPayload::empty:
      result.clear();
      break;
    case PongPayload::cut:
      result.resize(std::min<std::size_t>(result.size(), 124));
      break;
    case PongPayload::upper_case:
      for (std::uint8_t& octet : result) {
        if (octet >= 'a' && octet <= 'z') octet = static_cast<std::uint8_t>(octet - 'a' + 'A');
      }
      break;
  }
  return result;
}

std::uint8_t answer_type(std::uint8_t type, EchoType rule) {
  if (rule == EchoType::binary) return wire::opcode::binary;
  if (rule == EchoType::text) return wire::opcode::text;
  return type;
}

bool is_overtaken(const Incoming& message, Overtaken rule) {
  switch (rule) {
    case Overtaken::none:
      return false;
    case Overtaken::texts:
      return message.type == wire::opcode::text;
    case Overtaken::compressed:
    case Overtaken::compressed_by_close:
      return message.compressed;
  }
  return false;
}

bool begins_with_a_frame(base::OctetView octets) {
  const auto decoded = wire::decode_header(octets);
  return decoded && decoded->header.length <= octets.size() - decoded->size;
}

}  // namespace

void Endpoint::take_frames(base::OctetView& input, base::Time now) {
  while (listening_) {
    const Incoming incoming = receiver_.next(input);
    if (incoming.kind == Incoming::Kind::need_more) return;
    const bool large = incoming.payload.size() > most_small_octets;
    handle(incoming, now);
    if (large && quirks_.delivery.behind_large == Check::off && !begins_with_a_frame(input)) {
      input = {};
    }
  }
}

void Endpoint::handle(const Incoming& incoming, base::Time now) {
  switch (incoming.kind) {
    case Incoming::Kind::message:
      return echo(incoming, now);
    case Incoming::Kind::ping:
      return answer_ping(incoming.payload, now);
    case Incoming::Kind::pong:
      return take_pong(incoming.payload, now);
    case Incoming::Kind::close:
      return take_close(incoming.payload, now);
    case Incoming::Kind::violation:
      return fail(incoming.violation, now);
    case Incoming::Kind::need_more:
      return;
  }
}

// The application: the same message back, as the same type.
void Endpoint::echo(const Incoming& message, base::Time now) {
  const DeliveryQuirks& quirks = quirks_.delivery;
  base::OctetView payload = message.payload;
  if (quirks.behind_nul == Check::off && message.type == wire::opcode::text) {
    payload = base::OctetView(payload.begin(), std::ranges::find(payload, std::uint8_t{0}));
  }
  base::Octets cut;
  if (quirks.pairs == Check::off && message.type == wire::opcode::text) {
    payload = cut = with_cut_pairs(payload, units_of_a_piece);
  }
  payload = payload.first(std::min(payload.size(), quirks.kept_octets));
  if (quirks_.control.own_pings) outbox_.put(Outbox::Kind::data, sender_.own_ping(), now);
  if (quirks_.control.own_pongs) outbox_.put(Outbox::Kind::data, sender_.own_pong(), now);
  const bool answered = quirks.empty_messages == Check::on || !payload.empty();
  for (unsigned copy = 0; answered && copy < quirks.copies; ++copy) {
    outbox_.put(
        is_overtaken(message, quirks.overtaken) ? Outbox::Kind::slow_data : Outbox::Kind::data,
        sender_.message(answer_type(message.type, quirks.type), payload), now + quirks.delay);
  }
  for (base::Octets& pong : std::exchange(withheld_pongs_, {})) {
    outbox_.put(Outbox::Kind::pong, std::move(pong), now);
  }
}

// [6455-5.5.2-2] [6455-5.5.2-3] [6455-5.5.3-1]
void Endpoint::answer_ping(base::OctetView payload, base::Time now) {
  const ControlQuirks& quirks = quirks_.control;
  if (quirks.pong == PongTime::never) return;
  if (payload.empty() && quirks.empty_pings == Check::off) return;
  if (now >= next_second_) {
    next_second_ = now + std::chrono::seconds(1);
    pongs_ = 0;
  }
  if (++pongs_ > quirks.most_pongs) return;
  base::Octets pong = sender_.control(wire::opcode::pong, changed(payload, quirks.payload));
  if (quirks.pong == PongTime::after_message && receiver_.in_message()) {
    if (withheld_pongs_.size() < most_withheld_pongs) withheld_pongs_.push_back(std::move(pong));
    return;
  }
  const bool late = quirks.pong == PongTime::later;
  outbox_.put(Outbox::Kind::pong, std::move(pong), late ? now + pong_delay : now);
}

// Nobody answers a pong. [6455-5.5.3-3]
void Endpoint::take_pong(base::OctetView payload, base::Time now) {
  switch (quirks_.control.pongs) {
    case PongReaction::ignore:
      return;
    case PongReaction::answer:
      return outbox_.put(Outbox::Kind::pong, sender_.control(wire::opcode::pong, payload), now);
    case PongReaction::refuse:
      return fail(Violation{1002, "pong that answers nothing"}, now);
  }
}

void Endpoint::take_close(base::OctetView payload, base::Time now) {
  if (const auto wrong = judge_close(payload, quirks_)) return fail(*wrong, now);
  const CloseQuirks& quirks = quirks_.close;
  const bool goes_on = quirks.own_text == Check::off && payload.size() > sizeof(std::uint16_t);
  if (goes_on && receiver_.inside_character()) {
    return fail(Violation{1007, "close reason that is no end of the text"}, now);
  }
  if (quirks.earlier_answers == Check::off) outbox_.lose_answers();
  // One Close answers, and only one. [6455-5.5.1-8] [6455-5.5.1-18]
  const bool again = std::exchange(close_received_, true);
  const bool owed = !close_sent_ && !again;
  const auto reply = close_reply(payload, quirks);
  if (reply && (owed || quirks.one_reply == Check::off)) {
    outbox_.put(Outbox::Kind::last, sender_.control(wire::opcode::close, *reply), now);
    close_sent_ = true;
  }
  if (phase_ != Phase::open) return;
  // The server ends TCP at once, the client leaves that to it. [6455-5.5.1-14] [6455-5.5.1-15]
  // [6455-7.1.1-3]
  other_side_ends_ = role_ == wire::Role::client && close_sent_;
  end_soon(quirks.tcp, now + quirks.tcp_delay);
  listening_ = quirks.after == AfterClose::process;  // [6455-5.5.1-12]
}

// Fails the connection: a Close with the fitting code, the end of TCP, and nothing more is
// processed. [6455-7.1.7-1] [6455-7.1.7-3] [6455-7.1.7-5]
void Endpoint::fail(const Violation& violation, base::Time now) {
  const FailureQuirks& quirks = quirks_.failure;
  if (quirks.reaction == Check::off || phase_ != Phase::open) return;
  failed_ = true;
  if (quirks.earlier_answers == Check::off) outbox_.lose_answers();
  if (const auto payload = failure_close(violation, quirks); payload && !close_sent_) {
    outbox_.put(Outbox::Kind::last, sender_.control(wire::opcode::close, *payload), now);
    close_sent_ = true;
  }
  end_soon(quirks.tcp, now + quirks.tcp_delay);
  listening_ = quirks.after == AfterFailure::process;
}

}  // namespace wsproof::endpoint
