// A file that was compiled into the program.
#pragma once

#include <string_view>

namespace wsproof::base {

/// `path` is relative to the root of the repository ("cases/rfc6455/5.4-fragmentation.case"), with
/// '/' between its parts; `text` is the file octet for octet. Both live as long as the program.
struct EmbeddedFile {
  std::string_view path;
  std::string_view text;
};

}  // namespace wsproof::base
