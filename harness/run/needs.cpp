#include "harness/run/needs.hpp"

#include <algorithm>

namespace wsproof::run {

namespace {

bool echoes(const result::Probe& probe) { return probe.echo_text && probe.echo_binary; }

bool wants_binary(const script::Case& c) {
  return std::ranges::any_of(c.steps, [](const script::Step& step) {
    const auto* let = std::get_if<script::Let>(&step);
    const auto* message = let == nullptr ? nullptr : std::get_if<script::MessageSpec>(&let->value);
    return message != nullptr && message->binary;
  });
}

// Whether the case sends frames in one write with its opening handshake.
bool glues_to_handshake(const script::Case& c) {
  return std::ranges::any_of(c.steps, [](const script::Step& step) {
    const auto* batch = std::get_if<script::Batch>(&step);
    return batch != nullptr && batch->lines.size() > 1 &&
           std::holds_alternative<script::Handshake>(batch->lines.front());
  });
}

}  // namespace

std::optional<std::string> unmet_need(const script::Case& c, const result::Probe& probe,
                                      const Reach& reach, bool process) {
  const script::Profile& profile = reach.profile;
  const std::size_t most = reach.pace.connections;
  if (most != 0 && script::connections(c) > most) return "needs-connections";
  // What is refused altogether is judged, not excused.
  const bool echo = echoes(probe) || !probe.upgrades;
  const bool answer = echo || profile.reply.has_value();
  if (profile.greets_back() && glues_to_handshake(c)) return "needs-first";
  for (const script::Need need : script::all_needs(c)) {
    switch (need) {
      case script::Need::answer:
        if (!answer) return "needs-answer";
        if (!echo && !profile.binary_reply && wants_binary(c)) return "needs-binary";
        break;
      case script::Need::echo:
        if (!echo) return "needs-echo";
        break;
      case script::Need::pong:
        if (!probe.pong && !answer) return "needs-pong";
        break;
      case script::Need::deflate:
        if (!probe.deflate) return "needs-deflate";
        break;
      case script::Need::process:
        if (!process) return "needs-process";
        break;
      case script::Need::tls:
        if (!reach.destination.tls) return "needs-tls";
        break;
      case script::Need::handshake:
        break;
    }
  }
  return std::nullopt;
}

}  // namespace wsproof::run
