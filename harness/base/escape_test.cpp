#include "harness/base/escape.hpp"

#include <gtest/gtest.h>

#include "harness/base/random.hpp"

namespace wsproof::base {

namespace {

std::string utf8(char32_t code) {
  const auto octet = [](char32_t value) { return static_cast<char>(static_cast<unsigned>(value)); };
  if (code < 0x80) return {octet(code)};
  if (code < 0x800) return {octet(0xC0 + code / 64), octet(0x80 + code % 64)};
  if (code < 0x10000) {
    return {octet(0xE0 + code / 4096), octet(0x80 + code / 64 % 64), octet(0x80 + code % 64)};
  }
  return {octet(0xF0 + code / 262144), octet(0x80 + code / 4096 % 64), octet(0x80 + code / 64 % 64),
          octet(0x80 + code % 64)};
}

bool is_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

struct Row {
  std::string_view hostile, safe;
};

}  // namespace

TEST(ForTerminal, ShowsWhatWouldSteerATerminal) {
  for (const Row& row : {
           Row{"", ""},
           Row{"plain text, even \\x1b and \\", "plain text, even \\x1b and \\"},
           Row{"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
           Row{"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
           Row{"one\r\ntwo\tthree", "one\\x0d\\x0atwo\\x09three"},
           Row{std::string_view("\0", 1), "\\x00"},
           Row{"\x7f", "\\x7f"},
           Row{"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\\u{80}\\u{9b}\\u{9f}\xc2\xa0"},
           Row{"a\xe2\x80\xae"
               "b",
               "a\\u{202e}b"},
           Row{"\xd8\x9c", "\\u{61c}"},
           Row{"\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}"},
           Row{"Stra\xc3\x9f"
               "e \xe2\x82\xac \xf0\x9f\x90\x99",
               "Stra\xc3\x9f"
               "e \xe2\x82\xac \xf0\x9f\x90\x99"},
       }) {
    EXPECT_EQ(for_terminal(row.hostile), row.safe);
  }
}

TEST(ForTerminal, ShowsOctetsThatAreNotUtf8OneByOne) {
  for (const Row& row : {
           Row{"\x80", "\\x80"},
           Row{"\xff\xfe", "\\xff\\xfe"},
           Row{"\xc3", "\\xc3"},
           Row{"\xc3(", "\\xc3("},
           Row{"\xe2\x82", "\\xe2\\x82"},
           Row{"\xe2\x82z", "\\xe2\\x82z"},
           Row{"\xc0\xaf", "\\xc0\\xaf"},
           Row{"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf"},
           Row{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
           Row{"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf"},
           Row{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
           Row{"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
           Row{"\xe2\x1b[m", "\\xe2\\x1b[m"},
       }) {
    EXPECT_EQ(for_terminal(row.hostile), row.safe);
  }
}

TEST(ForTerminal, OfAllCharactersExactlyTheListedOnesAreEscaped) {
  const auto listed = [](char32_t code) {
    return code <= 0x1F || (code >= 0x7F && code <= 0x9F) || code == 0x61C || code == 0x200E ||
           code == 0x200F || code == 0x2028 || code == 0x2029 || code == 0x202A || code == 0x202B ||
           code == 0x202C || code == 0x202D || code == 0x202E || code == 0x2066 || code == 0x2067 ||
           code == 0x2068 || code == 0x2069;
  };
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (is_surrogate(code)) continue;
    const std::string character = utf8(code);
    const std::string safe = for_terminal(character);
    if (!listed(code)) {
      ASSERT_EQ(safe, character) << "code point " << static_cast<unsigned>(code);
    } else {
      ASSERT_EQ(safe.front(), '\\') << "code point " << static_cast<unsigned>(code);
      ASSERT_EQ(safe, for_terminal(safe));
    }
  }
}

TEST(ForTerminal, GarbageBecomesSafeAndNotMuchLonger) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Octets garbage = random.octets(random.below(200));
    const std::string safe = for_terminal(as_text(garbage));
    EXPECT_LE(safe.size(), 4 * garbage.size());
    // Nothing is left to escape, so there is no control and no invalid UTF-8.
    EXPECT_EQ(for_terminal(safe), safe);
  }
}

TEST(Cut, KeepsATextWithinTheLimit) {
  EXPECT_EQ(cut("", 0), "");
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("\xe2\x82\xac", 3), "\xe2\x82\xac");
}

TEST(Cut, SaysHowManyOctetsAreLeftOut) {
  EXPECT_EQ(cut("abc", 2), "ab… (1 more octet)");
  EXPECT_EQ(cut("abc", 0), "… (3 more octets)");
  EXPECT_EQ(cut(std::string(1'244, 'x'), 10), "xxxxxxxxxx… (1234 more octets)");
}

TEST(Cut, NeverCutsInsideACharacter) {
  const std::string euro = "\xe2\x82\xac";
  const std::string octopus = "\xf0\x9f\x90\x99";
  for (std::size_t limit = 1; limit <= 3; ++limit) {
    EXPECT_EQ(cut("a" + octopus + "b", limit), "a… (5 more octets)") << limit;
  }
  EXPECT_EQ(cut(octopus, 3), "… (4 more octets)");
  EXPECT_EQ(cut(euro + euro, 2), "… (6 more octets)");
  EXPECT_EQ(cut(euro + euro, 3), euro + "… (3 more octets)");
  EXPECT_EQ(cut(euro + euro, 5), euro + "… (3 more octets)");
}

TEST(Cut, OctetsThatAreNoCharacterAreCutAnywhere) {
  EXPECT_EQ(cut("\x80\x80\x80\x80\x80\x80", 4), "\x80\x80\x80\x80… (2 more octets)");
  EXPECT_EQ(cut("\xf0\x9f\x90zz", 2), "\xf0\x9f… (3 more octets)");
  EXPECT_EQ(cut("\xff\xff", 1), "\xff… (1 more octet)");
}

}  // namespace wsproof::base
