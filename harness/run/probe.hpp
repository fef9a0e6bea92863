// The probe: what a target can do, found out before the run (DESIGN.md §3.0). Also what doctor
// shows.
#pragma once

#include <string>

#include "harness/net/signals.hpp"
#include "harness/result/run_result.hpp"
#include "harness/run/reach.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

/// What the probe saw, and what it takes from it for the run.
struct Probed {
  result::Probe probe;
  std::string server_field;  ///< the Server field of the answer, escaped; empty when none
  std::string subprotocol;   ///< that it chose, escaped; empty when none
  std::string location;      ///< where a redirection leads, escaped; empty when it is none
  int status = 0;            ///< of the baseline handshake's answer; 0 when there was none
  bool replies = false;      ///< the message of the profile is answered as that says
  /// Why no case could be judged fairly, a sentence about the target ("answers …"); empty where
  /// nothing is in the way: the handshake is refused, it speaks first and no profile says so, or
  /// the message of the profile gets another answer.
  std::string obstacle;
};

/// Plays a handful of small scripts of its own, side by side, on connections of their own: the
/// handshake, a ping, a text and a binary message, echoes up to 64 KiB, an offer of
/// permessage-deflate, a Close.
Probed probe(const Reach& reach, const net::StopSource* stop);

/// How long whoever gave no answer to the probe may take for one to a plain GET.
base::Duration first_answer(const Reach& reach);

/// The settings with which anything is played before a probe, and cases are after it.
script::PlaySettings play_settings(const Reach& reach);
script::PlaySettings play_settings(const Reach& reach, const result::Probe& probe);

}  // namespace wsproof::run
