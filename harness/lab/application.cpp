#include "harness/lab/application.hpp"

#include <fmt/format.h>

#include "harness/wire/frame.hpp"

namespace wsproof::lab {

void Application::opened(base::Link link, base::Time now) {
  clients_.try_emplace(link);
  Relay::opened(link, now);
}

void Application::received(base::Link link, base::OctetView octets, base::Time now) {
  Client& client = clients_[link];
  if (client.refused) return;
  if (client.asked) return Relay::received(link, octets, now);
  base::append(client.request, octets);
  const auto size = wire::head_size(client.request);
  if (!size) return;
  client.asked = true;
  const wire::Head head = wire::decode_head(base::OctetView(client.request).first(*size));
  const std::string status = manners_.refuses ? manners_.refuses(head) : std::string();
  if (status.empty()) return Relay::received(link, client.request, now);
  client.refused = true;
  write(link, base::octets(fmt::format("HTTP/1.1 {}\r\nContent-Length: 0\r\n\r\n", status)));
  actions_.emplace_back(base::Drop{link, false});
}

void Application::ended(base::Link link, base::Ending ending, base::Time now) {
  if (!clients_[link].refused) Relay::ended(link, ending, now);
}

std::vector<base::Action> Application::take_actions() {
  for (base::Action& action : Relay::take_actions()) {
    if (const auto* written = std::get_if<base::Write>(&action)) {
      pass_on(written->link, written->octets);
      continue;
    }
    if (const auto* drop = std::get_if<base::Drop>(&action)) clients_.erase(drop->link);
    actions_.push_back(std::move(action));
  }
  return std::exchange(actions_, {});
}

void Application::write(base::Link link, base::Octets octets) {
  actions_.emplace_back(base::Write{link, std::move(octets)});
}

void Application::say(const std::vector<Say>& words) {
  for (const Say& one : words) {
    const auto client = clients_.find(one.to);
    if (client == clients_.end() || !client->second.upgraded) continue;
    wire::FrameHeader header;
    header.opcode = one.binary ? wire::opcode::binary : wire::opcode::text;
    header.length = one.text.size();
    header.form = wire::shortest_form(header.length);
    write(one.to, wire::encode_frame(header, base::as_octets(one.text)));
  }
}

// What the server writes: its answer to the request as it is, then frames.
void Application::pass_on(base::Link link, base::OctetView octets) {
  Client& client = clients_[link];
  if (client.upgraded) return read_frames(link, {octets.begin(), octets.end()});
  base::append(client.answer, octets);
  const auto size = wire::head_size(client.answer);
  if (!size) return;
  const auto end = client.answer.begin() + static_cast<std::ptrdiff_t>(*size);
  const base::Octets head(client.answer.begin(), end);
  const base::Octets rest(end, client.answer.end());
  const auto status = wire::status_line(wire::decode_head(head));
  write(link, head);
  if (!status || status->code != 101) return write(link, rest);
  client.upgraded = true;
  if (manners_.greets) say(manners_.greets(link));
  read_frames(link, rest);
}

void Application::read_frames(base::Link link, base::Octets octets) {
  std::span<std::uint8_t> rest(octets);
  for (;;) {
    Client& client = clients_[link];
    const wire::FrameEvent found = client.reader.next(rest);
    if (found.kind == wire::FrameEvent::Kind::need_more) return;
    if (found.kind == wire::FrameEvent::Kind::header) client.payload.clear();
    if (found.kind == wire::FrameEvent::Kind::payload) base::append(client.payload, found.payload);
    if (found.kind != wire::FrameEvent::Kind::end) continue;
    if (wire::opcode::is_control(found.header.opcode)) {
      write(link, wire::encode_frame(found.header, client.payload));
      continue;
    }
    if (found.header.opcode != wire::opcode::continuation) {
      client.message.clear();
      client.binary = found.header.opcode == wire::opcode::binary;
    }
    client.message += base::as_text(client.payload);
    if (found.header.fin && manners_.answers)
      say(manners_.answers(link, client.message, client.binary));
  }
}

}  // namespace wsproof::lab
