// The catalogue of cases as it was when this program was built.
#pragma once

#include <span>

#include "harness/base/embedded.hpp"

namespace wsproof::script {

/// Every .case file below cases/, in the order of their paths; lives as long as the program.
std::span<const base::EmbeddedFile> embedded_catalogue();

}  // namespace wsproof::script
