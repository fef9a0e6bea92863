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

/// All parsed files, and all cases expanded, in the order of their files.
struct Catalogue {
  std::vector<CaseFile> files;
  std::vector<Case> cases;
};

/// Parses, lints and expands. The Error's message shows every diagnostic.
base::Result<Catalogue> load(const std::vector<SourceFile>& sources);

/// The compiled-in files as sources.
std::vector<SourceFile> embedded_sources();

}  // namespace wsproof::script
