// Inside net: a file descriptor that somebody owns, and errno in words.
#pragma once

#include <string>
#include <utility>

namespace wsproof::net {

/// Owns one file descriptor and closes it at the end; -1 is none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  void reset(int number = -1);

 private:
  int number_ = -1;
};

/// "connection refused": the system's words for an errno, beginning with a small letter.
std::string error_words(int error);

/// Whether an errno tells of want on this machine: descriptors, ports, memory.
bool is_exhaustion(int error);

}  // namespace wsproof::net
