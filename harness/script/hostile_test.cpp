// Any octets in, a result out: soon, with few errors, and without a stack overflow.
#include <gtest/gtest.h>

#include "harness/base/random.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

std::string many(std::string_view unit, std::size_t size = megabyte) {
  std::string result;
  while (result.size() < size) result += unit;
  return result;
}

const std::string head = "section s \"S\"\ncase c\n  \"t\"\n";

void expect_bounded(std::string_view text) {
  const ParseResult parsed = parse(text, "hostile", "s");
  EXPECT_LE(parsed.errors.size(), 20U);
  std::size_t shown = 0;
  for (const Diagnostic& error : parsed.errors) shown += show(error).size();
  EXPECT_LT(shown, 100'000U) << "what is shown of long lines is cut";
  const auto formatted = format(text, "hostile");
  EXPECT_EQ(formatted.has_value(), parsed.errors.empty());
}

TEST(Hostile, MuchOfOneThing) {
  constexpr std::string_view units[] = {"\n",         " ",
                                        "\t",         "\"",
                                        "#",          "\\",
                                        "\xff",       {"\0", 1},
                                        "a",          "(",
                                        "$",          ">",
                                        "<",          "ü",
                                        "case x\n",   "section s \"S\"\n",
                                        "  > text\n", " \n  \n   \n",
                                        "\u202e\n",   "# comment\n"};
  for (const std::string_view unit : units) {
    SCOPED_TRACE(unit);
    expect_bounded(many(unit));
    expect_bounded(head + many(unit, megabyte / 8));
    expect_bounded(head + "  > text " + many(unit, megabyte / 8));
    expect_bounded(head + "  > text \"" + many(unit, megabyte / 8));
  }
}

TEST(Hostile, LongLinesThatGoOnWell) {
  expect_bounded(head + "  > text 1" + many(" + 1") + "\n");
  expect_bounded(head + "  > text " + many("("));
  expect_bounded(head + "  > text " + many("repeat("));
  expect_bounded(head + "  > text " + many("hex\""));
  expect_bounded(head + "  > text hex\"" + many("00 ") + "\"\n");
  expect_bounded(head + "  > text \"" + many("\\u{20AC}") + "\"\n");
  expect_bounded(head + "  checks" + many(" 6455-5.2-1") + "\n");
  expect_bounded(head + "  sweep n = 0" + many(", 1"));
  expect_bounded(head + "  sweep n = 0..18446744073709551615\n");
  expect_bounded(head + "  sweep n = 18446744073709551614..18446744073709551615\n  > text \"\"\n");
  expect_bounded(head + "  < status" + many(" 400"));
  expect_bounded(head + "  < close" + many(" 1000"));
  expect_bounded(head + "  > text" + many(" part 1/2"));
}

TEST(Hostile, ManyLines) {
  expect_bounded(head + many("  > text \"hi\"\n"));
  expect_bounded(head + "  table t = a\n" + many("    x: 1\n"));
  expect_bounded(head + "  together\n" + many("    > text \"hi\"\n"));
  expect_bounded(head + many("  either pass\n    < eof\n"));
  expect_bounded(head + many("  or pass\n    < eof\n"));
  expect_bounded(head + "  handshake\n" + many("    A: b\n"));
  std::string stairs;
  for (std::size_t depth = 0; depth < 1000; ++depth) stairs += std::string(depth, ' ') + "x\n";
  expect_bounded(stairs);
  expect_bounded(head + stairs);
}

TEST(Hostile, TooLargeIsSaidAndNotRead) {
  const ParseResult parsed = parse(many("# comment\n", 17 * megabyte), "large.case", "");
  ASSERT_EQ(parsed.errors.size(), 1U);
  EXPECT_EQ(show(parsed.errors.front()), "large.case:1:1: the file is larger than 16 MiB\n");
}

TEST(Hostile, RandomOctets) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    base::Random random(seed);
    const base::Octets octets = random.octets(100'000);
    expect_bounded(base::as_text(octets));
    expect_bounded(head + "  > text \"" + std::string(base::as_text(octets)));
  }
}

// What a slip of the hand makes of a file of the catalogue. What still parses can be printed.
std::string damaged(std::string text, base::Random& random) {
  static constexpr std::string_view pieces[] = {" ", "\n", "\"", "#", "$",    "(", ")",
                                                "<", ">",  "@",  "=", ",",    ":", "[",
                                                "]", "..", "/",  "0", "text", "\\"};
  for (std::uint64_t count = 1 + random.below(4); count > 0; --count) {
    const std::size_t at = random.below(text.size());
    switch (random.below(4)) {
      case 0:
        text.erase(at, 1 + random.below(3));
        break;
      case 1:
        text.insert(at, pieces[random.below(std::size(pieces))]);
        break;
      case 2:
        text.insert(at, text.substr(random.below(text.size()), random.below(40)));
        break;
      default:
        text[at] = static_cast<char>(random.below(256));
        break;
    }
  }
  return text;
}

TEST(Hostile, DamagedFilesOfTheCatalogue) {
  const auto sources = embedded_sources();
  std::size_t good = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const SourceFile& source = sources[random.below(sources.size())];
    const std::string text = damaged(source.text, random);
    const ParseResult parsed = parse(text, source.name, source.suite);
    const auto formatted = format(text, source.name);
    ASSERT_EQ(formatted.has_value(), parsed.errors.empty());
    if (!parsed.errors.empty()) continue;
    ++good;
    ASSERT_TRUE(parse(print(parsed.file), source.name, source.suite).file == parsed.file);
    ASSERT_TRUE(parse(*formatted, source.name, source.suite).file == parsed.file);
    ASSERT_EQ(format(*formatted, source.name).value_or(""), *formatted);
    lint({parsed.file});
  }
  EXPECT_GT(good, 20U);
}

}  // namespace

}  // namespace wsproof::script
