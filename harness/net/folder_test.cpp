#include "harness/net/folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace wsproof::net {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolder, IsGoneWithItsOwnerAndAllThatIsInIt) {
  std::string path;
  {
    TemporaryFolder first = TemporaryFolder::make().value();
    const TemporaryFolder folder = std::move(first);
    path = folder.path();
    EXPECT_TRUE(fs::is_directory(path));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    fs::create_directories(path + "/deep/er");
    std::ofstream(path + "/deep/er/file") << "x";
  }
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace wsproof::net
