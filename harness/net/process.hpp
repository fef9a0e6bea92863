// A child process in a group of its own, with captured output, of which nothing is ever left
// behind.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/time.hpp"

namespace wsproof::net {

/// What to start. No shell is involved.
struct Command {
  std::vector<std::string>
      argv;                    ///< argv[0]: a path (relative to `directory`), or searched in PATH
  std::string directory = {};  ///< to start in; empty: ours
  std::vector<std::pair<std::string, std::string>> environment =
      {};                     ///< added to ours, or replacing
  std::string log_file = {};  ///< if set, stdout and stderr are also written there, at most 16 MiB
};

/// How a process ended: one of the two is set.
struct ExitStatus {
  std::optional<int> code = {};
  std::optional<int> signal = {};

  bool operator==(const ExitStatus&) const = default;
};

/// "SIGSEGV"; empty for a number without a name.
std::string signal_name(int signal);

/// "exit status 3", "signal 11 (SIGSEGV, Segmentation fault)".
std::string to_string(const ExitStatus& status);

/// A child process. It and everything it starts (its group, and also what left the group) is killed
/// when the object goes, and also when this process dies in whatever way, SIGKILL included: a small
/// keeper process between us and the child sees to it. stdin is /dev/null; signals are as a shell
/// would set them. Used by one thread at a time.
class Process {
 public:
  /// Octets kept of the end of each of stdout and stderr.
  static constexpr std::size_t tail_octets = 64 * 1024;

  /// Starts it; returns when the program has been executed, or with the reason why it was not.
  static base::Result<Process> start(const Command& command);

  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();  ///< kills at once what is left

  /// The child's process id, which is also its group's; not reused before stop().
  int pid() const;

  /// How it ended, if it has; does not wait.
  std::optional<ExitStatus> exited();

  /// The same, waiting at most `timeout`.
  std::optional<ExitStatus> wait(base::Duration timeout);

  /// SIGTERM to the group; when the child has not ended after `grace`, and for everything that it
  /// left behind, SIGKILL. Returns how the child ended (at once when it already had). Nothing when
  /// even SIGKILL did not end it within 10 s (a process that hangs in the kernel).
  std::optional<ExitStatus> stop(base::Duration grace = std::chrono::seconds(2));

  /// The last octets written to stdout and stderr so far; everything up to its death once it is
  /// known to have ended. Hostile: not text, not escaped.
  std::string stdout_tail() const;
  std::string stderr_tail() const;

  /// What it has written to stderr behind the first `seen` octets, as far as it is still kept;
  /// moves `seen` behind it.
  std::string stderr_since(std::uint64_t& seen) const;

 private:
  struct State;
  explicit Process(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::net
