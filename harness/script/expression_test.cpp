// What expressions are worth, from their text.
#include "harness/script/expression.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "harness/script/parser.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::script {

namespace {

// The value of what stands behind `> text` in a case.
base::Result<Value> value_of(std::string_view text, const Variables& variables = {}) {
  const std::string file = "section s \"S\"\ncase c\n  \"t\"\n  > raw " + std::string(text) + "\n";
  const ParseResult parsed = parse(file, "f", "");
  if (!parsed.errors.empty()) return base::fail(parsed.errors.front().message);
  base::Random random(1);
  return evaluate(std::get<SendRaw>(parsed.file.cases.front().steps.front()).octets, variables,
                  random);
}

// Numbers in decimal, octets in hex behind a colon, or the error.
std::string shown(const base::Result<Value>& value) {
  if (!value) return value.error().message;
  if (const auto* const number = std::get_if<std::uint64_t>(&*value))
    return std::to_string(*number);
  return ":" + base::to_hex(std::get<base::Octets>(*value));
}

struct Row {
  std::string_view text;
  std::string_view value;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.text; }

class ExpressionValue : public testing::TestWithParam<Row> {};

TEST_P(ExpressionValue, IsAsWritten) {
  EXPECT_EQ(shown(value_of(GetParam().text)), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Literals, ExpressionValue,
    testing::Values(Row{"0", "0"}, Row{"65536", "65536"}, Row{"0xff", "255"}, Row{"0XfF", "255"},
                    Row{"18446744073709551615", "18446744073709551615"}, Row{"\"\"", ":"},
                    Row{"\"hi\"", ":6869"}, Row{"\"ü€😀\"", ":c3bce282acf09f9880"},
                    Row{R"("\"\\\n\r\t\0")", ":225c0a0d0900"}, Row{R"("\xff\x00")", ":ff00"},
                    Row{R"("\u{41}\u{20AC}\u{10FFFF}")", ":41e282acf48fbfbf"},
                    Row{R"("a # b")", ":6120232062"}, Row{"hex\"\"", ":"},
                    Row{"hex\"81 02 68 69\"", ":81026869"}, Row{"hex\"8102\"", ":8102"}));

INSTANTIATE_TEST_SUITE_P(Sums, ExpressionValue,
                         testing::Values(Row{"1 + 2", "3"}, Row{"10 - 2 - 3", "5"},
                                         Row{"10 - (2 - 1)", "9"}, Row{"1+2", "3"},
                                         Row{"\"a\" + hex\"00\" + \"b\"", ":610062"},
                                         Row{"(1 + 2) - 3", "0"}));

INSTANTIATE_TEST_SUITE_P(
    Functions, ExpressionValue,
    testing::Values(Row{"repeat(\"ab\", 3)", ":616261626162"}, Row{"repeat(\"\", 99999999)", ":"},
                    Row{"repeat(\"a\", 0)", ":"}, Row{"count(3)", ":000102"},
                    Row{"slice(count(260), 254, 4)", ":feff0001"}, Row{"slice(\"abc\", 3, 0)", ":"},
                    Row{"slice(\"abc\", 1, 2)", ":6263"}, Row{"code(1000)", ":03e8"},
                    Row{"code(65535)", ":ffff"}, Row{"length(\"ü\")", "2"},
                    Row{"length(random(100))", "100"},
                    Row{"other_case(\"aZ@[`{1\")", ":417a405b607b31"},
                    Row{"length(repeat(\"x\", 0x4000000))", "67108864"},
                    Row{"accept(\"dGhlIHNhbXBsZSBub25jZQ==\")",
                        ":733370504c4d426954786151396b59477a7a685a52624b2b784f6f3d"}));

INSTANTIATE_TEST_SUITE_P(
    Mistakes, ExpressionValue,
    testing::Values(
        Row{"1 + \"a\"", "`+` joins octets or adds numbers, and here is one of each"},
        Row{"\"a\" - \"b\"", "`-` takes a number as its first value: a - b: numbers subtracted"},
        Row{"1 - 2", "1 - 2 is below zero"},
        Row{"18446744073709551615 + 1", "`+`: the sum is above 2^64 - 1"},
        Row{"$x", "the variable $x has no value here"},
        Row{"repeat(1, 1)",
            "`repeat` takes octets as its first value: repeat(octets, n): the octets n times"},
        Row{"repeat(\"ab\", 0x4000000)", "134217728 octets are more than the limit of 64 MiB"},
        Row{"repeat(\"ab\", 18446744073709551615)", "repeat: the limit is 64 MiB"},
        Row{"random(67108865)", "67108865 octets are more than the limit of 64 MiB"},
        Row{"count(67108864) + \"x\"", "67108865 octets are more than the limit of 64 MiB"},
        Row{"slice(\"abc\", 2, 2)", "slice: 2 octets from 2 on, and there are only 3 in all"},
        Row{"slice(\"abc\", 4, 0)", "slice: 0 octets from 4 on, and there are only 3 in all"},
        Row{"slice(\"abc\", 1, 18446744073709551615)",
            "slice: 18446744073709551615 octets from 1 on, and there are only 3 in all"},
        Row{"code(65536)", "code: 65536 does not fit into two octets"}));

TEST(Expression, VariablesHaveTheValueThatTheyAreGiven) {
  const Variables variables{{"n", std::uint64_t{2}}, {"x", base::octets("ab")}};
  EXPECT_EQ(shown(value_of("repeat($x, $n + 1)", variables)), ":616261626162");
}

TEST(Expression, Utf8IsValidOfAnyLengthAndAlwaysTheSame) {
  for (std::size_t size = 0; size < 64; ++size) {
    const auto value = value_of("utf8(" + std::to_string(size) + ")");
    ASSERT_TRUE(value);
    const auto& octets = std::get<base::Octets>(*value);
    EXPECT_EQ(octets.size(), size);
    EXPECT_TRUE(wire::is_utf8(octets)) << size;
    EXPECT_EQ(shown(value), shown(value_of("utf8(" + std::to_string(size) + ")")));
  }
}

TEST(Expression, RandomOctetsFollowFromTheSeed) {
  const Expression twice{.value = Call{"random", {{.value = std::uint64_t{16}, .at = {}}}},
                         .at = {}};
  base::Random first(1);
  base::Random second(1);
  base::Random third(2);
  const auto value = evaluate(twice, {}, first);
  EXPECT_EQ(value, evaluate(twice, {}, second));
  EXPECT_NE(value, evaluate(twice, {}, first)) << "it goes on, and does not start again";
  EXPECT_NE(value, evaluate(twice, {}, third));
}

TEST(Expression, WhatNoParserMadeIsAnErrorAndNoCrash) {
  base::Random random(1);
  const Expression unknown{.value = Call{"nonsense", {}}, .at = {}};
  EXPECT_EQ(shown(evaluate(unknown, {}, random)), "unknown function `nonsense`");
  const Expression short_call{.value = Call{"repeat", {}}, .at = {}};
  EXPECT_EQ(shown(evaluate(short_call, {}, random)),
            "`repeat` takes 2 values, not 0: repeat(octets, n): the octets n times");
  Expression deep{.value = std::uint64_t{1}, .at = {}};
  for (int level = 0; level < 1000; ++level)
    deep = {.value = Call{"code", {std::move(deep)}}, .at = {}};
  EXPECT_EQ(shown(evaluate(deep, {}, random)), "the expression is nested too deep");
}

TEST(Expression, NumbersBecomeTheirDigits) {
  EXPECT_EQ(to_octets(std::uint64_t{13}), base::octets("13"));
  EXPECT_EQ(to_octets(base::octets("x")), base::octets("x"));
}

}  // namespace

}  // namespace wsproof::script
