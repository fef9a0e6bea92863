#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"
#include "harness/base/shell.hpp"
#include "harness/main.hpp"

namespace wsproof::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 4 << 20;

// Every .case file below a folder, in the order of their names.
std::vector<fs::path> case_files(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".case" && it->is_regular_file(error)) out.push_back(it->path());
  }
  std::ranges::sort(out);
  return out;
}

base::Result<void> apply(const std::vector<std::string>& names, endpoint::Kind kind,
                         endpoint::Quirks& quirks) {
  const std::string_view word = kind == endpoint::Kind::fault ? "fault" : "liberty";
  for (const std::string& name : names) {
    const endpoint::Quirk* quirk = endpoint::find_quirk(name);
    if (quirk != nullptr && quirk->kind == kind) {
      quirk->apply(quirks);
      continue;
    }
    std::vector<std::string_view> known;
    for (const endpoint::Quirk& q : endpoint::quirks()) {
      if (q.kind == kind) known.push_back(q.name);
    }
    const auto near = base::nearest(name, known);
    return base::fail(fmt::format(
        "there is no {} \"{}\"{}; `wsproof serve --list` shows them all", word,
        base::for_terminal(name),
        near.empty() ? "" : fmt::format(" (did you mean {}?)", fmt::join(near, " or "))));
  }
  return {};
}

}  // namespace

base::Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  const std::string name = base::for_terminal(path);
  if (fs::is_directory(path, error))
    return base::fail(fmt::format("cannot read {}: it is a folder", name));
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail(fmt::format("cannot read {}: {}", name, std::strerror(errno)));
  std::string text(largest_file + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_file)
    return base::fail(fmt::format("cannot read {}: it has more than 4 MiB", name));
  return text;
}

std::error_code write_file(const std::string& path,
                           const std::function<void(std::ostream& out)>& write) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (out) write(out);
  out.close();
  if (out) return {};
  return {errno == 0 ? EIO : errno, std::generic_category()};
}

std::string quoted(const std::vector<std::string>& words) {
  std::string out = "wsproof";
  for (const std::string& word : words) out += " " + base::shell_word(run::without_login(word));
  return out;
}

std::string message_of(const CLI::Error& error) {
  // "Could not convert: --seed = x"
  constexpr std::string_view conversion = "Could not convert: ";
  const std::string_view what(error.what());
  const std::size_t equals = what.find(" = ");
  if (!what.starts_with(conversion) || equals == what.npos) return base::for_terminal(what);
  return fmt::format("{} takes a number, not \"{}\"",
                     what.substr(conversion.size(), equals - conversion.size()),
                     base::for_terminal(what.substr(equals + 3)));
}

int complain(ExitCode code, const std::string& message) {
  fmt::print(stderr, "wsproof: {}{}", message, message.ends_with('\n') ? "" : "\n");
  return static_cast<int>(code);
}

base::Result<std::vector<script::SourceFile>> read_sources(const std::vector<std::string>& paths) {
  std::vector<script::SourceFile> out;
  for (const std::string& given : paths) {
    const fs::path path(given);
    std::error_code error;
    const bool folder = fs::is_directory(path, error);
    const std::vector<fs::path> files = folder ? case_files(path) : std::vector<fs::path>{path};
    if (files.empty())
      return base::fail(fmt::format("there is no .case file in {}", base::for_terminal(given)));
    for (const fs::path& file : files) {
      auto text = read_file(file.string());
      if (!text) return std::unexpected(text.error());
      // A file's suite is the folder below the one that was named.
      const std::string suite =
          folder ? file.parent_path().lexically_relative(path).generic_string() : std::string();
      out.push_back({file.string(), suite == "." ? "" : suite, std::move(*text)});
    }
  }
  return out;
}

void add_suite(CLI::App& command, std::string& suite) {
  command
      .add_option("--suite", suite,
                  "only the cases that this version of the catalogue had: a newer wsproof does not "
                  "turn a gate red")
      ->type_name("VERSION");
}

base::Result<script::Catalogue> load_catalogue(const std::vector<std::string>& own,
                                               const std::string& suite) {
  std::vector<script::SourceFile> sources = script::embedded_sources();
  auto mine = read_sources(own);
  if (!mine) return std::unexpected(mine.error());
  std::ranges::move(*mine, std::back_inserter(sources));
  auto catalogue = script::load(sources, own.empty() ? script::Lint::no : script::Lint::yes);
  if (suite.empty() || !catalogue) return catalogue;
  const auto version = run::parse_suite(suite);
  const auto ours = run::parse_suite(run::suite_version());
  if (!version || *version < run::SuiteVersion{1, 0} || *version > *ours) {
    return base::fail(
        fmt::format("--suite takes a version from 1.0 to {}, which this wsproof has, "
                    "not \"{}\"",
                    run::suite_version(), base::for_terminal(suite)));
  }
  catalogue->cases = run::as_of(std::move(catalogue->cases), *version);
  return catalogue;
}

base::Result<endpoint::Quirks> quirks_of(const std::vector<std::string>& faults,
                                         const std::vector<std::string>& liberties) {
  endpoint::Quirks quirks;
  if (const auto done = apply(faults, endpoint::Kind::fault, quirks); !done)
    return std::unexpected(done.error());
  if (const auto done = apply(liberties, endpoint::Kind::liberty, quirks); !done)
    return std::unexpected(done.error());
  return quirks;
}

bool wants_colour(const std::string& when, bool terminal) {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  if (when != "auto") return when == "always";
  if (set("NO_COLOR")) return false;
  if (set("FORCE_COLOR")) return true;
  return terminal && !is_dumb_terminal();
}

bool is_dumb_terminal() {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) == "dumb";
}

}  // namespace wsproof::cli
