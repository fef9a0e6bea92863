// Receiver: the other side's octets to messages, pings, pongs, Closes and violations (RFC 6455 §5,
// §6.2, §8.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "harness/base/octets.hpp"
#include "harness/endpoint/assembly.hpp"
#include "harness/endpoint/compression.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/text.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::endpoint {

/// What must fail the connection: with which close code, and why.
struct Violation {
  std::uint16_t code;
  std::string_view why;
};

/// What Receiver::next() found.
struct Incoming {
  enum class Kind { need_more, message, ping, pong, close, violation };
  Kind kind = Kind::need_more;
  std::uint8_t type = 0;         ///< of a message: the opcode text or binary
  base::OctetView payload = {};  ///< of all but a violation; good until the next call
  Violation violation{};
  bool compressed = false;  ///< a message came compressed
};

/// What a server by mistake has once for all connections: only quirks do that. Empty: its own.
struct Shared {
  std::shared_ptr<wire::Inflater> context;  ///< inflates compressed messages
  std::shared_ptr<Assembly> fragments;      ///< messages are put together in it
  std::shared_ptr<TextJudge> text;          ///< knows where the last fragment of a text stopped
};

/// Reads frames and judges them. It keeps no more of a message than has arrived (and was
/// inflated), and no more than the limit: what a header announces costs nothing. After a violation
/// the rest of the bad frame is skipped, so that whoever wants to (only quirks do) may go on. Once
/// its buffers have grown to the longest message, it allocates nothing.
///
/// It cuts frames itself instead of using wire::FrameReader: so it can have that reader's bugs, and
/// a fuzzer two readers to compare.
class Receiver {
 public:
  /// Reads what the peer of `role` sends. `quirks` must outlive the receiver.
  Receiver(wire::Role role, std::size_t max_message, const Quirks& quirks);

  /// permessage-deflate was agreed on: messages with RSV1 are inflated from now on.
  void use_deflate(const DeflateAgreement& agreed) {
    inflater_.emplace(role_, agreed, quirks_.deflate, context_);
  }

  /// Uses these instead of things of its own; before any octet comes.
  void share(const Shared& shared);

  /// Takes octets from the front of `input`, advancing it, until something is found or nothing is
  /// left (need_more).
  Incoming next(base::OctetView& input);

  /// Whether a message has begun and not ended.
  bool in_message() const { return in_message_; }
  /// Whether the text that is being received stopped inside a character.
  bool inside_character() const { return in_message() && !text_->complete(); }

  /// Tells the receiver that the octets to come are a new read.
  void begin_read() { read_offset_ = 0; }

 private:
  using Judgement = std::optional<Violation>;

  /// Where the payload of the current frame goes.
  enum class Sink { nowhere, control, message };

  bool take_usual_message(base::OctetView& input);
  bool read_header(base::OctetView& input);
  ReservedOpcode reserved_rule() const;
  Judgement judge_header() const;
  Judgement judge_bits() const;
  Judgement judge_control() const;
  Judgement judge_length() const;
  Judgement judge_sequence() const;
  Judgement begin_frame();
  void begin_data();
  bool may_have_compressed_bit() const;
  base::OctetView take_payload(base::OctetView& input);
  base::OctetView inflate(base::OctetView piece);
  void take_trouble(MessageInflater::Trouble trouble);
  Judgement end_inflation();
  std::span<std::uint8_t> room_for(std::size_t size);
  void unmask(std::span<std::uint8_t> to, base::OctetView from);
  Judgement judge_payload(base::OctetView data);
  std::optional<Incoming> end_frame();
  std::optional<Incoming> end_data();
  Judgement judge_text_at_end();
  Incoming end_control();
  Incoming deliver(std::uint8_t type);
  Incoming violated(const Violation& violation);
  Incoming need_more();
  void end_message();
  void drop_message();

  wire::Role role_;
  std::size_t max_message_;
  const Quirks& quirks_;
  bool by_the_book_;  ///< nothing changes how messages are received

  std::array<std::uint8_t, wire::max_header_octets> partial_{};
  std::size_t held_ = 0;  ///< octets of an incomplete header in partial_

  bool in_frame_ = false;
  wire::FrameHeader header_;
  std::uint64_t left_ = 0;         ///< payload octets of the frame still to come
  std::uint64_t offset_ = 0;       ///< payload octets of the frame already seen
  std::uint64_t read_offset_ = 0;  ///< those of them in the current read
  Sink sink_ = Sink::nowhere;
  base::Octets control_;
  std::optional<Violation> judged_late_;  ///< found in the header, to be told at the frame's end

  std::shared_ptr<wire::Inflater> context_;  ///< if shared
  std::optional<MessageInflater> inflater_;
  bool compressed_ = false;  ///< the message is inflated as it comes
  base::Octets piece_;       ///< of its payload, unmasked
  Judgement inflation_;      ///< what went wrong with it
  Judgement withheld_;       ///< the same, to be told when all that there is has been read

  bool in_message_ = false;
  bool fragmented_ = false;           ///< whether the message has more than one frame
  bool dropping_ = false;             ///< the rest of the message is not kept
  std::uint8_t type_ = 0;             ///< of the message: text or binary
  wire::MaskingKey first_key_{};      ///< of the message's first frame
  std::uint64_t message_offset_ = 0;  ///< octets of the message in the frames before this one
  std::shared_ptr<Assembly> message_ = std::make_shared<Assembly>();
  base::Octets inflated_;  ///< the message, when it was compressed
  bool told_ = false;      ///< the message was handed out and goes with the next call
  std::shared_ptr<TextJudge> text_;
};

}  // namespace wsproof::endpoint
