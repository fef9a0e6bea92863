#include "harness/run/manifest.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

constexpr std::string_view good = R"(name = "x"
start = ["{build}/server", "--port", "{port}"]
url = "ws://127.0.0.1:{port}/"
install = [["a", "b"], ["c"]]
[can]
echo = true
[limits]
octets = 1048576
jobs = 1
)";

TEST(Manifest, IsRead) {
  const auto manifest = parse_manifest(good, "m.toml");
  ASSERT_TRUE(manifest.has_value()) << manifest.error().message;
  EXPECT_EQ(manifest->name, "x");
  EXPECT_EQ(manifest->install, (std::vector<std::vector<std::string>>{{"a", "b"}, {"c"}}));
  EXPECT_EQ(manifest->can.at("echo"), true);
  EXPECT_EQ(manifest->limits.octets, 1048576U);
  EXPECT_EQ(manifest->limits.fragments, 64U);
  EXPECT_EQ(manifest->jobs, 1U);
}

TEST(Manifest, WhatIsWrongIsToldWithItsPlace) {
  const std::pair<std::string, std::string> rows[] = {
      {"name = \"x\"\nurll = \"y\"\n", "m.toml:2:1: unknown key `urll`; did you mean `url`?"},
      {"name = 3\n", "m.toml:1:8: `name` is a string"},
      {"name = \"x\"\nneeds = \"go\"\n", "m.toml:2:9: a list of strings is wanted here"},
      {"name = \"x\"\n[can]\necco = true\n",
       "m.toml:3:1: unknown ability `ecco`; did you mean `echo`?"},
      {"name = \"x\"\n[limits]\noctet = 5\n",
       "m.toml:3:1: unknown limit `octet`; did you mean `octets`?"},
      {"name = \"x\"\n[limits]\noctets = 0\n", "m.toml:3:10: `octets` is a number from 1 on"},
      {"name = \"x\"\n[limits]\njobs = 0\n", "m.toml:3:8: `jobs` is a number from 1 on"},
      {"name = \"x\"\nstart = [\"a\"]\n", "m.toml: `url` is missing"},
      {"name = \"x\"\nready = \"soon\"\n", "`ready` is \"http\" or \"port\""},
      {"name = ", "m.toml:1:"},
  };
  for (const auto& [text, message] : rows) {
    const auto manifest = parse_manifest(text, "m.toml");
    ASSERT_FALSE(manifest.has_value()) << text;
    EXPECT_NE(manifest.error().message.find(message), std::string::npos)
        << manifest.error().message;
  }
}

constexpr const char* targets = WSPROOF_SOURCE_DIR "/harness/targets";

TEST(Manifest, OfEveryTargetInTheRepositoryIsGood) {
  std::size_t count = 0;
  for (const auto& folder : std::filesystem::directory_iterator(targets)) {
    if (!std::filesystem::exists(folder.path() / "manifest.toml")) continue;
    const std::string name = folder.path().filename().string();
    const auto manifest = find_manifest(WSPROOF_SOURCE_DIR, name);
    ASSERT_TRUE(manifest.has_value()) << manifest.error().message;
    EXPECT_EQ(manifest->name, name);
    const bool echoes = manifest->can.contains("echo");
    EXPECT_TRUE(echoes || !manifest->terms.profile.reply.empty()) << name;
    ++count;
  }
  EXPECT_GT(count, 40U);
  const auto missing = find_manifest(WSPROOF_SOURCE_DIR, "gorila");
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().message.find("did you mean gorilla?"), std::string::npos)
      << missing.error().message;
}

}  // namespace
}  // namespace wsproof::run
