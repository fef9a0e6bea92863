// The command against hostile servers: its memory, and that nothing of theirs gets through to
// whoever reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/escape.hpp"
#include "harness/base/sanitized_test.hpp"
#include "harness/net/process.hpp"
#include "harness/result/json.hpp"
#include "harness/run/hostile_behaviours_test.hpp"

namespace wsproof {
namespace {

namespace fs = std::filesystem;

// KiB; sanitizers need their shadows.
constexpr long most_memory = base::test::sanitized ? 4'000'000 : 100'000;

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Every octet of a text that a terminal, an XML reader or a CI system would obey.
void expect_harmless(const std::string& text, const std::string& what) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    ASSERT_EQ(line, base::for_terminal(line)) << what;
    ASSERT_FALSE(line.starts_with("::") || line.starts_with("##")) << what;
  }
}

// A tail may begin in the middle of a line.
std::string whole_lines(const std::string& tail) {
  return tail.size() < net::Process::tail_octets ? tail : tail.substr(tail.find('\n') + 1);
}

class HostileCommand : public ::testing::Test {
 protected:
  HostileCommand()
      : folder_(fs::path(WSPROOF_BINARY).parent_path() / "main_test_files" /
                ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::create_directories(folder_);
  }
  ~HostileCommand() override { fs::remove_all(folder_); }

  // Runs many cases against the behaviour; checks what is printed and what is written.
  void run_against(std::string_view name) {
    SCOPED_TRACE(name);
    const auto found =
        std::ranges::find(run::test::behaviours(), name, &run::test::Behaviour::name);
    ASSERT_NE(found, run::test::behaviours().end());
    const net::test::PlainServer server(found->serve);
    const std::string json = folder_ / "results.json";
    const std::string html = folder_ / "report.html";
    const std::string junit = folder_ / "junit.xml";
    // Python tells how much memory its child had at most.
    const std::string measured =
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[2:]).returncode\n"
        "open(sys.argv[1], "
        "'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))\n"
        "sys.exit(code)\n";
    const fs::path memory = folder_ / "memory";
    auto process = net::Process::start(
        {.argv = {"/usr/bin/python3", "-c", measured, memory, WSPROOF_BINARY, "run",
                  "ws://127.0.0.1:" + std::to_string(server.port()) + "/", "rfc6455/5.2",
                  "rfc6455/5.4", "-v", "--time-scale", "0.1", "--report-json", json,
                  "--report-html", html, "--report-junit", junit},
         .directory = WSPROOF_SOURCE_DIR});
    ASSERT_TRUE(process.has_value()) << process.error().message;
    const auto status = process->wait(std::chrono::minutes(3));
    ASSERT_TRUE(status.has_value()) << "it hangs";
    ASSERT_EQ(status->code, 1) << process->stderr_tail();
    EXPECT_LT(std::stol(read(memory)), most_memory);
    expect_harmless(whole_lines(process->stdout_tail()), "stdout");
    expect_harmless(whole_lines(process->stderr_tail()), "stderr");
    expect_harmless(read(json), "results.json");
    const std::string page = read(html);
    expect_harmless(page, "report.html");
    EXPECT_EQ(page.find("<script>alert"), std::string::npos);
    EXPECT_NE(page.find("</html>"), std::string::npos);
    expect_harmless(read(junit), "junit.xml");
    expect_agreed({"harness/result/check_schema.py", "harness/result/results.schema.json", json});
    expect_agreed({"-c", "import sys, xml.dom.minidom as dom; dom.parse(sys.argv[1])", junit});
  }

  // Python, run with these words, says yes.
  static void expect_agreed(std::vector<std::string> words) {
    words.insert(words.begin(), "/usr/bin/python3");
    auto check = net::Process::start({.argv = words, .directory = WSPROOF_SOURCE_DIR});
    ASSERT_TRUE(check.has_value()) << check.error().message;
    const auto status = check->wait(std::chrono::minutes(1));
    ASSERT_TRUE(status.has_value());
    EXPECT_EQ(status->code, 0) << check->stderr_tail();
  }

  fs::path folder_;
};

TEST_F(HostileCommand, NeedsLittleMemoryUnderFloods) {
  for (const std::string_view name :
       {"flood-of-texts", "flood-of-full-pings", "flood-of-oversized-pings",
        "flood-of-large-fragments", "hundred-megabytes-of-headers"}) {
    run_against(name);
  }
}

TEST_F(HostileCommand, LetsNothingThroughThatSteersItsReaders) {
  for (const std::string_view name :
       {"nasty-101", "nasty-refusal", "closes-with-nasty-reasons", "echoes-nasty-texts"}) {
    run_against(name);
  }
}

}  // namespace
}  // namespace wsproof
