#include "harness/endpoint/receiver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/random.hpp"

namespace wsproof::endpoint {
namespace {

constexpr std::size_t limit = 300;

// A frame that is right more often than not.
void append_some_frame(base::Octets& stream, base::Random& random) {
  const auto one_in = [&random](std::uint64_t times) { return random.below(times) == 0; };
  base::Octets payload = random.octets(random.below(one_in(3) ? limit + 10 : 20));
  if (!one_in(8)) {
    for (std::uint8_t& octet : payload) octet = static_cast<std::uint8_t>('a' + octet % 26);
  }
  constexpr std::array<std::uint8_t, 6> opcodes{0, 1, 1, 2, 2, 9};
  wire::FrameHeader header{.fin = !one_in(4),
                           .rsv = static_cast<std::uint8_t>(one_in(20) ? 4 : 0),
                           .opcode = opcodes[random.below(opcodes.size())],
                           .form = wire::shortest_form(payload.size()),
                           .length = payload.size()};
  if (one_in(10) && header.length <= 125) header.form = wire::LengthForm::sixteen;
  if (!one_in(20)) header.key = {1, 2, 3, static_cast<std::uint8_t>(random.below(256))};
  wire::append_frame(stream, header, payload);
}

// All that comes of a stream which is read in pieces of `piece` octets.
std::vector<std::string> told(base::OctetView stream, std::size_t piece) {
  const Quirks reference;
  Receiver receiver(wire::Role::server, limit, reference);
  std::vector<std::string> result;
  for (; !stream.empty(); stream = stream.subspan(std::min(piece, stream.size()))) {
    base::OctetView read = stream.first(std::min(piece, stream.size()));
    receiver.begin_read();
    while (true) {
      const Incoming found = receiver.next(read);
      if (found.kind == Incoming::Kind::need_more) break;
      result.push_back(std::to_string(static_cast<int>(found.kind)) + " " +
                       std::to_string(found.type) + " " + base::to_hex(found.payload) +
                       std::string(found.violation.why));
    }
  }
  return result;
}

}  // namespace

// What is taken in one go must be what the long way, the only one for single octets, takes.
TEST(Receiver, TheShortWayFindsWhatTheLongWayFinds) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::Random random(seed);
    base::Octets stream;
    for (int frames = 0; frames < 20; ++frames) append_some_frame(stream, random);
    const std::vector<std::string> expected = told(stream, 1);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(told(stream, stream.size()), expected) << "seed " << seed;
    EXPECT_EQ(told(stream, 50), expected) << "seed " << seed;
  }
}

// The octets of one message stay until the next is asked for, and then come from the same memory.
TEST(Receiver, MessagesShareTheirMemory) {
  const Quirks reference;
  Receiver receiver(wire::Role::client, limit, reference);
  base::Octets stream;
  for (const std::string_view text : {"first", "other"}) {
    wire::append_frame(stream, {.length = text.size()}, base::as_octets(text));
  }
  base::OctetView left = stream;
  const Incoming first = receiver.next(left);
  EXPECT_EQ(base::as_text(first.payload), "first");
  const Incoming second = receiver.next(left);
  EXPECT_EQ(base::as_text(second.payload), "other");
  EXPECT_EQ(second.payload.data(), first.payload.data());
}

}  // namespace wsproof::endpoint
