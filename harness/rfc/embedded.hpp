// The table of requirements as it was when this program was built.
#pragma once

#include <string_view>

namespace wsproof::rfc {

/// The text of cases/requirements.tsv, octet for octet; lives as long as the program.
std::string_view embedded_requirements();

}  // namespace wsproof::rfc
