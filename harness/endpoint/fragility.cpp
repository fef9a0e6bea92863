#include "harness/endpoint/fragility.hpp"

#include <algorithm>
#include <array>

#include "harness/endpoint/head_syntax.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::endpoint {

namespace {

constexpr std::size_t most_head = std::size_t{4} << 20;

// What every object of JavaScript inherits, taken for an extension that is there.
bool is_inherited(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"constructor", "__proto__", "toString",
                                                  "hasOwnProperty"};
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool Fragility::dies_of(base::OctetView octets) {
  if (quirks_ == ServerQuirks{}) return false;
  const bool with_head = in_head_;
  if (in_head_ && dies_of_head(octets)) return true;
  if (in_head_) return false;
  if (with_head && quirks_.early_frames == Check::off && !octets.empty()) {
    return (octets.front() & 0x70U) != 0;  // a reserved bit, before anybody listens to errors
  }
  return dies_of_frames(octets);
}

bool Fragility::dies_of_head(base::OctetView& octets) {
  const std::size_t seen = head_.size();
  base::append(head_, octets.first(std::min(octets.size(), most_head - seen)));
  const auto size = wire::head_size(head_, seen);
  const auto known = base::OctetView(head_).first(size.value_or(head_.size()));
  if (known.size() > quirks_.deadly_head) return true;
  if (!size) return false;
  in_head_ = false;
  octets = octets.subspan(*size - seen);
  const wire::Head head = wire::decode_head(known);
  if (head.fields.size() > quirks_.deadly_fields) return true;
  if (quirks_.odd_names == Check::on) return false;
  const auto offered = extensions(head);
  return offered && std::ranges::any_of(*offered, [](const Extension& extension) {
           return is_inherited(extension.name);
         });
}

bool Fragility::dies_of_frames(base::OctetView octets) {
  base::Octets copy(octets.begin(), octets.end());
  std::span<std::uint8_t> rest(copy);
  for (;;) {
    const wire::FrameEvent found = reader_.next(rest);
    if (found.kind == wire::FrameEvent::Kind::need_more) return false;
    if (found.kind == wire::FrameEvent::Kind::header && dies_of_header(found.header)) return true;
  }
}

bool Fragility::dies_of_header(const wire::FrameHeader& header) {
  if (header.length > quirks_.deadly_length) return true;
  if (wire::opcode::is_control(header.opcode)) return ++controls_ > quirks_.deadly_controls;
  if (header.opcode != wire::opcode::continuation) message_ = fragments_ = 0;
  ++fragments_;
  // The sum of a fragment and an absurd length wraps around: too little is allocated.
  const bool absurd = fragments_ > 1 && header.length > quirks_.deadly_sum;
  message_ += header.length;
  return absurd || fragments_ > quirks_.deadly_fragments;
}

}  // namespace wsproof::endpoint
