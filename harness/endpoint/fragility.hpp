// What a fragile server dies of: watches what comes on one connection (see ServerQuirks).
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/base/octets.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/wire/frame_reader.hpp"

namespace wsproof::endpoint {

/// Reads the octets of one client beside the endpoint, and says when they kill the server.
class Fragility {
 public:
  explicit Fragility(const ServerQuirks& quirks) : quirks_(quirks) {}

  /// Whether the server dies of these octets, which follow those told before.
  bool dies_of(base::OctetView octets);

 private:
  bool dies_of_head(base::OctetView& octets);
  bool dies_of_frames(base::OctetView octets);
  bool dies_of_header(const wire::FrameHeader& header);

  ServerQuirks quirks_;
  bool in_head_ = true;
  base::Octets head_;
  wire::FrameReader reader_;
  std::uint64_t message_ = 0;  ///< octets announced so far by the fragments of a message
  std::size_t fragments_ = 0;
  std::size_t controls_ = 0;
};

}  // namespace wsproof::endpoint
