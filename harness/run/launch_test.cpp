#include "harness/run/launch.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

TEST(Launch, FillsPlacesInOnce) {
  const std::vector<std::pair<std::string, std::string>> values = {{"port", "81"},
                                                                   {"dir", "/tmp/{port}"}};
  EXPECT_EQ(filled("{port}/{port} {dir} {other} {", values), "81/81 /tmp/{port} {other} {");
}

TEST(Launch, OfAManifestKnowsItsFolders) {
  Manifest manifest;
  manifest.name = "x";
  manifest.version = "x 1.0";
  manifest.url = "ws://127.0.0.1:{port}/";
  manifest.start = {"{build}/server", "{source}", "{port}"};
  manifest.source = "/s";
  manifest.build = "/b";
  const Launch launch = launch_of(manifest);
  EXPECT_EQ(launch.command.argv, (std::vector<std::string>{"/b/server", "/s", "{port}"}));
  EXPECT_EQ(launch.told.arguments, (std::vector<std::string>{"--target", "x"}));
  EXPECT_EQ(launch.directory, "/s");
  EXPECT_TRUE(mentions(launch, "port"));
  EXPECT_FALSE(mentions(launch, "sock"));
}

}  // namespace
}  // namespace wsproof::run
