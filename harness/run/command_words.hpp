// The command of --exec: one line of text split into words, without a shell.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"

namespace wsproof::run {

/// What a command line says: what is added to the environment, and the program with its arguments.
struct CommandWords {
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> argv;  ///< at least one

  bool operator==(const CommandWords&) const = default;
};

/// Splits like a POSIX shell splits words (XCU §2.2, §2.3): blanks part them, '…' keeps all, "…"
/// keeps all but \" and \\, a backslash keeps the next character, NAME=value in front goes to the
/// environment. Nothing is expanded. What only a shell can do (an operator such as | & ; < >, a
/// variable, a command substitution, a pattern) is an error that says how to ask for a shell.
base::Result<CommandWords> split_command(std::string_view text);

}  // namespace wsproof::run
