// The catalogue: all cases there are, from the binary and from the user's folders.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/embedded.hpp"
#include "harness/base/error.hpp"
#include "harness/script/expand.hpp"

namespace wsproof::script {

/// The case files that are compiled in; paths are relative to cases/
/// ("rfc6455/5.4-fragmentation.case").
std::span<const base::EmbeddedFile> embedded_catalogue();

/// A case file's text with the name that the user knows it by and its suite.
struct SourceFile {
  std::string name;   ///< "cases/rfc6455/5.4-fragmentation.case"
  std::string suite;  ///< "rfc6455"
  std::string text;
};

/// All cases expanded, in the order of their files.
struct Catalogue {
  std::vector<Case> cases;
};

/// Whether cases that parse are looked at once more; see lint(). It takes as long as all the rest.
enum class Lint { yes, no };

/// Parses and lints. The Error's message shows every diagnostic.
base::Result<std::vector<CaseFile>> load_files(const std::vector<SourceFile>& sources,
                                               Lint lint = Lint::yes);

/// Likewise, and expands.
base::Result<Catalogue> load(const std::vector<SourceFile>& sources, Lint lint = Lint::yes);

/// The compiled-in files as sources. Alone they need no lint: that they are in order is a test.
std::vector<SourceFile> embedded_sources();

}  // namespace wsproof::script
