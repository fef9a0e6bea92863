// What a server writes: responses, and the 101 of RFC 6455 §4.2.2.
#include <fmt/format.h>

#include <algorithm>

#include "harness/base/octets.hpp"
#include "harness/rfc/monitor_handshake.hpp"
#include "harness/wire/accept_key.hpp"

namespace wsproof::rfc {

namespace {

using wire::values;

constexpr int switching = 101;

bool is_interim(int code) { return code >= 100 && code < 200; }

// What the first octets of a status line must be, letter case included. [9112-2.3-1]
bool starts_with_version(std::string_view line) {
  const auto is_digit = [](char octet) { return octet >= '0' && octet <= '9'; };
  return line.size() >= 8 && line.starts_with("HTTP/") && is_digit(line[5]) && line[6] == '.' &&
         is_digit(line[7]);
}

void judge_as_http(const wire::StatusLine& status, const HeadCritic& critic) {
  critic.judge_any_fields();
  constexpr std::size_t without_blank = 12;  // "HTTP/1.1 101"
  if (critic.head().start.text.size() == without_blank)
    critic.about_start("9112-4-1", "has no blank behind its status code");
  if (status.code == 401 && values(critic.head(), "WWW-Authenticate").empty())
    critic.about_start("9110-11.6.1-1", "is a 401 without WWW-Authenticate");
  if (!is_interim(status.code)) return;
  if (!values(critic.head(), "Content-Length").empty())
    critic.about("Content-Length", "9110-8.6-1",
                 fmt::format("has Content-Length and the status {}", status.code));
  if (!values(critic.head(), "Transfer-Encoding").empty())
    critic.about("Transfer-Encoding", "9112-6.1-1",
                 fmt::format("has Transfer-Encoding and the status {}", status.code));
}

void judge_accept(const Offer& offer, const HeadCritic& critic) {
  constexpr std::string_view name = "Sec-WebSocket-Accept";
  const auto accepts = values(critic.head(), name);
  if (accepts.empty())
    return critic.about_start("6455-4.2.2-21", "has no Sec-WebSocket-Accept field");
  if (accepts.size() > 1) {
    return critic.about(name, "6455-11.3.3-1",
                        fmt::format("has {} Sec-WebSocket-Accept fields", accepts.size()));
  }
  const std::string& accept = accepts.front();
  const std::string right = wire::accept_key(offer.key);
  // A key that is not ASCII is none (4.2.1), and a server may have read the field in another
  // encoding.
  const bool ascii = std::ranges::all_of(offer.key, [](char c) { return (c & 0x80) == 0; });
  if (accept != right && ascii) {
    critic.about(name, "6455-4.2.2-21",
                 fmt::format("has {} as Sec-WebSocket-Accept, but the key {} gives {}",
                             quoted(accept), quoted(offer.key), quoted(right)));
  }
  if (!base::from_base64(accept) || accept.empty())
    critic.about(
        name, "6455-4.2.2-22",
        fmt::format("has {} as Sec-WebSocket-Accept, which is not base64", quoted(accept)));
}

void judge_protocol_value(const std::string& value, const Offer& offer, const HeadCritic& critic) {
  constexpr std::string_view name = "Sec-WebSocket-Protocol";
  if (value.empty())
    return critic.about(name, "6455-4.2.2-14", "selects a subprotocol without a name");
  if (!is_token(value)) {
    return critic.about(name, "6455-4.2.2-15",
                        "selects a subprotocol that is not one token: " + quoted(value));
  }
  // What an offer that is no list of tokens offers is in doubt.
  if (!offer.any_protocol || !std::ranges::all_of(offer.protocols, is_token)) return;
  if (std::ranges::find(offer.protocols, value) != offer.protocols.end()) return;
  // [6455-4.2.2-11] [6455-4.2.2-13]
  critic.about(name, "6455-4.2.2-11",
               fmt::format("selects the subprotocol {}, which was not offered", quoted(value)));
  const auto differs_in_case = [&value](const std::string& offered) {
    return wire::same_token(offered, value);
  };
  if (std::ranges::any_of(offer.protocols, differs_in_case))
    critic.about(name, "7936-2-1",
                 fmt::format("selects {} in other letter case than was offered", quoted(value)));
}

void judge_protocol(const Offer& offer, const HeadCritic& critic) {
  constexpr std::string_view name = "Sec-WebSocket-Protocol";
  const auto selected = values(critic.head(), name);
  if (selected.empty()) return;
  if (!offer.any_protocol)
    critic.about(name, "6455-4.2.2-12", "selects a subprotocol, although none was offered");
  if (selected.size() > 1) {
    return critic.about(name, "6455-11.3.4-2",
                        fmt::format("has {} Sec-WebSocket-Protocol fields", selected.size()));
  }
  judge_protocol_value(selected.front(), offer, critic);
}

void judge_switch(const wire::StatusLine& status, const Offer& offer, const HeadCritic& critic) {
  const wire::Head& head = critic.head();
  if (status.version < "HTTP/1.1")
    critic.about_start("6455-4.2.2-18", "is one of " + quoted(status.version));
  // A list with websocket among others: nobody says. [6455-4.2.2-19] [9110-7.8-3] [6455-4.1-36]
  if (!wire::list_has_token(head, "Upgrade", "websocket"))
    critic.about("Upgrade", "6455-4.2.2-19", "has no Upgrade field with \"websocket\"");
  // [6455-4.2.2-20] [9110-7.8-6]
  if (!wire::list_has_token(head, "Connection", "Upgrade"))
    critic.about("Connection", "6455-4.2.2-20", "has no Connection field with \"Upgrade\"");
  judge_accept(offer, critic);
  judge_protocol(offer, critic);
  const auto answers = read_extensions(head);
  if (!answers) {
    // [6455-9.1-2] [6455-4.3-4]
    critic.about("Sec-WebSocket-Extensions", "6455-9.1-9",
                 "has a Sec-WebSocket-Extensions that breaks the grammar");
  } else if (offer.extensions) {
    judge_accepted(*answers, *offer.extensions, critic);
  }
}

}  // namespace

void judge_response(const wire::Head& response, const Offer& offer, Findings& findings) {
  const HeadCritic critic("response", response, findings);
  if (!starts_with_version(response.start.text)) {
    return critic.about_start(
        "9112-2.3-1", "does not start with an HTTP version: " + quoted(response.start.text));
  }
  const auto status = wire::status_line(response);
  const bool switches = status && status->code == switching && offer.certain;
  if (!critic.judge_lines(switches ? "6455-4.2.2-18" : "9112-2.1-1") || !status) return;
  judge_as_http(*status, critic);
  if (switches) judge_switch(*status, offer, critic);
}

Following what_follows(const wire::Head& response, const Offer& offer) {
  const auto status = wire::status_line(response);
  if (!status || !is_interim(status->code)) return Following::unknown;
  if (status->code != switching) return Following::more_responses;
  if (!offer.certain && !wire::list_has_token(response, "Upgrade", "websocket"))
    return Following::unknown;
  const auto extensions = read_extensions(response);
  if (announces_content(response) || !extensions) return Following::unknown;
  if (extensions->empty()) return Following::plain_frames;
  return std::ranges::all_of(*extensions, is_deflate) ? Following::deflate_frames
                                                      : Following::unknown;
}

}  // namespace wsproof::rfc
