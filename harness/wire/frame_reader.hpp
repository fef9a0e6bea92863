// FrameReader: octets in any cut to headers and unmasked payload, incrementally and losslessly.
#pragma once

#include <cstdint>
#include <span>

#include "harness/wire/frame.hpp"
#include "harness/wire/raw_header.hpp"

namespace wsproof::wire {

/// What FrameReader::next() found at the front of its input.
struct FrameEvent {
  enum class Kind {
    need_more,  ///< the input is used up; feed more
    header,     ///< a header is complete; `header` tells it
    payload,    ///< some of the current frame's payload, already unmasked
    end,        ///< the current frame is complete (follows the header at once when it is empty)
  };
  Kind kind = Kind::need_more;
  FrameHeader header = {};       ///< of the current frame, in every kind but need_more
  base::OctetView payload = {};  ///< only of kind payload; part of the caller's buffer
};

/// Cuts a stream of octets into frames. It stores no payload: payload is unmasked in the caller's
/// buffer and handed out as a view of it, so a frame of 2^63 octets needs no memory. It cannot
/// fail: whether a frame is legal is decided elsewhere. The concatenation of encode(header) and the
/// payload masked again is exactly what went in.
class FrameReader {
 public:
  /// Takes what it can from the front of `input` (advancing it) and returns one event. Call until
  /// it returns need_more, when `input` is empty. The octets of `input` are overwritten where they
  /// are masked payload.
  FrameEvent next(std::span<std::uint8_t>& input) {
    return in_payload_ ? next_payload(input) : next_header(input);
  }

  /// Whether the stream stands between two frames (so that an end here cuts nothing).
  bool at_frame_boundary() const { return !in_payload_ && held_ == 0; }

 private:
  FrameEvent next_header(std::span<std::uint8_t>& input);
  FrameEvent next_payload(std::span<std::uint8_t>& input);

  std::array<std::uint8_t, max_header_octets> partial_{};
  std::size_t held_ = 0;  ///< octets of an incomplete header in partial_
  bool in_payload_ = false;
  RawHeader header_;          ///< of the current frame
  std::uint64_t offset_ = 0;  ///< payload octets already seen, for the masking key
};

}  // namespace wsproof::wire
