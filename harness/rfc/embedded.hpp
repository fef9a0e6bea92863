// The tables about requirements as they were when this program was built.
#pragma once

#include <string_view>

namespace wsproof::rfc {

/// The text of cases/requirements.tsv, octet for octet; lives as long as the program.
std::string_view embedded_requirements();

/// The text of cases/not-checked.tsv, likewise.
std::string_view embedded_not_checked();

}  // namespace wsproof::rfc
