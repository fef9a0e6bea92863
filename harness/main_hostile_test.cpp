// The command against hostile servers: its memory, and that nothing of theirs gets through to
// whoever reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "harness/base/escape.hpp"
#include "harness/base/sanitized_test.hpp"
#include "harness/main_test.hpp"
#include "harness/run/hostile_behaviours_test.hpp"

namespace wsproof {
namespace {

// KiB; sanitizers need their shadows.
constexpr long most_memory = base::test::sanitized ? 4'000'000 : 100'000;

// Every octet of a text that a terminal, an XML reader or a CI system would obey.
void expect_harmless(const std::string& text, const std::string& what) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    ASSERT_EQ(line, base::for_terminal(line)) << what;
    ASSERT_FALSE(line.starts_with("::") || line.starts_with("##")) << what;
  }
}

// The same of Markdown, in which markup is text only in a block of code.
void expect_harmless_markdown(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(line, base::for_terminal(line));
    EXPECT_FALSE(line.starts_with("::")) << line;
    EXPECT_TRUE(line.starts_with("    ") || line.find("<script") == std::string::npos) << line;
  }
}

// A tail may begin in the middle of a line.
std::string whole_lines(const std::string& tail) {
  return tail.size() < net::Process::tail_octets ? tail : tail.substr(tail.find('\n') + 1);
}

class HostileCommand : public Command {
 protected:
  // Runs many cases against the behaviour; checks what is printed and what is written.
  void run_against(std::string_view name, const std::vector<std::string>& selection) {
    SCOPED_TRACE(name);
    const auto found =
        std::ranges::find(run::test::behaviours(), name, &run::test::Behaviour::name);
    ASSERT_NE(found, run::test::behaviours().end());
    const net::test::PlainServer server(found->serve);
    // Python tells how much memory its child had at most.
    const std::string measured =
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[2:]).returncode\n"
        "open(sys.argv[1], "
        "'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))\n"
        "sys.exit(code)\n";
    std::vector<std::string> words = {"/usr/bin/python3", "-c",  measured,   path("memory"),
                                      WSPROOF_BINARY,     "run", "--anyway", "-v",
                                      "--time-scale",     "0.1"};
    words.push_back("ws://127.0.0.1:" + std::to_string(server.port()) + "/");
    const std::string html = std::string(name) + ".html";
    for (const auto& [flag, file] :
         {std::pair<std::string, std::string>{"--report-json", "results.json"},
          {"--report-html", html},
          {"--report-junit", "junit.xml"},
          {"--report-md", "report.md"},
          {"--report-autobahn", "autobahn"}}) {
      words.push_back(flag);
      words.push_back(path(file));
    }
    words.insert(words.end(), selection.begin(), selection.end());
    const Ran ran = start(words);
    ASSERT_EQ(ran.code, 1) << ran.err;
    EXPECT_LT(std::stol(read(path("memory"))), most_memory);
    expect_harmless(whole_lines(ran.out), "stdout");
    expect_harmless(whole_lines(ran.err), "stderr");
    for (const std::string file : {"results.json", "junit.xml", "autobahn/index.json"})
      expect_harmless(read(path(file)), file);
    expect_harmless_markdown(read(path("report.md")));
    const std::string page = read(path(html));
    expect_harmless(page, "HTML");
    EXPECT_EQ(page.find("<script>alert"), std::string::npos);
    EXPECT_NE(page.find("</html>"), std::string::npos);
    expect_agreed({"/usr/bin/python3", "harness/result/check_schema.py",
                   "harness/result/results.schema.json", path("results.json")});
    expect_agreed(
        {"/usr/bin/python3", "reports/check_junit.py", "reports/junit.xsd", folder_.string()});
  }

  // What GitHub is told, which reads commands and Markdown.
  void tell_github() {
    const Ran ran =
        start({"env", "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + path("summary.md"),
               WSPROOF_BINARY, "report", path("results.json")});
    ASSERT_EQ(ran.code, 1) << ran.err;
    std::istringstream told(ran.out);
    std::size_t annotations = 0;
    for (std::string line; std::getline(told, line);) {
      EXPECT_EQ(line, base::for_terminal(line));
      if (line.starts_with("::error title=")) ++annotations;
    }
    EXPECT_GT(annotations, 0U) << ran.out;
    EXPECT_LE(annotations, 10U);
    expect_harmless_markdown(read(path("summary.md")));
  }

  static Ran start(const std::vector<std::string>& words) {
    auto process = net::Process::start({.argv = words, .directory = WSPROOF_SOURCE_DIR});
    if (!process) return {-1, "", process.error().message};
    const auto status = process->wait(std::chrono::minutes(3));
    return {status && status->code ? *status->code : -1, process->stdout_tail(),
            process->stderr_tail()};
  }

  // Somebody else's program says yes, or that it is not there.
  static void expect_agreed(const std::vector<std::string>& words) {
    const Ran ran = start(words);
    EXPECT_TRUE(ran.code == 0 || ran.code == 77) << words[1] << ": " << ran.out << ran.err;
  }
};

TEST_F(HostileCommand, NeedsLittleMemoryUnderFloods) {
  for (const std::string_view name :
       {"flood-of-texts", "flood-of-full-pings", "flood-of-oversized-pings",
        "flood-of-large-fragments", "hundred-megabytes-of-headers"}) {
    run_against(name, {"rfc6455/5.2", "rfc6455/5.4"});
  }
}

TEST_F(HostileCommand, LetsNothingThroughThatSteersItsReaders) {
  for (const std::string_view name :
       {"nasty-101", "nasty-refusal", "closes-with-nasty-reasons", "echoes-nasty-texts"}) {
    run_against(name, {"rfc6455/5.5.1"});
    tell_github();
  }
  if (start({"sh", "-c", "command -v node"}).code != 0) GTEST_SKIP() << "there is no node";
  expect_agreed({"node", "reports/browser/validate_pages.mjs", "build/browser", folder_.string()});
  expect_agreed(
      {"node", "reports/browser/check_pages.mjs", "build/browser", folder_.string(), "hostile"});
}

}  // namespace
}  // namespace wsproof
