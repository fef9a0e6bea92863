#include "harness/wire/frame.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "harness/base/random.hpp"

namespace wsproof::wire {

void PrintTo(const FrameHeader& header, std::ostream* out) {
  *out << (header.fin ? "fin" : "more") << " rsv=" << int{header.rsv}
       << " opcode=" << int{header.opcode} << " form=" << static_cast<int>(header.form)
       << " length=" << header.length
       << " key=" << (header.key ? base::to_hex(*header.key) : "none");
}

namespace {

constexpr MaskingKey some_key{0x37, 0xFA, 0x21, 0x3D};

struct Row {
  std::string_view hex;
  FrameHeader header;
};

// One row for each thing that a header can say.
std::vector<Row> rows() {
  using enum LengthForm;
  return {
      {"8105", {.length = 5}},
      {"0103", {.fin = false, .length = 3}},
      {"8002", {.opcode = opcode::continuation, .length = 2}},
      {"8200", {.opcode = opcode::binary}},
      {"8800", {.opcode = opcode::close}},
      {"897d", {.opcode = opcode::ping, .length = 125}},
      {"8a00", {.opcode = opcode::pong}},
      {"8300", {.opcode = 3}},
      {"8f00", {.opcode = 15}},
      {"c100", {.rsv = 4}},
      {"a100", {.rsv = 2}},
      {"9100", {.rsv = 1}},
      {"7000", {.fin = false, .rsv = 7, .opcode = 0}},
      {"817e007e", {.form = sixteen, .length = 126}},
      {"817e0100", {.form = sixteen, .length = 256}},
      {"817effff", {.form = sixteen, .length = 65'535}},
      {"817f0000000000010000", {.form = sixty_four, .length = 65'536}},
      {"817f0102030405060708", {.form = sixty_four, .length = 0x0102030405060708}},
      // Malformed, and described all the same: not the shortest form, top bit of the length.
      {"817e0005", {.form = sixteen, .length = 5}},
      {"817f0000000000000005", {.form = sixty_four, .length = 5}},
      {"817f8000000000000000", {.form = sixty_four, .length = std::uint64_t{1} << 63U}},
      {"817fffffffffffffffff", {.form = sixty_four, .length = ~std::uint64_t{0}}},
      {"818537fa213d", {.length = 5, .key = some_key}},
      {"818000000000", {.key = MaskingKey{}}},
      {"82fe010037fa213d",
       {.opcode = opcode::binary, .form = sixteen, .length = 256, .key = some_key}},
      {"82ff000000000001000037fa213d",
       {.opcode = opcode::binary, .form = sixty_four, .length = 65'536, .key = some_key}},
  };
}

FrameHeader random_header(base::Random& random) {
  FrameHeader header;
  header.fin = random.below(2) == 1;
  header.rsv = static_cast<std::uint8_t>(random.below(8));
  header.opcode = static_cast<std::uint8_t>(random.below(16));
  header.form = static_cast<LengthForm>(random.below(3));
  header.length = random.next() >> random.below(64);
  if (header.form == LengthForm::seven) header.length %= 126;
  if (header.form == LengthForm::sixteen) header.length %= 65'536;
  if (random.below(2) == 1) {
    const base::Octets key = random.octets(4);
    header.key = MaskingKey{key[0], key[1], key[2], key[3]};
  }
  return header;
}

}  // namespace

TEST(FrameHeader, IsReadAsTheTableSays) {
  for (const Row& row : rows()) {
    const auto octets = base::from_hex(row.hex);
    ASSERT_TRUE(octets) << row.hex;
    const auto decoded = decode_header(*octets);
    ASSERT_TRUE(decoded) << row.hex;
    EXPECT_EQ(decoded->header, row.header) << row.hex;
    EXPECT_EQ(decoded->size, octets->size()) << row.hex;
  }
}

TEST(FrameHeader, IsWrittenAsTheTableSays) {
  for (const Row& row : rows()) EXPECT_EQ(base::to_hex(encode(row.header).view()), row.hex);
}

TEST(FrameHeader, CutAnywhereNeedsMore) {
  for (const Row& row : rows()) {
    const base::Octets octets = *base::from_hex(row.hex);
    for (std::size_t cut = 0; cut < octets.size(); ++cut) {
      EXPECT_FALSE(decode_header(base::OctetView(octets).first(cut))) << row.hex << " at " << cut;
    }
  }
}

TEST(FrameHeader, WhatFollowsItIsLeftAlone) {
  for (const Row& row : rows()) {
    base::Octets octets = *base::from_hex(row.hex);
    const std::size_t size = octets.size();
    base::append(octets, base::Octets(20, 0xFF));
    const auto decoded = decode_header(octets);
    ASSERT_TRUE(decoded) << row.hex;
    EXPECT_EQ(decoded->size, size) << row.hex;
    EXPECT_EQ(decoded->header, row.header) << row.hex;
  }
}

TEST(FrameHeader, AllFirstTwoOctetsMeanWhatTheirBitsSay) {
  const base::Octets rest = *base::from_hex("0102030405060708090a0b0c");
  for (unsigned pair = 0; pair <= 0xFFFF; ++pair) {
    base::Octets octets{static_cast<std::uint8_t>(pair / 256),
                        static_cast<std::uint8_t>(pair % 256)};
    base::append(octets, rest);
    const auto decoded = decode_header(octets);
    ASSERT_TRUE(decoded) << base::to_hex(octets);
    const FrameHeader& header = decoded->header;
    const unsigned code = pair % 128;
    const bool masked = pair % 256 >= 128;
    const std::size_t key_at = code == 127 ? 10 : code == 126 ? 4 : 2;

    ASSERT_EQ(header.fin, pair >= 0x8000) << base::to_hex(octets);
    ASSERT_EQ(header.rsv, pair / 4096 % 8) << base::to_hex(octets);
    ASSERT_EQ(header.opcode, pair / 256 % 16) << base::to_hex(octets);
    ASSERT_EQ(header.length, code == 127 ? 0x0102030405060708U : code == 126 ? 0x0102U : code);
    ASSERT_EQ(header.key.has_value(), masked) << base::to_hex(octets);
    ASSERT_EQ(decoded->size, key_at + (masked ? 4 : 0)) << base::to_hex(octets);
    if (masked) {
      ASSERT_TRUE(base::equal(*header.key, base::OctetView(octets).subspan(key_at, 4)));
    }
    ASSERT_TRUE(base::equal(encode(header).view(), base::OctetView(octets).first(decoded->size)));
  }
}

TEST(FrameHeader, AnyHeaderComesBackFromItsOctets) {
  for (std::uint64_t seed = 0; seed < 100'000; ++seed) {
    base::Random random(seed);
    const FrameHeader header = random_header(random);
    const auto decoded = decode_header(encode(header).view());
    ASSERT_TRUE(decoded) << "seed " << seed;
    ASSERT_EQ(decoded->header, header) << "seed " << seed;
  }
}

TEST(FrameHeaderDeathTest, ALengthThatDoesNotFitItsFormIsOurMistake) {
  using enum LengthForm;
  EXPECT_DEATH(encode({.form = seven, .length = 126}), "length_fits");
  EXPECT_DEATH(encode({.form = seven, .length = 128}), "length_fits");
  EXPECT_DEATH(encode({.form = sixteen, .length = 65'536}), "length_fits");
}

TEST(FrameHeaderDeathTest, AnOpcodeOrReservedBitsOutOfRangeAreOurMistake) {
  EXPECT_DEATH(encode({.rsv = 8}), "rsv <= 7");
  EXPECT_DEATH(encode({.opcode = 16}), "opcode <= 15");
}

TEST(ShortestForm, ChangesWhereTheRfcSays) {
  using enum LengthForm;
  EXPECT_EQ(shortest_form(0), seven);
  EXPECT_EQ(shortest_form(125), seven);
  EXPECT_EQ(shortest_form(126), sixteen);
  EXPECT_EQ(shortest_form(65'535), sixteen);
  EXPECT_EQ(shortest_form(65'536), sixty_four);
  EXPECT_EQ(shortest_form(~std::uint64_t{0}), sixty_four);
}

TEST(Opcode, DefinedOnesHaveNamesAndControlOnesTheTopBit) {
  std::string names;
  std::string control;
  for (std::uint8_t code = 0; code < 16; ++code) {
    names += std::string(opcode::name(code)) + ".";
    control += opcode::is_control(code) ? '1' : '0';
  }
  EXPECT_EQ(names, "continuation.text.binary......close.ping.pong......");
  EXPECT_EQ(control, "0000000011111111");
}

TEST(EncodeFrame, GivesTheExamplesOfTheRfc) {
  // RFC 6455 §5.7.
  const base::Octets hello = base::octets("Hello");
  EXPECT_EQ(base::to_hex(encode_frame({.length = 5}, hello)), "810548656c6c6f");
  EXPECT_EQ(base::to_hex(encode_frame({.length = 5, .key = some_key}, hello)),
            "818537fa213d7f9f4d5158");
}

TEST(EncodeFrame, ThePayloadNeedNotHaveTheAnnouncedLength) {
  EXPECT_EQ(base::to_hex(encode_frame({.length = 100}, base::octets("ab"))), "81646162");
  EXPECT_EQ(base::to_hex(encode_frame({.length = 0}, base::octets("ab"))), "81006162");
}

}  // namespace wsproof::wire
