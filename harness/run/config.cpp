#include "harness/run/config.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0   // an error is a value
#define TOML_HEADER_ONLY 1  // Debian builds the library with exceptions
#include <toml++/toml.h>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"

namespace wsproof::run {

namespace {

std::string place_of(const std::string& file, const toml::source_region& region) {
  return fmt::format("{}:{}:{}", file, region.begin.line, region.begin.column);
}

std::unexpected<base::Error> at(const std::string& file, const toml::source_region& region,
                                std::string_view what) {
  return base::fail(fmt::format("{}: {}", place_of(file, region), what));
}

const KnownKey* find(const std::vector<KnownKey>& known, std::string_view name) {
  const auto found = std::ranges::find_if(known, [&](const KnownKey& key) {
    return key.name == name || (key.kind == ValueKind::list && plural(key.name) == name);
  });
  return found == known.end() ? nullptr : &*found;
}

std::unexpected<base::Error> unknown(const std::string& file, const toml::key& key,
                                     const std::vector<KnownKey>& known) {
  std::vector<std::string_view> names;
  for (const KnownKey& one : known) names.emplace_back(one.name);
  const auto near = base::nearest(key.str(), names, 1);
  return at(file, key.source(),
            fmt::format("unknown key `{}`{}", base::for_terminal(key.str()),
                        near.empty() ? "; docs/configuration.md lists all keys"
                                     : fmt::format("; did you mean `{}`?", near.front())));
}

// A string or a number as one would write it on a command line.
std::optional<std::string> word_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  return std::nullopt;
}

std::string wanted(const KnownKey& key) {
  return key.words == 0 ? fmt::format("`{}` is a list of strings", key.name)
                        : fmt::format("`{}` is a list of {} strings", key.name, key.words);
}

base::Result<std::vector<std::string>> list_of(const toml::node& node, const std::string& file,
                                               const KnownKey& key) {
  std::vector<std::string> out;
  const toml::array* array = node.as_array();
  if (array == nullptr) {
    if (!node.is_string() || key.words > 1) return at(file, node.source(), wanted(key));
    out.push_back(node.as_string()->get());
    return out;
  }
  for (const toml::node& element : *array) {
    if (!element.is_string()) return at(file, element.source(), wanted(key));
    out.push_back(element.as_string()->get());
  }
  if (key.words != 0 && out.size() != key.words) return at(file, node.source(), wanted(key));
  return out;
}

base::Result<std::vector<std::string>> values_of(const toml::node& node, const std::string& file,
                                                 const KnownKey& key) {
  switch (key.kind) {
    case ValueKind::list:
      return list_of(node, file, key);
    case ValueKind::truth:
      if (!node.is_boolean())
        return at(file, node.source(), fmt::format("`{}` is true or false", key.name));
      return std::vector<std::string>{node.as_boolean()->get() ? "true" : "false"};
    case ValueKind::number:
      if (!node.is_number())
        return at(file, node.source(), fmt::format("`{}` is a number", key.name));
      break;
    case ValueKind::text:
      if (!node.is_string() && !node.is_number())
        return at(file, node.source(), fmt::format("`{}` is a string", key.name));
      break;
  }
  return std::vector<std::string>{word_of(node).value_or("")};
}

}  // namespace

std::string plural(std::string_view key) { return fmt::format("{}s", key); }

base::Result<std::vector<Setting>> parse_config(std::string_view text, const std::string& file,
                                                const std::vector<KnownKey>& known) {
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed)
    return at(file, parsed.error().source(), base::for_terminal(parsed.error().description()));
  std::vector<Setting> out;
  for (const auto& [key, value] : parsed.table()) {
    const KnownKey* found = find(known, key.str());
    if (found == nullptr) return unknown(file, key, known);
    if (std::ranges::find(out, found->name, &Setting::key) != out.end())
      return at(file, key.source(), fmt::format("`{}` is given twice", found->name));
    auto values = values_of(value, file, *found);
    if (!values) return std::unexpected(values.error());
    out.push_back({found->name, std::move(*values), place_of(file, key.source())});
  }
  return out;
}

}  // namespace wsproof::run
