// FrameJudge: the strictest correct reading of what one side may send as frames (RFC 6455 §5-§8).
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "harness/base/octets.hpp"
#include "harness/rfc/finding.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_inspector.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/role.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::rfc {

/// Whether the masking keys of a client follow one another by a rule that chance does not produce.
class KeyWatch {
 public:
  enum class Suspicion { none, constant, counting };

  /// Takes the next key. `constant`: four keys in a row are the same. `counting`: five keys in a
  /// row differ by the same number, read in either order of octets. Either happens by chance less
  /// often than once in 2^94.
  Suspicion take(const wire::MaskingKey& key);

 private:
  /// One reading of the keys as numbers.
  struct Sequence {
    std::uint32_t last = 0;
    std::uint32_t step = 0;
    int equal_steps = 0;  ///< how many steps in a row were the same

    Suspicion take(std::uint32_t number, std::uint64_t count);
  };

  std::uint64_t count_ = 0;
  Sequence big_endian_, little_endian_;
};

/// What the frames of one side tell about what the other may send.
struct SentFrames {
  bool legal = true;         ///< nothing was wrong with them, so the receiver read them as we do
  std::uint64_t closes = 0;  ///< how many Close frames
  bool code_1010 = false;    ///< a Close with code 1010
  bool code_beyond = false;  ///< a Close with a code of 5000 or more
};

/// What a sender may do with permessage-deflate.
struct DeflateUse {
  bool forgets = false;  ///< no message refers to one before
  int window_bits = wire::most_window_bits;
};

/// Judges the frames of `sender` from behind its opening handshake on. Keeps no payload but that of
/// one control frame.
class FrameJudge {
 public:
  /// `findings` must outlive the judge; nullptr when only sent() is wanted.
  FrameJudge(wire::Role sender, Findings* findings) : sender_(sender), findings_(findings) {}

  /// permessage-deflate was agreed on, in this way. [7692-5-16]
  void use_deflate(const DeflateUse& use) {
    deflate_ = true;
    if (findings_ != nullptr) compression_.emplace(use);
  }

  /// The next octets, in any cut, and what the other side had sent until then.
  void take(base::OctetView octets, const SentFrames& other);

  /// What follows is no longer to be read as frames.
  void give_up() {
    lost_ = true;
    sent_.legal = false;
  }

  const SentFrames& sent() const { return sent_; }

 private:
  void on_header(const wire::FrameHeader& header, const SentFrames& other);
  void on_payload(base::OctetView payload);
  void on_end(const SentFrames& other);

  void judge_mask();
  void judge_key();
  void judge_reserved_bits();
  void judge_opcode();
  void judge_length();
  void judge_control();
  void judge_order(const SentFrames& other);
  void judge_sequence();
  void judge_text(std::optional<std::uint64_t> wrong);
  void judge_close(const SentFrames& other);
  void judge_code(std::uint16_t code, const SentFrames& other);
  // monitor_deflate.cpp
  void begin_compressed();
  void take_compressed(base::OctetView payload);
  void end_compressed();
  void judge_matches();

  /// Adds a finding about the current frame; the text goes on after "Frame 7 (ping) ".
  template <typename... Parts>
  void report(std::string_view requirement, fmt::format_string<Parts...> text, Parts&&... parts) {
    sent_.legal = false;
    if (findings_ == nullptr || findings_->has(requirement)) return;
    add(requirement, fmt::format(text, std::forward<Parts>(parts)...));
  }
  void add(std::string_view requirement, std::string_view text);

  wire::Role sender_;
  Findings* findings_;
  bool deflate_ = false;
  SentFrames sent_;
  KeyWatch keys_;

  wire::FrameReader reader_;
  std::uint64_t number_ = 0;  ///< of the current frame, from 1
  wire::FrameHeader header_;  ///< of the current frame
  bool lost_ = false;         ///< what comes from here on cannot be read with certainty
  bool clear_ = true;         ///< the current frame's payload is what it looks like
  std::array<std::uint8_t, 125> control_{};  ///< payload of the current control frame
  std::size_t control_size_ = 0;

  bool in_message_ = false;     ///< between the first and the last frame of a message
  bool sequence_lost_ = false;  ///< fragments were out of order: which belong together is in doubt
  bool plain_text_ = false;     ///< the message is uncompressed text, not known to be wrong yet
  wire::Utf8Validator utf8_;

  /// What reading compressed messages takes.
  struct Compression {
    explicit Compression(const DeflateUse& agreed) : use(agreed) {}

    DeflateUse use;
    bool lost = false;       ///< they can no longer be read with certainty
    bool text = false;       ///< the message is text, not known to be wrong yet
    std::uint64_t size = 0;  ///< of its payload so far
    wire::DeflateInspector inspector;
    wire::Inflater inflater;
  };
  std::optional<Compression> compression_;  ///< of the watched side, once it is agreed on
  bool compressed_ = false;                 ///< the message is compressed, and is read
};

}  // namespace wsproof::rfc
