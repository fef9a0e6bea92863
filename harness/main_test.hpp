// What the tests of the command share: running it, and a folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/net/process.hpp"

namespace wsproof {

struct Ran {
  int code = -1;
  std::string out, err;
};

inline Ran wsproof(std::vector<std::string> words, const std::string& folder = WSPROOF_SOURCE_DIR) {
  words.insert(words.begin(), WSPROOF_BINARY);
  auto process = net::Process::start({.argv = words, .directory = folder});
  if (!process) return {-1, "", process.error().message};
  const auto status = process->wait(std::chrono::seconds(150));
  process->stop();
  return {status && status->code ? *status->code : -1, process->stdout_tail(),
          process->stderr_tail()};
}

// `wsproof serve` in a process of its own, stopped at the end of the test.
class Server {
 public:
  explicit Server(std::vector<std::string> words) {
    words.insert(words.begin(), {WSPROOF_BINARY, "serve"});
    auto started = net::Process::start({.argv = words, .directory = WSPROOF_SOURCE_DIR});
    if (started) process_.emplace(std::move(*started));
    for (int i = 0; process_ && i < 500 && process_->stdout_tail().empty(); ++i)
      process_->wait(std::chrono::milliseconds(20));
  }
  ~Server() { stop(); }
  void stop() {
    if (process_) process_->stop();
    process_.reset();
  }

 private:
  std::optional<net::Process> process_;
};

// A folder of its own, gone afterwards.
class Command : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(WSPROOF_BINARY).parent_path() / "main_test_files" / test->name();
    std::filesystem::remove_all(folder_);  // of a run that was cut off
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  static std::string read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(name).rdbuf();
    return text.str();
  }
  std::filesystem::path folder_;
};

}  // namespace wsproof
