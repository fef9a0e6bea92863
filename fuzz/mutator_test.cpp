// The mutator changes what it says, keeps within its room, and leaves most conversations legal.
#include "fuzz/mutator.hpp"

#include <gtest/gtest.h>

#include <set>

#include "fuzz/play.hpp"

namespace wsproof::fuzz {

namespace {

std::size_t add_one(std::uint8_t* octets, std::size_t size, std::size_t most) {
  if (size == most) return size;
  octets[size] = 'x';
  return size + 1;
}

// A client's text in two fragments with a ping between them.
base::Octets everyday() {
  base::Octets input{0, 1, 4};
  const wire::MaskingKey key{1, 2, 3, 4};
  const auto add = [&](bool fin, std::uint8_t opcode, std::string_view payload) {
    const wire::FrameHeader header{
        .fin = fin, .opcode = opcode, .length = payload.size(), .key = key};
    base::append(input, wire::encode_frame(header, base::as_octets(payload)));
  };
  add(false, wire::opcode::text, "Hell\xC3");
  add(true, wire::opcode::ping, "p");
  add(true, wire::opcode::continuation, "\xB6");
  add(true, wire::opcode::close, "\x03\xE8");
  return input;
}

bool is_legal(base::OctetView input) {
  const Stream stream = stream_of(input);
  const auto events = play(reference_codec(), codec_settings(stream.settings), stream.octets, {});
  return events.empty() || events.back().kind != WSPROOF_FAILURE;
}

TEST(Mutator, NeverExceedsItsRoom) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    base::Random random(seed);
    const std::size_t most = 1 + random.below(80);
    base::Octets input = everyday();
    input.resize(std::min(input.size(), most));
    EXPECT_LE(mutate(input, most, random, add_one).size(), most) << seed;
    EXPECT_LE(cross_over(input, everyday(), most, random).size(), most) << seed;
  }
}

TEST(Mutator, IsDeterministic) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    base::Random one(seed), two(seed);
    EXPECT_EQ(mutate(everyday(), 4096, one, add_one), mutate(everyday(), 4096, two, add_one));
  }
}

TEST(Mutator, EachMutationChangesSomethingForSomeSeed) {
  const MutateOctets octets = add_one;
  for (const Mutation& mutation : mutations()) {
    bool changes = false;
    for (std::uint64_t seed = 0; seed < 200 && !changes; ++seed) {
      base::Random random(seed);
      Conversation conversation = decode(everyday());
      conversation.rest = base::octets("\x81");
      conversation.frames.front().header.form = wire::LengthForm::sixteen;
      const Conversation before = conversation;
      mutation.apply(conversation, {random, octets, 4096});
      changes = conversation != before;
    }
    EXPECT_TRUE(changes) << mutation.name;
  }
}

TEST(Mutator, LeavesAGoodShareOfConversationsLegal) {
  int legal = 0;
  constexpr int turns = 3000;
  for (int seed = 0; seed < turns; ++seed) {
    base::Random random(static_cast<std::uint64_t>(seed));
    legal += is_legal(mutate(everyday(), 4096, random, add_one)) ? 1 : 0;
  }
  EXPECT_GT(legal, turns / 4);
  EXPECT_LT(legal, turns * 9 / 10) << "and a good share illegal";
}

TEST(Mutator, CrossingTakesFramesOfBoth) {
  base::Octets other{0, 0};
  const wire::FrameHeader header{.opcode = wire::opcode::binary, .length = 1};
  base::append(other, wire::encode_frame(header, base::octets("z")));
  bool both = false;
  for (std::uint64_t seed = 0; seed < 100 && !both; ++seed) {
    base::Random random(seed);
    const Conversation crossed = decode(cross_over(everyday(), other, 4096, random));
    std::set<std::uint8_t> opcodes;
    for (const Frame& frame : crossed.frames) opcodes.insert(frame.header.opcode);
    both = opcodes.contains(wire::opcode::binary) && opcodes.contains(wire::opcode::ping);
  }
  EXPECT_TRUE(both);
}

}  // namespace

}  // namespace wsproof::fuzz
