// What the pump has to tell about a party that it played: connections, octets, and whether it had
// to step in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/net/address.hpp"

namespace wsproof::net {

/// Why a connection was not opened.
struct Refusal {
  int error = 0;             ///< errno of the last address that was tried; 0 when there is none
  bool here = false;         ///< for want of something on this machine: descriptors, ports, memory
  std::string message = {};  ///< "cannot connect to 127.0.0.1:9001: connection refused"

  bool operator==(const Refusal&) const = default;
};

/// What TLS there was on a connection.
struct TlsReport {
  enum class End {
    none,          ///< the other side's octets did not end, or by a reset
    close_notify,  ///< announced, as it should be
    truncated,     ///< a FIN without a close_notify
    failed,        ///< an alert, or octets that are no TLS; see `trouble`
  };
  static constexpr std::size_t kept_sizes = 64;

  std::string version = {};           ///< "TLSv1.3"; empty while the handshake is not complete
  std::string cipher = {};            ///< "TLS_AES_256_GCM_SHA384"
  std::string protocol = {};          ///< agreed on by ALPN; empty when none
  std::uint64_t records_in = 0;       ///< of application data
  std::uint64_t records_out = 0;      ///< likewise
  std::vector<std::size_t> sizes_in;  ///< octets of data in the first `kept_sizes` records
  std::vector<std::size_t> sizes_out;
  End end = End::none;
  std::string trouble =
      {};  ///< why it failed, with what to do next; escaped; empty when it did not

  bool operator==(const TlsReport&) const = default;
};

/// One connection of a party, as the socket saw it.
struct LinkReport {
  base::Link link = 0;
  std::optional<Address> local = {};    ///< nothing while it was not connected
  std::optional<Address> peer = {};     ///< the address that answered
  std::optional<Refusal> refusal = {};  ///< set when the Open was not granted
  std::uint64_t octets_in = 0;          ///< handed to the party
  std::uint64_t octets_out = 0;         ///< of the party's, accepted by the kernel
  std::optional<TlsReport> tls = {};    ///< where TLS was spoken, or tried

  bool operator==(const LinkReport&) const = default;
};

/// Why a party was not played to its own end.
enum class Cut {
  none,       ///< it was
  wall_time,  ///< Limits::wall_time
  octets_in,  ///< Limits::octets_in
  unsent,     ///< Limits::unsent
  links,      ///< Limits::links
  stopped,    ///< the StopSource
};

/// What there is to tell about one party.
struct PartyReport {
  Cut cut = Cut::none;
  std::string why;                ///< of the cut, in words: "more than 268435456 octets received"
  std::uint64_t octets_in = 0;    ///< over all links
  std::uint64_t octets_out = 0;   ///< over all links
  std::vector<LinkReport> links;  ///< in the order of opening

  bool cut_short() const { return cut != Cut::none; }

  /// Whether an Open failed for want of something on this machine (EMFILE, ENOBUFS,
  /// EADDRNOTAVAIL…): fewer parties at once will help.
  bool exhausted() const;

  /// The first Open that was not granted, if any.
  std::optional<Refusal> first_refusal() const;

  /// What TLS has to say about a connection beyond what the party was told: "the TLS connection
  /// failed: …", "the end came without a TLS close_notify". Empty where there is nothing to say.
  std::string tls_remark(base::Link link) const;

  bool operator==(const PartyReport&) const = default;
};

}  // namespace wsproof::net
