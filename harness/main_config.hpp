// Where options come from that the command line does not give: variables and wsproof.toml.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/main.hpp"

namespace CLI {
class App;
}

namespace wsproof::cli {

/// --config and --no-config; the same for every command that takes options from elsewhere.
struct ConfigFlags {
  std::string file;   ///< empty: wsproof.toml in the current directory, where there is one
  bool none = false;  ///< --no-config: no file; variables still count
};

/// Adds --config and --no-config, and as keys what is said in words on the command line: `url` and
/// `select`.
void add_config(CLI::App& command, ConfigFlags& flags, Common& common);

/// Gives the options of `command` that the command line left open what WSPROOF_* variables say, and
/// to those that are left what the file says. Everything that the file and the variables hold is
/// checked, also what only another command of `app` knows. `command` has been parsed. Returns the
/// options that got a value, by their long names, each with its place: a variable, or
/// "wsproof.toml:3:1".
base::Result<std::map<std::string, std::string>> configure(CLI::App& app, CLI::App& command,
                                                           const ConfigFlags& flags);

/// --config and --no-config as they were typed.
std::vector<std::string> config_arguments(const ConfigFlags& flags);

/// An error about an option, "--jobs takes …", behind the place of what it is about where that was
/// not typed.
std::string with_place(const std::string& message,
                       const std::map<std::string, std::string>& elsewhere);

/// The texts of WSPROOF_SECRETS, one a line: hidden wherever they turn up.
std::vector<std::string> secrets_of_environment();

}  // namespace wsproof::cli
