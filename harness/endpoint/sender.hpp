// Sender: messages and control frames to octets (RFC 6455 §5, §6.1), masked as the role asks for.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/base/octets.hpp"
#include "harness/base/random.hpp"
#include "harness/endpoint/compression.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::endpoint {

/// Writes frames. Masking keys follow from the seed. `quirks` must outlive the sender.
class Sender {
 public:
  Sender(wire::Role role, std::uint64_t seed, const Quirks& quirks)
      : role_(role), random_(seed), quirks_(quirks) {}

  /// permessage-deflate was agreed on: messages are compressed from now on.
  void use_deflate(const DeflateAgreement& agreed) {
    deflater_.emplace(role_, agreed, quirks_.deflate);
  }

  /// The frame of a whole message, or frames where the quirks want fragments.
  base::Octets message(std::uint8_t type, base::OctetView payload);

  /// A control frame; its payload has to fit (125 octets) unless a quirk made it longer.
  base::Octets control(std::uint8_t opcode, base::OctetView payload);

  /// A ping that no other ping of this connection equals.
  base::Octets own_ping();

  /// A pong that answers nothing.
  base::Octets own_pong();

 private:
  struct Shape {
    bool fin = true;
    std::uint8_t opcode = wire::opcode::text;
    std::uint8_t rsv = 0;
  };

  std::uint8_t bit_of(bool compressed) const;
  void append_frame(base::Octets& to, Shape shape, base::OctetView payload);
  std::optional<wire::MaskingKey> next_key();

  wire::Role role_;
  base::Random random_;
  const Quirks& quirks_;
  std::optional<MessageDeflater> deflater_;
  std::uint32_t frames_ = 0;  ///< masked so far
  unsigned own_controls_ = 0;
};

}  // namespace wsproof::endpoint
