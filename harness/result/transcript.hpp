// The wire log of one case: what was sent and received, when, in the notation of the case language.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/party.hpp"
#include "harness/base/time.hpp"

namespace wsproof::result {

/// One thing that happened on a connection.
struct Entry {
  enum class Kind {
    opened,    ///< the connection is there
    refused,   ///< it could not be opened; `text` says why
    sent,      ///< our octets: a frame, a head, or raw
    received,  ///< the target's octets: a frame, a head, or what could not be read as either
    ended,     ///< the target sent its last octet (`text`: "eof" or "reset")
    ended_us,  ///< we half-closed, closed or reset (`text`: "eof", "close" or "reset")
    note,      ///< the peer's own remark, e.g. "quiet for 200 ms: fence sent"
  };
  Kind kind = Kind::note;
  base::Link link = 0;
  base::Duration at{};     ///< since the case began
  std::string text;        ///< in the case language, e.g. `text "hi" rsv=4`; escaped for terminals
  base::Octets octets;     ///< as on the wire; at most Transcript::kept_octets of them
  std::uint64_t size = 0;  ///< how many octets there were
  std::uint32_t header_size = 0;  ///< of a frame: how many of the octets are its header
  std::string hash;  ///< SHA-256 in hex of all of them when some were cut away; else empty
  std::uint32_t script_line = 0;  ///< the line of the case file that sent or expected it; 0: none

  bool operator==(const Entry&) const = default;
};

/// What happened on all connections of a case, in order.
struct Transcript {
  /// An entry keeps this many octets at most; `size` and `hash` stand for the rest.
  static constexpr std::size_t kept_octets = 1024;
  /// All entries together keep this many octets at most.
  static constexpr std::size_t kept_in_all = 64 * std::size_t{1024};
  /// A transcript keeps this many entries at most; `dropped` counts the rest.
  static constexpr std::size_t kept_entries = 512;

  std::vector<Entry> entries;
  std::uint64_t dropped = 0;

  bool operator==(const Transcript&) const = default;
};

}  // namespace wsproof::result
