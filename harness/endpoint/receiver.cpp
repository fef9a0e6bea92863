#include "harness/endpoint/receiver.hpp"

#include <algorithm>
#include <utility>

#include "harness/wire/mask.hpp"
#include "harness/wire/raw_header.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::endpoint {

namespace {

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t not_utf8 = 1007;
constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t rsv1 = 4;
constexpr std::uint64_t top_bit = std::uint64_t{1} << 63U;

// However lax a quirk is about them, control frames stay in bounds.
constexpr std::uint64_t most_control_octets = 65536;

bool is_reserved(std::uint8_t opcode) { return (opcode & 0x7U) > 2; }

// Whether every knob that messages pass on their way in stands as in the reference.
bool is_by_the_book(const Quirks& quirks) {
  const Quirks reference;
  return quirks.framing == reference.framing && quirks.masking == reference.masking &&
         quirks.fragmentation == reference.fragmentation && quirks.text == reference.text;
}

}  // namespace

Receiver::Receiver(wire::Role role, std::size_t max_message, const Quirks& quirks)
    : role_(role),
      max_message_(std::min(max_message, quirks.framing.message_limit.value_or(max_message))),
      quirks_(quirks),
      by_the_book_(is_by_the_book(quirks)),
      text_(std::make_shared<TextJudge>(quirks.text.alphabet)) {}

void Receiver::share(const Shared& shared) {
  context_ = shared.context;
  if (shared.fragments) message_ = shared.fragments;
  if (shared.text) text_ = shared.text;
  by_the_book_ = by_the_book_ && !shared.fragments && !shared.text;
}

Incoming Receiver::next(base::OctetView& input) {
  if (std::exchange(told_, false)) {
    message_->clear();
    inflated_.clear();
  }
  while (true) {
    if (!in_frame_) {
      if (take_usual_message(input)) {
        told_ = true;
        return {Incoming::Kind::message, type_, message_->view(), {}, false};
      }
      if (!read_header(input)) return need_more();
      if (const auto wrong = begin_frame()) return violated(*wrong);
    }
    const bool waits = left_ > 0 || quirks_.framing.empty_at_once == Check::off;
    if (waits && input.empty()) return need_more();
    const base::OctetView taken = take_payload(input);
    if (sink_ == Sink::message) {
      // What came before the trouble first, so that the cut makes no difference.
      const auto trouble = std::exchange(inflation_, {});
      if (const auto wrong = judge_payload(taken)) return violated(*wrong);
      if (trouble) return violated(*trouble);
    }
    if (left_ > 0) continue;
    in_frame_ = false;
    if (auto found = end_frame()) return *std::move(found);
  }
}

// A message in one frame without any bit of an extension, all of which is here: most of what is
// ever received, and for short messages the rules cost more than the octets. It is taken here in
// one go if it breaks none of them; whatever is different in any way is left to the long way, which
// finds the same or says what is wrong.
bool Receiver::take_usual_message(base::OctetView& input) {
  if (!by_the_book_ || in_message_ || inflater_ || held_ > 0 || input.size() < 2) return false;
  const std::uint8_t type = input[0] & 0xFU;
  if (input[0] != (fin_bit | type)) return false;
  if (type != wire::opcode::text && type != wire::opcode::binary) return false;
  const std::size_t header_octets = wire::header_size(input[1]);
  if (input.size() < header_octets) return false;
  const wire::RawHeader header = wire::read_header(input.data());
  if (wire::is_masked(header) != (role_ == wire::Role::server)) return false;
  if (wire::form_of(header) != wire::shortest_form(header.length)) return false;
  if (header.length > std::min(max_message_, input.size() - header_octets)) return false;

  const auto payload = input.subspan(header_octets, static_cast<std::size_t>(header.length));
  const std::span<std::uint8_t> message = message_->insert(0, payload.size());
  wire::mask_copy(message, payload, header.key);
  if (type == wire::opcode::text && !wire::is_utf8(message)) {
    message_->clear();
    return false;
  }
  type_ = type;
  input = input.subspan(header_octets + payload.size());
  return true;
}

// Takes octets up to the end of the header; false when they do not reach that far.
bool Receiver::read_header(base::OctetView& input) {
  const std::size_t held = held_;
  const std::size_t more = std::min(input.size(), partial_.size() - held);
  std::ranges::copy(input.first(more), partial_.begin() + static_cast<std::ptrdiff_t>(held));
  const auto decoded = wire::decode_header(base::OctetView(partial_).first(held + more));
  if (!decoded) {
    held_ = held + more;
    input = input.subspan(more);
    return false;
  }
  input = input.subspan(decoded->size - held);
  held_ = 0;
  header_ = decoded->header;
  return true;
}

// What is done about the frame's opcode; those that have a meaning are taken. [6455-5.2-10]
ReservedOpcode Receiver::reserved_rule() const {
  if (!is_reserved(header_.opcode)) return ReservedOpcode::take;
  return wire::opcode::is_control(header_.opcode) ? quirks_.framing.reserved_control
                                                  : quirks_.framing.reserved_data;
}

// Everything that a header alone can be wrong about.
Receiver::Judgement Receiver::judge_header() const {
  // A client's frames are masked, a server's never. [6455-5.1-3] [6455-5.1-6]
  const bool masked = header_.key.has_value();
  const bool should = role_ == wire::Role::server;
  if (masked != should && quirks_.masking.presence == Check::on) {
    return Violation{protocol_error, masked ? "masked frame from a server" : "unmasked frame"};
  }
  // Any key will do. [6455-5.3-6]
  if (quirks_.masking.zero_allowed == Check::off && header_.key == wire::MaskingKey{}) {
    return Violation{protocol_error, "masking key of zeros"};
  }
  if (const auto wrong = judge_bits()) return wrong;
  if (const auto wrong = judge_length()) return wrong;
  if (reserved_rule() == ReservedOpcode::ignore) return std::nullopt;
  return wire::opcode::is_control(header_.opcode) ? judge_control() : judge_sequence();
}

// Whether the frame may have RSV1: the first of a message, once compression is agreed on.
// [7692-5-14] [7692-6.1-5] [7692-6.1-6]
bool Receiver::may_have_compressed_bit() const {
  if (!inflater_) return false;
  const CompressedBit rule = quirks_.deflate.bit;
  if (wire::opcode::is_control(header_.opcode)) return rule == CompressedBit::on_control_too;
  return header_.opcode != wire::opcode::continuation || rule != CompressedBit::on_first_frames;
}

// Reserved bits and opcodes. [6455-5.2-3] [6455-5.2-4] [6455-5.2-5] [6455-5.2-8] [6455-5.2-9]
Receiver::Judgement Receiver::judge_bits() const {
  const bool control = wire::opcode::is_control(header_.opcode);
  const bool continues = header_.opcode == wire::opcode::continuation;
  // The rule covers every kind of frame. [6455-5.2-6] [6455-5.2-7]
  const RsvRule rule = quirks_.framing.rsv;
  const bool forgiven = rule == RsvRule::ignore ||
                        (rule == RsvRule::ignore_on_control && control) ||
                        (rule == RsvRule::ignore_on_continuation && continues);
  const unsigned allowed = may_have_compressed_bit() ? rsv1 : 0U;
  if ((header_.rsv & ~allowed) != 0 && !forgiven) return Violation{protocol_error, "reserved bit"};
  if (reserved_rule() == ReservedOpcode::refuse) {
    return Violation{protocol_error, "reserved opcode"};
  }
  return std::nullopt;
}

Receiver::Judgement Receiver::judge_length() const {
  if (header_.length >= top_bit) {  // [6455-5.2-15]
    return Violation{
        quirks_.framing.top_bit == TopBit::too_big ? std::uint16_t{1009} : protocol_error,
        "length with the top bit set"};
  }
  const std::uint64_t least = header_.form == wire::LengthForm::seven ? 0
                              : header_.form == wire::LengthForm::sixteen
                                  ? quirks_.framing.least_sixteen
                                  : quirks_.framing.least_sixty_four;
  if (header_.length < least) {  // [6455-5.2-18] [6455-5.2-19]
    return Violation{protocol_error, "length not in the shortest form"};
  }
  return std::nullopt;
}

Receiver::Judgement Receiver::judge_control() const {
  if (!header_.fin && quirks_.control.fragments == Check::on) {  // [6455-5.4-6]
    return Violation{protocol_error, "fragmented control frame"};
  }
  const std::uint64_t limit = header_.opcode == wire::opcode::close  ? quirks_.control.close_limit
                              : header_.opcode == wire::opcode::pong ? quirks_.control.pong_limit
                                                                     : quirks_.control.ping_limit;
  // [6455-5.5-2] [6455-5.5-3] [6455-5.5-4] [6455-5.2-20]
  if (header_.length > std::min(limit, most_control_octets)) {
    return Violation{protocol_error, "control frame too long"};
  }
  return std::nullopt;
}

Receiver::Judgement Receiver::judge_sequence() const {
  const bool continues = header_.opcode == wire::opcode::continuation;
  const FragmentationQuirks& rules = quirks_.fragmentation;
  if (!header_.fin && rules.allowed == Check::off) {  // [6455-5.4-11]
    return Violation{1003, "fragment"};
  }
  if (continues && !in_message_ && rules.stray_continuation == StrayContinuation::refuse) {
    return Violation{protocol_error, "continuation of nothing"};  // [6455-5.4-12]
  }
  if (!continues && in_message_ && rules.interruption == Interruption::refuse) {
    return Violation{protocol_error, "message inside a message"};  // [6455-5.4-8]
  }
  // Of a compressed message the content is counted, as it comes. [7692-7.2.2-9]
  if (inflater_ && (continues ? compressed_ : (header_.rsv & rsv1) != 0)) return std::nullopt;
  const std::uint64_t before = in_message_ ? message_->size() : 0;
  if (header_.length > max_message_ - before) {  // [6455-10.4-1] [6455-7.4.1-12]
    return Violation{1009, "message too big"};
  }
  return std::nullopt;
}

// A header is there: judges it and prepares for its payload.
Receiver::Judgement Receiver::begin_frame() {
  if (quirks_.framing.top_bit == TopBit::ignore) header_.length &= ~top_bit;
  if (quirks_.framing.length_kept == Check::off) header_.length &= 0xffffffffU;
  in_frame_ = true;
  left_ = header_.length;
  offset_ = 0;
  read_offset_ = 0;
  sink_ = Sink::nowhere;
  judged_late_.reset();
  if (const auto wrong = judge_header()) {
    // Only a short frame is waited for: a long one may never come.
    if (quirks_.framing.judged_at == JudgedAt::header || left_ > 125) return wrong;
    judged_late_ = wrong;
    return std::nullopt;
  }
  if (reserved_rule() == ReservedOpcode::ignore) return std::nullopt;
  if (wire::opcode::is_control(header_.opcode)) {
    sink_ = Sink::control;
    control_.clear();
  } else {
    begin_data();
  }
  return std::nullopt;
}

void Receiver::begin_data() {
  const bool continues = header_.opcode == wire::opcode::continuation;
  const FragmentationQuirks& rules = quirks_.fragmentation;
  if (continues && !in_message_ && rules.stray_continuation == StrayContinuation::ignore) return;
  if (continues && header_.length == 0 && rules.empty_fragments == Check::off) {
    header_.fin = false;
    return;
  }
  sink_ = Sink::message;
  const bool appended = in_message_ && (continues || rules.interruption == Interruption::append);
  if (appended) {
    fragmented_ = true;
    if (quirks_.text.scope != TextScope::message &&
        quirks_.text.scope != TextScope::first_fragment) {
      *text_ = TextJudge(quirks_.text.alphabet);  // what came before is forgotten
    }
    return;
  }
  drop_message();
  in_message_ = true;
  // All fragments share the first frame's type. [6455-5.4-16] [6455-6.2-3]
  type_ = header_.opcode == wire::opcode::text ? wire::opcode::text : wire::opcode::binary;
  first_key_ = header_.key.value_or(wire::MaskingKey{});
  // The first frame decides for the whole message. [7692-6-2]
  const Inflates rule = quirks_.deflate.inflates;
  compressed_ = inflater_ && (rule == Inflates::all ||
                              (rule == Inflates::compressed && (header_.rsv & rsv1) != 0));
  if (compressed_) inflater_->begin();
}

// Takes what there is of the current frame's payload; returns what was kept of it, unmasked.
base::OctetView Receiver::take_payload(base::OctetView& input) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
  const bool inflates = sink_ == Sink::message && compressed_;
  if (inflates) piece_.resize(size);
  const std::span<std::uint8_t> kept = inflates ? std::span(piece_) : room_for(size);
  unmask(kept, input.first(kept.size()));
  input = input.subspan(size);
  left_ -= size;
  offset_ += size;
  read_offset_ += size;
  return inflates ? inflate(kept) : kept;
}

// Appends what comes of a piece of a compressed message to it, up to the trouble that there may be,
// and returns that. [7692-6.2-1]
base::OctetView Receiver::inflate(base::OctetView piece) {
  if (dropping_) return {};
  const std::size_t before = inflated_.size();
  take_trouble(inflater_->feed(piece, inflated_, max_message_));
  if (quirks_.deflate.text == TextJudged::as_it_came) return piece;
  return dropping_ ? base::OctetView() : base::OctetView(inflated_).subspan(before);
}

// Notes what went wrong.
void Receiver::take_trouble(MessageInflater::Trouble trouble) {
  switch (trouble) {
    case MessageInflater::Trouble::none:
      return;
    case MessageInflater::Trouble::broken:
      inflation_ = Violation{quirks_.deflate.broken_code, "data that do not inflate"};
      if (quirks_.deflate.broken != BrokenData::refused_late) return;
      withheld_ = std::exchange(inflation_, {});
      [[fallthrough]];
    case MessageInflater::Trouble::dropped:
      inflated_.clear();
      dropping_ = true;
      return;
    case MessageInflater::Trouble::too_big:
      inflation_ = Violation{1009, "message too big"};
      return;
  }
}

// A frame of a compressed message ended; the last one brings what its tail brings.
Receiver::Judgement Receiver::end_inflation() {
  if (!compressed_ || dropping_) return std::nullopt;
  if (!header_.fin) {
    inflater_->end_fragment();
    return std::nullopt;
  }
  const std::size_t before = inflated_.size();
  take_trouble(inflater_->end(inflated_, max_message_));
  if (auto wrong = std::exchange(inflation_, {})) return wrong;
  if (dropping_ || quirks_.deflate.text == TextJudged::as_it_came) return std::nullopt;
  return judge_payload(base::OctetView(inflated_).subspan(before));
}

// Where the next `size` octets of payload belong; nowhere when they are not kept.
std::span<std::uint8_t> Receiver::room_for(std::size_t size) {
  if (sink_ == Sink::control) {
    control_.resize(control_.size() + size);
    return std::span(control_).last(size);
  }
  const FragmentOrder order = quirks_.fragmentation.order;
  const bool lost = order == FragmentOrder::last_lost && fragmented_ && header_.fin;
  if (sink_ == Sink::nowhere || dropping_ || lost) return {};
  // Fragments stand in the order in which they came. [6455-5.4-7]
  const bool reversed = order == FragmentOrder::reversed;
  const std::size_t size_now = message_->size();
  return message_->insert(
      reversed ? std::min(static_cast<std::size_t>(offset_), size_now) : size_now, size);
}

// Octet i of a frame is masked with octet i mod 4 of that frame's key. [6455-5.3-5] [6455-5.3-8]
void Receiver::unmask(std::span<std::uint8_t> to, base::OctetView from) {
  if (!header_.key) return wire::mask_copy(to, from, {});
  switch (quirks_.masking.unmasking) {
    case Unmasking::right:
      return wire::mask_copy(to, from, *header_.key, offset_);
    case Unmasking::restarts_each_read:
      return wire::mask_copy(to, from, *header_.key, read_offset_);
    case Unmasking::continues_over_frames:
      return wire::mask_copy(to, from, *header_.key,
                             offset_ + (sink_ == Sink::message ? message_offset_ : 0));
    case Unmasking::keeps_first_key:
      return wire::mask_copy(to, from, sink_ == Sink::message ? first_key_ : *header_.key, offset_);
    case Unmasking::none:
      return wire::mask_copy(to, from, {});
  }
}

// A text is refused at its first wrong octet. [6455-8.1-1] [6455-5.6-1]
Receiver::Judgement Receiver::judge_payload(base::OctetView data) {
  const TextQuirks& rules = quirks_.text;
  if (type_ != wire::opcode::text || dropping_ || rules.refusal == Check::off) return std::nullopt;
  if (compressed_ && quirks_.deflate.text == TextJudged::never) return std::nullopt;
  if (rules.scope == TextScope::first_fragment && fragmented_) return std::nullopt;
  if (rules.scope == TextScope::fragments_forgiving && fragmented_ && offset_ == data.size()) {
    // The rest of a character that began in the fragment before.
    const auto begin =
        std::ranges::find_if(data, [](std::uint8_t octet) { return (octet & 0xC0U) != 0x80; });
    data = base::OctetView(begin, data.end());
  }
  const bool good = text_->feed(data);
  if (good || rules.time != TextTime::at_once) return std::nullopt;
  return Violation{not_utf8, "text that is no UTF-8"};
}

std::optional<Incoming> Receiver::end_frame() {
  if (judged_late_) return violated(*judged_late_);
  if (sink_ == Sink::control) return end_control();
  if (sink_ == Sink::message) return end_data();
  return std::nullopt;
}

// What is wrong with the text of a message of which a frame has just ended.
Receiver::Judgement Receiver::judge_text_at_end() {
  const TextQuirks& rules = quirks_.text;
  if (type_ != wire::opcode::text || dropping_ || rules.refusal == Check::off) return std::nullopt;
  if (compressed_ && quirks_.deflate.text == TextJudged::never) return std::nullopt;
  const Violation wrong{not_utf8, "text that is no UTF-8"};
  if (rules.scope == TextScope::first_fragment && (fragmented_ || !header_.fin)) return {};
  if (!text_->feed({}) && (header_.fin || rules.time == TextTime::frame_end)) return wrong;
  const bool text_ends = header_.fin || rules.scope == TextScope::each_fragment;
  if (text_ends && rules.whole_end == Check::on && !text_->complete()) return wrong;  // [3629-4-4]
  return std::nullopt;
}

std::optional<Incoming> Receiver::end_data() {
  if (const auto wrong = end_inflation()) return violated(*wrong);
  if (const auto wrong = judge_text_at_end()) return violated(*wrong);
  if (quirks_.fragmentation.reassembly == Check::off && (!header_.fin || fragmented_)) {
    const base::OctetView piece = compressed_ ? base::OctetView(inflated_) : message_->view();
    told_ = true;
    if (header_.fin) end_message();
    return Incoming{Incoming::Kind::message, type_, piece, {}, false};
  }
  message_offset_ += header_.length;
  if (!header_.fin) return std::nullopt;  // [6455-5.4-2]
  if (dropping_) {
    drop_message();
    return std::nullopt;
  }
  const bool type_lost = fragmented_ && quirks_.fragmentation.type_kept == Check::off;
  return deliver(type_lost ? wire::opcode::binary : type_);
}

// A message is whole, even an empty one. [6455-6.2-4]
Incoming Receiver::deliver(std::uint8_t type) {
  const TextQuirks& rules = quirks_.text;
  base::OctetView message = compressed_ ? base::OctetView(inflated_) : message_->view();
  const bool compressed = compressed_;
  if (inflater_ && !compressed) inflater_->end_plain(message);
  end_message();
  told_ = true;
  if (type == wire::opcode::text) {
    if (rules.refusal == Check::off) message = inflated_ = repaired(message, rules.alphabet);
    if (rules.byte_order_mark == Check::off && base::as_text(message).starts_with("\xEF\xBB\xBF")) {
      message = message.subspan(3);
    }
    if (rules.blanks == Check::off) message = trimmed(message);
    if (rules.line_ends == Check::off) message = inflated_ = with_one_line_end(message);
  }
  return {Incoming::Kind::message, type, message, {}, compressed};
}

// Control frames are told at once, in the middle of a message as well. [6455-5.4-9] [6455-6.2-2]
Incoming Receiver::end_control() {
  if (quirks_.fragmentation.survives_control == Check::off) drop_message();
  const auto kind = header_.opcode == wire::opcode::close  ? Incoming::Kind::close
                    : header_.opcode == wire::opcode::pong ? Incoming::Kind::pong
                                                           : Incoming::Kind::ping;
  return {kind, 0, control_, {}, false};
}

// Tells a violation; nothing more is kept of the frame, nor of a message that it spoilt.
Incoming Receiver::violated(const Violation& violation) {
  if (sink_ == Sink::message) {
    message_->clear();
    inflated_.clear();
    dropping_ = true;
    if (header_.fin) drop_message();
  }
  sink_ = Sink::nowhere;
  judged_late_.reset();
  return {Incoming::Kind::violation, 0, {}, violation, false};
}

// Nothing is left to be read, but perhaps something to be told.
Incoming Receiver::need_more() {
  if (const Judgement wrong = std::exchange(withheld_, {})) return violated(*wrong);
  return {};
}

// The message is over, but its octets stay until the next call.
void Receiver::end_message() {
  in_message_ = false;
  fragmented_ = false;
  compressed_ = false;
  dropping_ = false;
  message_offset_ = 0;
  *text_ = TextJudge(quirks_.text.alphabet);
}

void Receiver::drop_message() {
  end_message();
  message_->clear();
  inflated_.clear();
}

}  // namespace wsproof::endpoint
