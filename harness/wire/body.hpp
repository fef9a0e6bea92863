// The content that follows an HTTP/1.1 response head (RFC 9112 §6): where it ends.
#pragma once

#include <cstdint>

#include "harness/base/octets.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::wire {

/// Finds the end of a response's content, from any cut. Like all of wire it has no opinion: a
/// framing that it cannot read ends with the connection. (The answer to HEAD is not its business.)
class BodyEnd {
 public:
  /// Content-Length, chunked, or (1xx, 204, 304) nothing at all; anything else, also what
  /// contradicts itself, lasts until the connection ends. [9112-6.3-1]
  static BodyEnd after(const Head& response);

  /// How many of these octets, which follow those fed before, belong to the content.
  std::size_t feed(base::OctetView octets);

  /// Whether the content is complete, so that another response may follow.
  bool complete() const { return state_ == State::complete; }

  /// Whether octets that were announced have not come yet.
  bool lacks_octets() const { return state_ != State::complete && state_ != State::endless; }

 private:
  enum class State { counted, chunk_size, chunk_extension, chunk_end, trailer, endless, complete };

  void take(std::uint8_t octet);
  void end_of_size();

  State state_ = State::endless;
  bool chunked_ = false;
  std::uint64_t left_ = 0;  ///< octets of the content or chunk; while its size is read, the size
  unsigned digits_ = 0;
  std::uint64_t line_ = 0;  ///< octets of the present trailer line
};

}  // namespace wsproof::wire
