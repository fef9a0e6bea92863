// The pump: one thread's worth of I/O, which plays many parties at once over TCP, TLS or a
// Unix socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "harness/base/party.hpp"
#include "harness/base/time.hpp"
#include "harness/net/address.hpp"
#include "harness/net/report.hpp"

namespace wsproof::net {

class StopSource;

/// What one party may use, so that nothing hangs or floods forever. The first four are for what
/// gets out of hand: whoever goes beyond one is cut short. The others shape ordinary beginnings and
/// endings.
struct Limits {
  base::Duration wall_time = std::chrono::minutes(2);  ///< from start() on
  std::uint64_t octets_in = 256ULL << 20;              ///< received, over all links
  std::uint64_t unsent = 64ULL << 20;                  ///< written, not yet taken by the kernel
  std::uint32_t links = 1024;                          ///< opened in all

  base::Duration connect = std::chrono::seconds(5);  ///< for each address; then refused(); and as
                                                     ///< much again for a TLS handshake
  base::Duration flush = std::chrono::seconds(1);    ///< for what is unsent at an orderly close
  base::Duration linger = std::chrono::milliseconds(250);  ///< after our FIN, for the other side's
};

/// One party to play. The party must live until `on_finished` has returned; usually `on_finished`
/// owns it by capture. It is called once, in the pump's thread, when the party is finished (or cut
/// short) and none of its sockets is left.
struct Play {
  base::Party* party = nullptr;
  std::move_only_function<void(const PartyReport&)> on_finished;
};

/// Nothing to play at the moment. The pump asks again whenever a party has finished, and at
/// `ask_again` if that is set.
struct Nothing {
  std::optional<base::Time> ask_again = {};
};

using Offer = std::variant<Play, Nothing>;

/// Plays parties against one destination. Used by one thread; several pumps may run in several
/// threads.
///
/// What becomes of a party's actions:
/// - Open: a connection, tried on the destination's addresses in order (starting with the one that
///   answered last), TCP_NODELAY; then a TLS handshake where the destination wants TLS. A failure
///   is refused(), and a Refusal in the report.
/// - Write: one send(), in order (with TLS: of records of its own, 16 KiB each at most); what the
/// kernel does not take at once follows when it can. A
///   failed write drops that and all further writes of the link; reading goes on.
/// - Reading: with !on nothing is asked for any more, so that the kernel's buffers fill; a Drop
///   takes it back. A link that was opened narrow takes segments of 1400 octets and keeps 4 KiB
///   (TCP_MAXSEG, SO_RCVBUF).
/// - EndWrites: shutdown(SHUT_WR) after what was written and, with TLS, a close_notify.
/// - Drop: after what was written (Limits::flush) a FIN, then the other side's FIN is awaited for
///   Limits::linger, so that octets still under way do not turn the FIN into a reset; with `reset`
///   an RST at once. What a party leaves open when it is finished is dropped without reset.
///
/// Actions on links that are gone or never were are ignored.
///
/// received() gets at most 64 KiB at a time, as the kernel cut it (with TLS: record by record). The
/// end is told once a link: `eof` for a FIN or a close_notify, `unannounced` for a FIN that should
/// have had a close_notify before it, `reset` for everything else, also
/// where a failed write swallowed the RST, or TLS broke; LinkReport tells which it was.
///
/// A party that reaches a limit of its Limits, or a StopSource, is cut short: its links are reset,
/// it is told ended(reset) for each that was open and refused() for each that was being opened,
/// whatever it wants to do then is dropped, and it is reported although it may not be finished.
class Pump {
 public:
  /// Either of `stop` and `also` stops it; those that are given outlive the pump.
  explicit Pump(Destination destination, Limits limits = {}, const StopSource* stop = nullptr,
                const StopSource* also = nullptr);
  ~Pump();  ///< resets what is in flight; its parties are not reported

  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  /// Starts a party, whatever the number of slots. Callable before run() and from inside callbacks.
  void add(Play play);

  /// Runs until no party is in flight, or until stopped.
  void run();

  /// Runs with at most `slots` parties in flight (at least 1), asking `next` for another whenever a
  /// slot is free. Returns when nothing is in flight and `next` has Nothing without ask_again, or
  /// when stopped (then everything in flight was cut short and reported, and `next` is not asked
  /// any more).
  void run(std::size_t slots, const std::function<Offer()>& next);

  /// Changes the number of slots of the run() that is going on; from inside its callbacks. Parties
  /// in flight go on.
  void set_slots(std::size_t slots);

  /// Parties started and not yet reported.
  std::size_t in_flight() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Plays one party to its end.
PartyReport play(base::Party& party, const Destination& destination, const Limits& limits = {},
                 const StopSource* stop = nullptr);

}  // namespace wsproof::net
