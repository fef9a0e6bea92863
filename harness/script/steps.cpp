#include "harness/script/steps.hpp"

#include <algorithm>

namespace wsproof::script {

const LinkName* opens(const Step& step) {
  if (const auto* connect = std::get_if<Connect>(&step)) return &connect->link;
  if (const auto* handshake = std::get_if<Handshake>(&step)) return &handshake->link;
  if (const auto* batch = std::get_if<Batch>(&step)) {
    for (const Sending& line : batch->lines) {
      if (const auto* handshake = std::get_if<Handshake>(&line)) return &handshake->link;
    }
  }
  return nullptr;
}

const LinkName* uses(const Step& step) {
  if (const auto* send = std::get_if<Send>(&step)) return &send->link;
  if (const auto* raw = std::get_if<SendRaw>(&step)) return &raw->link;
  if (const auto* end = std::get_if<SendEnd>(&step)) return &end->link;
  if (const auto* expect = std::get_if<Expect>(&step)) return &expect->link;
  if (const auto* fence = std::get_if<Fence>(&step)) return &fence->link;
  if (const auto* reading = std::get_if<Reading>(&step)) return &reading->link;
  if (const auto* either = std::get_if<Either>(&step)) {
    return &either->alternatives.front().lines.front().link;
  }
  if (const auto* batch = std::get_if<Batch>(&step)) {
    return std::visit([](const auto& line) { return &line.link; }, batch->lines.front());
  }
  return nullptr;
}

bool wants_upgrade(const Step& step) {
  const auto* batch = std::get_if<Batch>(&step);
  if (batch == nullptr)
    return std::holds_alternative<Send>(step) || std::holds_alternative<Fence>(step) ||
           std::holds_alternative<Reading>(step);
  return std::ranges::any_of(
      batch->lines, [](const Sending& line) { return !std::holds_alternative<SendRaw>(line); });
}

bool asks_for_frames(const Step& step) {
  const auto asks = [](const Expect& expect) {
    return std::holds_alternative<ExpectFrame>(expect.what);
  };
  if (const auto* expect = std::get_if<Expect>(&step)) return asks(*expect);
  const auto* either = std::get_if<Either>(&step);
  return either != nullptr && std::ranges::any_of(either->alternatives, [&](const Alternative& a) {
           return std::ranges::any_of(a.lines, asks);
         });
}

bool stops_reading(const std::vector<Step>& steps, const LinkName& link) {
  return std::ranges::any_of(steps, [&](const Step& step) {
    const auto* reading = std::get_if<Reading>(&step);
    return reading != nullptr && reading->link == link;
  });
}

}  // namespace wsproof::script
