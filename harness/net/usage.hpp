// What a process that we started uses, read from /proc.
#pragma once

#include <memory>
#include <optional>

#include "harness/base/usage.hpp"

namespace wsproof::net {

/// What `root`, its process group and all that descends from it use at this moment; nothing when it
/// has ended. One reading of /proc, milliseconds at most: 65,536 processes are looked at, and as
/// many descriptors of each counted where the kernel does not tell their number. From any thread.
std::optional<base::Usage> usage_of(int root);

/// Looks every now and then, in a thread of its own.
class UsageWatch {
 public:
  UsageWatch(int root, base::Duration every);
  ~UsageWatch();
  UsageWatch(const UsageWatch&) = delete;
  UsageWatch& operator=(const UsageWatch&) = delete;

  /// What was seen so far, and now.
  base::UsageSpan span() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::net
