#include "harness/script/event.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t shown_octets = 48;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string describe(base::OctetView octets) {
  const bool cut = octets.size() > shown_octets;
  base::OctetView shown = octets.first(std::min(octets.size(), shown_octets));
  // Do not call a text binary because it was cut inside a character.
  const auto wrong = wire::first_invalid_utf8(shown);
  if (cut && wrong && *wrong + 3 >= shown.size())
    shown = shown.first(static_cast<std::size_t>(*wrong));
  std::string out = wire::is_utf8(shown) ? quoted(base::as_text(shown))
                                         : fmt::format("hex\"{}\"", base::to_hex(shown));
  out = base::for_terminal(out);
  if (cut) out += fmt::format(" and {} octets more", octets.size() - shown.size());
  return out;
}

std::string describe_frame(const wire::FrameHeader& header, base::OctetView payload,
                           std::uint64_t size) {
  const std::string_view word = wire::opcode::name(header.opcode);
  std::string text =
      word.empty() ? fmt::format("frame opcode={}", header.opcode) : std::string(word);
  if (header.opcode == wire::opcode::close && payload.size() >= 2) {
    text += fmt::format(" {}", payload[0] * 256 + payload[1]);
    if (payload.size() > 2) text += " " + describe(payload.subspan(2));
  } else if (!payload.empty()) {
    text += " " + describe(payload);
  }
  if (payload.size() != size) text += fmt::format(" ({} octets)", size);
  if (!header.fin) text += " fin=0";
  if (header.rsv != 0) text += fmt::format(" rsv={}", header.rsv);
  if (header.form != wire::shortest_form(header.length)) {
    text += header.form == wire::LengthForm::sixteen ? " length=16" : " length=64";
  }
  if (header.length != size) text += fmt::format(" announce={}", header.length);
  return text;
}

namespace {

std::string describe_compression(const Event& event) {
  if (!event.deflate) return {};
  const wire::DeflateFacts& facts = *event.deflate;
  std::string out = ", compressed";
  if (facts.longest_distance > 0) {
    out += fmt::format(" with matches up to {} octets back", facts.longest_distance);
  }
  if (facts.longest_reach > 0) {
    out += fmt::format(", and {} octets into what was before the message", facts.longest_reach);
  }
  return out;
}

}  // namespace

std::string describe(const Event& event) {
  const auto with_payload = [&](std::string_view word) {
    std::string out = fmt::format("{} {}", word, describe(event.payload));
    if (event.payload.size() != event.size) out += fmt::format(" ({} octets)", event.size);
    return out;
  };
  switch (event.kind) {
    case Event::Kind::head: {
      if (const auto status = wire::status_line(*event.head)) {
        return fmt::format("HTTP status {}", status->code);
      }
      return "the head " + describe(base::as_octets(event.head->start.text));
    }
    case Event::Kind::frame:
      return "the frame " + describe_frame(event.header, event.payload, event.size);
    case Event::Kind::message:
      return with_payload(event.header.opcode == wire::opcode::binary ? "binary" : "text") +
             describe_compression(event);
    case Event::Kind::ping:
      return with_payload("ping");
    case Event::Kind::pong:
      return with_payload("pong");
    case Event::Kind::close: {
      const wire::ClosePayload close = wire::decode_close(event.payload);
      if (event.size == 0) return "an empty Close";
      if (!close.code) return "a Close with a body of one octet";
      if (close.tail.empty()) return fmt::format("Close {}", *close.code);
      return fmt::format("Close {} {}", *close.code, describe(close.tail));
    }
    case Event::Kind::strange:
      return base::for_terminal(event.text);
    case Event::Kind::alert:
      return "a TLS alert";
    case Event::Kind::eof:
      return event.announced ? "the end of the connection"
                             : "the end of the connection, without a TLS closure alert";
    case Event::Kind::reset:
      return "a reset of the connection";
    case Event::Kind::going_on:
      return "the target went on: it answered what was sent afterwards";
  }
  return {};
}

}  // namespace wsproof::script
