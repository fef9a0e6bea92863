// Conversations about frames.
#include <utility>

#include "harness/rfc/conversations.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_blocks.hpp"

namespace wsproof::rfc {

namespace {

namespace opcode = wire::opcode;

using Frames = std::vector<FrameSpec>;

constexpr auto client = wire::Role::client;
constexpr auto server = wire::Role::server;
const std::string plain = "permessage-deflate";

// A Close frame with this code.
FrameSpec close(int code, const std::string& reason = "") {
  const std::string body{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return {.opcode = opcode::close, .payload = body + reason};
}

FrameSpec text(const std::string& payload) { return {.payload = payload}; }
FrameSpec ping(const std::string& payload) { return {.opcode = opcode::ping, .payload = payload}; }
FrameSpec part(const std::string& payload) { return {.payload = payload, .fin = false}; }
FrameSpec more(const std::string& payload, bool fin = true) {
  return {.opcode = opcode::continuation, .payload = payload, .fin = fin};
}
FrameSpec with_key(const wire::MaskingKey& key) { return {.payload = "x", .key = key}; }

// A compressed text message, or the first frame of one, from its payload in hex.
FrameSpec packed(std::string_view hex, bool fin = true) {
  return {.payload = std::string(base::as_text(*base::from_hex(hex))), .fin = fin, .rsv = 4};
}

struct Row {
  std::string name;
  std::vector<std::string> broken;
  Frames bad;   // what the watched side sends
  Frames good;  // the twin: nearly the same, and legal
  Frames ours = {};
  std::string deflate = {};  // what is offered and accepted
  std::vector<wire::Role> watched = {client, server};
};

std::vector<Turn> turns(const Row& row, wire::Role watched, const Frames& frames) {
  const std::string extension =
      row.deflate.empty() ? "" : "Sec-WebSocket-Extensions: " + row.deflate + "\r\n";
  const bool asks = watched == client;
  return {{asks ? Turn::By::watched : Turn::By::other, base::octets(good_request(extension))},
          {asks ? Turn::By::other : Turn::By::watched, base::octets(good_response(extension))},
          {Turn::By::other, encode(row.ours, wire::other(watched))},
          {Turn::By::watched, encode(frames, watched)},
          {Turn::By::end, {}}};
}

const std::string euro = "\xE2\x82\xAC";

std::vector<Row> header_rows() {
  return {
      {"masked-server", {"6455-5.1-5"}, {{.masked = true}}, {{.masked = false}}, {}, {}, {server}},
      {"unmasked-client", {"6455-5.1-1"}, {{.masked = false}}, {{}}, {}, {}, {client}},
      {"rsv1", {"6455-5.2-2"}, {{.rsv = 4}}, {{}}},
      {"rsv2-ping", {"6455-5.2-2"}, {{.opcode = opcode::ping, .rsv = 2}}, {ping("")}},
      {"rsv3-deflate", {"6455-5.2-2"}, {{.rsv = 5}}, {packed("00")}, {}, plain},
      {"rsv1-control",
       {"7692-6.1-3"},
       {{.opcode = opcode::pong, .rsv = 4}, packed("00")},
       {{.opcode = opcode::pong}, packed("00")},
       {},
       plain},
      {"rsv1-continuation",
       {"7692-6.1-4"},
       {part("\xE2"), {.opcode = opcode::continuation, .payload = "\xFF", .rsv = 4}, text("x")},
       {packed("f248cd", false), more("\xC9\xC9\x07" + std::string(1, '\0')), text("x")},
       {},
       plain},
      {"opcode-3", {"6455-11.8-1"}, {{.opcode = 3}, {.rsv = 7}}, {{.opcode = opcode::binary}}},
      {"opcode-f", {"6455-11.8-1"}, {{.opcode = 15}}, {{.opcode = opcode::pong}}},
      {"length-in-16",
       {"6455-5.2-17"},
       {{.payload = std::string(125, 'x'), .form = wire::LengthForm::sixteen}},
       {text(std::string(126, 'x'))}},
      {"length-in-64",
       {"6455-5.2-17"},
       {{.payload = std::string(65535, 'x'), .form = wire::LengthForm::sixty_four}},
       {text(std::string(65536, 'x'))}},
      {"top-bit",
       {"6455-5.2-15"},
       {{.opcode = opcode::binary, .payload = "abc", .length = 1ULL << 63U}},
       {{.opcode = opcode::binary, .payload = "abc", .length = (1ULL << 63U) - 1}}},
      {"control-126",
       {"6455-5.5-5"},
       {ping(std::string(126, 'x')), text("ok")},
       {ping(std::string(125, 'x')), text("ok")}},
      {"control-fragment",
       {"6455-5.4-6"},
       {{.opcode = opcode::ping, .fin = false}},
       {{.opcode = opcode::ping}}},
      {"http-behind-the-handshake",
       {"6455-5.2-2", "6455-5.4-6"},
       {{.opcode = 8, .payload = "TP/1.1 400", .fin = false, .rsv = 4}},
       {}},
  };
}

std::vector<Row> sequence_rows() {
  return {
      {"orphan", {"6455-5.4-17"}, {text("a"), more("b")}, {part("a"), more("b")}},
      {"orphan-after-all",
       {"6455-5.4-17"},
       {part("a"), more("b"), more("\xFF")},
       {part("a"), more("b", false), more("c")}},
      {"interleaved",
       {"6455-5.4-8"},
       {part("\xE2"), text("\xFF"), more("\xFF")},
       {part("\xE2"), ping("\xFF"), more("\x82\xAC")}},
      {"invalid-utf8",
       {"6455-5.6-1"},
       {text("ab\xFF"), text("\xFF")},
       {{.opcode = opcode::binary, .payload = "ab\xFF"}}},
      {"invalid-utf8-in-parts",
       {"6455-5.6-1"},
       {part("\xE2\x82"), more("\xAC", false), more("\xAC")},
       {part("\xE2\x82"), more("\xAC", false), more("")}},
      {"unfinished-utf8", {"6455-5.6-1"}, {part(euro), more("\xE2\x82")}, {part(euro), more(euro)}},
      {"uncompressed-utf8", {"6455-5.6-1"}, {text("\xFF")}, {packed("f248cdc9c90700")}, {}, plain},
      {"data-after-close",
       {"6455-5.5.1-7"},
       {close(1000), text("late")},
       {text("early"), close(1000)}},
      {"rest-after-close",
       {"6455-5.5.1-7"},
       {part("a"), close(1000), more("b")},
       {part("a"), more("b"), close(1000)}},
      {"second-close", {"6455-5.5.1-8"}, {close(1000), close(1000)}, {close(1000), ping("")}},
      {"second-answer",
       {"6455-5.5.1-18"},
       {close(1000), close(1000)},
       {close(1000)},
       {close(1000), close(1000)}},
  };
}

std::vector<Row> close_rows() {
  return {
      {"half-a-code",
       {"6455-5.5.1-3"},
       {{.opcode = opcode::close, .payload = "\x03"}},
       {{.opcode = opcode::close}}},
      {"code-0", {"6455-7.4.2-1"}, {close(0)}, {close(1000)}},
      {"code-999-echoed", {"6455-7.4.2-1"}, {close(999)}, {close(1003)}, {close(999)}},
      {"code-1004", {"6455-7.4.1-5"}, {close(1004)}, {close(1007)}},
      {"code-1005", {"6455-7.4.1-6"}, {close(1005)}, {close(1012)}, {close(1005)}},
      {"code-1006", {"6455-7.4.1-8"}, {close(1006)}, {close(1013)}},
      {"code-1015", {"6455-7.4.1-17"}, {close(1015)}, {close(1014)}},
      {"code-1016", {"6455-7.4.2-2"}, {close(1016)}, {close(3000)}},
      {"code-2999", {"6455-7.4.2-2"}, {close(2999, "why")}, {close(4999, "why")}},
      {"code-5000", {"6455-7.4.2-5"}, {close(5000)}, {close(4999)}},
      {"code-65535", {"6455-7.4.2-5"}, {close(65535)}, {close(4000)}, {close(1000)}},
      {"code-1010", {"6455-7.4.1-14"}, {close(1010)}, {close(1011)}, {close(1011)}, {}, {server}},
      {"reason", {"6455-8.1-3"}, {close(1000, "ab\xFF")}, {close(1000, "ab" + euro)}},
      {"reason-cut", {"6455-8.1-3"}, {close(1000, "\xE2\x82")}, {close(1000, euro)}},
  };
}

std::vector<Row> key_rows() {
  using Key = wire::MaskingKey;
  const FrameSpec empty{.opcode = opcode::ping, .key = Key{}};
  return {
      {"constant-key",
       {"6455-5.3-2"},
       {with_key({9, 8, 7, 6}), with_key({}), with_key({}), with_key({}), with_key({})},
       {with_key({9, 8, 7, 6}), with_key({}), with_key({}), with_key({}), empty, empty, text("y")},
       {},
       {},
       {client}},
      {"counted-key",
       {"6455-5.3-4"},
       {with_key({0, 0, 0, 254}), with_key({0, 0, 0, 255}), with_key({0, 0, 1, 0}),
        with_key({0, 0, 1, 1}), with_key({0, 0, 1, 2})},
       {with_key({0, 0, 0, 254}), with_key({0, 0, 0, 255}), with_key({0, 0, 1, 0}),
        with_key({0, 0, 1, 1}), with_key({0, 0, 1, 3})},
       {},
       {},
       {client}},
      {"counted-key-little-endian",
       {"6455-5.3-4"},
       {with_key({254, 255, 0, 0}), with_key({255, 255, 0, 0}), with_key({0, 0, 1, 0}),
        with_key({1, 0, 1, 0}), with_key({2, 0, 1, 0})},
       {with_key({254, 255, 0, 0}), with_key({0, 0, 1, 0})},
       {},
       {},
       {client}},
  };
}

}  // namespace

// A compressed text of this content.
FrameSpec text_of(std::string_view content) {
  return packed(base::to_hex(wire::Deflater().message(base::as_octets(content))));
}

// A message of 600 octets and a match, so far back.
FrameSpec match(std::uint32_t distance) {
  const std::vector<wire::Token> tokens{base::octets(std::string(600, 'a')),
                                        wire::Match{3, distance}};
  return packed(base::to_hex(wire::BlockWriter().fixed(tokens).take_message()));
}

// An empty message whose final block is filled up with these bits.
FrameSpec padded(std::uint32_t bits) {
  wire::BlockWriter writer;
  return packed(base::to_hex(writer.fixed({}, true).bits(bits, 6).take_message()));
}

std::vector<Row> compressed_rows() {
  const FrameSpec hello = packed("f248cdc9c90700");
  const FrameSpec again = packed("f200110000");
  const std::string forgets = plain + "; server_no_context_takeover; client_no_context_takeover";
  const std::string small = plain + "; server_max_window_bits=9; client_max_window_bits=9";
  return {
      {"type-3", {"7692-7.2.1-1"}, {packed("06"), again}, {hello}, {}, plain},
      {"tail-left", {"7692-7.2.1-1"}, {packed("f248cdc9c907000000ffff")}, {hello}, {}, plain},
      {"cut-off-block", {"7692-7.2.1-1"}, {packed("f248cd")}, {hello}, {}, plain},
      {"too-far", {"7692-7.2.1-1"}, {again}, {hello, again}, {}, plain},
      {"compressed-nothing", {"7692-7.2.3.6-2"}, {packed("")}, {packed("00")}, {}, plain},
      {"context", {"7692-7.2.1-10"}, {hello, again}, {hello, hello}, {}, forgets, {server}},
      {"context", {"7692-7.2.1-8"}, {hello, again}, {hello, hello}, {}, forgets, {client}},
      {"window", {"7692-7.2.1-13"}, {match(513)}, {match(512)}, {}, small, {server}},
      {"window", {"7692-7.2.1-12"}, {match(513)}, {match(512)}, {}, small, {client}},
      {"padding", {"7692-7.2.1-5"}, {padded(32)}, {padded(0)}, {}, plain},
      {"packed-text", {"6455-5.6-1"}, {text_of("\xE2\x82")}, {text_of(euro)}, {}, plain},
      {"packed-octet", {"6455-5.6-1"}, {text_of("a\xFF")}, {text_of(euro)}, {}, plain},
  };
}

std::vector<Conversation> frame_conversations() {
  std::vector<Conversation> all;
  for (const auto& rows :
       {header_rows(), sequence_rows(), close_rows(), key_rows(), compressed_rows()}) {
    for (const Row& row : rows) {
      for (const wire::Role watched : row.watched) {
        const std::string name = row.name + (watched == client ? "/client" : "/server");
        all.push_back({name, watched, turns(row, watched, row.bad), row.broken});
        all.push_back({name + "/twin", watched, turns(row, watched, row.good), {}});
      }
    }
  }
  return all;
}

std::vector<Conversation> silent_frame_conversations() {
  const std::vector<Row> rows{
      {"nothing", {}, {}, {}},
      {"echo-of-1010", {}, {close(1010)}, {}, {close(1010)}},
      {"echo-of-5000", {}, {close(5000)}, {}, {close(5001)}},
      {"5000-after-frames-of-ours-that-may-be-misread",
       {},
       {close(5000)},
       {},
       {{.opcode = opcode::ping, .payload = "x", .form = wire::LengthForm::sixteen}}},
      {"unsolicited-pongs",
       {},
       {{.opcode = opcode::pong}, {.opcode = opcode::pong, .payload = std::string(125, '\0')}},
       {}},
      {"pings-between-fragments",
       {},
       {part(""), ping("1"), more("", false), ping("2"), more("")},
       {}},
      {"close-in-a-message", {}, {part("\xE2"), close(1000)}, {}},
      {"ping-and-pong-after-close", {}, {close(1000), ping(""), {.opcode = opcode::pong}}, {}},
      {"cut-off", {}, {{.payload = "abc", .length = 5}}, {}},
      {"half-a-message", {}, {part("\xE2")}, {}},
      {"empty-close", {}, {{.opcode = opcode::close}}, {}},
      {"longest-reason", {}, {close(1011, std::string(123, 'x'))}, {}},
      {"compressed-fragments",
       {},
       {{.payload = "\xF2\x48", .fin = false, .rsv = 4},
        ping(""),
        more("\xCD\xC9\xC9\x07" + std::string(1, '\0'), false),
        more(""),
        text("plain")},
       {},
       {},
       plain},
  };
  std::vector<Conversation> all;
  for (const Row& row : rows) {
    for (const wire::Role watched : row.watched) {
      const std::string name = row.name + (watched == client ? "/client" : "/server");
      all.push_back({name, watched, turns(row, watched, row.bad), {}});
    }
  }
  return all;
}

}  // namespace wsproof::rfc
