// Inside net: a thread that reads what a child writes, and keeps the end of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "harness/net/descriptor.hpp"
#include "harness/net/signals.hpp"

namespace wsproof::net {

/// Reads two pipes until they end or finish() is called.
class Capture {
 public:
  /// `log` may be none; it gets both, at most 16 MiB. The pipes do not block.
  Capture(Descriptor out, Descriptor err, Descriptor log, std::size_t tail_octets);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  /// Takes what is in the pipes now, and stops.
  void finish();

  /// Takes what is in the pipes at this moment, so that the next two tell it. From any thread.
  void catch_up();

  /// The end of what came through a pipe: 0 is stdout, 1 is stderr.
  std::string tail(std::size_t pipe) const;

  /// What of that tail came behind the first `seen` octets of the pipe; moves `seen` to its end.
  std::string since(std::size_t pipe, std::uint64_t& seen) const;

 private:
  void run();
  bool read_some(std::size_t pipe);

  std::array<Descriptor, 2> pipes_;
  Descriptor log_;
  std::size_t log_left_;
  std::size_t tail_octets_;
  mutable std::mutex mutex_;  ///< guards the reading: log, totals, tails, and closing of pipes
  std::array<std::string, 2> tails_;
  std::array<std::uint64_t, 2> totals_{};
  StopSource stop_;
  std::thread thread_;
};

}  // namespace wsproof::net
