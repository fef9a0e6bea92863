#include "harness/endpoint/handshake.hpp"

#include <algorithm>
#include <string_view>

namespace wsproof::endpoint {

HeadCollector::State HeadCollector::feed(base::OctetView& input) {
  // A server overlooks empty lines in front of a request. [9112-2.2-6]
  while (role_ == wire::Role::server && leading_lines_ == Check::on && held_.empty() &&
         !input.empty() && (input.front() == '\r' || input.front() == '\n')) {
    input = input.subspan(1);
  }
  const std::size_t seen = held_.size();
  const std::size_t taken = std::min(input.size(), limit_ - seen);
  base::append(held_, input.first(taken));
  if (is_foreign()) return State::foreign;
  if (const auto size = wire::head_size(held_, seen)) {
    held_.resize(*size);
    input = input.subspan(*size - seen);
    return State::complete;
  }
  input = input.subspan(taken);
  if (held_.size() < limit_) return State::need_more;
  const bool no_line = std::ranges::find(held_, std::uint8_t{'\n'}) == held_.end();
  return no_line ? State::start_line_too_long : State::too_large;
}

// Whether the start line already shows that no request or response follows. [9112-2.2-8]
bool HeadCollector::is_foreign() const {
  const std::string_view text = base::as_text(held_);
  if (role_ == wire::Role::client) {
    constexpr std::string_view begin = "HTTP/";
    const std::size_t size = std::min(begin.size(), text.size());
    return text.substr(0, size) != begin.substr(0, size);
  }
  const auto wrong = std::ranges::find_if(text, [](char octet) {
    const auto code = static_cast<std::uint8_t>(octet);
    return code < 0x20 || code > 0x7E;
  });
  // The line's end ends the search; a CR belongs to it.
  return wrong != text.end() && *wrong != '\n' && *wrong != '\r';
}

}  // namespace wsproof::endpoint
