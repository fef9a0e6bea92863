// What the command line knows of itself, told to others: shells that complete it, and man.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/error.hpp"

namespace CLI {
class App;
}

namespace wsproof::cli {

/// A script for bash, zsh or fish that completes every command and option of `app`.
base::Result<std::string> completion(const CLI::App& app, const std::string& shell);

/// "WHEN" of "WHEN:{auto,always,never}": what an option takes, without what the library checks of
/// it and adds to its type.
std::string value_name(const std::string& type);

/// The page of man, in roff: the help texts of `app`, and what else one has to know.
std::string manual(const CLI::App& app, std::string_view version);

}  // namespace wsproof::cli
