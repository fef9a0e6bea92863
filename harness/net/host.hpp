// The machine and the terminal that we run on, for reports and progress.
#pragma once

#include <string>

namespace wsproof::net {

/// "Linux 6.1.0 x86_64".
std::string system_name();

/// One of our own two outputs.
enum class Stream { output, errors };

/// Whether a person watches the stream.
bool is_terminal(Stream stream);

/// Columns of the terminal behind the stream; 100 where there is none or it does not say.
int terminal_columns(Stream stream);

}  // namespace wsproof::net
