// Questions about single steps that the peer and others ask.
#pragma once

#include <vector>

#include "harness/script/step.hpp"

namespace wsproof::script {

/// Whether the step neither sends nor waits: `let`, `whenever`.
inline bool is_silent(const Step& step) {
  return std::holds_alternative<Let>(step) || std::holds_alternative<Whenever>(step);
}

/// The connection of a step whose octets may go into one write with those of its neighbours; null
/// for steps of other kinds, and for `writes N`, which has its own idea of writes.
inline const LinkName* joinable(const Step& step) {
  if (const auto* send = std::get_if<Send>(&step)) return &send->link;
  if (const auto* raw = std::get_if<SendRaw>(&step)) return &raw->link;
  const auto* batch = std::get_if<Batch>(&step);
  if (batch == nullptr || batch->write_size || batch->lines.empty() ||
      std::holds_alternative<Handshake>(batch->lines.front()))
    return nullptr;
  return std::visit([](const auto& line) { return &line.link; }, batch->lines.front());
}

/// The connection that a step is about to open, if it does.
const LinkName* opens(const Step& step);

/// The connection on which a step sends frames, waits, or stops reading.
const LinkName* uses(const Step& step);

/// Whether a step waits until the answer to the opening handshake has come.
bool wants_upgrade(const Step& step);

/// Whether a step looks at single frames of messages.
bool asks_for_frames(const Step& step);

/// Whether some step is about reading on this connection or not.
bool stops_reading(const std::vector<Step>& steps, const LinkName& link);

}  // namespace wsproof::script
