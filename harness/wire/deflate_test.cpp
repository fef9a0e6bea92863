#include "harness/wire/deflate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/wire/deflate_blocks.hpp"
#include "harness/wire/deflate_inspector.hpp"

namespace wsproof::wire {
namespace {

base::Octets hex(std::string_view text) { return *base::from_hex(text); }

std::string text_of(const std::optional<base::Octets>& octets) {
  return octets ? std::string(base::as_text(*octets)) : "(nothing)";
}

constexpr std::size_t plenty = 1 << 20;

// Octets in which everything can be found again, at any distance: words of a small vocabulary.
base::Octets words(std::uint64_t seed, std::size_t size) {
  base::Random random(seed);
  base::Octets octets;
  while (octets.size() < size) {
    base::append(octets, "word" + std::to_string(random.below(200)) + " ");
  }
  octets.resize(size);
  return octets;
}

DeflateFacts facts_of(base::OctetView message) {
  DeflateInspector inspector;
  inspector.feed(message);
  inspector.feed(deflate_tail);
  EXPECT_FALSE(inspector.problem());
  EXPECT_TRUE(inspector.between_blocks());
  return inspector.facts();
}

// The examples of RFC 7692 §7.2.3.
TEST(Inflater, TheExamplesOfTheRfcInflate) {
  for (const char* example : {
           "f2 48 cd c9 c9 07 00",                    // §7.2.3.1
           "00 05 00 fa ff 48 65 6c 6c 6f 00",        // §7.2.3.3
           "f3 48 cd c9 c9 07 00 00",                 // §7.2.3.4
           "f2 48 05 00 00 00 ff ff ca c9 c9 07 00",  // §7.2.3.5
       }) {
    Inflater inflater;
    EXPECT_EQ(text_of(inflate_message(inflater, hex(example), plenty)), "Hello") << example;
  }
}

TEST(Inflater, TheContextGoesOnUntilItIsForgotten) {  // §7.2.3.2
  Inflater inflater;
  EXPECT_EQ(text_of(inflate_message(inflater, hex("f2 48 cd c9 c9 07 00"), plenty)), "Hello");
  EXPECT_EQ(text_of(inflate_message(inflater, hex("f2 00 11 00 00"), plenty)), "Hello");
  inflater.forget();
  EXPECT_EQ(inflate_message(inflater, hex("f2 00 11 00 00"), plenty), std::nullopt);
  EXPECT_EQ(inflater.problem(), "invalid distance too far back");
}

TEST(Inflater, TheContextSurvivesAFinalBlock) {
  Inflater inflater;
  EXPECT_EQ(text_of(inflate_message(inflater, hex("f3 48 cd c9 c9 07 00 00"), plenty)), "Hello");
  EXPECT_EQ(inflater.final_blocks(), 1U);
  EXPECT_EQ(text_of(inflate_message(inflater, hex("f2 00 11 00 00"), plenty)), "Hello");
}

TEST(Inflater, AnEmptyMessageIsOneOctet) {  // §7.2.3.6
  Inflater inflater;
  EXPECT_EQ(text_of(inflate_message(inflater, hex("00"), plenty)), "");
  EXPECT_EQ(inflate_message(inflater, {}, plenty), std::nullopt);  // the tail alone is no block
}

TEST(Inflater, WhatIsCutOffIsNoMessage) {
  for (const char* cut : {"f2 48 cd", "f2 48 cd c9 c9 07", "00 05 00 fa ff 48 65"}) {
    Inflater inflater;
    EXPECT_EQ(inflate_message(inflater, hex(cut), plenty), std::nullopt) << cut;
  }
}

TEST(Inflater, WhatTheLastBitsBeginIsLookedAtAtOnce) {
  Inflater inflater;  // a block that ends, and the reserved type 11 in the six bits behind it
  const base::Octets octets = hex("02 78");
  base::OctetView rest = octets;
  base::Octets output;
  EXPECT_EQ(inflater.feed(rest, plenty, output), Inflater::State::broken);
  EXPECT_EQ(inflater.problem(), "invalid block type");
}

TEST(Inflater, MoreThanTheLimitIsNoMessage) {
  Deflater deflater;
  const base::Octets message = deflater.message(base::Octets(1000, 'a'));
  Inflater inflater;
  EXPECT_EQ(inflate_message(inflater, message, 999), std::nullopt);
  inflater.forget();
  EXPECT_TRUE(inflate_message(inflater, message, 1000).has_value());
}

TEST(Inflater, NoCallGivesMoreThanItWasAskedFor) {
  Deflater deflater;
  const base::Octets bomb = deflater.message(base::Octets(1 << 20, 0));
  ASSERT_LT(bomb.size(), 2000U);
  Inflater inflater;
  base::OctetView rest = bomb;
  base::Octets output;
  EXPECT_EQ(inflater.feed(rest, 100, output), Inflater::State::full);
  EXPECT_EQ(output.size(), 100U);
  std::size_t calls = 0;
  while (inflater.feed(rest, 50000, output) == Inflater::State::full) ++calls;
  EXPECT_EQ(output.size(), std::size_t{1} << 20);
  EXPECT_EQ(calls, ((1U << 20) - 100) / 50000);
}

TEST(Inflater, TheCutDoesNotMatter) {
  const base::Octets content = words(1, 5000);
  const base::Octets message = Deflater().message(content);
  for (const std::size_t size : {1U, 2U, 3U, 7U, 100U}) {
    Inflater inflater;
    base::Octets output;
    for (std::size_t at = 0; at < message.size(); at += size) {
      base::OctetView piece = base::OctetView(message).subspan(at);
      piece = piece.first(std::min(piece.size(), size));
      EXPECT_EQ(inflater.feed(piece, plenty, output), Inflater::State::hungry);
      EXPECT_TRUE(piece.empty());
    }
    EXPECT_EQ(inflater.taken(), message.size());
    EXPECT_TRUE(output == content) << size;
  }
}

TEST(Inflater, ASmallWindowIsExact) {
  // 600 octets without repetition, then the same again from `distance` back.
  for (const std::uint32_t distance : {256U, 257U, 512U, 513U}) {
    BlockWriter writer;
    base::Octets content(600);
    for (std::size_t at = 0; at < content.size(); ++at) {
      content[at] = static_cast<std::uint8_t>(at * at / 7 + at);
    }
    const base::Octets message =
        writer.stored(content).fixed(std::vector<Token>{Match{10, distance}}).take_message();
    for (const int bits : {8, 9, 15}) {
      Inflater inflater(bits);
      EXPECT_EQ(inflate_message(inflater, message, plenty).has_value(), distance <= 1U << bits)
          << distance << " octets back in a window of 2^" << bits;
    }
  }
}

TEST(Deflater, EveryOptionGivesTheContentBack) {
  const base::Octets content = words(2, 70000);
  for (int bits = least_window_bits; bits <= most_window_bits; ++bits) {
    for (const Strategy strategy :
         {Strategy::usual, Strategy::huffman_only, Strategy::run_lengths, Strategy::fixed}) {
      for (const int level : {0, 1, 9}) {
        Deflater deflater({bits, level, strategy});
        const base::Octets message = deflater.message(content);
        Inflater inflater;
        EXPECT_TRUE(inflate_message(inflater, message, plenty) == content);
        EXPECT_LE(facts_of(message).longest_distance, 1U << bits);
      }
    }
  }
}

TEST(Deflater, AnEmptyMessageIsNeverWithoutOctets) {
  Deflater deflater;
  EXPECT_EQ(deflater.message({}), hex("00"));
  deflater.message(words(3, 100));
  EXPECT_EQ(deflater.message({}), hex("00"));
  EXPECT_EQ(deflater.message({}), hex("00"));
}

TEST(Deflater, TheContextIsUsedUnlessItIsForgotten) {
  const base::Octets content = words(4, 300);
  Deflater deflater;
  deflater.message(content);
  EXPECT_LT(deflater.message(content).size(), 20U);
  deflater.forget();
  EXPECT_EQ(deflater.message(content), Deflater().message(content));
  deflater.forget_all_but(content);
  EXPECT_LT(deflater.message(content).size(), 20U);
}

TEST(Deflater, FlushesEndBlocks) {
  Deflater deflater;
  base::Octets output;
  deflater.feed(base::octets("Hel"), Flush::sync, output);
  deflater.feed(base::octets("lo"), Flush::full, output);
  deflater.feed(base::octets(" Hello"), Flush::finish, output);
  deflater.feed(base::octets(" Hello"), Flush::sync, output);  // with the context of before
  DeflateInspector inspector;
  inspector.feed(output);
  EXPECT_EQ(inspector.facts().stored, 3U);
  EXPECT_EQ(inspector.facts().final_blocks, 1U);
  EXPECT_GT(inspector.facts().longest_distance, 0U);
  remove_tail(output);
  Inflater inflater;
  EXPECT_EQ(text_of(inflate_message(inflater, output, plenty)), "Hello Hello Hello");
}

}  // namespace
}  // namespace wsproof::wire
