#include "harness/run/select.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace wsproof::run {
namespace {

script::Case made(const std::string& section, const std::string& name,
                  std::vector<std::string> tags = {}) {
  script::Case c;
  c.suite = "rfc6455";
  c.section = section;
  c.name = name;
  c.checks = {"6455-5.5.2-2"};
  c.tags = std::move(tags);
  return c;
}

const std::vector<script::Case>& cases() {
  static const std::vector<script::Case> all = {made("5.5", "a"), made("5.5.1", "a"),
                                                made("5.5", "a2"), made("5.5", "b/n=1", {"slow"}),
                                                made("5.5", "b/n=2")};
  return all;
}

std::vector<std::string> ids(const Selection& selection) {
  const auto selected = select(cases(), selection);
  EXPECT_TRUE(selected.has_value()) << (selected ? "" : selected.error().message);
  std::vector<std::string> out;
  for (const script::Case* c : selected.value_or(std::vector<const script::Case*>{}))
    out.push_back(script::id(*c));
  return out;
}

using Ids = std::vector<std::string>;

TEST(Select, NothingSaidIsEverythingButWhatTakesMuch) {
  EXPECT_EQ(ids({}),
            (Ids{"rfc6455/5.5/a", "rfc6455/5.5.1/a", "rfc6455/5.5/a2", "rfc6455/5.5/b/n=2"}));
  EXPECT_EQ(ids({{}, {"rfc6455/5.5"}}), Ids{"rfc6455/5.5.1/a"});
  EXPECT_EQ(ids({{"*"}, {}}).size(), cases().size());
}

TEST(Select, APrefixSelectsByWholeSegments) {
  EXPECT_EQ(ids({{"rfc6455/5.5"}, {}}),
            (Ids{"rfc6455/5.5/a", "rfc6455/5.5/a2", "rfc6455/5.5/b/n=1", "rfc6455/5.5/b/n=2"}));
  EXPECT_EQ(ids({{"rfc6455/5.5/a"}, {}}), Ids{"rfc6455/5.5/a"});
  EXPECT_EQ(ids({{"rfc6455/5.5/b/"}, {}}), (Ids{"rfc6455/5.5/b/n=1", "rfc6455/5.5/b/n=2"}));
}

TEST(Select, WildCardsTagsAndLevels) {
  EXPECT_EQ(ids({{"*/b/n=?"}, {}}), (Ids{"rfc6455/5.5/b/n=1", "rfc6455/5.5/b/n=2"}));
  EXPECT_EQ(ids({{"tag:slow"}, {}}), Ids{"rfc6455/5.5/b/n=1"});
  EXPECT_EQ(ids({{"level:must"}, {}}).size(), cases().size());
}

TEST(Select, ExcludesComeLast) {
  EXPECT_EQ(ids({{"rfc6455/5.5"}, {"tag:slow", "rfc6455/5.5/a*"}}), Ids{"rfc6455/5.5/b/n=2"});
  EXPECT_TRUE(ids({{"rfc6455/5.5.1"}, {"rfc6455"}}).empty());
}

TEST(Select, WhatMatchesNothingIsAnErrorWithAHint) {
  for (const Selection& selection :
       {Selection{{"rfc6455/5.6"}, {}}, Selection{{}, {"rfc6455/5.6"}}}) {
    const auto selected = select(cases(), selection);
    ASSERT_FALSE(selected.has_value());
    EXPECT_NE(selected.error().message.find("did you mean rfc6455/5.5"), std::string::npos)
        << selected.error().message;
  }
}

TEST(Select, ALevelThatThereIsNotHasAHintToo) {
  const auto selected = select(cases(), {{"level:mustt"}, {}});
  ASSERT_FALSE(selected.has_value());
  EXPECT_NE(selected.error().message.find("did you mean level:must?"), std::string::npos)
      << selected.error().message;
}

TEST(Select, WhatIsLeftOutAnywayMayBeLeftOut) {
  const std::span<const script::Case> first(cases().data(), 1);
  EXPECT_TRUE(select(first, {{}, {"tag:slow", "tag:large"}}).has_value());
  EXPECT_FALSE(select(first, {{"tag:slow"}, {}}).has_value());
  EXPECT_FALSE(select(first, {{}, {"tag:slowly"}}).has_value());
}

TEST(Select, AGlobOfManyStarsIsLinear) {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "*a";
  EXPECT_FALSE(select(cases(), {{stars}, {}}).has_value());
}

TEST(Select, SharesTogetherAreTheSelection) {
  std::vector<const script::Case*> all;
  for (const script::Case& c : cases()) all.push_back(&c);
  std::vector<const script::Case*> together;
  for (std::uint32_t number = 1; number <= 3; ++number) {
    for (const script::Case* c : in_shard(all, {number, 3})) {
      together.push_back(c);
      EXPECT_EQ(in_shard({c}, {number, 3}).size(), 1U) << "whatever else is selected";
    }
  }
  EXPECT_TRUE(std::ranges::is_permutation(together, all));
  EXPECT_EQ(in_shard(all, {}).size(), all.size());
}

TEST(Select, AShareIsANumberOfANumber) {
  EXPECT_TRUE(parse_shard("1/1") && parse_shard("4/4") && parse_shard("1000/1000"));
  for (const char* wrong :
       {"", "1", "0/4", "5/4", "1/0", "1/", "/4", "1/4x", "-1/4", "1/1001", "1/99999999999"})
    EXPECT_FALSE(parse_shard(wrong)) << wrong;
}

}  // namespace
}  // namespace wsproof::run
