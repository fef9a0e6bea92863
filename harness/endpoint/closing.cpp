#include "harness/endpoint/closing.hpp"

#include <cstdint>

#include "harness/endpoint/text.hpp"
#include "harness/wire/close.hpp"

namespace wsproof::endpoint {

namespace {

base::Octets payload_of(std::uint16_t code, std::string_view reason = {}) {
  return wire::encode(wire::ClosePayload{code, base::octets(reason)});
}

// Codes with a meaning in a Close frame: those of RFC 6455 §7.4.1 that may be sent, those that
// IANA registered since, and the ranges for libraries and for private use.
// [6455-7.4.1-7] [6455-7.4.1-9] [6455-7.4.1-18] [6455-7.4.2-1] [6455-7.4.2-3] [6455-7.4.2-4]
// [IANA-close-codes-1]
bool is_known(std::uint16_t code, CodeRule rule) {
  const bool sendable = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  const bool others = code >= 3000 && code <= 4999;
  switch (rule) {
    case CodeRule::registered:
      return sendable || others;
    case CodeRule::any:
      return true;
    case CodeRule::protocol_only:
      return sendable;
    case CodeRule::wider:
      return (code >= 1000 && code <= 4999 && code != 1005 && code != 1006 && code != 1015);
  }
  return false;
}

}  // namespace

std::optional<Violation> judge_close(base::OctetView payload, const Quirks& quirks) {
  const auto close = wire::decode_close(payload);
  if (payload.empty() && quirks.close.empty_allowed == Check::off) {  // [6455-5.5.1-1]
    return Violation{1002, "Close without a code"};
  }
  if (!close.code) {
    if (close.tail.empty() || quirks.close.one_octet == Check::off)
      return std::nullopt;                              // [6455-5.5.1-1]
    return Violation{1002, "Close body of one octet"};  // [6455-5.5.1-2]
  }
  if (!is_known(*close.code, quirks.close.codes)) return Violation{1002, "close code"};
  if (quirks.close.reason_text == Check::on && !is_text(close.tail, quirks.text.alphabet)) {
    return Violation{1007, "close reason that is no UTF-8"};  // [6455-8.1-3]
  }
  return std::nullopt;
}

std::optional<base::Octets> close_reply(base::OctetView payload, const CloseQuirks& quirks) {
  const auto code = wire::decode_close(payload).code;
  switch (quirks.reply) {
    case CloseReply::code:
      break;
    case CloseReply::whole:
      return base::Octets(payload.begin(), payload.end());
    case CloseReply::normal:
      return payload_of(1000);
    case CloseReply::empty:
      return base::Octets{};
    case CloseReply::none:
      return std::nullopt;
    case CloseReply::code_1005_for_empty:
      return payload_of(code.value_or(1005));
    case CloseReply::code_1006_for_empty:
      return payload_of(code.value_or(1006));
  }
  return code ? payload_of(*code) : base::Octets{};  // [6455-5.5.1-9]
}

std::optional<base::Octets> failure_close(const Violation& violation, const FailureQuirks& quirks) {
  switch (quirks.close) {
    case FailureClose::with_code:
      break;
    case FailureClose::empty:
      return base::Octets{};
    case FailureClose::none:
      return std::nullopt;
  }
  return payload_of(quirks.code.value_or(violation.code), quirks.reason);
}

}  // namespace wsproof::endpoint
