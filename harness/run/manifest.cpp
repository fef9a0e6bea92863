#include "harness/run/manifest.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0   // an error is a value
#define TOML_HEADER_ONLY 1  // Debian builds the library with exceptions
#include <toml++/toml.h>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"

namespace wsproof::run {

namespace {

constexpr std::array<std::string_view, 27> known_keys = {
    "name",     "title",    "version", "language",  "homepage",    "needs",   "install",
    "start",    "url",      "ready",   "can",       "limits",      "note",    "header",
    "headers",  "cookie",   "user",    "origin",    "subprotocol", "profile", "reply",
    "greeting", "whenever", "ignore",  "isolation", "joined",      "baseline"};
constexpr std::array<std::string_view, 3> known_limits = {"octets", "fragments", "jobs"};
constexpr std::array<std::string_view, 4> known_abilities = {"echo", "deflate", "pong",
                                                             "subprotocol"};

std::unexpected<base::Error> at(const std::string& file, const toml::source_region& region,
                                std::string_view what) {
  return base::fail(
      fmt::format("{}:{}:{}: {}", file, region.begin.line, region.begin.column, what));
}

std::string hint(std::string_view key, std::span<const std::string_view> known) {
  const auto near = base::nearest(key, known, 1);
  return near.empty() ? std::string() : fmt::format("; did you mean `{}`?", near.front());
}

base::Result<std::vector<std::string>> words(const toml::node& node, const std::string& file) {
  std::vector<std::string> out;
  const toml::array* array = node.as_array();
  if (array == nullptr) return at(file, node.source(), "a list of strings is wanted here");
  for (const toml::node& element : *array) {
    const auto text = element.value<std::string>();
    if (!text || !element.is_string()) return at(file, element.source(), "a string is wanted here");
    out.push_back(*text);
  }
  return out;
}

// `install` is one command or a list of commands.
base::Result<std::vector<std::vector<std::string>>> commands(const toml::node& node,
                                                             const std::string& file) {
  std::vector<std::vector<std::string>> out;
  const toml::array* array = node.as_array();
  const bool nested = array != nullptr && !array->empty() && array->front().is_array();
  if (!nested) {
    auto one = words(node, file);
    if (!one) return std::unexpected(one.error());
    if (!one->empty()) out.push_back(std::move(*one));
    return out;
  }
  for (const toml::node& element : *array) {
    auto one = words(element, file);
    if (!one) return std::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail(fmt::format("cannot read {}", path));
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

base::Result<void> read_abilities(const toml::node& node, const std::string& file, Manifest& out) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return at(file, node.source(), "[can] is a table");
  for (const auto& [key, value] : *table) {
    if (std::ranges::find(known_abilities, key.str()) == known_abilities.end()) {
      return at(file, key.source(),
                fmt::format("unknown ability `{}`{}", base::for_terminal(key.str()),
                            hint(key.str(), known_abilities)));
    }
    if (!value.is_boolean()) return at(file, value.source(), "true or false is wanted here");
    out.can[std::string(key.str())] = *value.value<bool>();
  }
  return {};
}

base::Result<void> read_limits(const toml::node& node, const std::string& file, Manifest& out) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return at(file, node.source(), "`limits` is a table");
  for (const auto& [key, value] : *table) {
    const std::string_view name = key.str();
    if (std::ranges::find(known_limits, name) == known_limits.end()) {
      return at(
          file, key.source(),
          fmt::format("unknown limit `{}`{}", base::for_terminal(name), hint(name, known_limits)));
    }
    const auto number = value.value<std::int64_t>();
    if (!number || !value.is_integer() || *number < 1)
      return at(file, value.source(), fmt::format("`{}` is a number from 1 on", name));
    if (name == "jobs")
      out.jobs = static_cast<std::uint32_t>(std::min<std::int64_t>(*number, 256));
    else
      (name == "octets" ? out.limits.octets : out.limits.fragments) =
          static_cast<std::uint64_t>(*number);
  }
  return {};
}

// The terms are called as on the command line.
std::vector<std::string>* list_of(Terms& terms, std::string_view key) {
  if (key == "header" || key == "headers") return &terms.request.headers;
  if (key == "cookie") return &terms.request.cookies;
  if (key == "subprotocol") return &terms.request.subprotocols;
  if (key == "reply") return &terms.profile.reply;
  if (key == "whenever") return &terms.profile.whenever;
  if (key == "ignore") return &terms.profile.ignore;
  return nullptr;
}

std::string* text_of(Terms& terms, std::string_view key) {
  if (key == "user") return &terms.request.user;
  if (key == "origin") return &terms.request.origin;
  if (key == "profile") return &terms.profile_file;
  if (key == "greeting") return &terms.profile.greeting;
  if (key == "isolation") return &terms.profile.isolation;
  if (key == "joined") return &terms.profile.joined;
  return nullptr;
}

base::Result<void> read_key(const toml::key& key, const toml::node& value, const std::string& file,
                            Manifest& out) {
  const std::string_view name = key.str();
  if (std::ranges::find(known_keys, name) == known_keys.end()) {
    return at(file, key.source(),
              fmt::format("unknown key `{}`{}", base::for_terminal(name), hint(name, known_keys)));
  }
  if (name == "can") return read_abilities(value, file, out);
  if (name == "limits") return read_limits(value, file, out);
  if (name == "install") {
    auto all = commands(value, file);
    if (!all) return std::unexpected(all.error());
    out.install = std::move(*all);
    return {};
  }
  if (name == "needs" || name == "start") {
    auto all = words(value, file);
    if (!all) return std::unexpected(all.error());
    (name == "needs" ? out.needs : out.start) = std::move(*all);
    return {};
  }
  if (std::vector<std::string>* const list = list_of(out.terms, name)) {
    if (value.is_string() && name != "reply") {
      list->push_back(value.as_string()->get());
      return {};
    }
    auto all = words(value, file);
    if (!all) return std::unexpected(all.error());
    *list = std::move(*all);
    return {};
  }
  const auto text = value.value<std::string>();
  if (!text || !value.is_string())
    return at(file, value.source(), fmt::format("`{}` is a string", name));
  if (std::string* const term = text_of(out.terms, name)) {
    *term = *text;
    return {};
  }
  if (name == "ready") {
    if (*text != "http" && *text != "port")
      return at(file, value.source(), "`ready` is \"http\" or \"port\"");
    out.ready_by_http = *text == "http";
    return {};
  }
  std::string* const fields[] = {&out.name,     &out.title, &out.version, &out.language,
                                 &out.homepage, &out.url,   &out.baseline};
  const std::string_view names[] = {"name",     "title", "version", "language",
                                    "homepage", "url",   "baseline"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (name == names[i]) *fields[i] = *text;
  }
  return {};
}

}  // namespace

base::Result<Manifest> parse_manifest(std::string_view text, const std::string& file) {
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed)
    return at(file, parsed.error().source(), base::for_terminal(parsed.error().description()));
  Manifest out;
  for (const auto& [key, value] : parsed.table()) {
    if (const auto read = read_key(key, value, file, out); !read)
      return std::unexpected(read.error());
  }
  if (out.name.empty()) return base::fail(fmt::format("{}: `name` is missing", file));
  if (out.start.empty())
    return base::fail(
        fmt::format("{}: `start` is missing: the command that starts the server", file));
  if (out.url.empty())
    return base::fail(
        fmt::format("{}: `url` is missing, as in \"ws://127.0.0.1:{{port}}/\"", file));
  Reach nowhere;
  if (out.terms.profile_file.empty()) {
    if (const auto good = apply(out.terms, nowhere); !good)
      return base::fail(fmt::format("{}: {}", file, good.error().message));
  }
  return out;
}

base::Result<Manifest> find_manifest(const std::string& root, std::string_view name) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(root) / "harness" / "targets";
  std::vector<std::string> known;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / "manifest.toml", error))
      known.push_back(entry.path().filename().string());
  }
  std::ranges::sort(known);
  if (std::ranges::find(known, name) == known.end()) {
    const std::vector<std::string_view> views(known.begin(), known.end());
    const auto near = base::nearest(name, views, 1);
    return base::fail(
        known.empty()
            ? fmt::format(
                  "there is no {} here; --target is for wsproof's own source folder, --exec starts "
                  "any server",
                  folder.string())
            : fmt::format("there is no target \"{}\"{}; there are {}", base::for_terminal(name),
                          near.empty() ? "" : fmt::format(" (did you mean {}?)", near.front()),
                          fmt::join(known, ", ")));
  }
  const fs::path file = folder / name / "manifest.toml";
  const auto text = read_file(file.string());
  if (!text) return std::unexpected(text.error());
  auto manifest = parse_manifest(*text, file.string());
  if (!manifest) return manifest;
  if (std::string& profile = manifest->terms.profile_file; !profile.empty()) {
    profile = (folder / name / profile).string();
    auto written = read_file(profile);
    if (!written) return std::unexpected(written.error());
    manifest->terms.profile_text = std::move(*written);
  }
  std::string& baseline = manifest->baseline;
  if (baseline.empty() && fs::exists(folder / name / "baseline", error)) baseline = "baseline";
  if (!baseline.empty()) baseline = (folder / name / baseline).lexically_normal().string();
  manifest->source = fs::absolute(folder / name, error).string();
  manifest->build = fs::absolute(fs::path(root) / "build" / "targets" / name, error).string();
  return manifest;
}

}  // namespace wsproof::run
