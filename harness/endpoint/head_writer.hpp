// Writing our own heads, in whatever style the quirks ask for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::endpoint {

/// A start line and fields in their usual spelling and order, as a head in the style of `quirks`.
base::Octets write_head(std::string_view start, std::vector<wire::Field> fields,
                        const HandshakeQuirks& quirks);

/// Takes the field that the quirks say is forgotten out of `fields`.
void omit(std::vector<wire::Field>& fields, const HandshakeQuirks& quirks);

/// The standard phrase of a status that we send.
std::string_view reason_phrase(int status);

}  // namespace wsproof::endpoint
