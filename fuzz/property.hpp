// Property: what a fuzz target says of every input, and what happens when an input shows otherwise.
#pragma once

#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace wsproof::fuzz {

/// States the property. Where it does not hold, the process ends with "property broken: …" on
/// stderr: the driver tells findings apart by that sentence, so it must not depend on the input;
/// `detail` may.
inline void must(bool holds, const char* property, const std::string& detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %s\n", property);
  if (!detail.empty()) std::fprintf(stderr, "detail: %s\n", detail.c_str());
  std::abort();
}

/// The same, of a detail that is put together only when somebody reads it: targets run in a hurry.
template <std::invocable Detail>
void must(bool holds, const char* property, const Detail& detail) {
  if (!holds) must(false, property, std::string(detail()));
}

}  // namespace wsproof::fuzz
