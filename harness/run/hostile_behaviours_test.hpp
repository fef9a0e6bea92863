// For tests: what hostile servers do, each by its name. Straight-line programs on a blocking
// socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/random.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/net/plain_server_test.hpp"
#include "harness/wire/accept_key.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::run::test {

using Link = net::test::PlainLink;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

/// One way to be hostile.
struct Behaviour {
  std::string_view name;
  void (*serve)(Link& link, std::size_t nth);
  std::string_view says;  ///< stands somewhere in what the run has to tell
  int code = 1;           ///< of the run
  bool at_once = true;    ///< see PlainServer
  double time_scale = 0.05;
};

/// All of them.
std::span<const Behaviour> behaviours();

/// What should never reach a terminal, a page or a log as it is: escape sequences, markup, the end
/// of a CDATA section, commands of CI systems, NUL, bidirectional controls, what is no UTF-8.
inline constexpr std::string_view nasty =
    "\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>]]>\0::error::x ##vso[a.b]\u202e\xff\xfe&\"'"sv;

// ── What they are made of ────────────────────────────────────────────────────────────────────────

/// A frame of a server with the length that it announces; its payload need not have it.
inline std::string frame(std::uint8_t opcode, std::string_view payload, bool fin = true,
                         std::uint8_t rsv = 0, std::optional<std::uint64_t> announced = {}) {
  wire::FrameHeader header{.fin = fin, .rsv = rsv, .opcode = opcode};
  header.length = announced.value_or(payload.size());
  header.form = wire::shortest_form(header.length);
  return std::string(base::as_text(wire::encode_frame(header, base::as_octets(payload))));
}

inline std::string many(std::string_view unit, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += unit;
  return out;
}

/// The head of a request; empty when none comes.
inline wire::Head request(Link& link) {
  std::string head;
  while (!wire::head_size(base::as_octets(head))) {
    const std::string more = link.receive();
    if (more.empty()) return {};
    head += more;
  }
  return wire::decode_head(base::as_octets(head));
}

/// The right 101 to a request, with `further` field lines.
inline std::string switching(const wire::Head& request, std::string_view reason = "Switching",
                             std::string_view further = "") {
  const auto keys = wire::values(request, "Sec-WebSocket-Key");
  return "HTTP/1.1 101 " + std::string(reason) +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         wire::accept_key(keys.empty() ? "" : keys.front()) + "\r\n" + std::string(further) +
         "\r\n";
}

/// Shakes hands and sends `then` behind it.
inline bool upgrade(Link& link, std::string_view then = "") {
  return link.send(switching(request(link)) + std::string(then));
}

inline void forever(Link& link, std::string_view octets) {
  while (link.send(octets)) {
  }
}

inline void drip(Link& link, std::string_view octets) {
  for (const char octet : octets) {
    if (!link.send({&octet, 1}) || !link.pause(1s)) return;
  }
}

/// The reference on one connection.
class Reference {
 public:
  Reference() : server_(endpoint::Settings{}) {
    server_.start({});
    server_.opened(0, {});
  }
  /// What it writes in return.
  std::string answer(std::string_view octets) {
    server_.received(0, base::as_octets(octets), {});
    std::string out;
    for (const base::Action& action : server_.take_actions()) {
      if (const auto* write = std::get_if<base::Write>(&action))
        out += base::as_text(write->octets);
      ended_ = ended_ || !std::holds_alternative<base::Write>(action);
    }
    return out;
  }
  bool ended() const { return ended_; }

 private:
  endpoint::EchoServer server_;
  bool ended_ = false;
};

/// Talks like the reference; `say` sends what it would have said, and tells whether to go on.
inline void converse(Link& link, const std::function<bool(std::string)>& say) {
  Reference reference;
  for (std::string got = link.receive(); !got.empty(); got = link.receive()) {
    if (!say(reference.answer(got))) return;
    if (!reference.ended()) continue;
    link.end_writes();
    return link.drain();
  }
}

inline void converse(Link& link) {
  converse(link, [&](const std::string& octets) { return link.send(octets); });
}

/// Says only the first `count` octets of what the reference would have said.
inline void converse_until(Link& link, std::size_t count) {
  converse(link, [&link, count](std::string octets) mutable {
    octets.resize(std::min(octets.size(), count));
    count -= octets.size();
    return link.send(octets) && count > 0;
  });
}

inline void answer(Link& link, std::string_view octets) {
  request(link);
  link.send(octets);
  link.end_writes();
  link.drain();
}

/// Upgrades, then says `first` to everything that comes.
inline void answer_all(Link& link, std::string_view octets) {
  if (!upgrade(link)) return;
  while (!link.receive().empty() && link.send(octets)) {
  }
}

/// What a target may lie about itself in: every field of a 101.
inline std::string nasty_fields() {
  const std::string n(nasty);
  return "Server: " + n + "\r\nX-" + n + ": " + n + "\r\nSec-WebSocket-Protocol: " + n +
         "\r\nSec-WebSocket-Extensions: " + n + "\r\n" + n + "\r\n";
}

/// A message of a million zeros, compressed to a thousand octets. [7692-7.2.1-1]
inline std::string compressed_zeros() {
  const std::string block =
      std::string("\xec\xc1\x01\x01\0\0\0\x82\x20\xff\xaf\x6e\x48\x40\x01"sv) +
      std::string(968, '\0') + "\xaf\x06";
  return frame(wire::opcode::binary, block, true, 4);
}

}  // namespace wsproof::run::test
