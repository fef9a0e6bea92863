// What the peer sends: frames from their description, raw octets, batches, the opening handshake.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "harness/script/parser.hpp"
#include "harness/script/peer.hpp"
#include "harness/wire/mask.hpp"

namespace wsproof::script {

namespace {

// No case needs longer messages than the largest of the catalogue.
constexpr std::uint64_t max_message = 64ULL << 20;

// `part index/count` of a payload of `size` octets: where it begins.
std::size_t part_begin(std::size_t size, std::uint64_t index, std::uint64_t count) {
  return static_cast<std::size_t>(size * index / count);
}

wire::MaskingKey key_octets(std::uint64_t number) {
  return {static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
          static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

}  // namespace

std::optional<base::Octets> Peer::octets_of(const Expression& expression) {
  if (const auto* variable = std::get_if<Variable>(&expression.value)) {
    if (const auto found = messages_.find(variable->name); found != messages_.end()) {
      return found->second.payload;
    }
  }
  auto value = evaluate(expression, variables_, random_);
  if (!value) {
    case_error(value.error(), last_activity_);
    return std::nullopt;
  }
  return to_octets(std::move(*value));
}

std::optional<std::uint64_t> Peer::number_of(const Expression& expression) {
  const auto value = evaluate(expression, variables_, random_);
  if (value) {
    if (const auto* number = std::get_if<std::uint64_t>(&*value)) return *number;
  }
  case_error(value ? base::Error{"not a number: " + print(expression)} : value.error(),
             last_activity_);
  return std::nullopt;
}

std::uint64_t Peer::number_or(const Rare<Expression>& expression, std::uint64_t otherwise) {
  return expression ? number_of(*expression).value_or(otherwise) : otherwise;
}

void Peer::let(const Let& step) {
  const auto* spec = std::get_if<MessageSpec>(&step.value);
  if (spec == nullptr) {
    auto value = evaluate(std::get<Expression>(step.value), variables_, random_);
    if (!value) return case_error(value.error(), last_activity_);
    variables_[step.name] = std::move(*value);
    return;
  }
  const std::uint64_t size = std::min(number_or(spec->size, 24), max_message);
  Message message;
  message.binary = spec->binary;
  const auto& reply = spec->binary ? settings_.profile.binary_reply : settings_.profile.reply;
  if (reply) {
    const Exchange made = exchange(*reply, random_);
    message.payload = base::octets(made.send);
    message.matching = compiled(made.match);
    variables_[step.name] = message.payload;
    messages_[step.name] = std::move(message);
    return;
  }
  message.payload = random_.octets(static_cast<std::size_t>(size));
  if (!spec->binary) {
    for (std::uint8_t& octet : message.payload) octet = static_cast<std::uint8_t>('a' + octet % 26);
  }
  variables_[step.name] = message.payload;
  messages_[step.name] = std::move(message);
}

// A frame from its description: what is not said follows from the word, the payload and the role.
std::optional<Peer::Built> Peer::build(const FrameSpec& spec) {
  Built built;
  if (spec.code) {
    built.payload =
        wire::encode(wire::ClosePayload{static_cast<std::uint16_t>(number_or(spec.code, 0)), {}});
  }
  if (spec.payload) {
    auto octets = octets_of(*spec.payload);
    if (!octets) return std::nullopt;
    if (spec.code)
      base::append(built.payload, *octets);
    else
      built.payload = std::move(*octets);
  }
  bool fin = true;
  if (spec.part) {
    const std::uint64_t count = std::max<std::uint64_t>(1, number_or(spec.part->count, 1));
    const std::uint64_t index = std::clamp<std::uint64_t>(number_or(spec.part->index, 1), 1, count);
    const std::size_t begin = part_begin(built.payload.size(), index - 1, count);
    const std::size_t end = part_begin(built.payload.size(), index, count);
    built.payload = base::Octets(built.payload.begin() + static_cast<std::ptrdiff_t>(begin),
                                 built.payload.begin() + static_cast<std::ptrdiff_t>(end));
    fin = index == count;
  }
  wire::FrameHeader& header = built.header;
  header.fin = number_or(spec.fin, fin ? 1 : 0) != 0;
  header.rsv = static_cast<std::uint8_t>(number_or(spec.rsv, 0) & 7U);
  header.opcode = static_cast<std::uint8_t>(number_or(spec.opcode, opcode_of(spec.word)) & 15U);
  header.length = number_or(spec.announce, built.payload.size());
  header.form = wire::shortest_form(header.length);
  if (spec.length) {
    const std::uint64_t form = number_or(spec.length, 7);
    header.form = form == 16   ? wire::LengthForm::sixteen
                  : form == 64 ? wire::LengthForm::sixty_four
                               : wire::LengthForm::seven;
    if (header.form < wire::shortest_form(header.length)) {
      case_error({fmt::format("a length of {} does not fit the {}-bit form", header.length, form)},
                 last_activity_);
      return std::nullopt;
    }
  }
  const bool masked = number_or(spec.mask, settings_.role == wire::Role::client ? 1 : 0) != 0;
  const wire::MaskingKey fresh = key_octets(random_.next());
  if (masked) header.key = spec.key ? key_octets(number_or(spec.key, 0)) : fresh;
  if (finished()) return std::nullopt;
  return built;
}

void Peer::write(base::Link number, base::Octets octets, bool opening, base::Time now) {
  if (number >= open_.size() || !open_[number]) return;
  PeerLink& l = link(number);
  if (opening)
    l.sent_opening(octets);
  else
    l.sent_frames(octets);
  // What was sent may come back, so that much is kept and received.
  l.limits.kept_payload = std::max<std::size_t>(
      l.limits.kept_payload, static_cast<std::size_t>(std::min(l.largest_sent(), max_message)) + 1);
  l.limits.received_octets += 4 * octets.size();
  last_activity_ = now;
  last_sent_ = now;
  actions_.emplace_back(base::Write{number, std::move(octets)});
  if (!waiting_.empty()) send_waiting(number, now);
}

// A frame that the peer sends by itself: masked by a client with a fresh key. [6455-5.1-1]
void Peer::send_frame(base::Link number, const wire::FrameHeader& header, base::OctetView payload,
                      std::uint32_t line, base::Time now) {
  wire::FrameHeader masked = header;
  if (settings_.role == wire::Role::client && !masked.key) masked.key = key_octets(random_.next());
  base::Octets octets = wire::encode_frame(masked, payload);
  log_frame(number, masked, payload, octets, line, now);
  write(number, std::move(octets), false, now);
}

void Peer::send(const Send& step, base::Time now) {
  if (const PeerLink* l = find_link(step.link)) send_on(l->number(), step, now);
}

void Peer::send_on(base::Link number, const Send& step, base::Time now) {
  auto built = build(step.frame);
  if (!built) return;
  base::Octets octets;
  for (const Built& frame : split(std::move(*built), step.frame)) {
    const std::size_t before = octets.size();
    wire::append_frame(octets, frame.header, frame.payload);
    log_frame(number, frame.header, frame.payload, base::OctetView(octets).subspan(before),
              step.at.line, now);
  }
  write(number, std::move(octets), false, now);
}

// The frames of a line with `split=N`: only the last one has the line's FIN. [6455-5.4-2]
std::vector<Peer::Built> Peer::split(Built whole, const FrameSpec& spec) {
  std::vector<Built> frames;
  if (!spec.split) {
    frames.push_back(std::move(whole));
    return frames;
  }
  const auto size = static_cast<std::size_t>(std::clamp<std::uint64_t>(
      number_or(spec.split, 1), 1, std::max<std::size_t>(1, whole.payload.size())));
  base::OctetView rest = whole.payload;
  do {
    const base::OctetView piece = rest.first(std::min(size, rest.size()));
    rest = rest.subspan(piece.size());
    Built frame{.header = whole.header, .payload = {piece.begin(), piece.end()}};
    frame.header.fin = rest.empty() && whole.header.fin;
    frame.header.length = piece.size();
    frame.header.form = wire::shortest_form(piece.size());
    if (!frames.empty()) {
      frame.header.opcode = wire::opcode::continuation;
      frame.header.rsv = 0;
      if (whole.header.key && !spec.key) frame.header.key = key_octets(random_.next());
    }
    frames.push_back(std::move(frame));
  } while (!rest.empty());
  return frames;
}

// Where there are secrets, what is shown of a frame is made from what may be shown of its payload,
// so that nothing hides behind a masking key.
void Peer::log_frame(base::Link number, const wire::FrameHeader& header, base::OctetView payload,
                     base::OctetView octets, std::uint32_t line, base::Time now) {
  const auto log_shown = [&](base::OctetView shown, base::OctetView framed) {
    log(result::Entry::Kind::sent, number, now, describe_frame(header, shown, shown.size()), framed,
        framed.size(), framed.size() - shown.size(), line);
  };
  if (settings_.secrets.empty()) return log_shown(payload, octets);
  const base::Octets shown = settings_.secrets.hidden(payload);
  log_shown(shown, wire::encode_frame(header, shown));
}

void Peer::send_raw(const SendRaw& step, base::Time now) {
  auto octets = octets_of(step.octets);
  PeerLink* l = find_link(step.link);
  if (!octets || l == nullptr) return;
  const base::Octets shown = settings_.secrets.hidden(*octets);
  log(result::Entry::Kind::sent, l->number(), now, "raw " + describe(shown), shown, shown.size(), 0,
      step.at.line);
  // Behind an opening whose write is held open stand frames, although no answer has come.
  const bool behind_opening = held_ && !held_->empty() && *held_ == step.link;
  write(l->number(), std::move(*octets), !l->upgraded() && !behind_opening, now);
}

void Peer::send_end(const SendEnd& step, base::Time now) {
  PeerLink* l = find_link(step.link);
  if (l == nullptr || !open_[l->number()]) return;
  const bool eof = step.kind == SendEnd::Kind::eof;
  log(result::Entry::Kind::ended_us, l->number(), now, eof ? "eof" : "reset", {}, 0, 0,
      step.at.line);
  if (eof) {
    actions_.emplace_back(base::EndWrites{l->number()});
  } else {
    actions_.emplace_back(base::Drop{l->number(), true});
    open_[l->number()] = false;
  }
}

namespace {

// Writes of one link that a batch made, taken out of the list of actions.
base::Octets take_writes(std::vector<base::Action>& actions, std::size_t from) {
  base::Octets all;
  for (std::size_t i = from; i < actions.size(); ++i) {
    if (const auto* write = std::get_if<base::Write>(&actions[i])) base::append(all, write->octets);
  }
  actions.resize(from);
  return all;
}

}  // namespace

// `together` and `writes N`: the lines are built as usual and their octets written anew.
void Peer::send_batch(const Batch& step, base::Time now) {
  const std::size_t before = actions_.size();
  base::Link number = 0;
  for (const Sending& line : step.lines) {
    if (finished()) return;
    if (const auto* frame = std::get_if<Send>(&line)) send(*frame, now);
    if (const auto* raw = std::get_if<SendRaw>(&line)) send_raw(*raw, now);
    if (const auto* handshake = std::get_if<Handshake>(&line)) {
      send_opening(find_link(handshake->link)->number(), handshake->edits, handshake->at.line, now);
    }
    const LinkName& name =
        std::visit([](const auto& l) -> const LinkName& { return l.link; }, line);
    if (const PeerLink* l = find_link(name)) number = l->number();
  }
  if (finished()) return;
  const base::Octets all = take_writes(actions_, before);
  const std::size_t size = step.write_size ? static_cast<std::size_t>(std::max<std::uint64_t>(
                                                 1, number_or(step.write_size, all.size())))
                                           : std::max<std::size_t>(1, all.size());
  for (std::size_t at = 0; at < all.size(); at += size) {
    const std::size_t count = std::min(size, all.size() - at);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    actions_.emplace_back(
        base::Write{number, base::Octets(begin, begin + static_cast<std::ptrdiff_t>(count))});
  }
}

void Peer::send_opening(base::Link number, const std::vector<HandshakeEdit>& edits,
                        std::uint32_t line, base::Time now) {
  wire::Head head;
  if (settings_.role == wire::Role::client) {
    Opening opening{settings_.host, settings_.resource, base::to_base64(random_.octets(16)),
                    settings_.fields, settings_.without};
    if (needs_deflate())
      opening.fields.push_back({"Sec-WebSocket-Extensions", "permessage-deflate"});
    variables_["key"] = base::octets(opening.key);
    head = opening_request(opening);
  } else {
    const auto& request = link(number).last_head();
    const auto keys =
        request ? wire::values(*request, "Sec-WebSocket-Key") : std::vector<std::string>{};
    const std::string key = keys.empty() ? "" : keys.front();
    variables_["key"] = base::octets(key);
    head = opening_answer(key);
    // A client that offers it gets it. [7692-5-6]
    if (needs_deflate() && request && agrees_to_deflate(*request)) {
      head.fields.push_back({"Sec-WebSocket-Extensions: permessage-deflate"});
    }
  }
  const auto octets = edited(std::move(head), edits, variables_, random_);
  if (!octets) return case_error(octets.error(), now);
  // `$key` is what the request says in the end.
  const wire::Head sent = wire::decode_head(*octets);
  if (settings_.role == wire::Role::client) {
    if (const auto keys = wire::values(sent, "Sec-WebSocket-Key"); !keys.empty()) {
      variables_["key"] = base::octets(keys.front());
    }
  }
  const base::Octets shown = settings_.secrets.hidden(*octets);
  log(result::Entry::Kind::sent, number, now,
      "handshake " + describe(base::as_octets(settings_.secrets.hidden(sent.start.text))), shown,
      shown.size(), 0, line);
  write(number, *octets, true, now);
  if (settings_.role != wire::Role::server) return;
  link(number).set_upgraded();
  if (needs_deflate() && !link(number).compresses()) lacks_deflate(now);
}

}  // namespace wsproof::script
