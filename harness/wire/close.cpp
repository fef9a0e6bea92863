#include "harness/wire/close.hpp"

namespace wsproof::wire {

ClosePayload decode_close(base::OctetView payload) {
  ClosePayload close;
  // The body starts with a two-octet code in network byte order. [6455-5.5.1-2]
  if (payload.size() >= 2) {
    close.code = static_cast<std::uint16_t>(payload[0] << 8U | payload[1]);
    payload = payload.subspan(2);
  }
  close.tail.assign(payload.begin(), payload.end());
  return close;
}

base::Octets encode(const ClosePayload& close) {
  base::Octets payload;
  payload.reserve(2 + close.tail.size());
  if (close.code) {
    payload.push_back(static_cast<std::uint8_t>(*close.code >> 8U));
    payload.push_back(static_cast<std::uint8_t>(*close.code & 0xFFU));
  }
  base::append(payload, close.tail);
  return payload;
}

}  // namespace wsproof::wire
