// Questions about single steps that the peer and others ask.
#pragma once

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

}  // namespace wsproof::script
