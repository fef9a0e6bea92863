#include "harness/wire/utf8.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <ostream>

#include "harness/base/random.hpp"

namespace wsproof::wire {

namespace {

// Where a text is wrong and whether it is complete, as a value.
struct Judgement {
  std::optional<std::uint64_t> wrong;
  bool complete = false;

  bool operator==(const Judgement&) const = default;
};

void PrintTo(const Judgement& judgement, std::ostream* out) {
  *out << (judgement.wrong ? "wrong at " + std::to_string(*judgement.wrong) : "nothing wrong")
       << (judgement.complete ? ", complete" : ", incomplete");
}

// RFC 3629 §3, the table: a code point to octets.
base::Octets encode(std::uint32_t code) {
  const auto tail = [code](unsigned shift) {
    return static_cast<std::uint8_t>(0x80 + (code >> shift) % 64);
  };
  const auto lead = [code](unsigned mark, unsigned shift) {
    return static_cast<std::uint8_t>(mark + (code >> shift));
  };
  if (code < 0x80) return {lead(0, 0)};
  if (code < 0x800) return {lead(0xC0, 6), tail(0)};
  if (code < 0x10000) return {lead(0xE0, 12), tail(6), tail(0)};
  return {lead(0xF0, 18), tail(12), tail(6), tail(0)};
}

bool is_surrogate(std::uint32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

// The oracle: knows the octets of every character, and by them every beginning that a character
// can have. It has no ranges and no states to get wrong.
class Oracle {
 public:
  Oracle() {
    for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
      if (is_surrogate(code)) continue;
      std::uint32_t number = 0;
      const base::Octets character = encode(code);
      for (std::size_t size = 1; size <= character.size(); ++size) {
        number = number * 256 + character[size - 1];
        const bool whole = size == character.size();
        if (size == 4) {
          whole_of_four_.push_back(number);
        } else {
          kinds_.at(size - 1)->set(std::size_t{2} * number + (whole ? 1 : 0));
        }
      }
    }
    std::ranges::sort(whole_of_four_);
  }

  // The first octet after which no continuation could be valid.
  Judgement judge(base::OctetView text) const {
    std::uint32_t number = 0;
    std::size_t size = 0;
    for (std::size_t index = 0; index < text.size(); ++index) {
      number = number * 256 + text[index];
      ++size;
      const bool whole = is_whole(number, size);
      if (!whole && !is_beginning(number, size)) return {index, false};
      if (whole) {
        number = 0;
        size = 0;
      }
    }
    return {std::nullopt, size == 0};
  }

 private:
  bool is_whole(std::uint32_t number, std::size_t size) const {
    if (size == 4) return std::ranges::binary_search(whole_of_four_, number);
    return kinds_.at(size - 1)->test(std::size_t{2} * number + 1);
  }
  bool is_beginning(std::uint32_t number, std::size_t size) const {
    return size < 4 && kinds_.at(size - 1)->test(std::size_t{2} * number);
  }

  // Of one, two or three octets, read as a number: whether they begin a character, and whether
  // they are one.
  using Kinds = std::bitset<std::size_t{2} * 256 * 256 * 256>;
  std::array<std::unique_ptr<Kinds>, 3> kinds_{std::make_unique<Kinds>(), std::make_unique<Kinds>(),
                                               std::make_unique<Kinds>()};
  std::vector<std::uint32_t> whole_of_four_;
};

const Oracle& oracle() {
  static const Oracle the_oracle;
  return the_oracle;
}

// The validator's judgement on pieces that end at `cuts` (and at the end of the text).
Judgement judge_in_pieces(base::OctetView text, std::span<const std::size_t> cuts) {
  Utf8Validator validator;
  std::optional<std::uint64_t> wrong;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    wrong = validator.feed(text.subspan(begin, cut - begin));
    begin = cut;
  }
  wrong = validator.feed(text.subspan(begin));
  return {wrong, validator.complete()};
}

Judgement judge_whole(base::OctetView text) { return judge_in_pieces(text, {}); }

// Octets at and beside every border between the ranges of the table.
constexpr std::array<std::uint8_t, 27> border_octets = {
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
    0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF};

std::uint32_t random_code(base::Random& random) {
  constexpr std::array<std::uint32_t, 4> bounds = {0x80, 0x800, 0x10000, 0x110000};
  for (;;) {
    const auto code = static_cast<std::uint32_t>(random.below(bounds.at(random.below(4))));
    if (!is_surrogate(code)) return code;
  }
}

// Valid text of `size` octets or a few more: ASCII and other characters in runs.
base::Octets random_text(base::Random& random, std::size_t size) {
  base::Octets text;
  while (text.size() < size) {
    const bool ascii = random.below(2) == 0;
    for (std::uint64_t run = random.below(40); run > 0; --run) {
      base::append(text, encode(ascii ? static_cast<std::uint32_t>(random.below(128))
                                      : random_code(random)));
    }
  }
  return text;
}

std::vector<std::size_t> random_cuts(base::Random& random, std::size_t size) {
  std::vector<std::size_t> cuts(random.below(6));
  for (std::size_t& cut : cuts) cut = random.below(size + 1);
  std::ranges::sort(cuts);
  return cuts;
}

}  // namespace

TEST(Utf8, TheWrongOctetIsTheFirstThatNoContinuationCanMend) {
  struct Row {
    std::string_view hex;
    Judgement judgement;
  };
  for (const Row& row : {
           Row{"", {std::nullopt, true}},
           Row{"48656c6c6f", {std::nullopt, true}},
           Row{"cebae1bdb9cf83cebcceb5", {std::nullopt, true}},
           Row{"cebae1bdb9cf83cebcceb5eda080", {12, false}},  // the A0 of a surrogate
           Row{"e080", {1, false}},
           Row{"eda0", {1, false}},
           Row{"f490", {1, false}},
           Row{"c0", {0, false}},
           Row{"80", {0, false}},
           Row{"f5", {0, false}},
           Row{"ff", {0, false}},
           Row{"c2", {std::nullopt, false}},
           Row{"c241", {1, false}},
           Row{"e282", {std::nullopt, false}},
           Row{"e28241", {2, false}},
           Row{"f09f90", {std::nullopt, false}},
           Row{"f09f9041", {3, false}},
           Row{"f09f9099", {std::nullopt, true}},
           Row{"f48fbfbf", {std::nullopt, true}},
           Row{"efbfbe", {std::nullopt, true}},    // a non-character is valid [3629-4-5]
           Row{"efbbbf41", {std::nullopt, true}},  // so is a byte order mark [3629-6-1]
       }) {
    const base::Octets text = *base::from_hex(row.hex);
    EXPECT_EQ(judge_whole(text), row.judgement) << row.hex;
    EXPECT_EQ(oracle().judge(text), row.judgement) << row.hex;
  }
}

TEST(Utf8, EveryCharacterIsValid) {
  for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
    if (!is_surrogate(code)) {
      ASSERT_TRUE(is_utf8(encode(code))) << code;
    }
  }
}

TEST(Utf8, AllRunsOfUpToThreeOctetsAreJudgedAsByTheOracle) {
  std::array<std::uint8_t, 3> octets{};
  for (unsigned number = 0; number < 256 * 256 * 256; ++number) {
    octets = {static_cast<std::uint8_t>(number / 65'536),
              static_cast<std::uint8_t>(number / 256 % 256),
              static_cast<std::uint8_t>(number % 256)};
    const base::OctetView three = octets;
    const Judgement expected = oracle().judge(three);
    // As long as it agrees there is no message to make; ASSERT_EQ would cost more than the test.
    if (judge_whole(three) != expected) FAIL() << base::to_hex(three);
    if (number % 256 != 0) continue;
    ASSERT_EQ(judge_whole(three.first(2)), oracle().judge(three.first(2))) << base::to_hex(three);
    ASSERT_EQ(judge_whole(three.first(1)), oracle().judge(three.first(1))) << base::to_hex(three);
  }
}

TEST(Utf8, RunsOfThreeOctetsAreJudgedTheSameAtEveryCut) {
  const std::vector<std::vector<std::size_t>> all_cuts = {{1}, {2}, {1, 2}};
  std::array<std::uint8_t, 3> octets{};
  for (unsigned pair = 0; pair < 256 * 256; ++pair) {
    for (const std::uint8_t third : border_octets) {
      octets = {static_cast<std::uint8_t>(pair / 256), static_cast<std::uint8_t>(pair % 256),
                third};
      const Judgement expected = judge_whole(octets);
      for (const auto& cuts : all_cuts) {
        if (judge_in_pieces(octets, cuts) != expected) {
          FAIL() << base::to_hex(octets) << " in " << cuts.size() + 1 << " pieces";
        }
      }
    }
  }
}

TEST(Utf8, FourOctetsAtTheBordersAreJudgedAsByTheOracleAtEveryCut) {
  // All ways to cut four octets, as sets of positions.
  const std::vector<std::vector<std::size_t>> all_cuts = {{},     {1},    {2},    {3},
                                                          {1, 2}, {1, 3}, {2, 3}, {1, 2, 3}};
  std::array<std::uint8_t, 4> octets{};
  for (unsigned lead = 0; lead < 256; ++lead) {
    for (const std::uint8_t second : border_octets) {
      for (const std::uint8_t third : border_octets) {
        for (const std::uint8_t fourth : border_octets) {
          octets = {static_cast<std::uint8_t>(lead), second, third, fourth};
          const Judgement expected = oracle().judge(octets);
          for (const auto& cuts : all_cuts) {
            if (judge_in_pieces(octets, cuts) != expected) {
              FAIL() << base::to_hex(octets) << " in " << cuts.size() + 1 << " pieces";
            }
          }
        }
      }
    }
  }
}

TEST(Utf8, LongTextIsValidHoweverItIsCut) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::Random random(seed);
    const base::Octets text = random_text(random, random.below(600));
    const auto cuts = random_cuts(random, text.size());
    ASSERT_EQ(judge_in_pieces(text, cuts), (Judgement{std::nullopt, true})) << "seed " << seed;
    ASSERT_EQ(judge_whole(text), (Judgement{std::nullopt, true})) << "seed " << seed;
  }
}

TEST(Utf8, OneDamagedOctetInLongTextIsFoundHoweverItIsCut) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    base::Random random(seed);
    base::Octets text = random_text(random, 1 + random.below(200));
    if (text.empty()) continue;
    text.at(random.below(text.size())) = border_octets.at(random.below(border_octets.size()));
    text.resize(text.size() - random.below(std::min<std::size_t>(4, text.size())));
    const Judgement expected = oracle().judge(text);
    ASSERT_EQ(judge_whole(text), expected) << "seed " << seed;
    ASSERT_EQ(judge_in_pieces(text, random_cuts(random, text.size())), expected) << "seed " << seed;
  }
}

TEST(Utf8, TextCutAnywhereIsIncompleteExactlyInsideACharacter) {
  base::Random random(1);
  const base::Octets text = random_text(random, 2'000);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const base::OctetView front = base::OctetView(text).first(size);
    ASSERT_EQ(judge_whole(front), oracle().judge(front)) << size;
  }
}

TEST(Utf8Validator, SaysTheFirstWrongOctetEverAfter) {
  Utf8Validator validator;
  EXPECT_EQ(validator.feed(base::octets("abc")), std::nullopt);
  EXPECT_EQ(validator.feed(base::octets("d\xff\xfe")), 4U);
  EXPECT_EQ(validator.feed(base::octets("good again")), 4U);
  EXPECT_EQ(validator.feed({}), 4U);
  EXPECT_FALSE(validator.complete());
}

TEST(Utf8Validator, AnEmptyPieceChangesNothing) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.complete());
  EXPECT_EQ(validator.feed({}), std::nullopt);
  EXPECT_TRUE(validator.complete());
  EXPECT_EQ(validator.feed(base::octets("\xe2\x82")), std::nullopt);
  EXPECT_EQ(validator.feed({}), std::nullopt);
  EXPECT_FALSE(validator.complete());
  EXPECT_EQ(validator.feed(base::octets("\xac")), std::nullopt);
  EXPECT_TRUE(validator.complete());
}

TEST(FirstInvalidUtf8, IsTheSizeOfATextThatStopsInsideACharacter) {
  EXPECT_EQ(first_invalid_utf8(base::octets("a\xe2\x82")), 3U);
  EXPECT_EQ(first_invalid_utf8(base::octets("a\xe2z")), 2U);
  EXPECT_EQ(first_invalid_utf8(base::octets("a\xe2\x82\xac")), std::nullopt);
  EXPECT_FALSE(is_utf8(base::octets("a\xe2\x82")));
  EXPECT_TRUE(is_utf8({}));
}

}  // namespace wsproof::wire
