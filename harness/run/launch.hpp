// A launch: what is started as a target, and how it is reached then; from a manifest or from
// --exec.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/time.hpp"
#include "harness/result/run_result.hpp"
#include "harness/run/command_words.hpp"
#include "harness/run/manifest.hpp"
#include "harness/run/reach.hpp"
#include "harness/run/terms.hpp"

namespace wsproof::run {

/// How a target is started. URL, words and environment may hold {port} (a free TCP port), {dir} (a
/// fresh temporary folder) and {sock} (a path in that folder for a Unix socket).
struct Launch {
  result::Target told;  ///< name, version, arguments; the URL is filled in at the start
  std::string url;
  CommandWords command;
  std::string directory;      ///< to start in; empty: ours
  bool ready_by_http = true;  ///< false: an open port is enough
  base::Duration ready_timeout = std::chrono::seconds(60);
  std::string log_file;             ///< gets all its output; empty: none
  std::map<std::string, bool> can;  ///< what its operator says that it can do
  script::SizeLimits limits;        ///< and what it takes
  std::uint32_t jobs = 0;           ///< cases in flight at once, at most; 0: as many as wished
  Terms terms;                      ///< and on which terms one talks with it
  /// From the URL, filled in, to what is dialled.
  std::function<base::Result<Reach>(const std::string& url)> reach_of = plain_reach;

  static base::Result<Reach> plain_reach(const std::string& url);
};

Launch launch_of(const Manifest& manifest);

/// `text` with every "{name}" replaced by its value; the values are not looked at again.
std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& values);

/// Whether some URL, word or environment value of it holds "{name}".
bool mentions(const Launch& launch, std::string_view name);

}  // namespace wsproof::run
