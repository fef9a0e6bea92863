#include "harness/script/opening.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/wire/accept_key.hpp"

namespace wsproof::script {

namespace {

wire::HeadLine field_line(std::string_view name, std::string_view value) {
  return {value.empty() ? fmt::format("{}:", name) : fmt::format("{}: {}", name, value), "\r\n"};
}

bool is_field(const wire::HeadLine& line, std::string_view name) {
  const auto found = wire::field(line);
  return found && wire::same_token(found->name, name);
}

void remove_fields(wire::Head& head, std::string_view name) {
  std::erase_if(head.fields, [&](const wire::HeadLine& line) { return is_field(line, name); });
}

void set_field(wire::Head& head, const wire::HeadLine& line, std::string_view name) {
  const auto first = std::ranges::find_if(
      head.fields, [&](const wire::HeadLine& other) { return is_field(other, name); });
  const auto place = first - head.fields.begin();
  const bool found = first != head.fields.end();
  remove_fields(head, name);
  head.fields.insert(found ? head.fields.begin() + place : head.fields.end(), line);
}

// Replaces the n-th word of the start line: method, target, version.
void set_word(wire::Head& head, std::size_t n, std::string_view word) {
  const std::string& text = head.start.text;
  const std::size_t first = text.find(' ');
  const std::size_t last = text.rfind(' ');
  std::string words[3] = {text.substr(0, first), text.substr(first + 1, last - first - 1),
                          text.substr(last + 1)};
  words[n] = word;
  head.start.text = fmt::format("{} {} {}", words[0], words[1], words[2]);
}

// The head while it is edited, and what surrounds its empty line.
struct Draft {
  wire::Head head;
  base::Octets raw;
  base::Octets body;
};

void apply(Draft& draft, const HandshakeEdit& edit, const base::Octets& octets) {
  const std::string text(base::as_text(octets));
  switch (edit.kind) {
    case HandshakeEdit::Kind::set:
      set_field(draft.head, field_line(edit.name, text), edit.name);
      break;
    case HandshakeEdit::Kind::add:
      draft.head.fields.push_back(field_line(edit.name, text));
      break;
    case HandshakeEdit::Kind::remove:
      remove_fields(draft.head, edit.name);
      break;
    case HandshakeEdit::Kind::method:
      set_word(draft.head, 0, text);
      break;
    case HandshakeEdit::Kind::target:
      set_word(draft.head, 1, text);
      break;
    case HandshakeEdit::Kind::version:
      set_word(draft.head, draft.head.start.text.starts_with("HTTP/") ? 0 : 2, text);
      break;
    case HandshakeEdit::Kind::start:
      draft.head.start.text = text;
      break;
    case HandshakeEdit::Kind::raw:
      base::append(draft.raw, octets);
      break;
    case HandshakeEdit::Kind::reverse:
      std::ranges::reverse(draft.head.fields);
      break;
    case HandshakeEdit::Kind::line_end:
      draft.head.start.end = draft.head.end.end = text;
      for (wire::HeadLine& line : draft.head.fields) line.end = text;
      break;
    case HandshakeEdit::Kind::body:
      base::append(draft.body, octets);
      break;
  }
}

}  // namespace

wire::Head opening_request(const Opening& opening) {
  wire::Head head;
  head.start.text = fmt::format("GET {} HTTP/1.1", opening.resource);
  head.fields = {field_line("Host", opening.host), field_line("Upgrade", "websocket"),
                 field_line("Connection", "Upgrade"), field_line("Sec-WebSocket-Key", opening.key),
                 field_line("Sec-WebSocket-Version", "13")};
  for (const std::string& name : opening.without) remove_fields(head, name);
  std::vector<std::string_view> placed;
  for (const wire::Field& field : opening.fields) {
    const wire::HeadLine line = field_line(field.name, field.value);
    const bool again = std::ranges::any_of(
        placed, [&](std::string_view name) { return wire::same_token(name, field.name); });
    again ? head.fields.push_back(line) : set_field(head, line, field.name);
    placed.push_back(field.name);
  }
  return head;
}

wire::Head opening_answer(std::string_view key) {
  wire::Head head;
  head.start.text = "HTTP/1.1 101 Switching Protocols";
  head.fields = {field_line("Upgrade", "websocket"), field_line("Connection", "Upgrade"),
                 field_line("Sec-WebSocket-Accept", wire::accept_key(key))};
  return head;
}

base::Result<base::Octets> edited(wire::Head head, const std::vector<HandshakeEdit>& edits,
                                  const Variables& variables, base::Random& random) {
  Draft draft{std::move(head), {}, {}};
  for (const HandshakeEdit& edit : edits) {
    base::Octets octets;
    if (edit.value) {
      auto value = evaluate(*edit.value, variables, random);
      if (!value) return std::unexpected(value.error());
      octets = to_octets(std::move(*value));
    }
    apply(draft, edit, octets);
  }
  const wire::HeadLine end = draft.head.end;
  draft.head.end = {"", ""};
  base::Octets out = wire::encode(draft.head);
  base::append(out, draft.raw);
  base::append(out, end.end);
  base::append(out, draft.body);
  return out;
}

}  // namespace wsproof::script
