// Writes the conversation of a fuzzer's input as a case, so that it can be read, and played to a
// server. The case is called like the file.
//
// Usage: fuzz_case TARGET INPUT CASE-FILE      exit 3: inputs of that target are no conversations
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "fuzz/conversation.hpp"
#include "fuzz/play.hpp"
#include "harness/script/case.hpp"
#include "harness/script/parser.hpp"

using namespace wsproof;

namespace {

script::Expression octets_of(base::OctetView octets) {
  return {.value = base::Octets(octets.begin(), octets.end()), .at = {}};
}
script::Expression number(std::uint64_t value) { return {.value = value, .at = {}}; }

script::FrameSpec::Word word_of(std::uint8_t opcode) {
  using Word = script::FrameSpec::Word;
  switch (opcode) {
    case wire::opcode::continuation:
      return Word::continuation;
    case wire::opcode::text:
      return Word::text;
    case wire::opcode::binary:
      return Word::binary;
    case wire::opcode::ping:
      return Word::ping;
    case wire::opcode::pong:
      return Word::pong;
    case wire::opcode::close:
      return Word::close;
    default:
      return Word::frame;
  }
}

std::uint64_t bits_of(wire::LengthForm form) {
  return form == wire::LengthForm::seven ? 7 : form == wire::LengthForm::sixteen ? 16 : 64;
}

script::Send send_of(const fuzz::Frame& frame) {
  const wire::FrameHeader& header = frame.header;
  script::Send send;
  send.frame.word = word_of(header.opcode);
  if (!frame.payload.empty()) send.frame.payload = octets_of(frame.payload);
  if (send.frame.word == script::FrameSpec::Word::frame) send.frame.opcode = number(header.opcode);
  if (!header.fin) send.frame.fin = number(0);
  if (header.rsv != 0) send.frame.rsv = number(header.rsv);
  if (!header.key) send.frame.mask = number(0);
  if (header.form != wire::shortest_form(header.length)) {
    send.frame.length = number(bits_of(header.form));
  }
  return send;
}

// What the reference makes of it, as `<` lines; but for its limit, which is nobody else's.
void add_expectations(script::Case& c, const std::vector<fuzz::Event>& events) {
  for (const fuzz::Event& event : events) {
    script::Expect expect;
    const auto code = script::Range{number(event.code), {}};
    switch (event.kind) {
      case WSPROOF_MESSAGE:
        c.needs = {script::Need::echo};
        expect.what = script::ExpectMessage{event.type == 1 ? script::ExpectMessage::Type::text
                                                            : script::ExpectMessage::Type::binary,
                                            {.exactly = octets_of(event.octets)}};
        break;
      case WSPROOF_PING:
        expect.what = script::ExpectControl{script::ExpectControl::Type::pong,
                                            {.exactly = octets_of(event.octets)}};
        break;
      case WSPROOF_PONG:
        continue;
      case WSPROOF_CLOSE:
        expect.what = script::ExpectClose{};
        break;
      case WSPROOF_FAILURE:
        if (event.code == 1009) continue;
        expect.what = script::ExpectFailure{{code}};
        break;
    }
    c.steps.emplace_back(std::move(expect));
  }
}

// The same said by a client, as cases are played to servers, under what the case agrees on: a whole
// window, a context that is kept, and no limit that is ours.
fuzz::Conversation said_by_client(fuzz::Conversation conversation) {
  constexpr std::uint8_t kept = fuzz::Conversation::server_speaks | fuzz::Conversation::deflate;
  conversation.settings &= kept;
  if (conversation.sender() == wire::Role::client) return conversation;
  conversation.settings ^= fuzz::Conversation::server_speaks;
  for (fuzz::Frame& frame : conversation.frames) {
    auto& key = frame.header.key;
    key = key ? std::nullopt : std::optional(wire::MaskingKey{});
  }
  return conversation;
}

void offer_deflate(script::Case& c) {
  script::Handshake handshake;
  handshake.edits.push_back({.kind = script::HandshakeEdit::Kind::set,
                             .name = "Sec-WebSocket-Extensions",
                             .value = octets_of(base::octets("permessage-deflate")),
                             .at = {}});
  c.steps.emplace_back(std::move(handshake));
  script::Expect agreed;
  agreed.what = script::ExpectAgreed{"permessage-deflate", {}};
  c.steps.emplace_back(std::move(agreed));
}

script::Case case_of(const fuzz::Conversation& conversation, const std::string& name) {
  script::Case c;
  c.section = "fuzz";
  c.section_title = "Found by fuzzing";
  c.name = name;
  c.title = "What a fuzzer found; the expectations are what the reference makes of it.";
  c.checks = {"6455-5.2-1"};
  c.twin = "none";
  c.roles = script::Roles::server;
  if ((conversation.settings & fuzz::Conversation::deflate) != 0) offer_deflate(c);
  for (const fuzz::Frame& frame : conversation.frames) {
    c.steps.emplace_back(send_of(frame));
  }
  if (!conversation.rest.empty()) {
    c.steps.emplace_back(script::SendRaw{.octets = octets_of(conversation.rest), .at = {}});
  }
  add_expectations(c,
                   fuzz::play(fuzz::reference_codec(), fuzz::codec_settings(conversation.settings),
                              fuzz::wire_octets(conversation), {}));
  return c;
}

bool reads_conversations(const std::string& target) {
  static const std::set<std::string> names{"frame_reader", "messages", "monitor", "planted",
                                           "planted_raw"};
  return names.contains(target) || target.starts_with("codec_");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: fuzz_case TARGET INPUT CASE-FILE\n";
    return 2;
  }
  if (!reads_conversations(arguments[1])) return 3;
  std::ifstream input(arguments[2], std::ios::binary);
  if (!input) {
    std::cerr << "cannot read " << arguments[2] << "\n";
    return 2;
  }
  const std::string octets{std::istreambuf_iterator<char>(input), {}};
  const std::filesystem::path written(arguments[3]);
  std::ofstream output(written);
  output << script::print(
      case_of(said_by_client(fuzz::decode(base::as_octets(octets))), written.stem().string()));
  return output.good() ? 0 : 2;
}
