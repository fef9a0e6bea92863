// Party: one side of a conversation without I/O. Octets and time go in, actions and deadlines come
// out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/time.hpp"

namespace wsproof::base {

/// Which of a party's connections is meant: 0, 1, 2… in the order in which they were opened.
using Link = std::uint32_t;

/// Open a connection to the other side; answered by opened() or refused(). Only the party that
/// connects uses it. `plain`: the bare transport, also where TLS is usually spoken over it.
/// `narrow`: what comes is cut small and little of it is kept on the way, so that the other side
/// soon notices that it is not read.
struct Open {
  Link link;
  bool plain = false;
  bool narrow = false;
  bool operator==(const Open&) const = default;
};

/// Hand these octets to the transport in one write. Writes on one link keep their order.
struct Write {
  Link link;
  Octets octets;
  bool operator==(const Write&) const = default;
};

/// Half-close: after what was written so far nothing more comes from this side; reading goes on.
struct EndWrites {
  Link link;
  bool operator==(const EndWrites&) const = default;
};

/// Take nothing more that comes on the link, or go on taking it. What waits meanwhile, the end
/// included, is told later; what had been taken before may still be told.
struct Reading {
  Link link;
  bool on = true;
  bool operator==(const Reading&) const = default;
};

/// Be done with the link in both directions: after what was written so far an orderly close, or at
/// once a reset. Nothing is reported about the link afterwards.
struct Drop {
  Link link;
  bool reset = false;
  bool operator==(const Drop&) const = default;
};

using Action = std::variant<Open, Write, EndWrites, Reading, Drop>;

/// How the other side's octets ended: in order, in order but without the closure alert that TLS
/// wants before it (to read on it is an eof like any other), or by a reset.
enum class Ending { eof, unannounced, reset };

/// One side of a conversation, whatever carries it: a socket pump, a TLS filter, the lab's virtual
/// world or a fuzzer. The driver calls an input, then take_actions() until it is empty, then waits
/// for the next input or the deadline. Times never run backwards. A failed write is not reported:
/// reading goes on until the end or the reset.
class Party {
 public:
  Party() = default;
  Party(const Party&) = delete;
  Party& operator=(const Party&) = delete;
  virtual ~Party() = default;

  /// Called once before anything else, so that the party may open its first link.
  virtual void start(Time now) = 0;

  /// The link is there: an Open was granted, or somebody connected to us.
  virtual void opened(Link link, Time now) = 0;

  /// An Open was not granted; `why` is the world's word for it.
  virtual void refused(Link link, const std::string& why, Time now) = 0;

  /// Octets arrived; any cut is possible. The view dies with the call.
  virtual void received(Link link, OctetView octets, Time now) = 0;

  /// No more octets will come on this link.
  virtual void ended(Link link, Ending ending, Time now) = 0;

  /// The other side has stopped taking what we write, and it piles up; or (not `so`) it has caught
  /// up. Told to the side that was connected to, whose link is not read meanwhile.
  virtual void clogged(Link /*link*/, bool /*so*/, Time /*now*/) {}

  /// The deadline is reached.
  virtual void woken(Time now) = 0;

  /// What to do now, in order; empties the list.
  virtual std::vector<Action> take_actions() = 0;

  /// When to call woken() if nothing else happens before; nothing when there is no such time.
  virtual std::optional<Time> deadline() const = 0;

  /// Whether this party is done with the whole conversation. A server never is.
  virtual bool finished() const = 0;
};

}  // namespace wsproof::base
