#include "harness/wire/extension.hpp"

#include <algorithm>
#include <utility>

namespace wsproof::wire {

namespace {

// Takes what stands in front of the next `separator` outside of quotation marks; `more` says
// whether there was one.
std::string_view take_part(std::string_view& rest, char separator, bool& more) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size() && (quoted || rest[at] != separator); ++at) {
    if (quoted && rest[at] == '\\')
      ++at;
    else if (rest[at] == '"')
      quoted = !quoted;
  }
  at = std::min(at, rest.size());
  more = at < rest.size();
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(more ? at + 1 : at);
  return part;
}

ExtensionParameter decode_parameter(std::string_view text) {
  const std::size_t equals = text.find('=');
  ExtensionParameter parameter{.name = std::string(text.substr(0, equals))};
  if (equals != std::string_view::npos) parameter.value = std::string(text.substr(equals + 1));
  return parameter;
}

}  // namespace

std::vector<Extension> decode_extensions(std::string_view value) {
  std::vector<Extension> extensions;
  bool more_elements = true;
  while (more_elements) {
    std::string_view element = take_part(value, ',', more_elements);
    bool more = true;
    Extension extension{.name = std::string(take_part(element, ';', more))};
    while (more) extension.parameters.push_back(decode_parameter(take_part(element, ';', more)));
    extensions.push_back(std::move(extension));
  }
  return extensions;
}

std::string encode(const std::vector<Extension>& extensions) {
  std::string text;
  for (const Extension& extension : extensions) {
    if (&extension != &extensions.front()) text += ',';
    text += extension.name;
    for (const auto& [name, value] : extension.parameters) {
      text += ';' + name;
      if (value) text += '=' + *value;
    }
  }
  return text;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string> parameter_value(std::string_view written) {
  written = trimmed(written);
  if (!written.starts_with('"')) {
    const bool plain = !written.empty() && written.find_first_of(" \t\"\\") == std::string::npos;
    return plain ? std::optional(std::string(written)) : std::nullopt;
  }
  std::string value;
  for (std::size_t at = 1; at < written.size(); ++at) {
    if (written[at] == '"') return at + 1 == written.size() ? std::optional(value) : std::nullopt;
    if (written[at] == '\\' && ++at == written.size()) break;  // [9110-5.6.4-1]
    value += written[at];
  }
  return std::nullopt;
}

}  // namespace wsproof::wire
