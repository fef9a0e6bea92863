#include "harness/wire/frame_reader.hpp"

#include <algorithm>

#include "harness/wire/mask.hpp"

namespace wsproof::wire {

// Both functions below build their event in one variable, which compilers then place where the
// caller wants it. Made in several places it would be copied, and a copy of fields that were just
// written one by one waits for them.

FrameEvent FrameReader::next_header(std::span<std::uint8_t>& input) {
  FrameEvent event;
  base::OctetView seen = input;
  if (held_ > 0) {
    // Part of this header came with earlier input. More may be copied than the header takes; what
    // is too much is not taken from the input below.
    const std::size_t copied = std::min(partial_.size() - held_, input.size());
    std::ranges::copy(input.first(copied), partial_.begin() + static_cast<std::ptrdiff_t>(held_));
    seen = base::OctetView(partial_).first(held_ + copied);
  }
  if (seen.size() < 2 || seen.size() < header_size(seen[1])) {
    // Incomplete, so all of it fits into partial_, and all of the input belongs to it.
    if (held_ == 0) std::ranges::copy(input, partial_.begin());
    held_ = seen.size();
    input = input.subspan(input.size());
    return event;
  }
  header_ = read_header(seen.data());
  input = input.subspan(header_size(header_.second) - held_);
  held_ = 0;
  in_payload_ = true;
  offset_ = 0;
  event.kind = FrameEvent::Kind::header;
  unpack(header_, event.header);
  return event;
}

FrameEvent FrameReader::next_payload(std::span<std::uint8_t>& input) {
  FrameEvent event;
  const std::uint64_t left = header_.length - offset_;
  if (left > 0 && input.empty()) return event;
  unpack(header_, event.header);
  if (left == 0) {
    in_payload_ = false;
    event.kind = FrameEvent::Kind::end;
    return event;
  }
  const std::size_t taken = left < input.size() ? static_cast<std::size_t>(left) : input.size();
  const std::span<std::uint8_t> payload = input.first(taken);
  // Every frame starts anew at key octet 0. [6455-5.3-8]
  if (is_masked(header_)) mask(payload, header_.key, offset_);
  event.kind = FrameEvent::Kind::payload;
  event.payload = payload;
  input = input.subspan(taken);
  offset_ += taken;
  return event;
}

}  // namespace wsproof::wire
