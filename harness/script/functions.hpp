// The functions of the case language as rows of tables. Private to script.
#pragma once

#include <span>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "harness/script/expression.hpp"

namespace wsproof::script {

/// No value has more octets.
inline constexpr std::uint64_t most_octets = 64ULL << 20;

/// A function and what computes it. The arguments are as many as it takes, and of the right types.
struct Implementation {
  Function function;
  base::Result<Value> (*compute)(const std::vector<Value>&, base::Random&);
};

/// Those about DEFLATE (deflate_functions.cpp).
std::span<const Implementation> deflate_functions();

}  // namespace wsproof::script
