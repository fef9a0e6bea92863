#include "harness/script/catalogue.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace wsproof::script {

namespace {

constexpr std::size_t most_shown = 20;

// The suite of a file at `path`: the folder below the cases' root, without the root itself.
std::string_view suite_of(std::string_view path) {
  constexpr std::string_view root = "cases/";
  if (path.starts_with(root)) path.remove_prefix(root.size());
  const std::size_t end = path.rfind('/');
  return end == std::string_view::npos ? std::string_view{} : path.substr(0, end);
}

base::Error all_of(const std::vector<Diagnostic>& diagnostics) {
  base::Error error;
  const std::size_t shown = std::min(diagnostics.size(), most_shown);
  for (std::size_t index = 0; index < shown; ++index) {
    if (index != 0) error.message += '\n';
    error.message += show(diagnostics[index]);
  }
  error.message += fmt::format(
      "\n{} error{} in the case files{}\n", diagnostics.size(), diagnostics.size() == 1 ? "" : "s",
      diagnostics.size() > shown ? fmt::format(", the first {} are shown", shown) : "");
  return error;
}

}  // namespace

base::Result<std::vector<CaseFile>> load_files(const std::vector<SourceFile>& sources, Lint lint) {
  std::vector<CaseFile> files;
  std::vector<Diagnostic> errors;
  for (const SourceFile& source : sources) {
    ParseResult parsed = parse(source.text, source.name, source.suite);
    std::ranges::move(parsed.errors, std::back_inserter(errors));
    files.push_back(std::move(parsed.file));
  }
  if (errors.empty() && lint == Lint::yes) errors = script::lint(files);
  if (!errors.empty()) return std::unexpected(all_of(errors));
  return files;
}

base::Result<Catalogue> load(const std::vector<SourceFile>& sources, Lint lint) {
  auto files = load_files(sources, lint);
  if (!files) return std::unexpected(std::move(files.error()));
  Catalogue catalogue;
  for (CaseFile& file : *files) {
    for (Case& c : file.cases)
      std::ranges::move(expand(std::move(c)), std::back_inserter(catalogue.cases));
  }
  return catalogue;
}

std::vector<SourceFile> embedded_sources() {
  std::vector<SourceFile> sources;
  for (const base::EmbeddedFile& file : embedded_catalogue()) {
    sources.push_back({.name = std::string(file.path),
                       .suite = std::string(suite_of(file.path)),
                       .text = std::string(file.text)});
  }
  return sources;
}

}  // namespace wsproof::script
