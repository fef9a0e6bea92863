// A codec written down from the RFC as plainly as can be, an octet at a time, with switches for the
// bugs that codecs have.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fuzz/codec.h"
#include "harness/base/octets.hpp"
#include "harness/wire/deflate.hpp"

namespace wsproof::fuzz {

/// What can be wrong with the plain codec, for the benchmark of the fuzzers: the environment
/// variable WSPROOF_PLANTED says which; what it does not know ends the process with a list.
enum class Bug {
  none,
  // masking
  mask_restarts_at_a_read,
  mask_goes_on_over_frames,
  mask_of_the_first_fragment,
  unmasked_when_empty,
  // headers
  key_lost_at_a_cut,
  length_of_32_bits,
  length_without_top_bit,
  length_form_one_off,
  sixteen_bits_signed,
  reserved_bits_of_continuations,
  reserved_bits_with_deflate,
  reserved_opcodes_ignored,
  // fragments and control frames
  type_of_the_last_fragment,
  control_resets_message,
  control_ends_message,
  control_of_126,
  control_in_fragments,
  ping_in_the_message_buffer,
  empty_last_fragment_lost,
  continuation_of_nothing,
  message_inside_a_message,
  // Close
  close_of_one_octet,
  close_code_1015,
  close_reason_unchecked,
  // text
  utf8_lost_at_a_cut,
  utf8_lost_at_a_fragment,
  utf8_end_unchecked,
  utf8_surrogates,
  utf8_overlong,
  utf8_beyond_unicode,
  // limits
  limit_one_off,
  limit_of_each_frame,
  // permessage-deflate
  window_one_off,
  context_kept,
  context_lost_by_plain_messages,
  deflate_stops_at_final_block,
};

class PlainCodec {
 public:
  PlainCodec(const wsproof_codec_settings& settings, wsproof_report report, void* listener);

  void feed(const std::uint8_t* octets, std::size_t size);

 private:
  void take_header_octet(std::uint8_t octet);
  void begin_frame();
  void begin_data();
  void take_payload_octet(std::uint8_t octet);
  void take_message_octet(std::uint8_t octet);
  void inflate(base::OctetView octets);
  void take_content(std::uint8_t octet);
  bool take_text(std::uint8_t octet);
  void end_frame();
  void end_message();
  void take_close();
  void fail(unsigned code, std::string_view why);
  void tell(wsproof_event_kind kind, int type, unsigned code, base::OctetView octets);
  bool has(Bug bug) const { return bug_ == bug; }

  wsproof_codec_settings settings_;
  Bug bug_ = Bug::none;
  wsproof_report report_;
  void* listener_;
  bool over_ = false;

  base::Octets header_;  // of the frame, until it is whole
  bool in_payload_ = false;
  bool fin_ = false;
  std::uint8_t rsv_ = 0, opcode_ = 0;
  bool masked_ = false;
  std::uint8_t key_[4] = {};
  std::uint64_t length_ = 0, offset_ = 0;
  std::uint64_t mask_at_ = 0;
  base::Octets control_;

  bool in_message_ = false;
  bool compressed_ = false;
  int type_ = 0;
  std::uint8_t first_key_[4] = {};
  base::Octets message_;
  std::uint64_t frame_start_ = 0;  // octets of the message before this frame
  unsigned fragments_ = 0;

  unsigned character_left_ = 0;  // UTF-8: octets that the character still needs,
  unsigned character_size_ = 0;  // how many it has,
  std::uint32_t character_ = 0;  // and what is known of it

  std::optional<wire::Inflater> inflater_;
  base::Octets content_;  // what it made last
};

}  // namespace wsproof::fuzz
