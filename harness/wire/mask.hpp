// Masking (RFC 6455 §5.3): XOR with a four-octet key, vectorised, starting anywhere in the payload.
#pragma once

#include <cstdint>
#include <span>

#include "harness/wire/frame.hpp"

namespace wsproof::wire {

/// XORs `data` in place with `key`, `data[0]` being octet number `offset` of the payload. Masking
/// and unmasking are the same. [6455-5.3-5]
void mask(std::span<std::uint8_t> data, MaskingKey key, std::uint64_t offset = 0);

/// Likewise, but leaves `from` alone and writes to `to`, which has room for it and does not overlap
/// it: one turn over the octets instead of two.
void mask_copy(std::span<std::uint8_t> to, base::OctetView from, MaskingKey key,
               std::uint64_t offset = 0);

}  // namespace wsproof::wire
