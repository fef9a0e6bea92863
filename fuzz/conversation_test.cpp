// Any octets are a conversation, and written again they are the same octets.
#include "fuzz/conversation.hpp"

#include <gtest/gtest.h>

#include "harness/base/random.hpp"

namespace wsproof::fuzz {

namespace {

base::Octets some_input(base::Random& random) {
  base::Octets input{static_cast<std::uint8_t>(random.below(256)), 0};
  const auto cuts = random.below(Conversation::most_cuts + 1);
  input[1] = static_cast<std::uint8_t>(cuts);
  base::append(input, random.octets(cuts));
  for (auto left = random.below(4); left > 0; --left) {
    wire::FrameHeader header;
    header.length = random.below(200);
    header.form = wire::shortest_form(header.length);
    if (random.below(2) == 0) header.key = wire::MaskingKey{1, 2, 3, 4};
    base::append(input, wire::encode_frame(header, random.octets(header.length)));
  }
  base::append(input, random.octets(random.below(20)));
  return input;
}

TEST(Conversation, WrittenAgainIsTheInput) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    base::Random random(seed);
    const base::Octets input = some_input(random);
    EXPECT_EQ(encode(decode(input)), input) << base::to_hex(input);
  }
}

TEST(Conversation, ShortInputsAreConversationsToo) {
  for (const base::Octets& input : {base::Octets{}, base::Octets{7}, base::Octets{7, 5, 1}}) {
    const Conversation read = decode(input);
    EXPECT_TRUE(read.frames.empty());
    EXPECT_EQ(decode(encode(read)), read);
  }
}

TEST(Conversation, PayloadsAreUnmasked) {
  wire::FrameHeader header{.length = 2, .key = wire::MaskingKey{1, 2, 3, 4}};
  base::Octets input{0, 0};
  base::append(input, wire::encode_frame(header, base::octets("hi")));
  const Conversation read = decode(input);
  ASSERT_EQ(read.frames.size(), 1U);
  EXPECT_EQ(read.frames.front().payload, base::octets("hi"));
}

TEST(Conversation, WritesFollowTheCutsInTurns) {
  const base::Octets octets = base::octets("abcdefgh");
  std::string seen;
  in_writes(octets, base::Octets{0, 2}, [&](base::OctetView piece) {
    seen += std::string(base::as_text(piece)) + "|";
    return true;
  });
  EXPECT_EQ(seen, "a|bcd|e|fgh|");
}

TEST(Conversation, SettingsSayWhatWasAgreedOn) {
  const auto settings =
      codec_settings(Conversation::server_speaks | Conversation::deflate | Conversation::forgets |
                     Conversation::window | Conversation::small_limit);
  EXPECT_EQ(settings.from_server, 1);
  EXPECT_EQ(settings.deflate, 1);
  EXPECT_EQ(settings.forgets, 1);
  EXPECT_EQ(settings.window_bits, 8);
  EXPECT_EQ(settings.message_limit, 256U);
  EXPECT_EQ(codec_settings(0).window_bits, 15);
}

}  // namespace

}  // namespace wsproof::fuzz
