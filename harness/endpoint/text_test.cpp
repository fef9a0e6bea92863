#include "harness/endpoint/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.hpp"

namespace wsproof::endpoint {
namespace {

constexpr Alphabet alphabets[] = {Alphabet::utf8,
                                  Alphabet::anything,
                                  Alphabet::surrogates_too,
                                  Alphabet::overlong_forms_too,
                                  Alphabet::beyond_unicode_too,
                                  Alphabet::no_nul,
                                  Alphabet::no_noncharacters};

/// Octets that make up many nearly right texts.
base::Octets almost_text(base::Random& random) {
  constexpr std::uint8_t octets[] = {0x00, 'a',  0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                     0xAF, 0xB7, 0xBE, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                     0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
  base::Octets text;
  for (std::uint64_t count = random.below(7); count > 0; --count) {
    text.push_back(octets[random.below(std::size(octets))]);
  }
  return text;
}

struct Row {
  std::string_view text;
  std::vector<Alphabet> exceptions;  ///< the alphabets that judge it unlike UTF-8
};

TEST(TextJudge, EachAlphabetDiffersWhereItShould) {
  const Row rows[] = {
      {"abc \xC2\x80 \xE0\xA0\x80 \xF0\x90\x80\x80 \xF4\x8F\xBF\xBD", {}},
      {std::string_view("\0", 1), {Alphabet::no_nul}},
      {"\xEF\xBF\xBE", {Alphabet::no_noncharacters}},
      {"\xEF\xB7\x90", {Alphabet::no_noncharacters}},
      {"\xF0\x9F\xBF\xBF", {Alphabet::no_noncharacters}},
      {"\xED\xA0\x80", {Alphabet::anything, Alphabet::surrogates_too}},
      {"\xED\xBF\xBF", {Alphabet::anything, Alphabet::surrogates_too}},
      {"\xC0\x80", {Alphabet::anything, Alphabet::overlong_forms_too}},
      {"\xE0\x80\xAF", {Alphabet::anything, Alphabet::overlong_forms_too}},
      {"\xF0\x8F\xBF\xBF", {Alphabet::anything, Alphabet::overlong_forms_too}},
      {"\xF4\x90\x80\x80", {Alphabet::anything, Alphabet::beyond_unicode_too}},
      {"\xF7\xBF\xBF\xBF", {Alphabet::anything, Alphabet::beyond_unicode_too}},
      {"\x80", {Alphabet::anything}},
      {"\xE2\x82", {Alphabet::anything}},
      {"\xFF", {Alphabet::anything}},
  };
  for (const Row& row : rows) {
    const auto text = base::as_octets(row.text);
    for (const Alphabet alphabet : alphabets) {
      const bool differs = std::ranges::find(row.exceptions, alphabet) != row.exceptions.end();
      EXPECT_EQ(is_text(text, alphabet) != wire::is_utf8(text), differs)
          << base::to_hex(text) << ", alphabet " << static_cast<int>(alphabet);
    }
  }
}

TEST(TextJudge, CutPositionDoesNotMatter) {
  base::Random random(3);
  for (int round = 0; round < 20000; ++round) {
    const base::Octets text = almost_text(random);
    const base::OctetView view(text);
    const std::size_t cut = random.below(text.size() + 1);
    for (const Alphabet alphabet : alphabets) {
      TextJudge judge(alphabet);
      judge.feed(view.first(cut));
      const bool good = judge.feed(view.subspan(cut)) && judge.complete();
      ASSERT_EQ(good, is_text(text, alphabet)) << base::to_hex(text) << ", cut at " << cut;
    }
  }
}

TEST(Repaired, IsAlwaysText) {
  base::Random random(4);
  for (int round = 0; round < 20000; ++round) {
    const base::Octets text = almost_text(random);
    const base::Octets better = repaired(text, Alphabet::utf8);
    ASSERT_TRUE(wire::is_utf8(better)) << base::to_hex(text);
    ASSERT_TRUE(better == text || !wire::is_utf8(text)) << base::to_hex(text);
  }
}

}  // namespace
}  // namespace wsproof::endpoint
