// The payload of a Close frame (RFC 6455 §5.5.1): nothing, a code with a reason, or a stray octet.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// A Close payload, losslessly. Without a code the tail is what there was: empty, or one stray
/// octet.
struct ClosePayload {
  std::optional<std::uint16_t> code = {};
  base::Octets tail = {};  ///< behind a code: the reason, not validated

  bool operator==(const ClosePayload&) const = default;
};

ClosePayload decode_close(base::OctetView payload);
base::Octets encode(const ClosePayload& close);

}  // namespace wsproof::wire
