// Sec-WebSocket-Key and Sec-WebSocket-Accept (RFC 6455 §4.1, §4.2.2).
#pragma once

#include <string>
#include <string_view>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// base64(SHA-1(key + GUID)) over the key exactly as it was sent. [6455-4.2.2-21]
std::string accept_key(std::string_view key);

/// Whether `key` is the base64 form of 16 octets with zero pad bits. [6455-4.2.1-15]
bool is_well_formed_key(std::string_view key);

}  // namespace wsproof::wire
