// Closing: which Close payloads are legal, and which ones we send (RFC 6455 §5.5.1, §7).
#pragma once

#include <optional>

#include "harness/base/octets.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/receiver.hpp"

namespace wsproof::endpoint {

/// What is wrong with the payload of a Close that was received.
std::optional<Violation> judge_close(base::OctetView payload, const Quirks& quirks);

/// The payload that answers this Close; nothing when it is not answered.
std::optional<base::Octets> close_reply(base::OctetView payload, const CloseQuirks& quirks);

/// The payload of the Close that fails the connection; nothing when none is sent.
std::optional<base::Octets> failure_close(const Violation& violation, const FailureQuirks& quirks);

}  // namespace wsproof::endpoint
