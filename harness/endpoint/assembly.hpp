// Assembly: a message that is put together piece by piece, in memory that the next one uses again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "harness/base/octets.hpp"

namespace wsproof::endpoint {

/// Octets that grow. base::Octets would write zeros first wherever something is to be unmasked to,
/// which for long messages costs as much as the unmasking; here memory is filled with zeros once.
class Assembly {
 public:
  /// Makes the message `count` octets longer behind its first `at`, and returns the new ones, which
  /// hold anything. The others keep their order.
  std::span<std::uint8_t> insert(std::size_t at, std::size_t count) {
    const std::size_t size = size_ + count;
    if (memory_.size() < size) memory_.resize(std::max(size, 2 * memory_.size()));
    const auto place = memory_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = memory_.begin() + static_cast<std::ptrdiff_t>(size_);
    std::move_backward(place, end, end + static_cast<std::ptrdiff_t>(count));
    size_ = size;
    return std::span(memory_).subspan(at, count);
  }

  void clear() { size_ = 0; }

  std::size_t size() const { return size_; }
  base::OctetView view() const { return base::OctetView(memory_).first(size_); }

 private:
  base::Octets memory_;
  std::size_t size_ = 0;  ///< of the message, which stands at the front
};

}  // namespace wsproof::endpoint
