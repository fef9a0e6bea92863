// What shells and man are told of the command line: all of it, in a form that they take.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/main_test.hpp"

namespace wsproof {
namespace {

// The commands that have options of their own.
const std::vector<std::vector<std::string>> commands = {{"run"},
                                                        {"replay"},
                                                        {"list"},
                                                        {"show"},
                                                        {"serve"},
                                                        {"baseline", "update"},
                                                        {"baseline", "check"},
                                                        {"report"},
                                                        {"doctor"},
                                                        {"requirements"},
                                                        {"lint"},
                                                        {"fmt"}};

// Every "--name" of a text.
std::set<std::string> flags_in(const std::string& text) {
  std::set<std::string> out;
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at + 2);
    const std::string flag = text.substr(at, end - at);
    if (flag.size() > 3 && flag[2] != '-') out.insert(flag);
  }
  return out;
}

std::set<std::string> all_flags() {
  std::set<std::string> out;
  for (std::vector<std::string> words : commands) {
    words.emplace_back("--help");
    const Ran ran = wsproof(words);
    EXPECT_EQ(ran.code, 0) << words.front();
    out.merge(flags_in(ran.out));
  }
  return out;
}

Ran shell(const std::string& script) {
  auto process = net::Process::start(
      {.argv = {"bash", "-c", script, "bash", WSPROOF_BINARY}, .directory = "/"});
  if (!process) return {-1, "", process.error().message};
  const auto status = process->wait(std::chrono::seconds(60));
  process->stop();
  return {status && status->code ? *status->code : -1, process->stdout_tail(),
          process->stderr_tail()};
}

bool there_is(const std::string& program) { return shell("command -v " + program).code == 0; }

class Help : public Command {
 protected:
  // All that a command prints, through a file: it may be longer than the tail of a process.
  std::string printed(const std::string& words) const {
    EXPECT_EQ(shell("exec \"$1\" " + words + " > '" + path("out") + "'").code, 0) << words;
    return read(path("out"));
  }
};

TEST_F(Help, EveryShellIsToldOfEveryFlag) {
  const std::set<std::string> flags = all_flags();
  EXPECT_GT(flags.size(), 60U);
  for (const std::string name : {"bash", "zsh", "fish"}) {
    const std::string text = printed("completion " + name);
    for (const std::string& flag : flags) {
      const std::string written = name == "fish" ? " -l " + flag.substr(2) + " " : flag;
      EXPECT_NE(text.find(written), std::string::npos) << name << " " << flag;
    }
  }
}

TEST_F(Help, TheShellsTakeIt) {
  for (const std::string name : {"bash", "zsh", "fish"}) {
    printed("completion " + name);
    if (!there_is(name)) continue;
    const Ran ran = shell(name + " -n '" + path("out") + "'");
    EXPECT_EQ(ran.code, 0) << name << ran.err;
    EXPECT_EQ(ran.err, "") << name;
  }
}

TEST_F(Help, BashCompletesCommandsFlagsAndValues) {
  printed("completion bash");
  const auto completed = [&](const std::string& words, int at) {
    return shell("source '" + path("out") + "'; COMP_WORDS=(" + words +
                 "); COMP_CWORD=" + std::to_string(at) + "; _wsproof; echo \"${COMPREPLY[*]}\"")
        .out;
  };
  EXPECT_EQ(completed("wsproof re", 1), "replay report requirements\n");
  EXPECT_EQ(completed("wsproof run --min", 2), "--min-cases\n");
  EXPECT_EQ(completed("wsproof run --color a", 3), "auto always\n");
  EXPECT_EQ(completed("wsproof baseline u", 2), "update\n");
  EXPECT_EQ(completed("wsproof baseline update --ac", 3), "--accept-crashes\n");
  EXPECT_EQ(completed("wsproof run --report-json re", 3), "\n");
}

TEST_F(Help, SaysWhatAnOptionTakesAndNotHowThatIsChecked) {
  const std::string help = printed("run --help");
  EXPECT_NE(help.find("--reply SEND EXPECT  "), std::string::npos) << help;
  EXPECT_NE(help.find("--color WHEN  "), std::string::npos) << help;
  EXPECT_EQ(help.find(":{"), std::string::npos) << help;
  EXPECT_EQ(help.find(" in ["), std::string::npos) << help;
  EXPECT_NE(printed("manual").find("\\fI\\&'NAME: VALUE'\\fR"), std::string::npos);
}

TEST_F(Help, ManHasNothingToComplainAbout) {
  const std::string text = printed("manual");
  std::string plain;
  for (const char c : text) {
    if (c != '\\') plain += c;
  }
  for (const std::string& flag : all_flags())
    EXPECT_NE(plain.find(flag), std::string::npos) << flag;
  for (const char* part : {"EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "baseline update"})
    EXPECT_NE(plain.find(part), std::string::npos) << part;
  if (!there_is("man")) GTEST_SKIP() << "there is no man here";
  const Ran ran = shell("LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z '" +
                        path("out") + "' > /dev/null");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace wsproof
