// Values of Sec-WebSocket-Extensions (RFC 6455 §9.1) cut into their parts, kept as they were
// written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::wire {

/// What stands between two semicolons of an element. Everything is kept as written: blanks,
/// quotation marks, repetitions, names that nobody knows.
struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value = {};  ///< what stands behind the first "="

  bool operator==(const ExtensionParameter&) const = default;
};

/// One element of the list.
struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters = {};

  bool operator==(const Extension&) const = default;
};

/// Cuts a field value at the commas, the elements at the semicolons and the parameters at their
/// first "=", except inside quoted strings. Cannot fail; an empty element has an empty name. An
/// empty value is one empty element. encode(decode_extensions(x)) == x for every x.
std::vector<Extension> decode_extensions(std::string_view value);

/// The field value, part by part as they stand.
std::string encode(const std::vector<Extension>& extensions);

/// The text without blanks and tabs at its ends.
std::string_view trimmed(std::string_view text);

/// What a parameter's value stands for: a token, or what is inside of a quoted string, without the
/// backslashes. [6455-9.1-10] Nothing when it is neither; whether the string holds a token is not
/// asked.
std::optional<std::string> parameter_value(std::string_view written);

}  // namespace wsproof::wire
