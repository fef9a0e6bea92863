// Usage: what a process and all that it started take from the machine.
#pragma once

#include <algorithm>
#include <cstdint>

#include "harness/base/time.hpp"

namespace wsproof::base {

/// At one moment, summed over all processes.
struct Usage {
  std::uint64_t memory = 0;  ///< resident octets; what processes share counts once for each
  std::uint32_t descriptors = 0;
  std::uint32_t threads = 0;
  std::uint32_t processes = 0;
  Duration cpu{};  ///< processor time spent since they started

  bool operator==(const Usage&) const = default;
};

/// Over some time.
struct UsageSpan {
  Usage start, peak, end;     ///< peak: of each figure for itself
  std::uint32_t samples = 0;  ///< so many were taken; 0: the others say nothing

  void add(const Usage& sample) {
    if (samples++ == 0) start = peak = sample;
    end = sample;
    raise(sample);
  }

  /// What was seen behind it, of the same process or of the next one.
  void join(const UsageSpan& later) {
    if (later.samples == 0) return;
    const UsageSpan before = *this;
    *this = later;
    if (before.samples == 0) return;
    start = before.start;
    peak = before.peak;
    samples = before.samples + later.samples;
    raise(later.peak);
  }

  bool operator==(const UsageSpan&) const = default;

 private:
  void raise(const Usage& to) {
    peak.memory = std::max(peak.memory, to.memory);
    peak.descriptors = std::max(peak.descriptors, to.descriptors);
    peak.threads = std::max(peak.threads, to.threads);
    peak.processes = std::max(peak.processes, to.processes);
    peak.cpu = std::max(peak.cpu, to.cpu);
  }
};

}  // namespace wsproof::base
