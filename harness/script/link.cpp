#include "harness/script/link.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace wsproof::script {

namespace {

// Whether what is there so far may go on as an HTTP answer. [9112-2.3-1]
bool may_be_http(base::OctetView octets) {
  constexpr std::string_view begins = "HTTP/";
  const std::size_t size = std::min(octets.size(), begins.size());
  return wire::same_token(base::as_text(octets.first(size)), begins.substr(0, size));
}

// A record of TLS that holds an alert. [6455-4.2.2-2]
bool is_alert(base::OctetView octets) {
  return octets.size() >= 2 && octets[0] == 0x15 && octets[1] == 3;
}

// Whoever answers in another protocol has most often been reached through the wrong port or scheme.
std::string no_http(base::OctetView octets) {
  const bool tls = octets.size() > 2 && (octets[0] == 0x15 || octets[0] == 0x16) && octets[1] == 3;
  // A SETTINGS frame on stream 0 comes first (RFC 9113 §3.4).
  const bool http_2 = octets.size() > 8 && octets[0] == 0 && octets[3] == 4 &&
                      std::ranges::all_of(octets.subspan(5, 4), [](auto o) { return o == 0; });
  return fmt::format("something that is no HTTP answer{}: {}",
                     tls      ? " but looks like TLS"
                     : http_2 ? " but looks like HTTP/2"
                              : "",
                     describe(octets));
}

}  // namespace

PeerLink::PeerLink(base::Link number, wire::Role peer_role, const base::Secrets& secrets)
    : number_(number), role_(peer_role), secrets_(secrets), monitor_(wire::other(peer_role)) {}

Event PeerLink::event(Event::Kind kind) const {
  Event made;
  made.kind = kind;
  made.link = number_;
  return made;
}

void PeerLink::sent_opening(base::OctetView octets) {
  monitor_.other_sent(octets);
  if (role_ == wire::Role::server && agrees_to_deflate(wire::decode_head(octets))) {
    compression_.emplace();
  }
}

std::vector<Event> PeerLink::received(base::OctetView octets, const OnRead& on_read) {
  std::vector<Event> events;
  if (too_much_) return events;
  received_ += octets.size();
  if (received_ > limits.received_octets) {
    too_much_ = true;
    return events;
  }
  monitor_.watched_sent(octets);
  base::Octets copy(octets.begin(), octets.end());
  if (upgraded_) {
    read_frames(copy, events, on_read);
  } else {
    base::append(pending_, copy);
    read_head(events, on_read);
  }
  return events;
}

// What stands at the front of what is pending, taken away from there.
base::Octets PeerLink::take_pending(std::size_t size) {
  const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(size);
  base::Octets octets(pending_.begin(), end);
  pending_.erase(pending_.begin(), end);
  return octets;
}

// The body of a refusal. True: it has ended, and what is pending may be another answer.
bool PeerLink::read_body(std::vector<Event>& events, const OnRead& on_read) {
  const base::Octets shown = secrets_.hidden(take_pending(body_->feed(pending_)));
  if (!shown.empty()) on_read({shown, shown.size(), 0, "raw " + describe(shown)});
  if (!body_->complete() || pending_.empty()) return false;
  if (may_be_http(pending_)) {
    body_.reset();
    return true;
  }
  Event strange = event(Event::Kind::strange);
  strange.text = "octets behind the HTTP answer that are no HTTP answer: " +
                 describe(secrets_.hidden(pending_));
  events.push_back(std::move(strange));
  body_.emplace();  // nothing more can be read from here on
  return read_body(events, on_read);
}

// Looks for whole heads in what is pending. A refusal with its body may be followed by the answer
// to a further request.
void PeerLink::read_head(std::vector<Event>& events, const OnRead& on_read) {
  while (!upgraded_ && !pending_.empty()) {
    if (body_ && !read_body(events, on_read)) return;
    const auto size = wire::head_size(pending_, std::exchange(pending_seen_, 0));
    const bool http = role_ == wire::Role::server || may_be_http(pending_);
    if (!size && http && pending_.size() <= limits.head_octets) {
      pending_seen_ = pending_.size();
      return;
    }
    too_much_ = too_much_ || ++units_ > limits.units;
    if (too_much_) return;
    const base::Octets octets = take_pending(size.value_or(pending_.size()));
    if (auto head = take_head(octets, size.has_value(), on_read))
      events.push_back(std::move(*head));
    if (role_ == wire::Role::server) return;  // our answer decides what follows
  }
  if (pending_.empty() || !upgraded_) return;
  base::Octets rest = std::exchange(pending_, {});
  read_frames(rest, events, on_read);
}

// One head, or the front of one that is longer than any head should be. An interim answer (1xx
// other than 101) is passed over.
std::optional<Event> PeerLink::take_head(base::OctetView octets, bool whole,
                                         const OnRead& on_read) {
  Event out = event(Event::Kind::head);
  wire::Head head = wire::decode_head(octets);
  const base::Octets shown = secrets_.hidden(octets);
  const std::string start = secrets_.hidden(head.start.text);
  on_read({shown, shown.size(), 0, "head " + describe(base::as_octets(start))});
  const auto status = wire::status_line(head);
  const bool http = role_ == wire::Role::server || may_be_http(octets);
  if (plain && is_alert(octets)) {
    out.kind = Event::Kind::alert;
    body_.emplace();  // nothing more can be read from here on
    return out;
  }
  if (!whole || (role_ == wire::Role::client && !status)) {
    out.kind = Event::Kind::strange;
    out.text = whole || !http ? no_http(shown)
                              : fmt::format("a head that has not ended after {} octets: {}",
                                            shown.size(), describe(shown));
    body_.emplace();
    return out;
  }
  if (role_ == wire::Role::client) {
    if (status->code < 200 && status->code != 101) return std::nullopt;
    if (status->code == 101) {
      if (agrees_to_deflate(head)) compression_.emplace();
      set_upgraded();
    } else {
      body_ = wire::BodyEnd::after(head);
    }
  }
  last_head_ = head;
  out.head = std::move(head);
  return out;
}

void PeerLink::read_frames(std::span<std::uint8_t> octets, std::vector<Event>& events,
                           const OnRead& on_read) {
  for (;;) {
    const wire::FrameEvent found = reader_.next(octets);
    switch (found.kind) {
      case wire::FrameEvent::Kind::need_more:
        return;
      case wire::FrameEvent::Kind::header:
        too_much_ = too_much_ || ++units_ > limits.units;
        if (too_much_) return;
        frame_ = found.header;
        frame_payload_.clear();
        frame_size_ = 0;
        if (compression_) compression_->received_header(frame_);
        break;
      case wire::FrameEvent::Kind::payload: {
        frame_size_ += found.payload.size();
        const std::size_t most =
            wire::opcode::is_control(frame_.opcode) ? limits.kept_control : limits.kept_payload;
        const std::size_t room = most - std::min(most, frame_payload_.size());
        base::append(frame_payload_, found.payload.first(std::min(room, found.payload.size())));
        if (compression_ && compression_->compressed() &&
            !wire::opcode::is_control(frame_.opcode)) {
          compression_->received_payload(found.payload, limits.kept_payload);
          too_much_ = too_much_ || compression_->received_size() > limits.received_octets;
        }
        break;
      }
      case wire::FrameEvent::Kind::end:
        end_frame(events, on_read);
        break;
    }
  }
}

void PeerLink::end_frame(std::vector<Event>& events, const OnRead& on_read) {
  base::Octets starred;
  if (!secrets_.empty()) starred = secrets_.hidden(frame_payload_);
  const base::OctetView shown = secrets_.empty() ? base::OctetView(frame_payload_) : starred;
  const base::Octets wire_octets = wire::encode_frame(frame_, shown);
  const std::size_t header_size = wire::encode(frame_).size;
  on_read({wire_octets, header_size + frame_size_, header_size,
           describe_frame(frame_, shown, frame_size_)});
  Event made = event(Event::Kind::strange);
  made.header = frame_;
  made.size = frame_size_;
  switch (frame_.opcode) {
    case wire::opcode::continuation:
    case wire::opcode::text:
    case wire::opcode::binary:
      end_data_frame(events);
      return;
    case wire::opcode::ping:
      made.kind = Event::Kind::ping;
      break;
    case wire::opcode::pong:
      made.kind = Event::Kind::pong;
      break;
    case wire::opcode::close:
      made.kind = Event::Kind::close;
      close_received_ = true;
      break;
    default:
      made.text = fmt::format("a frame with the reserved opcode {}", frame_.opcode);
  }
  made.payload = std::move(frame_payload_);
  frame_payload_.clear();
  events.push_back(std::move(made));
}

void PeerLink::end_data_frame(std::vector<Event>& events) {
  const bool starts = frame_.opcode != wire::opcode::continuation;
  if (starts == message_open_) {
    Event strange = event(Event::Kind::strange);
    strange.header = frame_;
    strange.text = starts ? "a new data frame inside a fragmented message"
                          : "a continuation frame without a message";
    events.push_back(std::move(strange));
    if (!starts) return;
    message_open_ = false;
  }
  if (!message_open_) {
    message_open_ = true;
    message_ = frame_;
    message_payload_.clear();
    message_size_ = 0;
  }
  message_size_ += frame_size_;
  const std::size_t room =
      limits.kept_payload - std::min(limits.kept_payload, message_payload_.size());
  base::append(message_payload_,
               base::OctetView(frame_payload_).first(std::min(room, frame_payload_.size())));
  // The message comes before its last frame, so that a group that asks for all frames of a message
  // does not leave the message behind.
  if (frame_.fin) end_message(events);
  if (wants_frames) {
    Event frame = event(Event::Kind::frame);
    frame.header = frame_;
    frame.payload = frame_payload_;
    frame.size = frame_size_;
    events.push_back(std::move(frame));
  }
}

void PeerLink::end_message(std::vector<Event>& events) {
  Event message = event(Event::Kind::message);
  message.header = message_;
  message.payload = std::move(message_payload_);
  message.size = message_size_;
  message_payload_.clear();
  message_open_ = false;
  if (compression_ && compression_->compressed()) {
    LinkCompression::Message inflated = compression_->take_message(limits.kept_payload);
    if (inflated.problem.empty()) {
      message.payload = std::move(inflated.content);
      message.size = inflated.facts.size;
      message.deflate = inflated.facts;
    } else {
      message.kind = Event::Kind::strange;
      message.text = "a compressed message that does not inflate: " + inflated.problem;
    }
  }
  events.push_back(std::move(message));
}

std::vector<Event> PeerLink::ended(base::Ending ending) {
  std::vector<Event> events;
  end_received_ = true;
  monitor_.watched_ended(ending);
  if (!pending_.empty() && !body_) {
    events.push_back(event(Event::Kind::strange));
    events.back().text =
        "an HTTP answer that stops in its head: " + describe(secrets_.hidden(pending_));
  }
  const bool reset = ending == base::Ending::reset;
  events.push_back(event(reset ? Event::Kind::reset : Event::Kind::eof));
  events.back().announced = ending == base::Ending::eof;
  return events;
}

void PeerLink::sent_frames(base::OctetView octets) {
  monitor_.other_sent(octets);
  base::Octets copy(octets.begin(), octets.end());
  std::span<std::uint8_t> rest(copy);
  for (;;) {
    const wire::FrameEvent found = own_frames_.next(rest);
    if (found.kind == wire::FrameEvent::Kind::need_more) return;
    if (found.kind == wire::FrameEvent::Kind::header) on_own_header(found.header);
    if (found.kind != wire::FrameEvent::Kind::payload || !compression_ ||
        wire::opcode::is_control(found.header.opcode)) {
      continue;
    }
    const std::uint64_t before = compression_->sent_size();
    compression_->sent_payload(found.payload);
    const std::uint64_t size = compression_->sent_size();
    largest_sent_ = std::max(largest_sent_, size);
    limits.received_octets += 4 * (size - before);  // it may come back uncompressed
  }
}

void PeerLink::on_own_header(const wire::FrameHeader& header) {
  if (header.opcode == wire::opcode::close) close_sent_ = true;
  ++limits.units;  // each may be answered
  if (wire::opcode::is_control(header.opcode)) return;
  if (compression_) compression_->sent_header(header);
  if (!own_message_open_) own_message_size_ = own_fragments_ = 0;
  own_message_size_ += header.length;
  ++own_fragments_;
  own_message_open_ = !header.fin;
  largest_sent_ = std::max(largest_sent_, own_message_size_);
  most_fragments_ = std::max(most_fragments_, own_fragments_);
}

}  // namespace wsproof::script
