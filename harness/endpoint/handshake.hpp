// The opening handshake (RFC 6455 §4): collecting a head, judging the other side's, writing our
// own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/base/octets.hpp"
#include "harness/base/random.hpp"
#include "harness/endpoint/deflate_negotiation.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/settings.hpp"
#include "harness/wire/http.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::endpoint {

/// What both sides settled on.
struct Agreement {
  std::string subprotocol;                  ///< empty when none was chosen
  std::optional<DeflateAgreement> deflate;  ///< permessage-deflate, if it is used
};

/// Gathers the octets of one HTTP head and says early when no head will come of them. What it says
/// does not depend on how the octets are cut.
class HeadCollector {
 public:
  enum class State {
    need_more,
    complete,             ///< octets() is a whole head
    too_large,            ///< no end within the limit
    start_line_too_long,  ///< not even the start line ends within the limit
    foreign,              ///< this is not HTTP
  };

  /// Collects what the peer of `role` sends, at most `limit` octets. A server overlooks empty lines
  /// in front of a request, if `leading_lines` is on.
  HeadCollector(wire::Role role, std::size_t limit, Check leading_lines)
      : role_(role), limit_(limit), leading_lines_(leading_lines) {}

  /// Takes octets from the front of `input`, advancing it; what stands behind the head stays.
  State feed(base::OctetView& input);

  base::OctetView octets() const { return held_; }

  /// Forgets the head, for the next one.
  void clear() { held_.clear(); }

 private:
  bool is_foreign() const;

  wire::Role role_;
  std::size_t limit_;
  Check leading_lines_;
  base::Octets held_;
};

/// A server's answer to a request.
struct Response {
  bool accepted = false;
  base::Octets octets;  ///< of the response head; a refusal has no body. Empty: none is sent
  Agreement agreement;
  bool stays = false;  ///< a refusal after which another request may come on the connection
};

/// Judges a request by RFC 6455 §4.2.1 and answers it by §4.2.2. What is good HTTP but asks for no
/// WebSocket is refused too, and the connection stays. [9112-9.3-2]
Response answer_request(const wire::Head& request, const Settings& settings, const Quirks& quirks);

/// The refusal with this status, for a request that never became a whole head.
base::Octets refuse(int status, const HandshakeQuirks& quirks);

/// A client's request, and the key that it used.
struct Request {
  base::Octets octets;
  std::string key;
};

/// The request of RFC 6455 §4.1, its nonce drawn from `random`.
Request make_request(const Settings& settings, const HandshakeQuirks& quirks, base::Random& random);

/// What a response means to a client.
struct Reply {
  enum class Kind {
    opens,    ///< the connection is open
    interim,  ///< a 1xx that is no answer yet: another head follows
    refuses,  ///< anything else
  };
  Kind kind = Kind::refuses;
  Agreement agreement;
};

/// Judges a response by RFC 6455 §4.1.
Reply judge_response(const wire::Head& response, const std::string& key, const Settings& settings,
                     const Quirks& quirks);

}  // namespace wsproof::endpoint
