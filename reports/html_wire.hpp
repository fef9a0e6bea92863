// The wire log of a case in the HTML report: as a diagram, as a table, in a few lines.
#pragma once

#include <string>

#include "harness/result/run_result.hpp"
#include "reports/markup.hpp"

namespace wsproof::reports {

/// The conversation as a picture: a lane for each side, an arrow for each event. The first events
/// and the last, at most 24. Says nothing that the table does not say.
void sequence_diagram(Html& page, const result::CaseResult& played, const result::Target& target);

/// The log as a table with a lane for each side: when, what it means, the octets in hex; a frame
/// with each of its fields decoded, and tied to its octets. Up to 60 events and 96 octets of each;
/// it says what is left out.
void wire_table(Html& page, const result::CaseResult& played, const result::Target& target);

/// The heads of the opening handshake as they stood on the wire; nothing when there was none.
void handshake(Html& page, const result::CaseResult& played);

/// The log as a few lines of text, the first ones and the last: for cases that passed, and where
/// the page would become too large.
void short_wire(Html& page, const result::CaseResult& played);

/// How the connection ended, in one sentence: who sent a Close with which code, and who ended TCP.
/// Empty when it was never opened.
std::string how_it_closed(const result::CaseResult& played);

/// A frame field by field, tied to its octets; the entry has a header.
void decoded_frame(Html& page, const result::Entry& entry);

/// "… 70000 octets, SHA-256 2c26…": what of an entry is not shown; nothing when all is.
void cut_note(Html& page, const result::Entry& entry, std::size_t shown);

/// The octets of an entry as hex, at most this many.
inline constexpr std::size_t shown_octets = 96;
/// "c1 82 1f", two digits an octet.
std::string spaced_hex(base::OctetView octets);

}  // namespace wsproof::reports
