// CHECK: our own mistakes. On in every build; ends the process with the place and the reason.
#pragma once

namespace wsproof::base {

/// Prints the place and the condition to stderr and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace wsproof::base

/// States what must be true if our own code is right. Never used for what a target, a file or a
/// user can cause.
#define CHECK(condition)                               \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::wsproof::base::check_failed(#condition, __FILE__, __LINE__))
