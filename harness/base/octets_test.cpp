#include "harness/base/octets.hpp"

#include <gtest/gtest.h>

#include <array>

#include "harness/base/random.hpp"

namespace wsproof::base {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

TEST(Octets, TextAndOctetsAreTheSameMemory) {
  const std::string text("a\0\xff", 3);
  const OctetView view = as_octets(text);
  EXPECT_EQ(octets(text), (Octets{0x61, 0x00, 0xFF}));
  EXPECT_EQ(as_text(view), text);
  EXPECT_EQ(static_cast<const void*>(as_text(view).data()), text.data());
}

TEST(Octets, EqualComparesSizeAndOctets) {
  EXPECT_TRUE(equal({}, {}));
  EXPECT_TRUE(equal(octets("abc"), octets("abc")));
  EXPECT_FALSE(equal(octets("abc"), octets("abd")));
  EXPECT_FALSE(equal(octets("abc"), octets("ab")));
  EXPECT_FALSE(equal(octets("ab"), octets("abc")));
}

TEST(Octets, AppendPutsOctetsAndTextBehind) {
  Octets to = octets("a");
  append(to, OctetView(octets("bc")));
  append(to, std::string_view("\0d", 2));
  EXPECT_EQ(to, (Octets{'a', 'b', 'c', 0, 'd'}));
}

TEST(Hex, EveryOctetIsTwoLowerCaseDigits) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(to_hex(Octets{0x00, 0x09, 0xA0, 0xFF}), "0009a0ff");
  for (unsigned value = 0; value < 256; ++value) {
    const Octets octet{static_cast<std::uint8_t>(value)};
    EXPECT_EQ(from_hex(to_hex(octet)), octet);
  }
}

TEST(Hex, ReadsEitherCaseAndBlanksBetweenOctets) {
  const Octets expected{0xDE, 0xAD, 0xBE, 0xEF};
  for (const std::string_view text : {"deadbeef", "DEADBEEF", "dEaD BeEf", " de  ad be ef "}) {
    EXPECT_EQ(from_hex(text), expected) << text;
  }
  EXPECT_EQ(from_hex(""), Octets{});
  EXPECT_EQ(from_hex(" "), Octets{});
}

TEST(Hex, RefusesForeignDigitsAndHalfOctets) {
  for (const std::string_view text :
       {"0", "000", "0 0", "00 0", "0g", "g0", "0x00", "00\t00", "00,00", "-1", "@@", "``", "GG"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

TEST(Base64, EncodesTheExamplesOfRfc4648) {
  struct Row {
    std::string_view plain, encoded;
  };
  for (const Row& row : {Row{"", ""}, Row{"f", "Zg=="}, Row{"fo", "Zm8="}, Row{"foo", "Zm9v"},
                         Row{"foob", "Zm9vYg=="}, Row{"fooba", "Zm9vYmE="},
                         Row{"foobar", "Zm9vYmFy"}, Row{"\xfb\xff\xbf", "+/+/"}}) {
    EXPECT_EQ(to_base64(octets(row.plain)), row.encoded);
    EXPECT_EQ(from_base64(row.encoded), octets(row.plain)) << row.encoded;
  }
}

TEST(Base64, RefusesWhatIsNotTheOneSpelling) {
  constexpr std::array<std::string_view, 33> wrong = {
      // Padding that is missing, too much or in the wrong place.
      "Z", "Zg", "Zg=", "Zm8", "Zm9vY", "=", "===", "====", "Z===", "Zg===", "Zg==Zg==", "Zg==Zm9v",
      "Zm8=Zm9v", "=Zm8", "Z=g=", "Zm=v",
      // Octets that are no digits.
      " Zm9v", "Zm9v ", "Zm9v\n", "\nZm9", "Zm9v    ", "    ", "Zm\n9v", "Zm9-", "Zm9_", "Zm9*",
      "Zm9.", "Zm9\xC3", "-A==", std::string_view("Zm\0v", 4),
      // Pad bits that are not zero.
      "Zh==", "Zv==", "Zm9="};
  for (const std::string_view text : wrong) {
    EXPECT_EQ(from_base64(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(Base64, OneOctetHasOneSpellingAmongAllPaddedPairs) {
  int accepted = 0;
  for (const char first : alphabet) {
    for (const char second : alphabet) {
      const std::string text{first, second, '=', '='};
      const auto decoded = from_base64(text);
      if (!decoded) continue;
      ++accepted;
      EXPECT_EQ(to_base64(*decoded), text);
    }
  }
  EXPECT_EQ(accepted, 256);
}

TEST(Base64, RoundTripHoldsForAnyOctetsOfAnySize) {
  Random random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    const Octets octets = random.octets(size);
    EXPECT_EQ(from_base64(to_base64(octets)), octets) << to_hex(octets);
  }
  // Around the pieces in which OpenSSL is fed.
  constexpr std::size_t piece = 3UL * 4 * 65'536;
  for (const std::size_t size : {piece - 1, piece, piece + 1, piece / 4 * 3 - 1, piece / 4 * 3,
                                 piece / 4 * 3 + 1, 2 * piece + 2}) {
    const Octets octets = random.octets(size);
    const auto decoded = from_base64(to_base64(octets));
    ASSERT_TRUE(decoded) << size;
    EXPECT_TRUE(equal(*decoded, octets)) << size;
  }
}

TEST(Base64, PadsInTheMiddleAreRefusedAlsoWhereAPieceEnds) {
  constexpr std::size_t piece = 3UL * 4 * 65'536;
  std::string text(piece + 4, 'A');
  ASSERT_TRUE(from_base64(text));
  text.replace(piece - 2, 2, "==");
  EXPECT_FALSE(from_base64(text));
  text.replace(piece - 2, 2, "\n\n");
  EXPECT_FALSE(from_base64(text));
}

}  // namespace wsproof::base
