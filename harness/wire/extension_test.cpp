#include "harness/wire/extension.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/random.hpp"

namespace wsproof::wire {
namespace {

using testing::ElementsAre;
using Parameters = std::vector<ExtensionParameter>;

TEST(Extension, AListIsCutIntoElementsAndParameters) {
  EXPECT_THAT(decode_extensions("a; b; c=1,d"),
              ElementsAre(Extension{"a", {{" b"}, {" c", "1"}}}, Extension{"d"}));
}

TEST(Extension, NothingIsLeftOutOrPutRight) {
  EXPECT_EQ(decode_extensions(""), std::vector{Extension{""}});
  EXPECT_EQ(decode_extensions("a;;b")[0].parameters, (Parameters{{""}, {"b"}}));
  EXPECT_EQ(decode_extensions("a;b=1;b=2;B")[0].parameters,
            (Parameters{{"b", "1"}, {"b", "2"}, {"B"}}));
  EXPECT_EQ(decode_extensions("a;b=c=d")[0].parameters, (Parameters{{"b", "c=d"}}));
  EXPECT_EQ(decode_extensions(",").size(), 2U);
}

TEST(Extension, QuotationMarksProtectSeparators) {
  EXPECT_EQ(decode_extensions(R"(a;b="1,2;3\"4",c)"),
            (std::vector{Extension{"a", {{"b", R"("1,2;3\"4")"}}}, Extension{"c"}}));
  EXPECT_EQ(decode_extensions(R"(a;b="1,c)").size(), 1U);  // never ends
}

TEST(Extension, EveryValueIsPrintedAsItWasRead) {
  constexpr std::string_view alphabet = "ab,;=\"\\ \t1";
  base::Random random(7692);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint64_t left = random.below(16); left > 0; --left) {
      text += alphabet[random.below(alphabet.size())];
    }
    EXPECT_EQ(encode(decode_extensions(text)), text);
  }
}

TEST(Extension, AValueIsATokenOrAQuotedString) {
  EXPECT_EQ(parameter_value(" 10 "), "10");
  EXPECT_EQ(parameter_value("\"10\""), "10");
  EXPECT_EQ(parameter_value(R"("1\0")"), "10");
  EXPECT_EQ(parameter_value("\"\""), "");
  EXPECT_EQ(parameter_value(""), std::nullopt);
  EXPECT_EQ(parameter_value("\"10"), std::nullopt);
  EXPECT_EQ(parameter_value("\"10\"0"), std::nullopt);
  EXPECT_EQ(parameter_value("\"10\\"), std::nullopt);
  EXPECT_EQ(parameter_value("1 0"), std::nullopt);
}

}  // namespace
}  // namespace wsproof::wire
