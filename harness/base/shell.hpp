// Shell: words as they are typed at a shell.
#pragma once

#include <string>
#include <string_view>

namespace wsproof::base {

/// The word as a shell reads it again: as it is, or in single quotes; one with control characters
/// as $'…', which bash, zsh and POSIX of 2024 know.
std::string shell_word(std::string_view word);

}  // namespace wsproof::base
