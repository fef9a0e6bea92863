#include "harness/rfc/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "harness/rfc/monitor_extensions.hpp"
#include "harness/rfc/monitor_frames.hpp"
#include "harness/rfc/monitor_handshake.hpp"
#include "harness/wire/body.hpp"

namespace wsproof::rfc {

namespace {

// Octets until they are a head.
class HeadBuffer {
 public:
  // Takes from the front of `octets` what belongs to the head, and returns it when it is complete.
  std::optional<wire::Head> take(base::OctetView& octets) {
    const std::size_t before = octets_.size();
    base::append(octets_, octets);
    const auto size = wire::head_size(octets_, before);
    too_large_ = size.value_or(octets_.size()) > most_octets;
    octets = octets.subspan(size && !too_large_ ? *size - before : octets.size());
    if (!size || too_large_) return std::nullopt;
    auto head = wire::decode_head(base::OctetView(octets_).first(*size));
    octets_.clear();
    return head;
  }

  // Whether the head has more octets than we keep.
  bool too_large() const { return too_large_; }

  // What there is of a head that is not complete.
  base::OctetView incomplete() const { return octets_; }

 private:
  static constexpr std::size_t most_octets = 65536;

  base::Octets octets_;
  bool too_large_ = false;
};

// Whether what is there so far may be a response in HTTP/1; TLS and HTTP/2 are not ours to judge.
bool may_be_response(base::OctetView octets) {
  constexpr std::string_view start = "HTTP/";
  const std::size_t size = std::min(octets.size(), start.size());
  return wire::same_token(base::as_text(octets.first(size)), start.substr(0, size));
}

}  // namespace

class Monitor::State {
 public:
  explicit State(wire::Role watched)
      : watched_(watched),
        client_(wire::Role::client, watched == wire::Role::client ? &findings_ : nullptr),
        server_(wire::Role::server, watched == wire::Role::server ? &findings_ : nullptr) {}

  void sent(wire::Role by, base::OctetView octets) {
    constexpr std::size_t piece = 4096;  // so that a head's buffer does not grow with a huge write
    while (!octets.empty() && !silent_) {
      const auto front = octets.first(std::min(octets.size(), piece));
      octets = octets.subspan(front.size());
      if (by == wire::Role::client) {
        client_sent(front);
      } else {
        server_sent(front);
      }
    }
  }

  void watched_ended(base::Ending ending);

  wire::Role watched() const { return watched_; }
  const Findings& findings() const { return findings_; }

 private:
  void client_sent(base::OctetView octets);
  void server_sent(base::OctetView octets);
  void on_request(const wire::Head& head);
  void on_response(const wire::Head& head);
  bool may_follow(const wire::Head& refusal) const;
  void begin_anew(const wire::Head& refusal);
  void judge_early(base::OctetView octets);

  bool watches(wire::Role role) const { return watched_ == role; }

  wire::Role watched_;
  Findings findings_;
  bool silent_ = false;               // nothing is certain from here on
  bool server_spoke_ = false;         // the server has sent anything at all
  bool switched_ = false;             // a 101 was sent; what follows are frames
  bool more_than_a_request_ = false;  // the client did not stop behind its request
  bool bare_answer_ = false;          // has no content, whatever it announces
  HeadBuffer request_, response_;
  std::optional<Offer> offer_;         // of the request, when that is complete
  std::optional<wire::BodyEnd> body_;  // of a refusal, which may be followed by another answer
  FrameJudge client_, server_;
};

void Monitor::State::client_sent(base::OctetView octets) {
  if (!offer_) {
    if (const auto head = request_.take(octets)) on_request(*head);
    if (request_.too_large()) {
      offer_ = Offer{};
      client_.give_up();
      silent_ = watches(wire::Role::client);
    }
  }
  if (silent_ || octets.empty()) return;
  more_than_a_request_ = true;
  if (watches(wire::Role::client) && !switched_) return judge_early(octets);
  client_.take(octets, server_.sent());
}

void Monitor::State::on_request(const wire::Head& head) {
  offer_ = read_offer(head);
  if (offer_->content) client_.give_up();
  const auto line = wire::request_line(head);
  bare_answer_ = line && (line->method == "HEAD" || line->method == "CONNECT");
  if (!watches(wire::Role::client)) return;
  if (asks_for_websocket(head)) {
    judge_request(head, findings_);
  } else {
    silent_ = true;
  }
}

// The watched client went on before it was answered. Of what it sent only the first octet counts:
// how many there are depends on the cut.
void Monitor::State::judge_early(base::OctetView octets) {
  silent_ = true;
  // An answer under way, or content: perhaps it may.
  if (server_spoke_ || offer_->content) return;
  const auto first = octets.first(1);
  if (first.front() == '\r' || first.front() == '\n') {
    findings_.add("9112-2.2-5", "A line end follows the request.", first);
  } else {
    // [6455-4.1-33] [9110-7.8-9] [9931-6.2-1]
    findings_.add("6455-4.1-33",
                  "The client sends more before the server has answered its request.", first);
  }
}

void Monitor::State::server_sent(base::OctetView octets) {
  server_spoke_ = true;
  while (!switched_ && !silent_) {
    if (body_) octets = octets.subspan(body_->feed(octets));
    if (octets.empty()) return;
    silent_ = body_ && !offer_ && request_.incomplete().empty();  // nobody asked for it
    if (silent_) return;
    const auto head = response_.take(octets);
    if (head) {
      on_response(*head);
    } else if (response_.too_large() || !may_be_response(response_.incomplete())) {
      silent_ = true;
    }
  }
  if (!silent_ && !octets.empty()) server_.take(octets, client_.sent());
}

void Monitor::State::on_response(const wire::Head& head) {
  if (!may_be_response(base::as_octets(head.start.text))) {
    silent_ = true;
    return;
  }
  const Offer offer = offer_.value_or(Offer{});
  Findings ours;  // what is wrong with a response of our own is none of the target's business, …
  Findings& findings = watches(wire::Role::server) ? findings_ : ours;
  judge_response(head, offer, findings);
  const Following following = what_follows(head, offer);
  if (following == Following::more_responses) return;
  if (may_follow(head)) return begin_anew(head);
  const auto status = wire::status_line(head);
  if (!offer_ && !request_.incomplete().empty() && status && status->code == 101) {
    findings.add("9110-5.3-3", "The server answers 101 to a request that is not complete.",
                 base::as_octets(head.start.text));
  }
  // … but a client that is given a reason to fail need not go on as if there were none.
  const bool has_reason = watches(wire::Role::client) && (!offer.certain || !ours.list().empty());
  silent_ = following == Following::unknown || has_reason;
  switched_ = true;
  if (following != Following::deflate_frames) return;
  const AgreedDeflate agreed = agreed_deflate(head);
  client_.use_deflate({agreed.client_forgets, agreed.client_bits});
  server_.use_deflate({agreed.server_forgets, agreed.server_bits});
}

// Whether it is plain where the answer to the next request begins. [9112-9.3.2-1]
bool Monitor::State::may_follow(const wire::Head& refusal) const {
  const auto status = wire::status_line(refusal);
  return watches(wire::Role::server) && status && status->code >= 200 && offer_ &&
         !offer_->content && !bare_answer_ && !more_than_a_request_;
}

void Monitor::State::begin_anew(const wire::Head& refusal) {
  body_ = wire::BodyEnd::after(refusal);
  offer_.reset();
  request_ = {};
  response_ = {};
}

void Monitor::State::watched_ended(base::Ending ending) {
  const bool judged =
      watches(wire::Role::server) && ending != base::Ending::reset && !silent_ && !switched_;
  silent_ = true;
  if (!judged) return;
  const auto head = response_.incomplete();
  if (head.size() > 5) {
    findings_.add("9112-2.1-1",
                  fmt::format("The response ends after {} octets without the empty line that "
                              "completes a head.",
                              head.size()),
                  head);
  }
  if (body_ && body_->lacks_octets()) {
    findings_.add("9112-8-2", "The response ends before its content has the announced length.", {});
  }
}

Monitor::Monitor(wire::Role watched) : state_(std::make_unique<State>(watched)) {}
Monitor::~Monitor() = default;
Monitor::Monitor(Monitor&&) noexcept = default;
Monitor& Monitor::operator=(Monitor&&) noexcept = default;

void Monitor::other_sent(base::OctetView octets) {
  state_->sent(wire::other(state_->watched()), octets);
}

void Monitor::watched_sent(base::OctetView octets) { state_->sent(state_->watched(), octets); }

void Monitor::watched_ended(base::Ending ending) { state_->watched_ended(ending); }

const std::vector<Finding>& Monitor::findings() const { return state_->findings().list(); }

}  // namespace wsproof::rfc
