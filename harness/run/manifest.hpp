// The manifest of a target: how it is installed, started and reached, and what it can do.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/run/terms.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

/// harness/targets/NAME/manifest.toml. Words may hold {port}, {build} (the folder it is installed
/// in) and {source} (the folder of the manifest).
struct Manifest {
  std::string name, title, version, language, homepage;
  std::vector<std::string> needs;                 ///< commands that must exist
  std::vector<std::vector<std::string>> install;  ///< what `./dev targets` runs, in order
  std::vector<std::string> start;                 ///< argv
  std::string url;                                ///< with {port}
  bool ready_by_http = true;                      ///< false: `ready = "port"`
  std::map<std::string, bool> can;                ///< "echo", "deflate", …: overrides the probe
  script::SizeLimits limits;                      ///< [limits] octets, fragments: what it takes
  std::uint32_t jobs =
      0;        ///< [limits] jobs: cases in flight at once, at most; 0: as many as wished
  Terms terms;  ///< keys as in wsproof.toml: origin, headers, subprotocol, reply, greeting, …
  std::string baseline;  ///< what it is known to do: a file below the manifest's folder, with that
                         ///< folder; empty: none. `baseline` where it is not given and is there
  std::string source, build;  ///< folders
};

/// Reads a manifest. Unknown keys, wrong types and missing keys are errors with file and line.
base::Result<Manifest> parse_manifest(std::string_view text, const std::string& file);

/// The manifest of the target called `name`, looked for in `root`/harness/targets. The error names
/// the targets that there are.
base::Result<Manifest> find_manifest(const std::string& root, std::string_view name);

}  // namespace wsproof::run
