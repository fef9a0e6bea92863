// The style and the script of the HTML report, compiled in.
#pragma once

#include <string_view>

namespace wsproof::reports {

/// reports/html.css and reports/html.js, octet for octet; they live as long as the program.
std::string_view embedded_style();
std::string_view embedded_script();

}  // namespace wsproof::reports
