#include "harness/main_config.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"
#include "harness/run/config.hpp"

extern "C" char** environ;  // POSIX

namespace wsproof::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view usual_file = "wsproof.toml";
constexpr std::string_view prefix = "WSPROOF_";
/// The commands whose options may be configured: those that are about a target or a selection.
constexpr std::array<std::string_view, 4> configurable = {"run", "replay", "doctor", "list"};
/// Options that are about the one call.
constexpr std::array<std::string_view, 6> never = {"help",      "version", "config",
                                                   "no-config", "dry-run", "write"};
/// What names a target. It is taken from one place: a URL on the command line is not tested with
/// the command of a file.
constexpr std::array<std::string_view, 6> naming = {"url",  "target", "reference",
                                                    "exec", "fault",  "liberty"};

template <typename List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

run::KnownKey key_of(const CLI::Option& option, const std::string& name) {
  constexpr std::array<std::string_view, 4> numbers = {"N", "FACTOR", "SECONDS", "PORT"};
  if (option.get_items_expected_max() == 0) return {name, run::ValueKind::truth, 0};
  if (option.get_items_expected_max() > 1) {
    const bool fixed = option.get_items_expected_min() == option.get_items_expected_max();
    return {name, run::ValueKind::list,
            fixed ? static_cast<std::size_t>(option.get_items_expected_min()) : 0};
  }
  if (has(numbers, option.get_type_name())) return {name, run::ValueKind::number, 0};
  return {name, run::ValueKind::text, 0};
}

// The long names of all options of all commands that may be configured.
std::vector<run::KnownKey> known_keys(CLI::App& app) {
  std::vector<run::KnownKey> out;
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (!has(configurable, command->get_name())) continue;
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_lnames().empty()) continue;
      const std::string& name = option->get_lnames().front();
      if (!has(never, name) && std::ranges::find(out, name, &run::KnownKey::name) == out.end())
        out.push_back(key_of(*option, name));
    }
  }
  return out;
}

// ── Variables ────────────────────────────────────────────────────────────────────────────────────

std::string variable_of(std::string_view key) {
  std::string out(prefix);
  for (const char c : key)
    out += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::optional<std::string> value_of(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

base::Result<std::string> truth_of(const std::string& variable, const std::string& value) {
  if (has(std::array{"1", "true", "yes", "on"}, value)) return "true";
  if (has(std::array{"0", "false", "no", "off"}, value)) return "false";
  return base::fail(fmt::format("{} is 1 or 0, true or false", variable));
}

base::Result<std::vector<run::Setting>> settings_of_environment(
    const std::vector<run::KnownKey>& known) {
  std::vector<run::Setting> out;
  for (const run::KnownKey& key : known) {
    std::string variable = variable_of(key.name);
    auto value = value_of(variable);
    if (!value && key.kind == run::ValueKind::list) {
      variable = variable_of(run::plural(key.name));
      value = value_of(variable);
    }
    if (!value) continue;
    run::Setting setting{key.name, {*value}, variable};
    if (key.kind == run::ValueKind::list) setting.values = lines(*value);
    if (key.kind == run::ValueKind::truth) {
      const auto truth = truth_of(variable, *value);
      if (!truth) return std::unexpected(truth.error());
      setting.values = {*truth};
    }
    if (key.words != 0 && setting.values.size() != key.words)
      return base::fail(fmt::format("{} has {} lines", variable, key.words));
    out.push_back(std::move(setting));
  }
  return out;
}

// A variable that nearly has the name of an option is a slip; any other one is somebody else's.
void warn_of_slips(const std::vector<run::KnownKey>& known) {
  std::vector<std::string> names = {"WSPROOF_CONFIG", "WSPROOF_SECRETS"};
  for (const run::KnownKey& key : known) {
    names.push_back(variable_of(key.name));
    if (key.kind == run::ValueKind::list) names.push_back(variable_of(run::plural(key.name)));
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view whole(*entry);
    const std::string_view name = whole.substr(0, whole.find('='));
    if (!name.starts_with(prefix) || has(names, name)) continue;
    for (const std::string& one : names) {
      if (base::edit_distance(name, one) > 2) continue;
      fmt::print(stderr, "wsproof: {} is none of its variables; did you mean {}?\n",
                 base::for_terminal(name), one);
      break;
    }
  }
}

// ── The file ─────────────────────────────────────────────────────────────────────────────────────

base::Result<std::vector<run::Setting>> settings_of_file(const ConfigFlags& flags,
                                                         const std::vector<run::KnownKey>& known,
                                                         const CLI::App& command) {
  std::string file = flags.file.empty() ? value_of("WSPROOF_CONFIG").value_or("") : flags.file;
  std::error_code error;
  if (file.empty() && fs::exists(usual_file, error)) file = usual_file;
  if (flags.none || file.empty()) return std::vector<run::Setting>{};
  const auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  auto settings = run::parse_config(*text, base::for_terminal(file), known);
  if (!settings) return settings;
  const auto exec = std::ranges::find(*settings, "exec", &run::Setting::key);
  const bool here = fs::weakly_canonical(file, error).parent_path() == fs::current_path(error);
  // Whoever runs wsproof with a stranger's file must not run the stranger's command.
  if (exec != settings->end() && !here && command.get_option_no_throw("--exec") != nullptr) {
    return base::fail(
        fmt::format("{}: `exec` is obeyed only in a file of the current directory", exec->place));
  }
  return settings;
}

// ── Filling in ───────────────────────────────────────────────────────────────────────────────────

// What the command line, and the layers so far, have decided.
struct Decided {
  bool target = false;
  bool selection = false;
};

Decided decided(CLI::App& command) {
  Decided out;
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    const auto& names = option->get_lnames();
    if (!names.empty() && has(naming, names.front())) out.target = true;
    if (!names.empty() && names.front() == "select") out.selection = true;
    if (!option->get_positional()) continue;
    for (const std::string& word : option->results())
      (word.find("://") != std::string::npos ? out.target : out.selection) = true;
  }
  return out;
}

base::Result<void> fill_in(CLI::App& command, const std::vector<run::Setting>& settings,
                           std::map<std::string, std::string>& filled) {
  const Decided before = decided(command);
  for (const run::Setting& setting : settings) {
    CLI::Option* option = command.get_option_no_throw("--" + setting.key);
    if (option == nullptr || option->count() > 0) continue;
    if (before.target && has(naming, setting.key)) continue;
    if (before.selection && setting.key == "select") continue;
    filled[setting.key] = setting.place;
    try {
      for (const std::string& value : setting.values) option->add_result(value);
      option->run_callback();
    } catch (const CLI::Error& error) {
      return base::fail(fmt::format("{}: {}", setting.place, message_of(error)));
    }
  }
  return {};
}

}  // namespace

void add_config(CLI::App& command, ConfigFlags& flags, Common& common) {
  command.add_option("--url", common.url)->group("");
  command.add_option("--select", common.select)->group("")->allow_extra_args(false);
  CLI::Option* file =
      command.add_option("--config", flags.file, "options of this file (default: wsproof.toml)")
          ->type_name("FILE");
  command.add_flag("--no-config", flags.none, "without wsproof.toml")->excludes(file);
}

base::Result<std::map<std::string, std::string>> configure(CLI::App& app, CLI::App& command,
                                                           const ConfigFlags& flags) {
  std::map<std::string, std::string> filled;
  if (!has(configurable, command.get_name())) return filled;
  const std::vector<run::KnownKey> known = known_keys(app);
  warn_of_slips(known);
  const auto variables = settings_of_environment(known);
  if (!variables) return std::unexpected(variables.error());
  const auto file = settings_of_file(flags, known, command);
  if (!file) return std::unexpected(file.error());
  for (const auto* settings : {&*variables, &*file}) {
    if (const auto done = fill_in(command, *settings, filled); !done)
      return std::unexpected(done.error());
  }
  return filled;
}

std::vector<std::string> config_arguments(const ConfigFlags& flags) {
  if (flags.none) return {"--no-config"};
  if (flags.file.empty()) return {};
  return {"--config", flags.file};
}

std::string with_place(const std::string& message,
                       const std::map<std::string, std::string>& elsewhere) {
  if (!message.starts_with("--")) return message;
  const std::size_t end = std::min(message.find_first_of(" :"), message.size());
  const auto found = elsewhere.find(message.substr(2, end - 2));
  return found == elsewhere.end() ? message : fmt::format("{}: {}", found->second, message);
}

std::vector<std::string> secrets_of_environment() {
  return lines(value_of("WSPROOF_SECRETS").value_or(""));
}

}  // namespace wsproof::cli
