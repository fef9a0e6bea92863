// Inside net: one thread's event loop, its timers and its watched descriptors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace wsproof::net {

/// An event loop of one thread. Outlives everything that is made with it. It needs a few
/// descriptors of its own; where there are none, the process ends.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Calls `work` soon, from the loop and never from here.
  void post(std::move_only_function<void()> work);

  /// Handles events until `done` says so (asked after each one) or nothing is left to wait for.
  void run_until(const std::function<bool()>& done);

  /// Where all links of this loop read into, 64 KiB: what was read is handed on before the next
  /// read, so one is enough, however many links there are.
  std::span<std::uint8_t> read_buffer() { return read_buffer_; }

  boost::asio::io_context& context() { return *context_; }

 private:
  std::unique_ptr<boost::asio::io_context> context_;
  std::vector<std::uint8_t> read_buffer_;
};

/// Calls back at a time. Forgets the callback when it goes.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> on_time);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Sets, changes or (with nothing) clears the time. A time that has passed calls back soon.
  void set(std::optional<base::Time> time);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Calls back once, when a descriptor (which stays the caller's) is readable. Forgets the callback
/// when it goes.
class Watch {
 public:
  Watch(Loop& loop, int descriptor, std::function<void()> on_readable);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace wsproof::net
