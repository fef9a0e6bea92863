#include "harness/run/config.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

const std::vector<KnownKey> keys = {{"jobs", ValueKind::text},
                                    {"strict", ValueKind::truth},
                                    {"header", ValueKind::list},
                                    {"time-scale", ValueKind::number},
                                    {"reply", ValueKind::list, 2}};

TEST(Config, ReadsWhatIsThere) {
  const auto settings = parse_config(
      "# ours\njobs = 4\nstrict = true\ntime-scale = 2.5\nheaders = [\"A: 1\", \"B;\"]\n"
      "reply = ['{\"Num\": 1}', 'Num']\n",
      "wsproof.toml", keys);
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  std::string all;
  for (const Setting& s : *settings) {
    all += s.place + " " + s.key + ":";
    for (const std::string& value : s.values) all += " <" + value + ">";
    all += "\n";
  }
  EXPECT_EQ(all,
            "wsproof.toml:5:1 header: <A: 1> <B;>\n"
            "wsproof.toml:2:1 jobs: <4>\n"
            "wsproof.toml:6:1 reply: <{\"Num\": 1}> <Num>\n"
            "wsproof.toml:3:1 strict: <true>\n"
            "wsproof.toml:4:1 time-scale: <2.5>\n");
}

TEST(Config, MistakesHaveAPlaceAndAHint) {
  struct Row {
    std::string text, says;
  };
  const Row rows[] = {
      {"job = 4", "wsproof.toml:1:1: unknown key `job`; did you mean `jobs`?"},
      {"\n  hedaer = \"A: 1\"", "wsproof.toml:2:3: unknown key `hedaer`; did you mean `header`?"},
      {"[table]\nx = 1", "unknown key `table`"},
      {"strict = \"yes\"", "wsproof.toml:1:10: `strict` is true or false"},
      {"time-scale = \"2\"", "wsproof.toml:1:14: `time-scale` is a number"},
      {"jobs = true", "wsproof.toml:1:8: `jobs` is a string"},
      {"jobs = [1]", "wsproof.toml:1:8: `jobs` is a string"},
      {"header = [1]", "wsproof.toml:1:11: `header` is a list of strings"},
      {"header = 1", "wsproof.toml:1:10: `header` is a list of strings"},
      {"reply = [\"a\"]", "wsproof.toml:1:9: `reply` is a list of 2 strings"},
      {"reply = \"a\"", "wsproof.toml:1:9: `reply` is a list of 2 strings"},
      {"header = \"A: 1\"\nheaders = [\"A: 1\"]", "wsproof.toml:2:1: `header` is given twice"},
      {"jobs = ", "wsproof.toml:1:"},
      {"\"\\u001b[2J\" = 1", "unknown key `\\x1b[2J`"},
  };
  for (const Row& row : rows) {
    const auto settings = parse_config(row.text, "wsproof.toml", keys);
    ASSERT_FALSE(settings.has_value()) << row.text;
    EXPECT_NE(settings.error().message.find(row.says), std::string::npos)
        << row.text << ": " << settings.error().message;
  }
}

}  // namespace
}  // namespace wsproof::run
