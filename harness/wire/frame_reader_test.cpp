#include "harness/wire/frame_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <type_traits>

#include "harness/base/random.hpp"
#include "harness/wire/mask.hpp"

namespace wsproof::wire {

namespace {

// What a reader made of a stream, independent of where the stream was cut.
struct Reading {
  std::vector<std::string> frames;  ///< "818537fa213d: 48656c6c6f." header, payload, its end
  base::Octets again;               ///< the stream, put together from what was read
  bool at_boundary = false;

  bool operator==(const Reading&) const = default;
};

void PrintTo(const Reading& reading, std::ostream* out) {
  for (const std::string& frame : reading.frames) *out << frame << '\n';
  *out << (reading.at_boundary ? "at a boundary" : "inside a frame");
}

// Feeds pieces of a stream to a reader and writes down what it finds.
class Recorder {
 public:
  void feed(base::OctetView piece) {
    base::Octets buffer(piece.begin(), piece.end());
    std::span<std::uint8_t> input = buffer;
    for (;;) {
      const FrameEvent event = reader_.next(input);
      if (event.kind == FrameEvent::Kind::need_more) break;
      take(event);
    }
    EXPECT_TRUE(input.empty()) << "more is needed although something is left";
  }

  Reading finish() {
    reading_.at_boundary = reader_.at_frame_boundary();
    return reading_;
  }

 private:
  void take(const FrameEvent& event) {
    std::vector<std::string>& frames = reading_.frames;
    if (event.kind == FrameEvent::Kind::header) {
      frames.push_back(base::to_hex(encode(event.header).view()) + ": ");
      base::append(reading_.again, encode(event.header).view());
      offset_ = 0;
      return;
    }
    ASSERT_FALSE(frames.empty());
    EXPECT_TRUE(frames.back().starts_with(base::to_hex(encode(event.header).view())));
    if (event.kind == FrameEvent::Kind::end) {
      frames.back() += '.';
      return;
    }
    EXPECT_FALSE(event.payload.empty());
    frames.back() += base::to_hex(event.payload);
    base::Octets masked(event.payload.begin(), event.payload.end());
    if (event.header.key) mask(masked, *event.header.key, offset_);
    offset_ += masked.size();
    base::append(reading_.again, masked);
  }

  FrameReader reader_;
  Reading reading_;
  std::uint64_t offset_ = 0;
};

// Cuts the stream into pieces of the sizes that `size_of_piece` says.
Reading read(base::OctetView stream, const std::function<std::size_t()>& size_of_piece) {
  Recorder recorder;
  while (!stream.empty()) {
    const std::size_t size = std::min(stream.size(), size_of_piece());
    recorder.feed(stream.first(size));
    stream = stream.subspan(size);
  }
  return recorder.finish();
}

Reading read_whole(base::OctetView stream) {
  return read(stream, [&] { return stream.size(); });
}

// Frames of all forms and sizes, legal or not, whose payload is as long as announced.
base::Octets random_frames(base::Random& random) {
  base::Octets stream;
  for (std::uint64_t frame = random.below(8); frame > 0; --frame) {
    const base::Octets payload = random.octets(random.below(random.below(4) == 0 ? 1'000 : 12));
    FrameHeader header;
    header.fin = random.below(2) == 0;
    header.rsv = static_cast<std::uint8_t>(random.below(8));
    header.opcode = static_cast<std::uint8_t>(random.below(16));
    header.length = payload.size();
    header.form = std::max(shortest_form(payload.size()), static_cast<LengthForm>(random.below(3)));
    if (random.below(2) == 0) {
      const base::Octets key = random.octets(4);
      header.key = MaskingKey{key[0], key[1], key[2], key[3]};
    }
    base::append(stream, encode_frame(header, payload));
  }
  return stream;
}

// What any reader must make of a stream, by the whole-buffer functions alone.
Reading read_with_whole_buffers(base::OctetView stream) {
  Reading reading;
  reading.again.assign(stream.begin(), stream.end());
  reading.at_boundary = true;
  while (!stream.empty()) {
    const auto decoded = decode_header(stream);
    reading.at_boundary = decoded && decoded->header.length <= stream.size() - decoded->size;
    if (!decoded) {
      // A header that never was complete is not reported.
      reading.again.resize(reading.again.size() - stream.size());
      break;
    }
    const FrameHeader& header = decoded->header;
    const base::OctetView rest = stream.subspan(decoded->size);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(header.length, rest.size()));
    base::Octets payload(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
    if (header.key) mask(payload, *header.key);
    reading.frames.push_back(base::to_hex(stream.first(decoded->size)) + ": " +
                             base::to_hex(payload) + (reading.at_boundary ? "." : ""));
    stream = rest.subspan(size);
  }
  return reading;
}

// Reads the stream in several cuts; all must agree with the whole-buffer functions.
void expect_cuts_do_not_matter(base::OctetView stream, base::Random& random) {
  const Reading expected = read_with_whole_buffers(stream);
  ASSERT_EQ(read_whole(stream), expected);
  ASSERT_EQ(read(stream, [] { return 1; }), expected);
  for (int cuts = 0; cuts < 4; ++cuts) {
    ASSERT_EQ(read(stream, [&] { return random.below(20); }), expected);
    ASSERT_EQ(read(stream, [&] { return random.below(500); }), expected);
  }
}

}  // namespace

TEST(FrameReader, CutPositionDoesNotMatter) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Random random(seed);
    base::Octets stream = random_frames(random);
    expect_cuts_do_not_matter(stream, random);
    stream.resize(random.below(stream.size() + 1));  // also when the stream stops anywhere
    expect_cuts_do_not_matter(stream, random);
  }
}

TEST(FrameReader, CutPositionDoesNotMatterInGarbage) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Random random(seed);
    expect_cuts_do_not_matter(random.octets(random.below(1'000)), random);
  }
}

TEST(FrameReader, EveryTwoCutsOfAShortStreamGiveTheSame) {
  base::Octets stream = *base::from_hex(
      "818537fa213d7f9f4d5158"
      "8900"
      "82fe000337fa213d0a0b0c");
  const Reading expected = read_with_whole_buffers(stream);
  ASSERT_EQ(expected.frames.size(), 3U);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      Recorder recorder;
      recorder.feed(base::OctetView(stream).first(first));
      recorder.feed(base::OctetView(stream).subspan(first, second - first));
      recorder.feed(base::OctetView(stream).subspan(second));
      ASSERT_EQ(recorder.finish(), expected) << "cut at " << first << " and " << second;
    }
  }
}

TEST(FrameReader, WhatItReadCanBeWrittenAgain) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    base::Random random(seed);
    const base::Octets stream = random_frames(random);
    const Reading reading = read(stream, [&] { return random.below(30); });
    ASSERT_EQ(reading.again, stream) << "seed " << seed;
    ASSERT_TRUE(reading.at_boundary) << "seed " << seed;
  }
}

TEST(FrameReader, UnmasksInTheCallersBuffer) {
  base::Octets buffer = *base::from_hex("818537fa213d7f9f4d5158");
  std::span<std::uint8_t> input = buffer;
  FrameReader reader;
  ASSERT_EQ(reader.next(input).kind, FrameEvent::Kind::header);
  const FrameEvent event = reader.next(input);
  ASSERT_EQ(event.kind, FrameEvent::Kind::payload);
  EXPECT_EQ(event.payload.data(), buffer.data() + 6);
  EXPECT_EQ(base::as_text(base::OctetView(buffer).subspan(6)), "Hello");
}

TEST(FrameReader, TheEndFollowsTheHeaderOfAnEmptyFrameAtOnce) {
  base::Octets buffer = *base::from_hex("8900");
  std::span<std::uint8_t> input = buffer;
  FrameReader reader;
  EXPECT_EQ(reader.next(input).kind, FrameEvent::Kind::header);
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(reader.next(input).kind, FrameEvent::Kind::end);
  EXPECT_EQ(reader.next(input).kind, FrameEvent::Kind::need_more);
  EXPECT_TRUE(reader.at_frame_boundary());
}

TEST(FrameReader, StandsAtABoundaryOnlyBetweenFrames) {
  const base::Octets stream = *base::from_hex("8102616281026364");
  for (std::size_t size = 0; size <= stream.size(); ++size) {
    const Reading reading = read_whole(base::OctetView(stream).first(size));
    EXPECT_EQ(reading.at_boundary, size % 4 == 0) << size << " octets";
  }
}

TEST(FrameReader, AFrameOf2To63OctetsNeedsNoMemory) {
  // A reader that owns nothing can allocate nothing that lives longer than a call.
  static_assert(std::is_trivially_copyable_v<FrameReader>);
  static_assert(std::is_trivially_copyable_v<FrameEvent>);
  static_assert(sizeof(FrameReader) <= 128);

  for (const std::string_view hex :
       {"82ff800000000000000001020304", "82ffffffffffffffffff01020304"}) {
    base::Octets buffer = *base::from_hex(hex);
    std::span<std::uint8_t> input = buffer;
    FrameReader reader;
    const FrameEvent header = reader.next(input);
    ASSERT_EQ(header.kind, FrameEvent::Kind::header);
    EXPECT_GE(header.header.length, std::uint64_t{1} << 63U);

    base::Octets piece(1'021);  // not a multiple of the key's size
    std::uint64_t seen = 0;
    for (int round = 0; round < 100; ++round) {
      std::ranges::fill(piece, std::uint8_t{0});
      input = piece;
      const FrameEvent event = reader.next(input);
      ASSERT_EQ(event.kind, FrameEvent::Kind::payload);
      ASSERT_EQ(event.payload.size(), piece.size());
      ASSERT_EQ(event.payload.front(), seen % 4 + 1);
      ASSERT_EQ(reader.next(input).kind, FrameEvent::Kind::need_more);
      seen += piece.size();
    }
    EXPECT_FALSE(reader.at_frame_boundary());
  }
}

}  // namespace wsproof::wire
