// The live target of a run: a URL, a server that we start, or the reference.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/base/error.hpp"
#include "harness/base/usage.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/net/signals.hpp"
#include "harness/result/run_result.hpp"
#include "harness/run/launch.hpp"
#include "harness/run/manifest.hpp"
#include "harness/run/reach.hpp"
#include "harness/run/terms.hpp"

namespace wsproof::run {

/// Something to connect to, for as long as the object lives.
class LiveTarget {
 public:
  virtual ~LiveTarget() = default;
  LiveTarget(const LiveTarget&) = delete;
  LiveTarget& operator=(const LiveTarget&) = delete;

  const result::Target& told() const { return told_; }
  /// Without budgets and seed, which are the run's.
  const Reach& reach() const { return reach_; }
  /// On which terms to talk with it: a manifest's, with the user's in place of those that he gave;
  /// {port} and the like are filled in.
  virtual Terms terms(const Terms& user) const { return user; }
  /// What a manifest says that the target can do.
  const std::map<std::string, bool>& can() const { return can_; }

  /// What it says that it takes.
  const script::SizeLimits& limits() const { return limits_; }
  /// So many cases may be in flight at once; 0: as many as wished.
  std::uint32_t jobs() const { return jobs_; }

  /// Whether wsproof started its process, so that what follows can tell something. One thread at a
  /// time.
  virtual bool ours() const { return false; }
  /// How the process ended, waiting for that at most `patience`; nothing while it runs.
  virtual std::optional<result::Incident> death(base::Duration /*patience*/ = {}) {
    return std::nullopt;
  }
  /// The first report of a sanitizer since this was asked last, if the process went on after it.
  virtual std::optional<result::Incident> alarm() { return std::nullopt; }
  /// What is told of a process that runs and serves nobody.
  virtual result::Incident hang() { return {.kind = result::Incident::Kind::hang}; }
  /// What it uses now; and what was seen of that so far.
  virtual std::optional<base::Usage> usage() const { return std::nullopt; }
  virtual std::optional<base::UsageSpan> usage_so_far() const { return std::nullopt; }
  /// Ends what is left of it and starts it anew where it was.
  virtual base::Result<void> start_again() {
    return base::fail("wsproof did not start this target");
  }

 protected:
  LiveTarget() = default;
  result::Target told_;
  Reach reach_;
  std::map<std::string, bool> can_;
  script::SizeLimits limits_;
  std::uint32_t jobs_ = 0;
};

/// A target that somebody else runs. `arguments` are how the user asks for it, secrets redacted.
std::unique_ptr<LiveTarget> target_at(Reach reach, std::vector<std::string> arguments);

/// What carries the octets to the reference.
enum class Transport { tcp, tls, unix_socket };

/// The reference endpoint with these quirks, in a thread of this process, on a free loopback port
/// or a free abstract Unix socket; with TLS its certificate is made on the spot, and verified.
/// `arguments` are how the user asks for it: --reference, --fault, never-pongs.
base::Result<std::unique_ptr<LiveTarget>> reference_target(const endpoint::Quirks& quirks,
                                                           std::vector<std::string> arguments,
                                                           std::uint64_t seed,
                                                           Transport transport = Transport::tcp);

/// Starts the server of a manifest on a free loopback port, and waits until it is ready. The error
/// shows the end of what it wrote.
base::Result<std::unique_ptr<LiveTarget>> started_target(const Manifest& manifest,
                                                         const net::StopSource* stop);

/// Starts a process and waits until it is ready. Refused where something answers already at the
/// place where it is to be reached.
base::Result<std::unique_ptr<LiveTarget>> started_target(Launch launch,
                                                         const net::StopSource* stop);

}  // namespace wsproof::run
