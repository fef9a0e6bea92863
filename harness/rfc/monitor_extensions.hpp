// Extensions in a head: what is offered, what is accepted, and whether one follows from the other
// (RFC 6455 §9.1, 7692).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/rfc/monitor_head.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::rfc {

struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value = {};  ///< without its quotation marks [6455-9.1-10]

  bool operator==(const ExtensionParameter&) const = default;
};

struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters = {};

  bool operator==(const Extension&) const = default;
};

/// The elements of every Sec-WebSocket-Extensions line, in order. Nothing when one of them can be
/// read in more than one way, or in none.
std::optional<std::vector<Extension>> read_extensions(const wire::Head& head);

bool is_deflate(const Extension& extension);

/// How permessage-deflate is to be used.
struct AgreedDeflate {
  bool server_forgets = false;  ///< no message of the server refers to one before
  bool client_forgets = false;
  int server_bits = 15;  ///< no match of the server's reaches further back than 2^bits octets
  int client_bits = 15;
};

/// What a 101 that accepts permessage-deflate says of it; what it says badly counts as not said.
AgreedDeflate agreed_deflate(const wire::Head& answer);

/// Judges the extensions that a client's request offers.
void judge_offered(const std::vector<Extension>& offers, const HeadCritic& critic);

/// Judges the extensions that a server's 101 accepts of those offered.
void judge_accepted(const std::vector<Extension>& answers, const std::vector<Extension>& offers,
                    const HeadCritic& critic);

}  // namespace wsproof::rfc
