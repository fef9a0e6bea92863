#include "harness/rfc/monitor_frames.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/wire/close.hpp"

namespace wsproof::rfc {

namespace {

namespace opcode = wire::opcode;

constexpr std::uint8_t rsv1 = 4;
constexpr std::uint64_t top_bit = std::uint64_t{1} << 63U;
constexpr std::uint64_t control_limit = 125;

bool is_reserved(std::uint8_t code) { return opcode::name(code).empty(); }

bool is_data(std::uint8_t code) { return !opcode::is_control(code); }

std::string kind_of(std::uint8_t code) {
  return is_reserved(code) ? fmt::format("opcode {:#x}", code) : std::string(opcode::name(code));
}

std::string bits_of(std::uint8_t rsv) {
  std::string names;
  for (std::uint8_t bit = 0; bit < 3; ++bit) {
    if ((rsv & (rsv1 >> bit)) == 0) continue;
    names += fmt::format("{}RSV{}", names.empty() ? "" : " and ", bit + 1);
  }
  return names;
}

std::string_view bits_in(wire::LengthForm form) {
  switch (form) {
    case wire::LengthForm::seven:
      return "7";
    case wire::LengthForm::sixteen:
      return "16";
    case wire::LengthForm::sixty_four:
      return "64";
  }
  return {};
}

}  // namespace

// ---------------------------------------------------------------------------------------------
// Masking keys

KeyWatch::Suspicion KeyWatch::Sequence::take(std::uint32_t number, std::uint64_t count) {
  const std::uint32_t new_step = number - last;
  last = number;
  if (count == 1) return Suspicion::none;
  equal_steps = count > 2 && new_step == step ? equal_steps + 1 : 1;
  step = new_step;
  if (step == 0) return equal_steps >= 3 ? Suspicion::constant : Suspicion::none;
  return equal_steps >= 4 ? Suspicion::counting : Suspicion::none;
}

KeyWatch::Suspicion KeyWatch::take(const wire::MaskingKey& key) {
  ++count_;
  std::uint32_t big = 0;
  for (const std::uint8_t octet : key) big = big << 8U | octet;
  const std::uint32_t little =
      big >> 24U | (big >> 8U & 0xFF00U) | (big << 8U & 0xFF0000U) | big << 24U;
  const Suspicion first = big_endian_.take(big, count_);
  const Suspicion second = little_endian_.take(little, count_);
  return first == Suspicion::none ? second : first;
}

// ---------------------------------------------------------------------------------------------
// The stream

void FrameJudge::take(base::OctetView octets, const SentFrames& other) {
  // The reader unmasks in place, and these octets are not ours.
  std::array<std::uint8_t, 4096> copy;
  while (!octets.empty() && !lost_) {
    const std::size_t size = std::min(octets.size(), copy.size());
    std::ranges::copy(octets.first(size), copy.begin());
    octets = octets.subspan(size);
    std::span<std::uint8_t> input(copy.data(), size);
    while (!lost_) {
      const wire::FrameEvent event = reader_.next(input);
      if (event.kind == wire::FrameEvent::Kind::need_more) break;
      if (event.kind == wire::FrameEvent::Kind::header) on_header(event.header, other);
      if (event.kind == wire::FrameEvent::Kind::payload) on_payload(event.payload);
      if (event.kind == wire::FrameEvent::Kind::end) on_end(other);
    }
  }
}

void FrameJudge::add(std::string_view requirement, std::string_view text) {
  base::Octets octets;
  base::append(octets, wire::encode(header_).view());
  if (opcode::is_control(header_.opcode))
    base::append(octets, base::OctetView(control_).first(control_size_));
  findings_->add(requirement,
                 fmt::format("Frame {} ({}) {}.", number_, kind_of(header_.opcode), text), octets);
}

void FrameJudge::on_header(const wire::FrameHeader& header, const SentFrames& other) {
  ++number_;
  header_ = header;
  clear_ = true;
  control_size_ = 0;
  judge_mask();
  judge_key();
  judge_reserved_bits();
  judge_opcode();
  judge_length();
  judge_control();
  if (lost_) return;  // these may not be frames at all, so their order says nothing
  judge_order(other);
  if (is_data(header_.opcode)) judge_sequence();
}

void FrameJudge::on_payload(base::OctetView payload) {
  if (is_data(header_.opcode)) {
    if (plain_text_) judge_text(utf8_.feed(payload));
    if (compressed_) take_compressed(payload);
    return;
  }
  const std::size_t taken = std::min(payload.size(), control_.size() - control_size_);
  std::ranges::copy(payload.first(taken),
                    control_.begin() + static_cast<std::ptrdiff_t>(control_size_));
  control_size_ += taken;
}

void FrameJudge::on_end(const SentFrames& other) {
  if (header_.opcode == opcode::close) judge_close(other);
  if (opcode::is_control(header_.opcode) || !header_.fin) return;
  if (compressed_) end_compressed();
  if (plain_text_ && !utf8_.complete()) {
    // [6455-5.6-1] [3629-4-4]
    report("6455-5.6-1", "ends a text message in the middle of a UTF-8 character");
  }
  in_message_ = false;
  plain_text_ = false;
}

// ---------------------------------------------------------------------------------------------
// Headers

void FrameJudge::judge_mask() {
  const bool masked = header_.key.has_value();
  if (masked == (sender_ == wire::Role::client)) return;
  // Whoever gets the bit wrong may get the key wrong too: from here on nothing is certain.
  lost_ = true;
  if (masked) {
    report("6455-5.1-5", "is masked, although it comes from the server");
  } else {
    report("6455-5.1-1", "is not masked, although it comes from the client");
  }
}

void FrameJudge::judge_key() {
  // A frame without payload needs no key to be unreadable; only keys that hide something count.
  if (!header_.key || sender_ != wire::Role::client || header_.length == 0) return;
  switch (keys_.take(*header_.key)) {
    case KeyWatch::Suspicion::none:
      return;
    case KeyWatch::Suspicion::constant:
      // [6455-5.3-2] [6455-10.3-1]
      return report("6455-5.3-2", "has the same masking key {} as the three with payload before it",
                    base::to_hex(*header_.key));
    case KeyWatch::Suspicion::counting:
      return report("6455-5.3-4",
                    "has the masking key {}; the last five keys grow by the same number",
                    base::to_hex(*header_.key));
  }
}

void FrameJudge::judge_reserved_bits() {
  const std::uint8_t undefined =
      deflate_ ? static_cast<std::uint8_t>(header_.rsv & ~rsv1) : header_.rsv;
  if (undefined != 0) {
    lost_ = true;
    // [6455-5.2-2] [6455-5.8-1] [6455-11.9-1] [7692-5-14]
    report("6455-5.2-2", "has {} set, which no agreed extension defines", bits_of(undefined));
  }
  if (!deflate_ || (header_.rsv & rsv1) == 0) return;
  if (opcode::is_control(header_.opcode)) {
    clear_ = false;
    report("7692-6.1-3", "is a control frame with RSV1 set");
  } else if (header_.opcode == opcode::continuation) {
    plain_text_ = false;  // perhaps the message is compressed after all
    compressed_ = false;
    if (compression_) compression_->lost = true;
    report("7692-6.1-4", "has RSV1 set, although it is not the first of its message");
  }
}

void FrameJudge::judge_opcode() {
  if (!is_reserved(header_.opcode)) return;
  lost_ = true;
  // [6455-11.8-1] [6455-5.2-8] [6455-5.2-9]
  report("6455-11.8-1", "uses an opcode that no document defines");
}

void FrameJudge::judge_length() {
  if (header_.length >= top_bit) {
    lost_ = true;
    report("6455-5.2-15", "announces {:#x} octets; the top bit of a length is zero",
           header_.length);
  }
  const wire::LengthForm shortest = wire::shortest_form(header_.length);
  if (header_.form == shortest) return;
  report("6455-5.2-17", "writes the length {} in {} bits, where {} are enough", header_.length,
         bits_in(header_.form), bits_in(shortest));
}

void FrameJudge::judge_control() {
  if (!opcode::is_control(header_.opcode)) return;
  if (header_.length > control_limit) {
    clear_ = false;
    report("6455-5.5-5", "announces {} octets; a control frame has at most {}", header_.length,
           control_limit);
  }
  if (!header_.fin) {
    lost_ = true;
    report("6455-5.4-6", "is a control frame without FIN");
  }
}

void FrameJudge::judge_order(const SentFrames& other) {
  if (sent_.closes == 0) return;
  if (is_data(header_.opcode)) {
    report("6455-5.5.1-7", "is a data frame behind a Close frame");
  } else if (header_.opcode == opcode::close && other.closes > 1) {
    report("6455-5.5.1-18", "is a second Close frame; the second one received is not answered");
  } else if (header_.opcode == opcode::close) {
    // [6455-5.5.1-8] [6455-5.5.1-17]
    report("6455-5.5.1-8", "is a Close frame, although one was already sent");
  }
}

void FrameJudge::judge_sequence() {
  const bool first = header_.opcode != opcode::continuation;
  if (first == in_message_ && !sequence_lost_) {
    sequence_lost_ = true;
    if (first) {
      report("6455-5.4-8", "starts a message, although the one before it is not finished");
    } else {
      // [6455-5.4-12] [6455-5.4-17]
      report("6455-5.4-17", "continues a message, although none is unfinished");
    }
  }
  if (first) {
    utf8_ = {};
    plain_text_ = header_.opcode == opcode::text && header_.rsv == 0;
    begin_compressed();
  }
  // Whose text a fragment belongs to is no longer certain.
  if (sequence_lost_) plain_text_ = compressed_ = false;
  in_message_ = true;
}

// ---------------------------------------------------------------------------------------------
// Payload

void FrameJudge::judge_text(std::optional<std::uint64_t> wrong) {
  if (!wrong) return;
  plain_text_ = false;  // said once a message
  // [6455-5.6-1] [3629-3-2]
  report("6455-5.6-1", "brings octet {} of a text message, where valid UTF-8 ends", *wrong);
}

void FrameJudge::judge_close(const SentFrames& other) {
  ++sent_.closes;
  if (!clear_ || header_.length == 0) return;
  const auto close = wire::decode_close(base::OctetView(control_).first(control_size_));
  if (!close.code) {
    return report("6455-5.5.1-3", "has a body of one octet, which is neither empty nor a code");
  }
  judge_code(*close.code, other);
  if (const auto wrong = wire::first_invalid_utf8(close.tail)) {
    // [6455-8.1-3] [6455-5.5.1-4]
    report("6455-8.1-3", "has a reason that is not UTF-8 from its octet {} on", *wrong);
  }
}

void FrameJudge::judge_code(std::uint16_t code, const SentFrames& other) {
  constexpr std::uint16_t beyond = 5000;
  sent_.code_1010 |= code == 1010;
  sent_.code_beyond |= code >= beyond;
  if (code < 1000) {
    report("6455-7.4.2-1", "has the code {}; codes below 1000 are not used", code);
  } else if (code == 1004) {
    report("6455-7.4.1-5", "has the code 1004, which is reserved and means nothing");
  } else if (code == 1005) {
    report("6455-7.4.1-6", "has the code 1005, which never stands in a frame");
  } else if (code == 1006) {
    report("6455-7.4.1-8", "has the code 1006, which never stands in a frame");
  } else if (code == 1015) {
    report("6455-7.4.1-17", "has the code 1015, which never stands in a frame");
  } else if (code >= 1016 && code < 3000) {
    // An echo too: nobody knows what it means. [6455-7.4.2-2] [6455-11.7-1]
    report("6455-7.4.2-2", "has the code {}, which is not assigned", code);
  } else if (code == 1010 && sender_ == wire::Role::server && other.legal && !other.code_1010) {
    report("6455-7.4.1-14", "has the code 1010, which a server sends at most as an echo");
  } else if (code >= beyond && other.legal && !other.code_beyond) {
    // Of an echo nothing is said.
    report("6455-7.4.2-5", "has the code {}, which is outside every range", code);
  }
}

}  // namespace wsproof::rfc
