#include "harness/endpoint/head_syntax.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wsproof::endpoint {

namespace {

constexpr std::array<std::string_view, 15> known_fields{"Host",
                                                        "Upgrade",
                                                        "Connection",
                                                        "Sec-WebSocket-Key",
                                                        "Sec-WebSocket-Version",
                                                        "Sec-WebSocket-Protocol",
                                                        "Sec-WebSocket-Extensions",
                                                        "Sec-WebSocket-Accept",
                                                        "Origin",
                                                        "Content-Length",
                                                        "Transfer-Encoding",
                                                        "Date",
                                                        "User-Agent",
                                                        "Cache-Control",
                                                        "Pragma"};

bool is_digit(char octet) { return octet >= '0' && octet <= '9'; }

bool is_alpha(char octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

bool is_hex_digit(char octet) {
  return is_digit(octet) || (octet >= 'a' && octet <= 'f') || (octet >= 'A' && octet <= 'F');
}

bool is_one_of(char octet, std::string_view set) {
  return set.find(octet) != std::string_view::npos;
}

// Every "%" begins a percent-encoded octet, and every other octet satisfies `is_plain`.
template <typename Predicate>
bool is_percent_encoded(std::string_view text, Predicate is_plain) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      if (at + 2 >= text.size() || !is_hex_digit(text[at + 1]) || !is_hex_digit(text[at + 2])) {
        return false;
      }
    } else if (!is_plain(text[at])) {
      return false;
    }
  }
  return true;
}

// RFC 3986 §3.2.2 reg-name, which IPv4 addresses are too.
bool is_host_octet(char octet) {
  return is_alpha(octet) || is_digit(octet) || is_one_of(octet, "-._~!$&'()*+,;=");
}

// RFC 3986 §3.3 and §3.4: what paths and queries are made of.
bool is_path_octet(char octet) { return is_host_octet(octet) || is_one_of(octet, "/?:@"); }

bool is_ip_literal(std::string_view text) {
  return text.size() > 2 && std::ranges::all_of(text, [](char octet) {
           return is_hex_digit(octet) || is_one_of(octet, ":.v");
         });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_prefix_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && wire::same_token(text.substr(0, prefix.size()), prefix);
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (wire::same_token(text.substr(at, part.size()), part)) return true;
  }
  return false;
}

// What stands between the quotes of a quoted-string (RFC 9110 §5.6.4); nothing when it is none.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') return std::nullopt;
    if (text[at] == '\\' && ++at == text.size()) return std::nullopt;
    result += text[at];
  }
  return result;
}

std::optional<ExtensionParameter> extension_parameter(std::string_view text) {
  const std::size_t equals = text.find('=');
  // Blanks around "=" are bad but taken. [9110-5.6.3-1]
  ExtensionParameter parameter{std::string(trimmed(text.substr(0, equals))), std::nullopt};
  if (!is_token(parameter.name)) return std::nullopt;
  if (equals == std::string_view::npos) return parameter;
  const std::string_view value = trimmed(text.substr(equals + 1));
  parameter.value = value.starts_with('"') ? unquoted(value) : std::string(value);
  // A quoted value must be a token once it is unquoted. [6455-4.3-4]
  if (!parameter.value || !is_token(*parameter.value)) return std::nullopt;
  return parameter;
}

// The end of the part of `text` before the first semicolon outside quotes.
std::size_t end_of_part(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == ';' && !quoted) {
      return at;
    }
  }
  return text.size();
}

std::optional<Extension> extension(std::string_view text) {
  std::size_t end = end_of_part(text);
  Extension result{std::string(trimmed(text.substr(0, end))), {}};
  if (!is_token(result.name)) return std::nullopt;
  while (end < text.size()) {
    text.remove_prefix(end + 1);
    end = end_of_part(text);
    auto parameter = extension_parameter(trimmed(text.substr(0, end)));
    if (!parameter) return std::nullopt;
    result.parameters.push_back(*std::move(parameter));
  }
  return result;
}

// A list field that is there must have an element. [6455-4.3-5]
bool is_empty_list(const wire::Head& head, std::string_view name) {
  return !wire::values(head, name).empty() && wire::list_values(head, name).empty();
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char octet) {
    return is_alpha(octet) || is_digit(octet) || is_one_of(octet, "!#$%&'*+-.^_`|~");
  });
}

bool is_version_number(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::ranges::all_of(text, is_digit)) return false;
  if (text.size() > 1 && text.front() == '0') return false;
  return text.size() < 3 || text <= "255";
}

bool is_request_target(std::string_view text) {
  if (has_prefix_ignoring_case(text, "http://") || has_prefix_ignoring_case(text, "https://")) {
    // The absolute form, with an authority in front of the path. [6455-4.2.1-5] [9112-3.2.2-1]
    text.remove_prefix(text.find("//") + 2);
    const std::size_t end = std::min(text.size(), text.find_first_of("/?"));
    if (end == 0 || !is_host_value(text.substr(0, end))) return false;
    text.remove_prefix(end);
  } else if (!text.starts_with('/')) {
    return false;
  }
  return is_percent_encoded(text, is_path_octet);
}

bool is_host_value(std::string_view text) {
  std::size_t host_end = std::min(text.size(), text.find(':'));
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos || !is_ip_literal(text.substr(1, bracket - 1)))
      return false;
    host_end = bracket + 1;
  } else if (!is_percent_encoded(text.substr(0, host_end), is_host_octet)) {
    return false;
  }
  const std::string_view port = text.substr(host_end);
  return port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

std::optional<std::vector<Extension>> extensions(const wire::Head& head) {
  constexpr std::string_view name = "Sec-WebSocket-Extensions";
  if (is_empty_list(head, name)) return std::nullopt;
  std::vector<Extension> result;
  for (const std::string& element : wire::list_values(head, name)) {
    auto read = extension(element);
    if (!read) return std::nullopt;
    result.push_back(*std::move(read));
  }
  return result;
}

std::optional<std::vector<std::string>> subprotocols(const wire::Head& head) {
  constexpr std::string_view name = "Sec-WebSocket-Protocol";
  if (is_empty_list(head, name)) return std::nullopt;
  auto result = wire::list_values(head, name);
  if (!std::ranges::all_of(result, is_token)) return std::nullopt;  // [6455-4.3-5] [6455-11.5-1]
  return result;
}

bool is_known_field(std::string_view name) {
  return std::ranges::any_of(
      known_fields, [name](std::string_view known) { return wire::same_token(name, known); });
}

wire::Head in_usual_spelling(wire::Head head) {
  std::erase_if(head.fields, [](const wire::HeadLine& line) {
    const auto field = wire::field(line);
    return field && is_known_field(field->name) &&
           std::ranges::find(known_fields, field->name) == known_fields.end();
  });
  return head;
}

wire::Head by_beginning(wire::Head head) {
  for (wire::HeadLine& line : head.fields) {
    const auto field = wire::field(line);
    if (!field || field->name.empty() || is_known_field(field->name)) continue;
    const std::string name = field->name;
    const auto taken_for = std::ranges::find_if(known_fields, [&name](std::string_view known) {
      const std::size_t letters = std::min(name.size(), known.size());
      return wire::same_token(name.substr(0, letters), known.substr(0, letters));
    });
    if (taken_for != known_fields.end()) line.text.replace(0, name.size(), *taken_for);
  }
  return head;
}

wire::Head with_wide_blanks(wire::Head head) {
  for (wire::HeadLine& line : head.fields) std::ranges::replace(line.text, '\xA0', ' ');
  return head;
}

wire::Head without_tabs_in_extensions(wire::Head head) {
  for (wire::HeadLine& line : head.fields) {
    const auto field = wire::field(line);
    if (field && wire::same_token(field->name, "Sec-WebSocket-Extensions"))
      std::ranges::replace(line.text, '\t', '@');
  }
  return head;
}

namespace {

// A list that a single field holds.
bool is_in_list(std::string_view list, std::string_view token) {
  constexpr std::string_view name = "List";
  const wire::Head head{.fields = {{std::string(name) + ": " + std::string(list)}}};
  return wire::list_has_token(head, name, token);
}

// Whether some element of a list is the token, when only blanks in front of it are taken off.
bool ends_an_element(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.size(), list.find(','));
    const std::string_view element = list.substr(0, comma);
    if (wire::same_token(element.substr(std::min(element.size(), element.find_first_not_of(" \t"))),
                         token))
      return true;
    list.remove_prefix(std::min(list.size(), comma + 1));
  }
  return false;
}

}  // namespace

bool names_token(const wire::Head& head, std::string_view name, std::string_view token,
                 TokenRule rule) {
  const auto values = wire::values(head, name);
  const auto list = wire::list_values(head, name);
  switch (rule) {
    case TokenRule::in_list:
      return wire::list_has_token(head, name, token);
    case TokenRule::in_exact_case:
      return std::ranges::find(list, token) != list.end();
    case TokenRule::alone:
      return list.size() == 1 && wire::same_token(list.front(), token);
    case TokenRule::in_last_field:
      return !values.empty() && is_in_list(values.back(), token);
    case TokenRule::blank_before:
      return std::ranges::any_of(
          values, [token](const std::string& value) { return ends_an_element(value, token); });
    case TokenRule::as_substring:
      return std::ranges::any_of(values, [token](const std::string& value) {
        return contains_ignoring_case(value, token);
      });
    case TokenRule::any_value:
      return !values.empty();
    case TokenRule::optional:
      return true;
  }
  return false;
}

}  // namespace wsproof::endpoint
