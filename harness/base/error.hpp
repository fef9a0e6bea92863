// The world's errors (refused, disk full, bad file): values that say what was being done, to whom.
#pragma once

#include <expected>
#include <string>

namespace wsproof::base {

/// What went wrong in the world around us, ready to be shown to the user: one or more whole
/// sentences that say what was being done, to whom, and what to do next.
struct Error {
  std::string message;

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

/// `return fail("cannot open cases/x.case: permission denied");`
inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace wsproof::base
