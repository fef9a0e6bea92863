// Playing a conversation to a codec, and comparing what two codecs made of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/codec.h"
#include "harness/base/octets.hpp"

namespace wsproof::fuzz {

/// What a codec reported; see wsproof_event.
struct Event {
  wsproof_event_kind kind = WSPROOF_FAILURE;
  int type = 0;
  unsigned code = 0;
  base::Octets octets;

  bool operator==(const Event&) const = default;
};

/// `text "6869"`, `failure 1002 (reserved bit)`.
std::string describe(const Event& event);
std::string describe(const std::vector<Event>& events);

/// What the codec makes of the octets, in writes as `cuts` say; up to the Close or the failure that
/// ends it.
std::vector<Event> play(const wsproof_codec& codec, const wsproof_codec_settings& settings,
                        base::OctetView octets, base::OctetView cuts);

/// How a codec differs from the reference, in words that do not depend on the input; empty when it
/// does not. Failing later than the reference, or with another code that means as much, is no
/// difference: only going on is.
///   "accepts: reserved bit"      went on where the reference fails for this reason
///   "refuses: ping"              failed where the reference reports this
///   "code: 1007 not 1002: …"     failed with another code than the reference, for its reason
///   "says: ping, not text"       reports another kind of event
///   "differs: text"              the same kind with other octets or another code
///   "lost: text"                 never reports it
///   "makes up: text"             reports what nobody sent
std::string difference(const std::vector<Event>& reference, const std::vector<Event>& codec);

/// Whether the difference is among those the codec says are known, or a line of the file that the
/// environment variable WSPROOF_KNOWN names: for whoever is still looking.
bool is_known(const wsproof_codec& codec, const std::string& difference);

/// The reference: the endpoint's receiver.
const wsproof_codec& reference_codec();

}  // namespace wsproof::fuzz
