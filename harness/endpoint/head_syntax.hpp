// Head syntax: the small grammars of the opening handshake that an HTTP head itself does not have.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/endpoint/quirks.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::endpoint {

/// RFC 9110 §5.6.2: one or more tchar.
bool is_token(std::string_view text);

/// RFC 6455 §4.3: a decimal number 0..255 without sign or leading zero.
bool is_version_number(std::string_view text);

/// Origin form, or an absolute http or https URI, of visible ASCII without a fragment.
bool is_request_target(std::string_view text);

/// RFC 3986 host with an optional port; the empty host is one (RFC 9112 §3.2).
bool is_host_value(std::string_view text);

/// A parameter of an extension, its quoted value unquoted.
struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const ExtensionParameter&) const = default;
};

/// One element of Sec-WebSocket-Extensions.
struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters;
  bool operator==(const Extension&) const = default;
};

/// The extensions that the fields of a head list, over all lines in order (RFC 6455 §9.1); nothing
/// when some element is malformed or a field lists none. Without the field the list is empty.
std::optional<std::vector<Extension>> extensions(const wire::Head& head);

/// The subprotocols that the fields of a head list, in order; nothing when some element is no
/// token or a field lists none.
std::optional<std::vector<std::string>> subprotocols(const wire::Head& head);

/// Whether a field of that name, in any letter case, is one that an endpoint looks at or may ignore
/// knowingly.
bool is_known_field(std::string_view name);

/// The head as somebody sees it who compares field names exactly: known fields that are spelled in
/// an unusual way are not there.
wire::Head in_usual_spelling(wire::Head head);

/// The head as somebody sees it who compares only as many letters of a field name as the shorter
/// one has: what a known field begins with, and what begins with one, is that field.
wire::Head by_beginning(wire::Head head);

/// The head as somebody sees it to whom a no-break space (the octet A0 of Latin-1) is a blank.
wire::Head with_wide_blanks(wire::Head head);

/// The head as somebody sees it to whom a tab between the parts of an extension is no blank: the
/// field is malformed.
wire::Head without_tabs_in_extensions(wire::Head head);

/// Whether the field `name` names `token` (given in its usual spelling), as `rule` sees it.
bool names_token(const wire::Head& head, std::string_view name, std::string_view token,
                 TokenRule rule);

}  // namespace wsproof::endpoint
