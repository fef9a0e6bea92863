// Inside net: a thread that reads what a child writes, and keeps the end of it.
#pragma once

#include <array>
#include <cstddef>
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

  /// The end of what came through a pipe: 0 is stdout, 1 is stderr.
  std::string tail(std::size_t pipe) const;

 private:
  void run();
  bool read_some(std::size_t pipe);

  std::array<Descriptor, 2> pipes_;
  Descriptor log_;
  std::size_t log_left_;
  std::size_t tail_octets_;
  mutable std::mutex mutex_;  ///< guards tails_
  std::array<std::string, 2> tails_;
  StopSource stop_;
  std::thread thread_;
};

}  // namespace wsproof::net
