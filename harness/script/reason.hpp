// Codes for what a case came to, by which baselines and comparisons tell one failure from another.
#pragma once

#include <string>
#include <string_view>

#include "harness/script/event.hpp"
#include "harness/script/step.hpp"

namespace wsproof::script {

/// A note of an alternative as a code: "another legal close code" is another-legal-close-code. Of a
/// long one the first words, 64 characters at most.
std::string slug(std::string_view note);

/// What came, and the line that it came in place of: unexpected-close-1000-for-close-1002,
/// unexpected-text. Kinds, and the numbers of a status or a Close: nothing that a target can make
/// long, nor what chance decides, as between a FIN and a reset. Either may be missing.
std::string unexpected(const Event* came, const Expect* wanted);

}  // namespace wsproof::script
