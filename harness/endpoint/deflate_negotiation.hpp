// Negotiating permessage-deflate (RFC 7692 §5, §7.1): a server's answer to offers, and a client's
// judgement of that answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/endpoint/head_syntax.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/wire/deflate.hpp"

namespace wsproof::endpoint {

/// What both sides settled on for permessage-deflate.
struct DeflateAgreement {
  bool server_forgets = false;  ///< server_no_context_takeover
  bool client_forgets = false;  ///< client_no_context_takeover
  int server_bits = wire::most_window_bits;
  int client_bits = wire::most_window_bits;
  /// What the offer says of the client's messages without binding anybody; only quirks ask.
  bool hint_forgets = false;
  int hint_bits = wire::most_window_bits;
};

/// What a server answers to the offers of permessage-deflate among others.
struct DeflateAnswer {
  bool refused = false;                       ///< the whole request is (only by quirks)
  std::string element;                        ///< for the response; empty: all offers are declined
  std::optional<DeflateAgreement> agreement;  ///< when one was accepted
};
DeflateAnswer answer_deflate(const std::vector<Extension>& offers, const DeflateQuirks& quirks);

/// What a server's response agrees to, for a client with those offers; nothing when it must fail
/// the connection. [7692-7-6] [7692-7-7] [7692-7-8] [7692-7-9]
std::optional<DeflateAgreement> judge_deflate_answer(const Extension& answer,
                                                     const std::vector<Extension>& offers,
                                                     const DeflateQuirks& quirks);

/// Whether that is permessage-deflate, in exactly this spelling. [7692-9.1-1]
bool is_deflate(const Extension& extension, const DeflateQuirks& quirks);

}  // namespace wsproof::endpoint
