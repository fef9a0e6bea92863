// The live target of a run: a URL, a server that we start from its manifest, or the reference.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/base/error.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/net/address.hpp"
#include "harness/net/signals.hpp"
#include "harness/result/run_result.hpp"
#include "harness/run/manifest.hpp"
#include "harness/run/url.hpp"

namespace wsproof::run {

/// Something to connect to, for as long as the object lives.
class LiveTarget {
 public:
  virtual ~LiveTarget() = default;
  LiveTarget(const LiveTarget&) = delete;
  LiveTarget& operator=(const LiveTarget&) = delete;

  const result::Target& told() const { return told_; }
  const Url& url() const { return url_; }
  const net::Destination& destination() const { return destination_; }
  /// What a manifest says that the target can do.
  const std::map<std::string, bool>& can() const { return can_; }

  /// Whether start_again() can work.
  virtual bool ours() const { return false; }
  /// How the target's process ended; nothing while it runs or is not ours.
  virtual std::optional<std::string> death() { return std::nullopt; }
  /// Ends what is left of it and starts it anew on the same port.
  virtual base::Result<std::string> start_again() {
    return base::fail("wsproof did not start this target");
  }

 protected:
  LiveTarget() = default;
  result::Target told_;
  Url url_;
  net::Destination destination_;
  std::map<std::string, bool> can_;
};

/// A target that somebody else runs.
base::Result<std::unique_ptr<LiveTarget>> target_at(const Url& url, net::IpVersion version);

/// The reference endpoint with these quirks, in a thread of this process, on a free loopback port.
/// `arguments` are how the user asks for it: --reference, --fault, never-pongs.
base::Result<std::unique_ptr<LiveTarget>> reference_target(const endpoint::Quirks& quirks,
                                                           std::vector<std::string> arguments,
                                                           std::uint64_t seed);

/// Starts the server of a manifest on a free loopback port, and waits until it is ready. The error
/// shows the end of what it wrote.
base::Result<std::unique_ptr<LiveTarget>> started_target(const Manifest& manifest,
                                                         const net::StopSource* stop);

}  // namespace wsproof::run
