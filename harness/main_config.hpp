// Where options come from that the command line does not give: variables and wsproof.toml.
#pragma once

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
/// checked, also what only another command of `app` knows. `command` has been parsed.
base::Result<void> configure(CLI::App& app, CLI::App& command, const ConfigFlags& flags);

/// The texts of WSPROOF_SECRETS, one a line: hidden wherever they turn up.
std::vector<std::string> secrets_of_environment();

}  // namespace wsproof::cli
