// Printed and parsed, a case is the same case; formatting changes nothing but the layout.
#include <gtest/gtest.h>

#include "harness/script/case_generator.hpp"
#include "harness/script/case_text_test.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::script {

namespace {

using test::shown;

// Fails with the text that did not come back.
void expect_same(const Case& c) {
  const std::string text = print(c);
  const ParseResult parsed = parse(text, "printed", c.suite);
  ASSERT_TRUE(parsed.errors.empty()) << shown(parsed.errors) << text;
  ASSERT_EQ(parsed.file.cases.size(), 1U) << text;
  ASSERT_TRUE(parsed.file.cases.front() == c) << text << "\ncame back as\n"
                                              << print(parsed.file.cases.front());
}

TEST(RoundTrip, EveryFileOfTheCatalogue) {
  for (const SourceFile& source : embedded_sources()) {
    SCOPED_TRACE(source.name);
    const ParseResult parsed = parse(source.text, source.name, source.suite);
    ASSERT_TRUE(parsed.errors.empty()) << shown(parsed.errors);
    const std::string text = print(parsed.file);
    const ParseResult again = parse(text, "printed", source.suite);
    ASSERT_TRUE(again.errors.empty()) << shown(again.errors);
    EXPECT_TRUE(again.file == parsed.file);
  }
}

TEST(RoundTrip, EveryCaseOfTheCatalogueWrittenExpandedAndWithoutMacros) {
  for (const SourceFile& source : embedded_sources()) {
    for (const Case& c : parse(source.text, source.name, source.suite).file.cases) {
      ASSERT_NO_FATAL_FAILURE(expect_same(c));
      for (const Case& row : expand(c)) {
        ASSERT_NO_FATAL_FAILURE(expect_same(row));
        ASSERT_NO_FATAL_FAILURE(expect_same(without_macros(row)));
      }
    }
  }
}

TEST(RoundTrip, RandomCases) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    const Case c = random_case(random);
    ASSERT_NO_FATAL_FAILURE(expect_same(c));
    for (const Case& row : expand(c)) ASSERT_NO_FATAL_FAILURE(expect_same(without_macros(row)));
  }
}

TEST(RoundTrip, RandomFiles) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    base::Random random(seed);
    CaseFile file = random_file(random);
    const std::string text = print(file);
    const ParseResult parsed = parse(text, "printed", "");
    ASSERT_TRUE(parsed.errors.empty()) << shown(parsed.errors) << text;
    ASSERT_TRUE(parsed.file == file) << text;
    EXPECT_EQ(format(text, "printed").value_or(""), text)
        << "what print writes is already formatted";
  }
}

TEST(RoundTrip, AFileWithNothingInIt) {
  for (const std::string_view text : {"", "# nothing\n"}) {
    const ParseResult parsed = parse(text, "f", "");
    ASSERT_TRUE(parsed.errors.empty());
    EXPECT_EQ(print(parsed.file), "");
  }
}

TEST(RoundTrip, StepsKeepTheirPlaces) {
  const ParseResult parsed =
      parse("section s \"S\"\n\ncase c\n  \"t\"\n  > text \"ü\" rsv=4\n", "f", "");
  ASSERT_TRUE(parsed.errors.empty());
  const auto& send = std::get<Send>(parsed.file.cases.front().steps.front());
  EXPECT_EQ(send.at.line, 5U);
  EXPECT_EQ(send.at.column, 3U);
  EXPECT_EQ(send.at.width, 16U);
  EXPECT_EQ(send.frame.rsv->at.column, 18U);
  EXPECT_EQ(parsed.file.cases.front().place.line, 3U);
  EXPECT_EQ(parsed.file.cases.front().source, "case c\n  \"t\"\n  > text \"ü\" rsv=4\n");
}

// ── Formatting ───────────────────────────────────────────────────────────────────────────────────

TEST(Format, EveryFileOfTheCatalogueMeansTheSameAndIsFormattedOnce) {
  for (const SourceFile& source : embedded_sources()) {
    SCOPED_TRACE(source.name);
    const auto once = format(source.text, source.name);
    ASSERT_TRUE(once) << once.error().message;
    EXPECT_EQ(format(*once, source.name).value_or(""), *once);
    const ParseResult before = parse(source.text, source.name, source.suite);
    const ParseResult after = parse(*once, source.name, source.suite);
    ASSERT_TRUE(after.errors.empty()) << shown(after.errors);
    EXPECT_TRUE(before.file == after.file);
  }
}

TEST(Format, KeepsCommentsSpellingsAndBlankLines) {
  constexpr std::string_view text = R"(# The file.
section   s    "Title"


control  c
# About c.
case c
   "t"
   checks   6455-5.2-1   # why
   sweep n=0x0,1..3   default  0x0
   sweep name = zero:hex"00",b:"b"
   table t = a,  alias
      one:1,"x"
      # a remark
      other-label:    repeat( "a,b" ,2 )  ,""

   > text   hex"41"+"b"-$n   part  1 / 2 key=0x10   # sent
   # the answer
   < close 1000..1003   "r"    as $r   [6455-5.2-1]   # got
   < eof [x]
   handshake
        Host:   a   b
        - Origin
        +   X: "y"
   together
        @b   >   raw "x"
  # behind c
case d
 "t"
 fence
# the end
)";
  constexpr std::string_view expected = R"(# The file.
section s "Title"

control c

# About c.
case c
  "t"
  checks 6455-5.2-1                 # why
  sweep  n = 0x0, 1..3 default 0x0
  sweep  name = zero: hex"00", b: "b"
  table  t = a, alias
    one:         1,                "x"
    # a remark
    other-label: repeat("a,b", 2), ""

  > text hex"41" + "b" - $n part 1/2 key=0x10  # sent
  # the answer
  < close 1000..1003 "r" as $r      [6455-5.2-1]  # got
  < eof                             [x]
  handshake
    Host: a   b
    - Origin
    + X: "y"
  together
    @b > raw "x"

# behind c
case d
  "t"
  fence
# the end
)";
  const auto formatted = format(text, "f");
  ASSERT_TRUE(formatted) << formatted.error().message;
  EXPECT_EQ(*formatted, expected);
  EXPECT_EQ(format(expected, "f").value_or(""), expected);
}

TEST(Format, AValueThatWouldBecomeACommentIsRefused) {
  const auto formatted =
      format("section s \"S\"\ncase c\n  \"t\"\n  handshake\n    X:#y\n", "x.case");
  ASSERT_FALSE(formatted);
  EXPECT_TRUE(formatted.error().message.starts_with(
      "x.case:5:7: a value that begins with `#` must stand in quotes"))
      << formatted.error().message;
}

TEST(Format, SaysWhatIsWrong) {
  const auto formatted = format("section s \"S\"\ncase c\n  > txt\n", "x.case");
  ASSERT_FALSE(formatted);
  EXPECT_TRUE(formatted.error().message.starts_with("x.case:3:5: unknown word `txt`"));
}

}  // namespace

}  // namespace wsproof::script
