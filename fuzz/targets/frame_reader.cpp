// Property: frames are the same in any cut, and written again they are the octets that came in.
#include <vector>

#include "fuzz/conversation.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/mask.hpp"

using namespace wsproof;

namespace {

struct Frames {
  std::vector<fuzz::Frame> list;
  std::vector<bool> ended;
  bool boundary = true;
  bool operator==(const Frames&) const = default;
};

Frames read(base::OctetView octets, base::OctetView cuts) {
  Frames frames;
  wire::FrameReader reader;
  base::Octets piece;
  fuzz::in_writes(octets, cuts, [&](base::OctetView view) {
    piece.assign(view.begin(), view.end());
    std::span<std::uint8_t> input(piece);
    for (;;) {
      const wire::FrameEvent event = reader.next(input);
      if (event.kind == wire::FrameEvent::Kind::need_more) break;
      if (event.kind == wire::FrameEvent::Kind::header) {
        frames.list.push_back({event.header, {}});
        frames.ended.push_back(false);
      }
      fuzz::must(!frames.list.empty() && frames.list.back().header == event.header,
                 "every event tells the current frame's header");
      if (event.kind == wire::FrameEvent::Kind::payload) {
        base::append(frames.list.back().payload, event.payload);
      }
      if (event.kind == wire::FrameEvent::Kind::end) {
        fuzz::must(frames.list.back().payload.size() == event.header.length,
                   "a frame ends when its announced length has come");
        frames.ended.back() = true;
      }
    }
    fuzz::must(input.empty(), "need_more comes when the input is used up");
    return true;
  });
  frames.boundary = reader.at_frame_boundary();
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const Frames whole = read(stream.octets, {});
  fuzz::must(read(stream.octets, stream.cuts) == whole, "the cut makes no difference");

  base::Octets again;
  for (const fuzz::Frame& frame : whole.list) {
    base::append(again, wire::encode_frame(frame.header, frame.payload));
  }
  fuzz::must(
      again.size() <= stream.octets.size() && base::equal(again, stream.octets.first(again.size())),
      "frames written again are the octets that were read");
  const auto rest = stream.octets.subspan(again.size());
  fuzz::must(rest.size() < wire::max_header_octets, "what is held back is less than a header");
  fuzz::must(!wire::decode_header(rest), "a whole header is never held back");
  const bool boundary = rest.empty() && (whole.ended.empty() || whole.ended.back());
  fuzz::must(boundary == whole.boundary, "the reader knows whether it stands between two frames");
  return 0;
}
