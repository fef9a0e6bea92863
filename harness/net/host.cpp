#include "harness/net/host.hpp"

#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace wsproof::net {

namespace {

constexpr int default_columns = 100;

int descriptor(Stream stream) { return stream == Stream::output ? STDOUT_FILENO : STDERR_FILENO; }

}  // namespace

std::string system_name() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

bool is_terminal(Stream stream) { return isatty(descriptor(stream)) == 1; }

int terminal_columns(Stream stream) {
  winsize size{};
  if (ioctl(descriptor(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return default_columns;
  return size.ws_col;
}

}  // namespace wsproof::net
