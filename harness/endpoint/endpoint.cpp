#include "harness/endpoint/endpoint.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "harness/wire/http.hpp"

namespace wsproof::endpoint {

namespace {

constexpr unsigned most_interim_responses = 8;

constexpr std::size_t full_read = 4096;

// A reset destroys what the other side has not read yet, so it is not sent at once.
constexpr base::Duration before_reset = std::chrono::milliseconds(10);

std::uint64_t seed_of(const Settings& settings, base::Link link, std::string_view what) {
  return base::derive_seed(settings.seed, std::string(what) + " of link " + std::to_string(link));
}

}  // namespace

Endpoint::Endpoint(wire::Role role, base::Link link, Settings settings, const Quirks& quirks)
    : role_(role),
      link_(link),
      settings_(std::move(settings)),
      quirks_(quirks),
      head_(role, settings_.max_head, quirks.handshake.http.leading_lines),
      nonces_(seed_of(settings_, link, "nonce")),
      receiver_(role, settings_.max_message, quirks_),
      sender_(role, seed_of(settings_, link, "masking keys"), quirks_),
      outbox_(quirks_) {}

void Endpoint::opened(base::Time now) {
  patience_ = now + settings_.handshake_time;
  if (role_ == wire::Role::client) send_request(now);
  settle(now);
}

void Endpoint::received(base::OctetView octets, base::Time now) {
  if (finished()) return;
  base::Octets held;
  if (quirks_.delivery.full_reads == Check::off && phase_ == Phase::open) {
    base::append(held_, octets);
    if (octets.size() % full_read == 0 && held_.size() < settings_.max_message) return;
    held = std::exchange(held_, {});
    octets = held;
  }
  receiver_.begin_read();
  if (phase_ == Phase::handshake) take_head(octets, now);
  take_frames(octets, now);
  outbox_.end_read();
  settle(now);
}

void Endpoint::ended(base::Ending ending, base::Time now) {
  if (finished()) return;
  if (ending == base::Ending::reset) return drop(false);
  // A request that never became whole is answered all the same. [9112-8-1]
  if (phase_ == Phase::handshake && role_ == wire::Role::server && !head_.octets().empty()) {
    refuse_request(refuse(400, quirks_.handshake), now);
  }
  outbox_.hurry();
  settle(now);
  if (!finished()) drop(false);  // [6455-7.2.1-1]
}

void Endpoint::woken(base::Time now) {
  if (finished()) return;
  const bool impatient = patience_ && *patience_ <= now;
  if (impatient && phase_ == Phase::handshake) {
    if (role_ == wire::Role::client) return drop(false);
    refuse_request(refuse(408, quirks_.handshake), now);  // [9112-8-1]
  } else if (impatient && phase_ == Phase::waiting) {
    return drop(false);  // [6455-5.5.1-16]
  }
  settle(now);
}

std::vector<base::Action> Endpoint::take_actions() { return std::exchange(actions_, {}); }

std::optional<base::Time> Endpoint::deadline() const {
  if (finished()) return std::nullopt;
  if (phase_ == Phase::handshake || phase_ == Phase::waiting) return patience_;
  return outbox_.empty() ? patience_ : outbox_.due();
}

void Endpoint::send_request(base::Time now) {
  Request request = make_request(settings_, quirks_.handshake, nonces_);
  key_ = std::move(request.key);
  outbox_.put(Outbox::Kind::last, std::move(request.octets), now);
  // Nothing follows until the server has answered. [6455-4.1-33]
  if (quirks_.handshake.patience == Check::off) {
    outbox_.put(Outbox::Kind::last, sender_.own_ping(), now);
  }
}

void Endpoint::take_head(base::OctetView& input, base::Time now) {
  // Interim responses may come before the one that counts.
  while (phase_ == Phase::handshake) {
    const HeadCollector::State state = head_.feed(input);
    if (state == HeadCollector::State::need_more) return;
    if (state == HeadCollector::State::complete) {
      role_ == wire::Role::server ? take_request(now) : take_response(now);
    } else if (role_ == wire::Role::client) {
      failed_ = true;
      end_soon(TcpEnd::half_close, now);
    } else {
      const bool foreign = state == HeadCollector::State::foreign;
      const bool long_line = state == HeadCollector::State::start_line_too_long;
      const int status = foreign ? 400 : long_line ? 414 : 431;  // [9110-5.4-1] [9112-3-2]
      refuse_request(refuse(status, quirks_.handshake), now);
    }
  }
  // What stands behind the head are frames. [6455-4.2.2-25] [6455-4.2.2-26]
  if (quirks_.handshake.glued_frames == Check::off) input = {};
}

void Endpoint::take_request(base::Time now) {
  Response response = answer_request(wire::decode_head(head_.octets()), settings_, quirks_);
  head_.clear();
  const bool stays = response.stays || quirks_.handshake.refusal == Refusal::stays;
  if (!response.accepted && stays) {
    outbox_.put(Outbox::Kind::last, std::move(response.octets), now);
    patience_ = now + settings_.handshake_time;
    return;
  }
  if (!response.accepted) return refuse_request(std::move(response.octets), now);
  outbox_.put(Outbox::Kind::last, std::move(response.octets), now);
  agreement_ = std::move(response.agreement);
  open(now);
}

void Endpoint::take_response(base::Time now) {
  Reply reply = judge_response(wire::decode_head(head_.octets()), key_, settings_, quirks_);
  head_.clear();
  if (reply.kind == Reply::Kind::interim && ++interim_responses_ <= most_interim_responses) return;
  if (reply.kind == Reply::Kind::opens) {
    agreement_ = std::move(reply.agreement);
    return open(now);
  }
  failed_ = true;
  end_soon(TcpEnd::half_close, now);  // [6455-7.1.7-1]
}

// Answers with an HTTP error and closes. [6455-4.2.1-1] [6455-7.2.2-1] [6455-10.7-4]
void Endpoint::refuse_request(base::Octets response, base::Time now) {
  failed_ = true;
  if (!response.empty()) outbox_.put(Outbox::Kind::last, std::move(response), now);
  if (quirks_.handshake.refusal == Refusal::tunnel) return open(now);
  const bool open_end = quirks_.handshake.refusal == Refusal::left_open;
  end_soon(open_end ? TcpEnd::never : TcpEnd::half_close, now);
}

void Endpoint::open(base::Time now) {
  phase_ = Phase::open;
  patience_.reset();
  listening_ = quirks_.handshake.afterwards == Afterwards::serve;
  if (agreement_.deflate) {  // [7692-5-16]
    receiver_.use_deflate(*agreement_.deflate);
    sender_.use_deflate(*agreement_.deflate);
  } else if (quirks_.deflate.agreement == Check::off) {
    receiver_.use_deflate({});
  }
  if (quirks_.handshake.afterwards == Afterwards::close) fail(Violation{1001, "quirk"}, now);
}

// Stops listening and ends TCP in that way, at that time or when everything is sent.
void Endpoint::end_soon(TcpEnd end, base::Time at) {
  phase_ = Phase::closing;
  listening_ = false;
  tcp_end_ = end;
  patience_ = end == TcpEnd::reset ? at + before_reset : at;
}

void Endpoint::end_tcp(base::Time now) {
  if (tcp_end_ == TcpEnd::drop || tcp_end_ == TcpEnd::reset) return drop(tcp_end_ == TcpEnd::reset);
  phase_ = Phase::waiting;
  patience_.reset();
  if (tcp_end_ == TcpEnd::never) return;
  patience_ = now + settings_.closing_time;
  if (!other_side_ends_) actions_.emplace_back(base::EndWrites{link_});
}

void Endpoint::drop(bool reset) {
  actions_.emplace_back(base::Drop{link_, reset});
  phase_ = Phase::done;
  listening_ = false;
  outbox_.clear();
  withheld_pongs_.clear();
}

// Sends what is due and ends TCP when it is time.
void Endpoint::settle(base::Time now) {
  for (base::Octets& octets : outbox_.take(now)) {
    actions_.emplace_back(base::Write{link_, std::move(octets)});
  }
  if (phase_ == Phase::closing && outbox_.empty() && *patience_ <= now) end_tcp(now);
}

}  // namespace wsproof::endpoint
