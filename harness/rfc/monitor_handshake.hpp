// The opening handshake as a monitor reads it: what a request asks for, and what is wrong with it
// and its responses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/rfc/finding.hpp"
#include "harness/rfc/monitor_extensions.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::rfc {

/// What a client's request asks for, as far as it decides what a server may answer.
struct Offer {
  bool certain = false;  ///< asks for a WebSocket without a flaw that leaves open what a 101 means
  bool content = false;  ///< announces a body: where frames would start is in doubt
  std::string key;       ///< as it was sent, without white space around it
  bool any_protocol = false;  ///< there is a Sec-WebSocket-Protocol field
  std::vector<std::string> protocols;
  std::optional<std::vector<Extension>> extensions;  ///< nothing when they cannot be read surely
};

Offer read_offer(const wire::Head& request);

/// Whether the request wants a WebSocket at all, however badly it says so.
bool asks_for_websocket(const wire::Head& request);

/// Judges a request that asks for a WebSocket. [6455-4.1-15] …
void judge_request(const wire::Head& request, Findings& findings);

/// Judges a response: as HTTP, and if it is a 101 and the offer is certain, as the answer to it.
/// [9112-2.1-1] [6455-4.2.2-18] …
void judge_response(const wire::Head& response, const Offer& offer, Findings& findings);

/// How to read what follows a response.
enum class Following { more_responses, plain_frames, deflate_frames, unknown };

/// `unknown` too when an extension was agreed on that gives frames another meaning.
Following what_follows(const wire::Head& response, const Offer& offer);

}  // namespace wsproof::rfc
