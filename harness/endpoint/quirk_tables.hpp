// The tables behind quirks(): one for each part of the protocol.
#pragma once

#include <span>

#include "harness/endpoint/quirks.hpp"

namespace wsproof::endpoint {

std::span<const Quirk> handshake_faults();
std::span<const Quirk> handshake_liberties();
std::span<const Quirk> http_quirks();
std::span<const Quirk> server_quirks();
std::span<const Quirk> framing_quirks();
std::span<const Quirk> control_quirks();
std::span<const Quirk> text_and_delivery_quirks();
std::span<const Quirk> deflate_faults();
std::span<const Quirk> deflate_liberties();

}  // namespace wsproof::endpoint
