#include "harness/script/link.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace wsproof::script {

PeerLink::PeerLink(base::Link number, wire::Role peer_role, const base::Secrets& secrets)
    : number_(number), role_(peer_role), secrets_(secrets), monitor_(wire::other(peer_role)) {}

Event PeerLink::event(Event::Kind kind) const {
  Event made;
  made.kind = kind;
  made.link = number_;
  return made;
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

// The body of a refusal. True: it has ended, and what is pending may be another answer.
bool PeerLink::read_body(std::vector<Event>& events, const OnRead& on_read) {
  const std::size_t size = body_->feed(pending_);
  const base::Octets octets(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size));
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size));
  const base::Octets shown = secrets_.hidden(octets);
  if (!shown.empty()) on_read({shown, shown.size(), 0, "raw " + describe(shown)});
  if (!body_->complete() || pending_.empty()) return false;
  const std::string_view begin = "HTTP/";
  const std::string_view text = base::as_text(pending_);
  if (text.substr(0, begin.size()) == begin.substr(0, text.size())) {
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

// Looks for a whole head in what is pending. An interim answer (1xx other than 101) is passed over;
// a refusal with its body may be followed by the answer to a further request.
void PeerLink::read_head(std::vector<Event>& events, const OnRead& on_read) {
  while (!upgraded_ && !pending_.empty()) {
    if (body_ && !read_body(events, on_read)) return;
    const auto size = wire::head_size(pending_);
    if (!size && pending_.size() <= limits.head_octets) return;
    const base::Octets octets(
        pending_.begin(),
        pending_.begin() + static_cast<std::ptrdiff_t>(size.value_or(pending_.size())));
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(octets.size()));
    Event head = event(Event::Kind::head);
    head.head = wire::decode_head(octets);
    const base::Octets shown = secrets_.hidden(octets);
    const std::string start = wire::decode_head(shown).start.text;
    on_read({shown, shown.size(), 0, "head " + describe(base::as_octets(start))});
    if (role_ == wire::Role::server) {  // a request: our answer decides what follows
      last_head_ = head.head;
      events.push_back(std::move(head));
      return;
    }
    const auto status = wire::status_line(head.head);
    if (!status) {
      head.kind = Event::Kind::strange;
      head.text = "something that is no HTTP answer: " + describe(shown);
      body_.emplace();
    } else if (status->code == 101) {
      last_head_ = head.head;
      set_upgraded();
    } else if (status->code >= 200) {
      last_head_ = head.head;
      body_ = wire::BodyEnd::after(head.head);
    } else {
      continue;
    }
    events.push_back(std::move(head));
  }
  if (pending_.empty() || !upgraded_) return;
  base::Octets rest = std::exchange(pending_, {});
  read_frames(rest, events, on_read);
}

void PeerLink::read_frames(std::span<std::uint8_t> octets, std::vector<Event>& events,
                           const OnRead& on_read) {
  for (;;) {
    const wire::FrameEvent found = reader_.next(octets);
    switch (found.kind) {
      case wire::FrameEvent::Kind::need_more:
        return;
      case wire::FrameEvent::Kind::header:
        frame_ = found.header;
        frame_payload_.clear();
        frame_size_ = 0;
        break;
      case wire::FrameEvent::Kind::payload: {
        frame_size_ += found.payload.size();
        const std::size_t room =
            limits.kept_payload - std::min(limits.kept_payload, frame_payload_.size());
        base::append(frame_payload_, found.payload.first(std::min(room, found.payload.size())));
        break;
      }
      case wire::FrameEvent::Kind::end:
        end_frame(events, on_read);
        break;
    }
  }
}

void PeerLink::end_frame(std::vector<Event>& events, const OnRead& on_read) {
  const base::Octets shown = secrets_.hidden(frame_payload_);
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
  events.push_back(event(ending == base::Ending::eof ? Event::Kind::eof : Event::Kind::reset));
  return events;
}

void PeerLink::sent_frames(base::OctetView octets) {
  monitor_.other_sent(octets);
  base::Octets copy(octets.begin(), octets.end());
  std::span<std::uint8_t> rest(copy);
  for (;;) {
    const wire::FrameEvent found = own_frames_.next(rest);
    if (found.kind == wire::FrameEvent::Kind::need_more) return;
    if (found.kind != wire::FrameEvent::Kind::header) continue;
    if (found.header.opcode == wire::opcode::close) close_sent_ = true;
    if (wire::opcode::is_control(found.header.opcode)) continue;
    if (!own_message_open_) own_message_size_ = own_fragments_ = 0;
    own_message_size_ += found.header.length;
    ++own_fragments_;
    own_message_open_ = !found.header.fin;
    largest_sent_ = std::max(largest_sent_, own_message_size_);
    most_fragments_ = std::max(most_fragments_, own_fragments_);
  }
}

}  // namespace wsproof::script
