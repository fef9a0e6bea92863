// Inside net: the small process between us and a child, which leaves nothing of the child behind.
#pragma once

#include <cstdint>
#include <vector>

namespace wsproof::net {

/// All that the keeper and the child need, made ready before the fork: after it, in a process that
/// was forked from one with threads, only async-signal-safe calls are allowed (no allocation).
struct KeeperPlan {
  const char* program = nullptr;       ///< path, resolved against PATH but not `directory`
  char* const* argv = nullptr;         ///< null at the end
  char* const* environment = nullptr;  ///< null at the end
  const char* directory = nullptr;     ///< or null
  int null_device = -1;                ///< opened for reading and writing
  int child_stdout = -1;
  int child_stderr = -1;
  int orders = -1;             ///< read: KeeperOrder; its end means kill
  int news = -1;               ///< written: KeeperNews
  int exec_failed = -1;        ///< written: errno when there is no child; close-on-exec
  std::vector<int> kept = {};  ///< the six above in rising order
};

enum class KeeperOrder : char { terminate = 't', kill = 'k' };

/// What the keeper tells: first started, then exited when the child has ended.
struct KeeperNews {
  enum class Kind : std::int32_t { started, exited };
  Kind kind;
  std::int32_t value;  ///< the child's process id; what waitpid() calls the status
};

/// What the forked process does: starts the child in a group of its own, tells of its end, obeys.
/// On KeeperOrder::kill, or when nobody holds the other end of `orders` any more, it kills the
/// child, its group, and (as subreaper) whatever descends from it, waits for all that, and ends.
[[noreturn]] void keep(const KeeperPlan& plan);

}  // namespace wsproof::net
