// Rare: an optional that is as small as a pointer while it is empty.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace wsproof::script {

/// For what a line of a case may say and seldom does: a catalogue of ten thousand cases is mostly
/// such places. Otherwise like std::optional, copies and comparisons included.
template <typename T>
class Rare {
 public:
  Rare() = default;
  Rare(std::nullopt_t) {}
  Rare(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Rare(std::optional<T> value) {
    if (value) *this = Rare(std::move(*value));
  }
  Rare(const Rare& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) { return *this = Rare(other); }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  explicit operator bool() const { return value_ != nullptr; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

  friend bool operator==(const Rare& left, const Rare& right) {
    return left && right ? *left == *right : !left && !right;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace wsproof::script
