#include "fuzz/codecs/plain.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "fuzz/codecs/adapter.hpp"

namespace wsproof::fuzz {

namespace {

constexpr std::pair<Bug, std::string_view> names[] = {
    {Bug::none, "none"},
    {Bug::mask_restarts_at_a_read, "mask-restarts-at-a-read"},
    {Bug::mask_goes_on_over_frames, "mask-goes-on-over-frames"},
    {Bug::mask_of_the_first_fragment, "mask-of-the-first-fragment"},
    {Bug::unmasked_when_empty, "unmasked-when-empty"},
    {Bug::key_lost_at_a_cut, "key-lost-at-a-cut"},
    {Bug::length_of_32_bits, "length-of-32-bits"},
    {Bug::length_without_top_bit, "length-without-top-bit"},
    {Bug::length_form_one_off, "length-form-one-off"},
    {Bug::sixteen_bits_signed, "sixteen-bits-signed"},
    {Bug::reserved_bits_of_continuations, "reserved-bits-of-continuations"},
    {Bug::reserved_bits_with_deflate, "reserved-bits-with-deflate"},
    {Bug::reserved_opcodes_ignored, "reserved-opcodes-ignored"},
    {Bug::type_of_the_last_fragment, "type-of-the-last-fragment"},
    {Bug::control_resets_message, "control-resets-message"},
    {Bug::control_ends_message, "control-ends-message"},
    {Bug::control_of_126, "control-of-126"},
    {Bug::control_in_fragments, "control-in-fragments"},
    {Bug::ping_in_the_message_buffer, "ping-in-the-message-buffer"},
    {Bug::empty_last_fragment_lost, "empty-last-fragment-lost"},
    {Bug::continuation_of_nothing, "continuation-of-nothing"},
    {Bug::message_inside_a_message, "message-inside-a-message"},
    {Bug::close_of_one_octet, "close-of-one-octet"},
    {Bug::close_code_1015, "close-code-1015"},
    {Bug::close_reason_unchecked, "close-reason-unchecked"},
    {Bug::utf8_lost_at_a_cut, "utf8-lost-at-a-cut"},
    {Bug::utf8_lost_at_a_fragment, "utf8-lost-at-a-fragment"},
    {Bug::utf8_end_unchecked, "utf8-end-unchecked"},
    {Bug::utf8_surrogates, "utf8-surrogates"},
    {Bug::utf8_overlong, "utf8-overlong"},
    {Bug::utf8_beyond_unicode, "utf8-beyond-unicode"},
    {Bug::limit_one_off, "limit-one-off"},
    {Bug::limit_of_each_frame, "limit-of-each-frame"},
    {Bug::window_one_off, "window-one-off"},
    {Bug::context_kept, "context-kept"},
    {Bug::context_lost_by_plain_messages, "context-lost-by-plain-messages"},
    {Bug::deflate_stops_at_final_block, "deflate-stops-at-final-block"},
};

constexpr std::uint8_t rsv1 = 4;
constexpr std::size_t most_at_once = 1024;  // octets that are inflated in one go

constexpr bool is_control(std::uint8_t opcode) { return opcode >= 8; }

Bug planted_bug() {
  const char* wanted = std::getenv("WSPROOF_PLANTED");
  if (wanted == nullptr) return Bug::none;
  const auto found = std::ranges::find(names, wanted, &std::pair<Bug, std::string_view>::second);
  if (found != std::end(names)) return found->first;
  std::fprintf(stderr, "WSPROOF_PLANTED=%s: there is no such bug; there are:\n", wanted);
  for (const auto& [value, text] : names) std::fprintf(stderr, "%s\n", text.data());
  std::exit(2);
}

}  // namespace

PlainCodec::PlainCodec(const wsproof_codec_settings& settings, wsproof_report report,
                       void* listener)
    : settings_(settings), report_(report), listener_(listener) {
  static const Bug planted = planted_bug();
  bug_ = planted;
  if (settings.deflate == 0) return;
  inflater_.emplace(has(Bug::window_one_off) ? std::max(settings.window_bits - 1, 8)
                                             : settings.window_bits);
}

void PlainCodec::feed(const std::uint8_t* octets, std::size_t size) {
  if (has(Bug::mask_restarts_at_a_read)) mask_at_ = 0;
  if (has(Bug::utf8_lost_at_a_cut)) character_left_ = 0;
  if (has(Bug::key_lost_at_a_cut) && header_.size() > 2)
    std::ranges::fill(header_.begin() + 2, header_.end(), std::uint8_t{0});
  for (const std::uint8_t octet : base::OctetView(octets, size)) {
    if (over_) return;
    if (in_payload_) {
      take_payload_octet(octet);
    } else {
      take_header_octet(octet);
    }
    if (in_payload_ && !over_ && offset_ == length_) {
      in_payload_ = false;
      end_frame();
    }
  }
}

void PlainCodec::take_header_octet(std::uint8_t octet) {
  header_.push_back(octet);
  if (header_.size() < 2) return;
  const unsigned code = header_[1] & 0x7FU;
  const std::size_t more = code == 126 ? 2 : code == 127 ? 8 : 0;
  masked_ = (header_[1] & 0x80U) != 0;
  if (header_.size() < 2 + more + (masked_ ? 4 : 0)) return;
  fin_ = (header_[0] & 0x80U) != 0;
  rsv_ = (header_[0] >> 4U) & 0x7U;
  opcode_ = header_[0] & 0xFU;
  length_ = more == 0 ? code : 0;
  for (std::size_t at = 0; at < more; ++at) length_ = length_ << 8U | header_[2 + at];
  if (masked_) std::copy_n(header_.end() - 4, 4, key_);
  const std::uint64_t least = code == 126 ? 126 : code == 127 ? 65536 : 0;
  header_.clear();
  offset_ = 0;
  in_payload_ = true;

  if (has(Bug::sixteen_bits_signed) && code == 126 && length_ >= 0x8000) {
    length_ |= 0x7FFF'FFFF'FFFF'0000U;
  }
  const bool unmasked_forgiven = has(Bug::unmasked_when_empty) && length_ == 0;
  if (masked_ != (settings_.from_server == 0) && !unmasked_forgiven) {
    return fail(1002, masked_ ? "masked frame from a server" : "unmasked frame");
  }
  if (length_ >> 63U != 0 && has(Bug::length_without_top_bit)) length_ = length_ << 1U >> 1U;
  if (length_ >> 63U != 0) return fail(1002, "length with the top bit set");
  if (length_ + (has(Bug::length_form_one_off) ? 1 : 0) < least) {
    return fail(1002, "length not in the shortest form");
  }
  if (has(Bug::length_of_32_bits)) length_ &= 0xFFFF'FFFFU;
  begin_frame();
}

void PlainCodec::begin_frame() {
  const bool first = opcode_ == 1 || opcode_ == 2;
  std::uint8_t allowed = inflater_ && first ? rsv1 : 0;
  if (has(Bug::reserved_bits_with_deflate) && inflater_) allowed = 7;
  if (has(Bug::reserved_bits_of_continuations) && opcode_ == 0) allowed = 7;
  if ((rsv_ & ~allowed) != 0) return fail(1002, "reserved bit");
  const bool reserved = (opcode_ & 7U) > 2;
  if (reserved && !has(Bug::reserved_opcodes_ignored)) return fail(1002, "reserved opcode");
  if (!has(Bug::mask_goes_on_over_frames) || opcode_ != 0) mask_at_ = 0;
  if (reserved) return;
  if (!is_control(opcode_)) return begin_data();
  control_.clear();
  if (!fin_ && !has(Bug::control_in_fragments)) return fail(1002, "fragmented control frame");
  if (length_ > (has(Bug::control_of_126) ? 126 : 125)) {
    return fail(1002, "control frame too long");
  }
}

void PlainCodec::begin_data() {
  if (opcode_ == 0 && !in_message_) {
    if (!has(Bug::continuation_of_nothing)) return fail(1002, "continuation of nothing");
    type_ = 2;
  }
  if (opcode_ != 0 && in_message_ && !has(Bug::message_inside_a_message)) {
    return fail(1002, "message inside a message");
  }
  if (opcode_ != 0) {
    type_ = opcode_;
    compressed_ = (rsv_ & rsv1) != 0;
    fragments_ = 0;
    message_.clear();
    character_left_ = 0;
    std::copy_n(key_, 4, first_key_);
    if (compressed_ && settings_.forgets != 0 && !has(Bug::context_kept)) inflater_->forget();
  }
  ++fragments_;
  if (has(Bug::type_of_the_last_fragment) && opcode_ == 0) type_ = 2;
  if (has(Bug::utf8_lost_at_a_fragment)) character_left_ = 0;
  if (has(Bug::mask_of_the_first_fragment)) std::copy_n(first_key_, 4, key_);
  in_message_ = true;
  frame_start_ = message_.size();
  const std::uint64_t before = has(Bug::limit_of_each_frame) ? 0 : message_.size();
  const std::uint64_t limit = settings_.message_limit + (has(Bug::limit_one_off) ? 1 : 0);
  if (!compressed_ && length_ > limit - std::min(limit, before)) {
    return fail(1009, "message too big");
  }
}

void PlainCodec::take_payload_octet(std::uint8_t octet) {
  ++offset_;
  if (masked_) octet ^= key_[mask_at_++ % 4];
  if ((opcode_ & 7U) > 2) return;
  if (!is_control(opcode_)) return take_message_octet(octet);
  control_.push_back(octet);
  if (has(Bug::ping_in_the_message_buffer) && opcode_ == 9 && message_.size() >= control_.size()) {
    message_[control_.size() - 1] = octet;
  }
}

void PlainCodec::take_message_octet(std::uint8_t octet) {
  if (!compressed_) return take_content(octet);
  inflate(base::OctetView(&octet, 1));
}

void PlainCodec::inflate(base::OctetView octets) {
  while (!over_) {
    if (has(Bug::deflate_stops_at_final_block) && inflater_->final_blocks() > 0) return;
    content_.clear();
    const auto state = inflater_->feed(octets, most_at_once, content_);
    for (auto octet = content_.begin(); octet != content_.end() && !over_; ++octet) {
      take_content(*octet);
    }
    if (over_ || state == wire::Inflater::State::hungry) return;
    if (state == wire::Inflater::State::broken) return fail(1007, "data that do not inflate");
  }
}

void PlainCodec::take_content(std::uint8_t octet) {
  const std::uint64_t before = has(Bug::limit_of_each_frame) ? frame_start_ : 0;
  const std::uint64_t limit = settings_.message_limit + (has(Bug::limit_one_off) ? 1 : 0);
  message_.push_back(octet);
  if (type_ == 1 && !take_text(octet)) return fail(1007, "text that is no UTF-8");
  if (compressed_ && message_.size() - before > limit) fail(1009, "message too big");
}

// RFC 3629 §3, by the numbers: false as soon as no octet to come could make it a character.
bool PlainCodec::take_text(std::uint8_t octet) {
  if (character_left_ == 0) {
    if (octet < 0x80) return true;
    character_size_ = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : 2;
    if (octet < 0xC0 || octet > 0xF7) return false;
    character_left_ = character_size_ - 1;
    character_ = octet & (0x7FU >> character_size_);
  } else {
    if ((octet & 0xC0U) != 0x80) return false;
    character_ = character_ << 6U | (octet & 0x3FU);
    --character_left_;
  }
  // The characters that what is known so far can still become.
  const std::uint32_t low = character_ << 6U * character_left_;
  const std::uint32_t high = low | ((1U << 6U * character_left_) - 1);
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (high < least[character_size_] && !has(Bug::utf8_overlong)) return false;
  if (low > 0x10FFFF && !has(Bug::utf8_beyond_unicode)) return false;
  return low < 0xD800 || high > 0xDFFF || has(Bug::utf8_surrogates);
}

void PlainCodec::end_frame() {
  if ((opcode_ & 7U) > 2) return;
  if (opcode_ == 8) return take_close();
  if (is_control(opcode_)) {
    tell(opcode_ == 9 ? WSPROOF_PING : WSPROOF_PONG, 0, 0, control_);
    if (has(Bug::control_resets_message)) message_.clear();
    if (has(Bug::control_ends_message) && in_message_) end_message();
    return;
  }
  if (has(Bug::empty_last_fragment_lost) && fin_ && opcode_ == 0 && length_ == 0) return;
  if (fin_) end_message();
}

void PlainCodec::end_message() {
  if (compressed_) {
    inflate(wire::deflate_tail);
    if (over_) return;
    if (!inflater_->between_blocks() && !has(Bug::deflate_stops_at_final_block)) {
      return fail(1007, "data that do not inflate");
    }
  } else if (inflater_ && has(Bug::context_lost_by_plain_messages)) {
    inflater_->forget();
  }
  if (type_ == 1 && character_left_ != 0 && !has(Bug::utf8_end_unchecked)) {
    return fail(1007, "text that is no UTF-8");
  }
  in_message_ = false;
  tell(WSPROOF_MESSAGE, type_, 0, message_);
}

void PlainCodec::take_close() {
  if (control_.empty()) return tell(WSPROOF_CLOSE, 0, 0, {});
  if (control_.size() == 1) {
    if (!has(Bug::close_of_one_octet)) return fail(1002, "Close body of one octet");
    return tell(WSPROOF_CLOSE, 0, 0, {});
  }
  const unsigned code = static_cast<unsigned>(control_[0] << 8U | control_[1]);
  const bool known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                     (code >= 3000 && code <= 4999);
  if (!known && !(has(Bug::close_code_1015) && code == 1015)) return fail(1002, "close code");
  const auto reason = base::OctetView(control_).subspan(2);
  character_left_ = 0;
  const bool text = std::ranges::all_of(reason, [&](auto octet) { return take_text(octet); });
  if ((!text || character_left_ != 0) && !has(Bug::close_reason_unchecked)) {
    return fail(1007, "close reason that is no UTF-8");
  }
  tell(WSPROOF_CLOSE, 0, code, reason);
}

void PlainCodec::fail(unsigned code, std::string_view why) {
  tell(WSPROOF_FAILURE, 0, code, base::as_octets(why));
}

void PlainCodec::tell(wsproof_event_kind kind, int type, unsigned code, base::OctetView octets) {
  over_ = kind == WSPROOF_CLOSE || kind == WSPROOF_FAILURE;
  const wsproof_event event{kind, type, code, octets.data(), octets.size()};
  report_(listener_, &event);
}

}  // namespace wsproof::fuzz

extern "C" const wsproof_codec* wsproof_codec_under_test() {
  using Adapter = wsproof::fuzz::Adapter<wsproof::fuzz::PlainCodec>;
  static const wsproof_codec codec = {.name = "plain",
                                      .deflate = 1,
                                      .window_bits = 8,
                                      .limits = 1,
                                      .whole = 0,
                                      .from_server = 1,
                                      .create = Adapter::create,
                                      .feed = Adapter::feed,
                                      .destroy = Adapter::destroy,
                                      .known = nullptr};
  return &codec;
}
