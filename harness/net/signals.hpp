// Being told to stop, from a thread or by a signal; and the limits of this process.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "harness/base/time.hpp"

namespace wsproof::net {

/// A request to stop that pumps, listeners and readiness checks observe promptly. Once stopped it
/// stays so. Ends the process (CHECK) when the kernel has no descriptor left for it.
class StopSource {
 public:
  StopSource();
  ~StopSource();
  StopSource(const StopSource&) = delete;
  StopSource& operator=(const StopSource&) = delete;

  /// Asks everybody to stop. From any thread and from a signal handler; again is harmless.
  void stop() noexcept { stop_for_signal(0); }

  /// The same, because of this signal.
  void stop_for_signal(int signal) noexcept;

  bool stopped() const noexcept { return stopped_.load(std::memory_order_acquire); }

  /// The first signal that asked to stop; 0 when none did. 128 + signal() is the exit code.
  int signal() const noexcept { return signal_.load(std::memory_order_acquire); }

  /// Becomes and stays readable once stopped. To be polled, never read.
  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
  std::atomic<int> signal_ = 0;
  std::atomic<bool> stopped_ = false;
};

/// While it lives, the first SIGINT or SIGTERM stops `source` instead of ending the process; one
/// more of the same kind ends it at once (what Process started dies with it). SIGPIPE is ignored.
/// At most one at a time (CHECK). `source` outlives it.
class SignalGuard {
 public:
  explicit SignalGuard(StopSource& source);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
};

/// Stops `source`, which outlives it, when `time` has passed, unless it is gone before. Zero:
/// never.
class Alarm {
 public:
  Alarm(StopSource& source, base::Duration time);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  StopSource gone_;
  std::thread thread_;
};

/// Raises the soft limit of open descriptors to the hard one, at most 65,536; children inherit it.
/// Returns the limit that is in force then.
std::uint64_t raise_descriptor_limit();

}  // namespace wsproof::net
