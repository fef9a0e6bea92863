// Conversations for the tests of the endpoint: a driver in virtual time, frames from words, and
// what came back as text.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/endpoint/endpoint.hpp"
#include "harness/wire/accept_key.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::endpoint {

/// What the other side of an endpoint has seen.
struct Seen {
  std::vector<base::Octets> writes;
  base::Octets octets;  ///< of all writes
  bool ended = false;   ///< the endpoint ended its writes, or dropped the link
  std::vector<base::Drop> drops;
  bool after_end = false;  ///< something came after it had ended its writes
};

/// One endpoint in virtual time, from the other side's point of view.
class Driver {
 public:
  Driver(wire::Role role, const Settings& settings, const Quirks& quirks)
      : endpoint_(role, 0, settings, quirks) {
    endpoint_.opened(now_);
    collect();
  }

  void send(base::OctetView octets) {
    if (!endpoint_.finished()) endpoint_.received(octets, now_);
    collect();
  }

  void end(base::Ending ending) {
    if (!endpoint_.finished()) endpoint_.ended(ending, now_);
    collect();
  }

  /// Lets time pass; fails by never returning to the caller's loop when deadlines stand still.
  void pass(base::Duration duration) {
    const base::Time until = now_ + duration;
    for (unsigned wakes = 0; wakes < most_wakes; ++wakes) {
      const auto deadline = endpoint_.deadline();
      if (!deadline || *deadline > until) break;
      now_ = std::max(now_, *deadline);
      endpoint_.woken(now_);
      collect();
      stuck_ = wakes + 1 == most_wakes;
    }
    now_ = until;
  }

  const Seen& seen() const { return seen_; }
  const Endpoint& endpoint() const { return endpoint_; }
  bool stuck() const { return stuck_; }

 private:
  static constexpr unsigned most_wakes = 1000;

  void collect() {
    for (base::Action& action : endpoint_.take_actions()) {
      if (const auto* write = std::get_if<base::Write>(&action)) {
        seen_.after_end = seen_.after_end || seen_.ended;
        base::append(seen_.octets, write->octets);
        seen_.writes.push_back(write->octets);
      } else if (std::holds_alternative<base::EndWrites>(action)) {
        seen_.after_end = seen_.after_end || seen_.ended;
        seen_.ended = true;
      } else if (const auto* drop = std::get_if<base::Drop>(&action)) {
        seen_.ended = true;
        seen_.drops.push_back(*drop);
      }
    }
  }

  Endpoint endpoint_;
  base::Time now_{};
  Seen seen_;
  bool stuck_ = false;
};

inline constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ==";

/// A head of these fields; `replace` gives other values for names, or takes them away ("").
inline base::Octets head_of(std::string_view start, std::vector<wire::Field> fields,
                            const std::vector<wire::Field>& replace) {
  for (const wire::Field& field : replace) {
    std::erase_if(fields, [&](const auto& old) { return wire::same_token(old.name, field.name); });
    if (!field.value.empty()) fields.push_back(field);
  }
  std::string head(start);
  head += "\r\n";
  for (const auto& [name, value] : fields)
    head.append(name).append(": ").append(value).append("\r\n");
  return base::octets(head + "\r\n");
}

/// A good request, but for what `replace` says.
inline base::Octets request(const std::vector<wire::Field>& replace = {},
                            std::string_view start = "GET /chat HTTP/1.1") {
  return head_of(start,
                 {{"Host", "localhost"},
                  {"Upgrade", "websocket"},
                  {"Connection", "Upgrade"},
                  {"Sec-WebSocket-Key", std::string(sample_key)},
                  {"Sec-WebSocket-Version", "13"}},
                 replace);
}

/// A good 101 for this key, but for what `replace` says: there "<accept>" stands for the right
/// value and "<ACCEPT>" for the same in capitals.
inline base::Octets response(const std::string& key, std::vector<wire::Field> replace = {},
                             std::string_view start = "HTTP/1.1 101 Switching Protocols") {
  const std::string accept = wire::accept_key(key);
  std::string capitals = accept;
  for (char& octet : capitals) {
    if (octet >= 'a' && octet <= 'z') octet = static_cast<char>(octet - 'a' + 'A');
  }
  for (auto& [name, value] : replace) {
    for (const auto& [word, meaning] :
         {std::pair("<accept>", accept), std::pair("<ACCEPT>", capitals)}) {
      for (std::size_t at = 0; (at = value.find(word)) != std::string::npos;)
        value.replace(at, 8, meaning);
    }
  }
  return head_of(
      start,
      {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept}},
      replace);
}

/// A frame to an endpoint of either role; `masked` by its role.
struct TestFrame {
  std::uint8_t opcode = wire::opcode::text;
  std::string payload;
  bool fin = true;
  std::uint8_t rsv = 0;
  std::optional<wire::LengthForm> form = std::nullopt;
  std::optional<std::uint64_t> length = std::nullopt;
  bool wrong_mask = false;
  bool zero_key = false;
};

inline base::Octets encode(wire::Role endpoint, const TestFrame& frame, std::uint8_t salt = 0) {
  const bool masked = (endpoint == wire::Role::server) != frame.wrong_mask;
  const std::uint64_t length = frame.length.value_or(frame.payload.size());
  wire::MaskingKey key{0x11, 0xA2, static_cast<std::uint8_t>(0x33 + salt), 0x44};
  if (frame.zero_key) key = {};
  return wire::encode_frame({.fin = frame.fin,
                             .rsv = frame.rsv,
                             .opcode = frame.opcode,
                             .form = frame.form.value_or(wire::shortest_form(length)),
                             .length = length,
                             .key = masked ? std::optional(key) : std::nullopt},
                            base::as_octets(frame.payload));
}

inline TestFrame text(std::string payload) { return {.opcode = 1, .payload = std::move(payload)}; }
inline TestFrame binary(std::string payload) {
  return {.opcode = 2, .payload = std::move(payload)};
}
inline TestFrame ping(std::string payload) { return {.opcode = 9, .payload = std::move(payload)}; }
inline TestFrame pong(std::string payload) { return {.opcode = 10, .payload = std::move(payload)}; }
inline TestFrame close(std::string payload = "") {
  return {.opcode = 8, .payload = std::move(payload)};
}
inline TestFrame close(std::uint16_t code, std::string_view reason = "") {
  return close(
      std::string(base::as_text(wire::encode(wire::ClosePayload{code, base::octets(reason)}))));
}
inline TestFrame start(TestFrame frame) {
  frame.fin = false;
  return frame;
}
inline TestFrame more(std::string payload) {
  return {.opcode = 0, .payload = std::move(payload), .fin = false};
}
inline TestFrame last(std::string payload) { return {.opcode = 0, .payload = std::move(payload)}; }

/// Payload as text: as it is when short and visible, else size and a few octets in hex.
inline std::string shown(base::OctetView payload) {
  const std::string_view whole = base::as_text(payload);
  const bool visible = std::ranges::all_of(whole, [](char c) { return c >= ' ' && c <= '~'; });
  if (visible && payload.size() <= 40) return std::string(whole);
  return std::to_string(payload.size()) + " octets " +
         base::to_hex(payload.first(std::min<std::size_t>(payload.size(), 12)));
}

/// One frame as words: "text hi", "close 1002", "text… a" for one without FIN, "masked" in front
/// of what a server must not send, and the like.
inline std::string shown(const wire::FrameHeader& header, base::OctetView payload,
                         wire::Role from) {
  std::string words;
  if (header.key.has_value() != (from == wire::Role::client)) words += "wrongly masked ";
  if (header.rsv != 0) words += "rsv" + std::to_string(header.rsv) + " ";
  if (header.form != wire::shortest_form(header.length)) words += "long form ";
  const std::string_view name = wire::opcode::name(header.opcode);
  words += name.empty() ? "opcode" + std::to_string(header.opcode) : std::string(name);
  if (!header.fin) words += "...";
  if (header.opcode == wire::opcode::close) {
    const auto close = wire::decode_close(payload);
    if (close.code) words += " " + std::to_string(*close.code);
    return close.tail.empty() ? words : words + " " + shown(close.tail);
  }
  return payload.empty() ? words : words + " " + shown(payload);
}

/// Frames as words, joined by " | ".
inline std::string shown_frames(base::Octets octets, wire::Role from) {
  std::string all;
  wire::FrameReader reader;
  std::span<std::uint8_t> rest(octets);
  base::Octets payload;
  while (true) {
    const wire::FrameEvent event = reader.next(rest);
    if (event.kind == wire::FrameEvent::Kind::need_more) break;
    if (event.kind == wire::FrameEvent::Kind::payload) base::append(payload, event.payload);
    if (event.kind != wire::FrameEvent::Kind::end) continue;
    all += (all.empty() ? "" : " | ") + shown(event.header, payload, from);
    payload.clear();
  }
  return reader.at_frame_boundary() ? all : all + " | cut off";
}

/// Shakes hands with the endpoint, with `glued` behind our head; the number of octets that belong
/// to the endpoint's own head.
inline std::size_t shake_hands(Driver& driver, wire::Role role, base::OctetView glued = {}) {
  if (role == wire::Role::server) {
    base::Octets octets = request();
    base::append(octets, glued);
    driver.send(octets);
    return wire::head_size(driver.seen().octets).value_or(driver.seen().octets.size());
  }
  const std::size_t size =
      wire::head_size(driver.seen().octets).value_or(driver.seen().octets.size());
  const auto head = wire::decode_head(base::OctetView(driver.seen().octets).first(size));
  const auto keys = wire::values(head, "Sec-WebSocket-Key");
  base::Octets octets = response(keys.empty() ? "" : keys.front());
  base::append(octets, glued);
  driver.send(octets);
  return size;
}

/// How a link ended, in a word.
inline std::string shown_end(const Seen& seen) {
  if (!seen.drops.empty() && seen.drops.front().reset) return "reset";
  return seen.ended ? "eof" : "open";
}

/// The whole of a conversation: hands are shaken, `reads` are sent one by one, some time passes;
/// what came back as words, and how it stands then: open, eof or reset.
inline std::string converse(wire::Role role, const std::vector<base::Octets>& reads,
                            const Quirks& quirks = {}, const Settings& settings = {}) {
  Driver driver(role, settings, quirks);
  const std::size_t head = shake_hands(driver, role);
  for (const base::Octets& read : reads) driver.send(read);
  driver.pass(std::chrono::seconds(1));
  const base::OctetView frames = base::OctetView(driver.seen().octets).subspan(head);
  const std::string words = shown_frames({frames.begin(), frames.end()}, role);
  return words + (words.empty() ? "" : " | ") + shown_end(driver.seen());
}

/// The octets of frames, each a read of its own.
inline std::vector<base::Octets> reads(wire::Role role, const std::vector<TestFrame>& frames) {
  std::vector<base::Octets> result;
  result.reserve(frames.size());
  for (const TestFrame& frame : frames) {
    result.push_back(encode(role, frame, static_cast<std::uint8_t>(result.size())));
  }
  return result;
}

inline base::Octets joined(const std::vector<base::Octets>& parts) {
  base::Octets all;
  for (const base::Octets& part : parts) base::append(all, part);
  return all;
}

}  // namespace wsproof::endpoint
