// The opening handshake as the peer writes it: the standard request or answer, with a case's edits.
#pragma once

#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/script/expression.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::script {

/// What the standard request is made of.
struct Opening {
  std::string host = "localhost";
  std::string resource = "/";
  std::string key;                   ///< Sec-WebSocket-Key
  std::vector<wire::Field> fields;   ///< the user's own: Origin, Cookie, Authorization, …
  std::vector<std::string> without;  ///< standard fields that the user does not want
};

/// The standard request of a client (RFC 6455 §4.1). A field of the user's takes the place of the
/// standard one of that name, also where it is there several times; the others stand at the end.
wire::Head opening_request(const Opening& opening);

/// The standard 101 of a server for a request with this key (RFC 6455 §4.2.2).
wire::Head opening_answer(std::string_view key);

/// The octets of `head` after the edits, which are applied in order. An Error is a mistake in the
/// case, as in evaluate().
base::Result<base::Octets> edited(wire::Head head, const std::vector<HandshakeEdit>& edits,
                                  const Variables& variables, base::Random& random);

}  // namespace wsproof::script
