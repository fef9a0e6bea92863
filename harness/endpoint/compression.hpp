// Compressing and inflating messages once permessage-deflate is agreed on (RFC 7692 §6, §7.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "harness/base/octets.hpp"
#include "harness/endpoint/deflate_negotiation.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::endpoint {

/// Compresses what one side sends. `quirks` must outlive it.
class MessageDeflater {
 public:
  MessageDeflater(wire::Role sender, const DeflateAgreement& agreed, const DeflateQuirks& quirks);

  /// Whether the next message, of so many octets, is to be compressed.
  bool wants(std::size_t size);

  /// The payload of the compressed message.
  base::Octets compress(base::OctetView content);

 private:
  void write(base::OctetView content, base::Octets& output);

  const DeflateQuirks& quirks_;
  bool forgets_;
  wire::Deflater deflater_;
  unsigned messages_ = 0;
};

/// Inflates what one side receives, as it comes. `quirks` must outlive it.
class MessageInflater {
 public:
  enum class Trouble {
    none,
    broken,   ///< this is no DEFLATE data
    too_big,  ///< more content than allowed
    dropped,  ///< the message is not wanted any more
  };

  /// With `shared`, its context is used instead of an own one.
  MessageInflater(wire::Role receiver, const DeflateAgreement& agreed, const DeflateQuirks& quirks,
                  std::shared_ptr<wire::Inflater> shared = {});

  /// A message begins.
  void begin();
  /// Appends what comes of a piece of payload to `message`, which may have `limit` octets.
  Trouble feed(base::OctetView piece, base::Octets& message, std::size_t limit);
  /// The message's payload is whole; appends what its tail brings.
  Trouble end(base::Octets& message, std::size_t limit);
  /// A fragment ended; an uncompressed message ended.
  void end_fragment();
  void end_plain(base::OctetView message);

 private:
  Trouble inflate(base::OctetView piece, base::Octets& message, std::size_t limit);
  Trouble final_block();
  Trouble trouble();

  const DeflateQuirks& quirks_;
  bool forgets_;
  std::shared_ptr<wire::Inflater> inflater_;
  bool over_ = false;       ///< the rest of the message is not looked at
  std::uint64_t size_ = 0;  ///< of its payload so far
  unsigned finals_ = 0;     ///< its blocks with BFINAL so far
};

}  // namespace wsproof::endpoint
