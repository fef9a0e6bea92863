#include "harness/net/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"

namespace wsproof::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr auto bounded = seconds(20);

Command shell(std::string script) { return {.argv = {"/bin/sh", "-c", std::move(script)}}; }

/// Reads our end of a pipe whose other end a family of processes holds: everybody in it is dead
/// when it ends. So a test can wait for deaths without asking for process ids again and again.
class Family {
 public:
  Family() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();  // inherited, unlike all descriptors of net
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
  }

  /// Everything in `path` keeps it open until it dies.
  std::string path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(theirs_.get());
  }

  /// Waits for a line that somebody in the family wrote into path().
  std::string line() {
    std::string text;
    char each = 0;
    while (wait_readable() && ::read(ours_.get(), &each, 1) == 1 && each != '\n') text += each;
    return text;
  }

  bool extinct() {
    theirs_.reset();
    char each = 0;
    while (wait_readable()) {
      if (::read(ours_.get(), &each, 1) == 0) return true;
    }
    return false;
  }

 private:
  bool wait_readable() {
    pollfd waited{ours_.get(), POLLIN, 0};
    return ::poll(&waited, 1, 20'000) == 1;
  }

  Descriptor ours_, theirs_;
};

TEST(Process, TellsItsExitStatus) {
  Process process = Process::start(shell("exit 3")).value();
  EXPECT_EQ(process.wait(bounded), ExitStatus{.code = 3});
  EXPECT_EQ(process.exited(), ExitStatus{.code = 3});
  EXPECT_EQ(process.stop(), ExitStatus{.code = 3});
  EXPECT_EQ(to_string(*process.exited()), "exit status 3");
}

TEST(Process, TellsTheSignalThatEndedIt) {
  Process process = Process::start(shell("kill -SEGV $$")).value();
  EXPECT_EQ(process.wait(bounded), ExitStatus{.signal = SIGSEGV});
  EXPECT_EQ(to_string(*process.exited()), "signal 11 (SIGSEGV, Segmentation fault)");
}

TEST(Process, CapturesWhatItSays) {
  Process process = Process::start(shell("echo out; echo err >&2; cat")).value();
  process.wait(bounded);
  process.stop();
  EXPECT_EQ(process.stdout_tail(), "out\n");
  EXPECT_EQ(process.stderr_tail(), "err\n");
}

TEST(Process, KeepsTheEndOfMuchOutput) {
  Process process =
      Process::start(shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end")).value();
  EXPECT_EQ(process.wait(bounded), ExitStatus{.code = 0});
  process.stop();
  EXPECT_EQ(process.stdout_tail(), std::string(Process::tail_octets - 4, 'x') + "end\n");
}

TEST(Process, WritesALog) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("wsproof-process-test-" + std::to_string(::getpid()) + ".log");
  Command command = shell("echo out; echo err >&2");
  command.log_file = file;
  Process process = Process::start(command).value();
  process.wait(bounded);
  process.stop();
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("out\n"));
  EXPECT_THAT(text.str(), HasSubstr("err\n"));
  std::filesystem::remove(file);
}

TEST(Process, GetsItsDirectoryAndEnvironment) {
  Command command{.argv = {"sh", "-c", "pwd; echo $WSPROOF_A $HOME"}};
  command.directory = "/usr";
  command.environment = {{"WSPROOF_A", "a b"}, {"HOME", "/nowhere"}};
  Process process = Process::start(command).value();
  EXPECT_EQ(process.wait(bounded), ExitStatus{.code = 0});
  process.stop();
  EXPECT_EQ(process.stdout_tail(), "/usr\na b /nowhere\n");
}

TEST(Process, LeadsAGroupOfItsOwnAndInheritsNothingOfOurs) {
  const Family would_be_inherited_without_care;
  Process process =
      Process::start(shell("cut -d' ' -f5 /proc/self/stat; ls /proc/self/fd | wc -l")).value();
  process.wait(bounded);
  process.stop();
  // 0, 1, 2, and the folder that ls reads.
  EXPECT_EQ(process.stdout_tail(), std::to_string(process.pid()) + "\n4\n");
}

TEST(Process, WhatCannotBeStartedSaysWhy) {
  struct Row {
    Command command;
    std::string message;
  };
  for (const Row& row : {
           Row{{.argv = {"wsproof-no-such-program"}},
               "cannot start wsproof-no-such-program: not found in PATH"},
           Row{{.argv = {"/no/such/program"}},
               "cannot start /no/such/program: no such file or directory"},
           Row{{.argv = {"/etc/passwd"}}, "cannot start /etc/passwd: permission denied"},
           Row{{.argv = {"sh"}, .directory = "/no/such/folder"},
               "cannot start sh in /no/such/folder: no such file or directory"},
           Row{{.argv = {"sh"}, .log_file = "/no/such/folder/x.log"},
               "cannot write /no/such/folder/x.log: no such file or directory"},
       }) {
    const auto process = Process::start(row.command);
    ASSERT_FALSE(process.has_value());
    EXPECT_EQ(process.error().message, row.message);
  }
}

TEST(Process, ExitsWhenAskedTo) {
  Family family;
  Process process = Process::start(shell("trap 'echo bye; exit 5' TERM; exec 3>" + family.path() +
                                         "; echo ready >&3; while :; do sleep 0.01; done"))
                        .value();
  EXPECT_EQ(family.line(), "ready");
  EXPECT_FALSE(process.exited());
  EXPECT_EQ(process.stop(bounded), ExitStatus{.code = 5});
  EXPECT_EQ(process.stdout_tail(), "bye\n");
}

TEST(Process, IsKilledWhenItDoesNotListen) {
  Family family;
  Process process = Process::start(shell("trap '' TERM; exec 3>" + family.path() +
                                         "; echo ready >&3; while :; do sleep 0.01; done"))
                        .value();
  EXPECT_EQ(family.line(), "ready");
  const base::Time begin = now();
  EXPECT_EQ(process.stop(milliseconds(50)), ExitStatus{.signal = SIGKILL});
  EXPECT_GE(now() - begin, milliseconds(50));
  EXPECT_TRUE(family.extinct());
}

/// A child, a grandchild in its group, one that left the group, and one whose parent has died.
Command whole_family(const Family& family) {
  return shell("exec 3>" + family.path() +
               "; sleep 1000 & setsid sleep 1000 & (setsid sh -c 'sleep 1000 & sleep 1000' &)"
               "; setsid sh -c 'echo ready >&3'; wait");
}

TEST(Process, LeavesNobodyBehindWhenStopped) {
  Family family;
  Process process = Process::start(whole_family(family)).value();
  EXPECT_EQ(family.line(), "ready");
  EXPECT_EQ(process.stop(seconds(5)), ExitStatus{.signal = SIGTERM});
  EXPECT_TRUE(family.extinct());
}

TEST(Process, LeavesNobodyBehindWhenTheObjectGoes) {
  Family family;
  {
    const Process process = Process::start(whole_family(family)).value();
    EXPECT_EQ(family.line(), "ready");
  }
  EXPECT_TRUE(family.extinct());
}

TEST(Process, LeavesNobodyBehindWhenItDiesByItself) {
  Family family;
  Command command = whole_family(family);
  command.argv.back() += " & kill -KILL $$";
  Process process = Process::start(command).value();
  EXPECT_EQ(process.wait(bounded), ExitStatus{.signal = SIGKILL});
  process.stop();
  EXPECT_TRUE(family.extinct());
}

TEST(Process, LeavesNobodyBehindWhenWeAreKilled) {
  Family family;
  const pid_t us = ::fork();
  if (us == 0) {
    const auto process = Process::start(whole_family(family));
    for (;;) ::pause();
  }
  EXPECT_EQ(family.line(), "ready");
  ::kill(us, SIGKILL);
  ::waitpid(us, nullptr, 0);
  EXPECT_TRUE(family.extinct());
}

TEST(Process, OutlivesTheThreadThatStartedIt) {
  std::optional<Process> process;
  std::thread([&process] { process = Process::start(shell("cat; sleep 1000")).value(); }).join();
  EXPECT_FALSE(process->wait(milliseconds(50)));
  EXPECT_EQ(process->stop(), ExitStatus{.signal = SIGTERM});
}

TEST(Process, ManyAtOnceFromSeveralThreads) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int round = 0; round < 5; ++round) {
        Process process = Process::start(shell("exit " + std::to_string(i))).value();
        EXPECT_EQ(process.wait(bounded), ExitStatus{.code = i});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace wsproof::net
