// For tests: whether they run under a sanitizer, and so some times slower, and in shadow memory.
#pragma once

namespace wsproof::base::test {

#ifndef __has_feature
#define __has_feature(name) 0  // GCC 12 defines macros instead
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || \
    defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace wsproof::base::test
