#include "harness/net/folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "harness/net/descriptor.hpp"

namespace wsproof::net {

base::Result<TemporaryFolder> TemporaryFolder::make() {
  const char* given = std::getenv("TMPDIR");
  const std::string parent = given != nullptr && *given == '/' ? given : "/tmp";
  std::string path = parent + "/wsproof-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return base::fail(
        fmt::format("cannot make a temporary folder in {}: {}", parent, error_words(errno)));
  }
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code error;  // what cannot be removed stays; the run has its results
  std::filesystem::remove_all(path_, error);
}

}  // namespace wsproof::net
