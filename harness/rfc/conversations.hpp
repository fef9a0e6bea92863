// Conversations for the tests of the monitor: what both sides send, and which requirements the
// watched one breaks.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::rfc {

/// What one side writes at once, or that the watched side's octets end.
struct Turn {
  enum class By { watched, other, end };
  By by;
  base::Octets octets;
};

struct Conversation {
  std::string name;
  wire::Role watched;
  std::vector<Turn> turns;
  std::vector<std::string> broken;  ///< ids, in the order of their discovery
};

void PrintTo(const Conversation& conversation, std::ostream* out);

/// A frame as tests write it; masked as `sender` has to unless `masked` says otherwise.
struct FrameSpec {
  std::uint8_t opcode = wire::opcode::text;
  std::string payload = {};
  bool fin = true;
  std::uint8_t rsv = 0;
  std::optional<wire::LengthForm> form = {};
  std::optional<std::uint64_t> length = {};
  std::optional<bool> masked = {};
  std::optional<wire::MaskingKey> key = {};
};

/// Keys without a key of their own are drawn from the frame's number, all of them different.
base::Octets encode(const std::vector<FrameSpec>& frames, wire::Role sender);

/// A request and its 101, with field lines (each with its line end) added to either.
std::string good_request(const std::string& more = "");
std::string good_response(const std::string& more = "");

/// Frames that break something, each beside its twin that does not.
std::vector<Conversation> frame_conversations();

/// Heads that break something, each beside its twin that does not.
std::vector<Conversation> handshake_conversations();

/// Unusual and legal, or not certain enough to speak about.
std::vector<Conversation> silent_frame_conversations();
std::vector<Conversation> silent_handshake_conversations();

/// All of them.
std::vector<Conversation> all_conversations();

}  // namespace wsproof::rfc
