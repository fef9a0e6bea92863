#include "harness/wire/deflate_blocks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/random.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_inspector.hpp"

namespace wsproof::wire {
namespace {

using Tokens = std::vector<Token>;
using Kind = DeflateProblem::Kind;
constexpr std::size_t plenty = 1 << 20;

Token literals(std::string_view text) { return base::octets(text); }

std::string inflated(const base::Octets& message) {
  Inflater inflater;
  const auto content = inflate_message(inflater, message, plenty);
  return content ? std::string(base::as_text(*content))
                 : "(nothing: " + std::string(inflater.problem()) + ")";
}

TEST(BlockWriter, EveryTypeOfBlockSaysHello) {
  const Tokens hello{literals("Hello")};
  EXPECT_EQ(inflated(BlockWriter().stored(base::octets("Hello")).take_message()), "Hello");
  EXPECT_EQ(base::to_hex(BlockWriter().fixed(hello).take_message()), "f248cdc9c90700");
  EXPECT_EQ(inflated(BlockWriter().dynamic(hello).take_message()), "Hello");
  EXPECT_EQ(inflated(BlockWriter().dynamic({}).take_message()), "");
}

TEST(BlockWriter, BlocksStandOneBehindTheOther) {
  const Tokens tokens{literals("abc"), Match{6, 3}};
  BlockWriter writer;
  writer.fixed(tokens).dynamic(tokens).stored({}).fixed({}).stored(base::octets("x"));
  writer.dynamic(tokens, true).align().fixed(tokens);
  const base::Octets message = writer.take_message();
  EXPECT_EQ(inflated(message), "abcabcabcabcabcabcxabcabcabcabcabcabc");
  DeflateInspector inspector;
  inspector.feed(message);
  inspector.feed(deflate_tail);
  const DeflateFacts expected{.stored = 3,
                              .fixed = 3,
                              .dynamic = 2,
                              .final_blocks = 1,
                              .size = 37,
                              .matches = 4,
                              .longest_distance = 3};
  EXPECT_TRUE(inspector.facts() == expected);
}

TEST(BlockWriter, EveryLengthAndDistanceIsExact) {
  base::Random random(1951);
  const base::Octets noise = random.octets(40000);
  std::vector<std::uint32_t> distances;
  for (std::uint32_t distance = 1; distance <= 32768; distance += distance < 300 ? 1 : 997) {
    distances.push_back(distance);
  }
  distances.push_back(32768);
  for (const std::uint32_t distance : distances) {
    const std::uint32_t length = 3 + distance % 256;
    const Tokens tokens{noise, Match{length, distance}};
    base::Octets expected = noise;
    for (std::uint32_t i = 0; i < length; ++i) {
      expected.push_back(expected[expected.size() - distance]);
    }
    for (const bool dynamic : {false, true}) {
      BlockWriter writer;
      const base::Octets message =
          (dynamic ? writer.dynamic(tokens) : writer.fixed(tokens)).take_message();
      EXPECT_EQ(inflated(message), base::as_text(expected)) << length << ", " << distance;
      DeflateInspector inspector;
      inspector.feed(message);
      EXPECT_EQ(inspector.facts().longest_distance, distance);
      EXPECT_EQ(inspector.facts().size, expected.size());
    }
  }
}

TEST(BlockWriter, LongStoredBlocksAreCut) {
  const base::Octets noise = base::Random(7).octets(140000);
  const base::Octets message = BlockWriter().stored(noise).take_message();
  EXPECT_EQ(inflated(message), base::as_text(noise));
  DeflateInspector inspector;
  inspector.feed(message);
  EXPECT_EQ(inspector.facts().stored, 3U);
}

TEST(DeflateInspector, ItKnowsWhatAMatchTakesFromBefore) {
  DeflateInspector inspector;
  inspector.feed(BlockWriter().stored(base::octets("0123456789")).take_message());
  inspector.feed(deflate_tail);
  inspector.begin_message();
  inspector.feed(
      BlockWriter().fixed(Tokens{literals("ab"), Match{3, 7}, Match{3, 4}}).take_message());
  EXPECT_EQ(inspector.facts().longest_reach, 5U);
  EXPECT_EQ(inspector.facts().longest_distance, 7U);
  inspector.feed(deflate_tail);
  inspector.forget();
  inspector.feed(BlockWriter().fixed(Tokens{literals("ab"), Match{3, 3}}).take_message());
  ASSERT_TRUE(inspector.problem());
  EXPECT_EQ(inspector.problem()->kind, Kind::distance_too_far);
}

TEST(DeflateInspector, PaddingBehindAFinalBlockIsLookedAt) {
  for (const std::uint32_t padding : {0U, 63U}) {
    DeflateInspector inspector;
    inspector.feed(BlockWriter().fixed({}, true).bits(padding, 6).take());
    EXPECT_EQ(inspector.facts().final_blocks, 1U);
    EXPECT_EQ(inspector.facts().clean_padding, padding == 0);
    EXPECT_TRUE(inspector.between_blocks());
  }
}

// A dynamic block up to its code lengths; the codes of lengths 0, 1, 2 and 18 are those of two
// bits.
BlockWriter dynamic_header(std::uint32_t symbols = 257, std::uint32_t distances = 1) {
  BlockWriter writer;
  writer.bits(4, 3).bits(symbols - 257, 5).bits(distances - 1, 5).bits(14, 4);
  for (const unsigned symbol :
       {16U, 17U, 18U, 0U, 8U, 7U, 9U, 6U, 10U, 5U, 11U, 4U, 12U, 3U, 13U, 2U, 14U, 1U}) {
    writer.bits(symbol == 18 || symbol <= 2 ? 2 : 0, 3);
  }
  return writer;
}
constexpr std::uint32_t length_0 = 0, length_1 = 2, zeros = 3;  // first bit lowest

struct Broken {
  const char* name;
  base::Octets octets;
  Kind kind;
  const char* zlib;
};

std::vector<Broken> broken_data() {
  const auto zero_lengths = [](BlockWriter& writer, std::uint32_t count) {  // 11..138
    writer.bits(zeros, 2).bits(count - 11, 7);
  };
  std::vector<Broken> all;
  all.push_back(
      {"type 3", BlockWriter().bits(6, 3).take(), Kind::block_type, "invalid block type"});
  all.push_back({"stored length", base::Octets{0, 1, 0, 0, 0, 0}, Kind::stored_length,
                 "invalid stored block lengths"});
  all.push_back({"287 symbols", dynamic_header(287).take(), Kind::too_many_symbols,
                 "too many length or distance symbols"});
  all.push_back({"31 distances", dynamic_header(257, 31).take(), Kind::too_many_symbols,
                 "too many length or distance symbols"});
  BlockWriter lengths;
  lengths.bits(4, 3).bits(0, 5).bits(0, 5).bits(0, 4).bits(1, 3).bits(0, 9);
  all.push_back(
      {"incomplete code lengths", lengths.take(), Kind::code_lengths, "invalid code lengths set"});
  lengths.bits(4, 3).bits(0, 5).bits(0, 5).bits(0, 4).bits(0x249, 12);
  all.push_back(
      {"too many code lengths", lengths.take(), Kind::code_lengths, "invalid code lengths set"});
  BlockWriter repeat;
  repeat.bits(4, 3).bits(0, 5).bits(0, 5).bits(0, 4).bits(1, 3).bits(1, 3).bits(0, 6).bits(0, 8);
  all.push_back({"repeat nothing", repeat.take(), Kind::repeat, "invalid bit length repeat"});
  BlockWriter beyond = dynamic_header();
  for (int times = 0; times < 2; ++times) zero_lengths(beyond, 138);
  all.push_back({"repeat beyond", beyond.take(), Kind::repeat, "invalid bit length repeat"});
  BlockWriter endless = dynamic_header();
  endless.bits(length_1, 2).bits(length_1, 2);
  zero_lengths(endless, 138);
  zero_lengths(endless, 117);
  endless.bits(length_0, 2);
  all.push_back(
      {"no end", endless.take(), Kind::no_end_of_block, "invalid code -- missing end-of-block"});
  BlockWriter symbols = dynamic_header();
  for (int times = 0; times < 2; ++times) symbols.bits(length_1, 2);
  zero_lengths(symbols, 138);
  zero_lengths(symbols, 116);
  symbols.bits(length_1, 2).bits(length_0, 2);
  all.push_back({"symbols", symbols.take(), Kind::symbols, "invalid literal/lengths set"});
  BlockWriter distances = dynamic_header(257, 3);
  distances.bits(length_1, 2);
  zero_lengths(distances, 138);
  zero_lengths(distances, 117);
  for (int times = 0; times < 4; ++times) distances.bits(length_1, 2);
  all.push_back({"distances", distances.take(), Kind::distances, "invalid distances set"});
  BlockWriter unused = dynamic_header();
  for (const std::uint32_t count : {138U, 118U}) zero_lengths(unused, count);
  unused.bits(length_1, 2).bits(length_0, 2).bits(1, 1).bits(0, 30);
  all.push_back({"unused code", unused.take(), Kind::symbol, "invalid literal/length code"});
  // Symbols 286 and 287 have the words 11000110 and 11000111.
  for (const std::uint32_t word : {0x63U, 0xE3U}) {
    all.push_back({"symbol 286", BlockWriter().bits(2, 3).bits(word, 8).take(), Kind::symbol,
                   "invalid literal/length code"});
  }
  for (const std::uint32_t word : {0x0FU, 0x1FU}) {
    all.push_back({"distance 30",
                   BlockWriter().bits(2, 3).bits(0x40, 7).bits(word, 5).bits(0, 30).take(),
                   Kind::distance, "invalid distance code"});
  }
  all.push_back({"too far", BlockWriter().fixed(Tokens{literals("ab"), Match{3, 3}}).take(),
                 Kind::distance_too_far, "invalid distance too far back"});
  return all;
}

TEST(DeflateInspector, WhatIsBrokenIsNamedAsZlibNamesIt) {
  for (const Broken& broken : broken_data()) {
    DeflateInspector inspector;
    inspector.feed(broken.octets);
    ASSERT_TRUE(inspector.problem()) << broken.name;
    EXPECT_EQ(name(inspector.problem()->kind), name(broken.kind)) << broken.name;
    EXPECT_LE(inspector.problem()->octet, broken.octets.size());
    Inflater inflater;
    base::OctetView rest = broken.octets;
    base::Octets output;
    EXPECT_EQ(inflater.feed(rest, plenty, output), Inflater::State::broken) << broken.name;
    EXPECT_EQ(inflater.problem(), broken.zlib) << broken.name;
    EXPECT_LE(inflater.taken(), broken.octets.size());
  }
}

// Two readings of RFC 1951, ours and zlib's, agree on octets of every kind.
TEST(DeflateInspector, ItAgreesWithZlibOnAnything) {
  base::Random random(1952);
  std::size_t good = 0;
  for (int round = 0; round < 20000; ++round) {
    base::Octets octets = random.octets(1 + random.below(60));
    if (round % 2 == 0) {  // almost right: something compressed, with an octet changed
      base::Octets content = random.octets(random.below(40));
      for (std::uint8_t& octet : content) octet &= 3U;
      Deflater deflater({15, 6, random.below(2) == 0 ? Strategy::usual : Strategy::huffman_only});
      octets = deflater.message(content);
      if (round % 4 == 0)
        octets[random.below(octets.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
    }
    base::append(octets, deflate_tail);
    Inflater inflater;
    base::Octets output;
    base::OctetView rest = octets;
    const bool broken = inflater.feed(rest, plenty, output) == Inflater::State::broken;
    DeflateInspector inspector;
    inspector.feed(octets);
    // zlib goes on for a while with code lengths in a code without any word.
    const bool early = inspector.problem() && inspector.problem()->kind == Kind::code_lengths;
    EXPECT_TRUE(inspector.problem().has_value() == broken || early) << base::to_hex(octets);
    if (broken || early) continue;
    ++good;
    EXPECT_EQ(inspector.facts().size, output.size()) << base::to_hex(octets);
    EXPECT_EQ(inspector.between_blocks(), inflater.between_blocks()) << base::to_hex(octets);
    EXPECT_EQ(inspector.facts().final_blocks, inflater.final_blocks()) << base::to_hex(octets);
    DeflateInspector cut;
    for (const std::uint8_t octet : octets) cut.feed(base::OctetView(&octet, 1));
    EXPECT_TRUE(cut.facts() == inspector.facts()) << base::to_hex(octets);
  }
  EXPECT_GT(good, 5000U);
}

}  // namespace
}  // namespace wsproof::wire
