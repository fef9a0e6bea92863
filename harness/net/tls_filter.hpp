// Inside net: one side of one TLS connection, octets in and octets out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/octets.hpp"
#include "harness/base/party.hpp"
#include "harness/net/report.hpp"
#include "harness/net/tls.hpp"

namespace wsproof::net {

/// OpenSSL between two memory BIOs: no socket, no clock. Whoever has it feeds what the transport
/// brings, calls advance() until it waits, and sends take_output() after every call.
///
/// What a hostile side may use is bounded: OpenSSL limits handshake messages, and more than 1 MiB
/// without any data (handshakes, tickets, key updates, empty records) is a failure.
class TlsFilter {
 public:
  /// `host` is who is dialled; a server does not need it.
  TlsFilter(std::shared_ptr<const TlsContext> context, std::string_view host);
  ~TlsFilter();
  TlsFilter(const TlsFilter&) = delete;
  TlsFilter& operator=(const TlsFilter&) = delete;

  enum class Step {
    waiting,  ///< for more octets
    opened,   ///< the handshake is complete; told once
    data,     ///< one record's data
    ended,    ///< close_notify
    failed,   ///< report().trouble tells why
  };

  /// Goes on: with the handshake, then record by record. Data goes into `into`, which takes a whole
  /// record when it has 16 KiB.
  Step advance(std::span<std::uint8_t> into, std::size_t& size);

  /// Octets of the transport.
  void feed(base::OctetView octets);

  /// The transport's octets have ended: after feed() and advance(), unless advance() ended it.
  void transport_ended(base::Ending ending);

  /// It took too long.
  void give_up(std::string why);

  /// Encrypts, in records of their own. Only once opened.
  void write(base::OctetView octets);

  /// Sends close_notify, where the context says goodbye; reading goes on.
  void close();

  base::Octets take_output();
  bool opened() const;
  const TlsReport& report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::net
