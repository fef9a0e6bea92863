// Monitor: watches everything that a target sends in a case and names the requirements it breaks.
#pragma once

#include <memory>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/party.hpp"
#include "harness/rfc/finding.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::rfc {

/// Judges one connection: the handshake and the frames of the watched side in the light of what was
/// sent to it. It expects nothing and waits for nothing: only what is there can be wrong. It knows
/// nothing of cases, and is written without looking at endpoint.
///
/// It speaks only of what is certain, and falls silent when it is not:
///   - of a server's responses all are judged as HTTP; a 101 is judged as a WebSocket handshake
///     when the request was one without a flaw that matters here. What follows a refusal is judged
///     like the beginning of a connection, as long as it is plain which request is answered;
///   - of a client's requests only the first is judged, and only when it asks for a WebSocket;
///   - frames are judged behind a 101 of the watched server, or behind one sent to the watched
///     client that gives it no reason to fail; not when an extension other than
///     permessage-deflate was agreed on. Compressed messages are inflated, with a window of memory;
///   - after a frame header that leaves in doubt what the octets behind it are, no more.
/// Memory is bounded whatever comes: a head of more than 64 KiB is not judged, and of payload no
/// more than a control frame is kept. The cut of the octets makes no difference.
class Monitor {
 public:
  explicit Monitor(wire::Role watched);
  ~Monitor();
  Monitor(Monitor&&) noexcept;
  Monitor& operator=(Monitor&&) noexcept;

  /// What our side wrote, in order with watched_sent() as far as that can be known: before what the
  /// watched side sent in answer to it, and not before our side had seen what it answers.
  void other_sent(base::OctetView octets);
  /// What the watched side sent; any cut.
  void watched_sent(base::OctetView octets);
  /// The watched side's last octet has come.
  void watched_ended(base::Ending ending);

  /// What was found so far, each requirement once, in the order of discovery.
  const std::vector<Finding>& findings() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::rfc
