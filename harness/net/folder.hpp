// A fresh temporary folder that is gone with its owner.
#pragma once

#include <string>
#include <utility>

#include "harness/base/error.hpp"

namespace wsproof::net {

/// Owns a folder below TMPDIR (else /tmp) that nobody else may enter, and removes it with all that
/// is in it. Only a SIGKILL of this process leaves it behind.
class TemporaryFolder {
 public:
  static base::Result<TemporaryFolder> make();

  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace wsproof::net
