// Endpoint: one WebSocket connection of the reference, either role, with an echo application
// inside.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/party.hpp"
#include "harness/base/random.hpp"
#include "harness/base/time.hpp"
#include "harness/endpoint/handshake.hpp"
#include "harness/endpoint/outbox.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/receiver.hpp"
#include "harness/endpoint/sender.hpp"
#include "harness/endpoint/settings.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::endpoint {

/// One connection, from the opening handshake to the end of TCP. Octets and time go in; writes, the
/// end of writing, the drop of the link and a deadline come out. Every text or binary message is
/// answered by the same message. With Quirks{} it is right and strict by RFC 6455.
///
/// However it ends, the last action is one base::Drop; after it finished() holds and every input is
/// ignored. A failed connection, a refused handshake and a server's finished closing handshake end
/// our half of TCP and then wait, for the closing time of the settings, for the other half, so that
/// no reset overtakes the last octets.
class Endpoint {
 public:
  /// A connection that its actions call `link`.
  Endpoint(wire::Role role, base::Link link, Settings settings, const Quirks& quirks);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  /// The transport is there. Called once, first: a client sends its request.
  void opened(base::Time now);

  /// Octets arrived, in any cut.
  void received(base::OctetView octets, base::Time now);

  /// No more octets will come.
  void ended(base::Ending ending, base::Time now);

  /// The deadline is reached.
  void woken(base::Time now);

  /// What to do now, in order; empties the list.
  std::vector<base::Action> take_actions();

  /// When to call woken() if nothing else happens before.
  std::optional<base::Time> deadline() const;

  /// Whether the link was dropped.
  bool finished() const { return phase_ == Phase::done; }

  /// Whether this side failed the connection, in the handshake or later.
  bool failed() const { return failed_; }

  /// See Receiver.
  void share(const Shared& shared) { receiver_.share(shared); }

  /// What the handshake settled.
  const Agreement& agreement() const { return agreement_; }

 private:
  enum class Phase {
    handshake,  ///< the other side's head is not whole yet
    open,
    closing,  ///< TCP ends as soon as everything is sent and the time has come
    waiting,  ///< it is the other side's turn to end TCP
    done,
  };

  // endpoint.cpp
  void send_request(base::Time now);
  void take_head(base::OctetView& input, base::Time now);
  void take_request(base::Time now);
  void take_response(base::Time now);
  void refuse_request(base::Octets response, base::Time now);
  void open(base::Time now);
  void end_soon(TcpEnd end, base::Time at);
  void end_tcp(base::Time now);
  void drop(bool reset);
  void settle(base::Time now);

  // conversation.cpp
  void take_frames(base::OctetView& input, base::Time now);
  void handle(const Incoming& incoming, base::Time now);
  void echo(const Incoming& message, base::Time now);
  void answer_ping(base::OctetView payload, base::Time now);
  void take_pong(base::OctetView payload, base::Time now);
  void take_close(base::OctetView payload, base::Time now);
  void fail(const Violation& violation, base::Time now);

  wire::Role role_;
  base::Link link_;
  const Settings settings_;
  const Quirks quirks_;

  Phase phase_ = Phase::handshake;
  bool listening_ = true;  ///< whether frames are still processed
  bool failed_ = false;
  bool close_sent_ = false;
  bool close_received_ = false;
  bool other_side_ends_ = false;  ///< a client leaves the end of TCP to the server
  TcpEnd tcp_end_ = TcpEnd::half_close;
  std::optional<base::Time>
      patience_;  ///< end of the handshake's, of closing's or of waiting's time

  HeadCollector head_;
  std::string key_;  ///< client: what the request offered
  unsigned interim_responses_ = 0;
  Agreement agreement_;
  base::Random nonces_;
  Receiver receiver_;
  Sender sender_;
  Outbox outbox_;
  std::vector<base::Octets> withheld_pongs_;
  base::Time next_second_ = base::Time::min();  ///< when pongs are counted anew
  unsigned pongs_ = 0;
  base::Octets held_;  ///< of reads that are not looked at yet
  std::vector<base::Action> actions_;
};

}  // namespace wsproof::endpoint
