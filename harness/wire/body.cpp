#include "harness/wire/body.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace wsproof::wire {

namespace {

constexpr unsigned most_digits = 15;  // so that a size fits into 64 bits

bool parse(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

int hex_value(std::uint8_t octet) {
  if (octet >= '0' && octet <= '9') return octet - '0';
  const int letter = octet | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

}  // namespace

BodyEnd BodyEnd::after(const Head& response) {
  BodyEnd body;
  const auto status = status_line(response);
  if (status && (status->code < 200 || status->code == 204 || status->code == 304)) {
    body.state_ = State::complete;
    return body;
  }
  const auto codings = list_values(response, "Transfer-Encoding");
  const auto lengths = values(response, "Content-Length");
  if (codings.size() == 1 && lengths.empty() && same_token(codings.front(), "chunked")) {
    body.state_ = State::chunk_size;
    body.chunked_ = true;
  } else if (codings.empty() && lengths.size() == 1 && parse(lengths.front(), body.left_)) {
    body.state_ = body.left_ == 0 ? State::complete : State::counted;
  }
  return body;
}

std::size_t BodyEnd::feed(base::OctetView octets) {
  std::size_t taken = 0;
  while (taken < octets.size() && state_ != State::complete) {
    if (state_ == State::endless) return octets.size();
    if (state_ != State::counted) {
      take(octets[taken++]);
      continue;
    }
    const auto some = std::min<std::uint64_t>(left_, octets.size() - taken);
    taken += static_cast<std::size_t>(some);
    left_ -= some;
    if (left_ == 0) state_ = chunked_ ? State::chunk_end : State::complete;
  }
  return taken;
}

// One octet of what stands around the chunks. [9112-7.1-1]
void BodyEnd::take(std::uint8_t octet) {
  switch (state_) {
    case State::chunk_size:
      if (const int digit = hex_value(octet); digit >= 0 && digits_ < most_digits) {
        left_ = left_ * 16 + static_cast<unsigned>(digit);
        ++digits_;
      } else if (digits_ == 0 || digit >= 0) {
        state_ = State::endless;
      } else {
        state_ = State::chunk_extension;
        take(octet);
      }
      return;
    case State::chunk_extension:
      if (octet == '\n') end_of_size();
      return;
    case State::chunk_end:
      if (octet == '\n') state_ = State::chunk_size;
      return;
    case State::trailer:
      if (octet == '\n') {
        if (line_ == 0) state_ = State::complete;
        line_ = 0;
      } else if (octet != '\r') {
        ++line_;
      }
      return;
    case State::counted:
    case State::endless:
    case State::complete:
      return;
  }
}

void BodyEnd::end_of_size() {
  state_ = left_ == 0 ? State::trailer : State::counted;
  digits_ = 0;
}

}  // namespace wsproof::wire
