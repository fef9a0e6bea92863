#include "fuzz/drive.hpp"

#include <variant>

#include "fuzz/property.hpp"

namespace wsproof::fuzz {

bool collect(endpoint::Endpoint& endpoint, base::Octets& written) {
  for (;;) {
    const auto actions = endpoint.take_actions();
    if (actions.empty()) break;
    for (const base::Action& action : actions) {
      if (const auto* write = std::get_if<base::Write>(&action)) {
        base::append(written, write->octets);
      }
    }
  }
  return !endpoint.finished();
}

void let_time_pass(endpoint::Endpoint& endpoint, base::Octets& written) {
  constexpr int most = 64;
  for (int waits = 0; collect(endpoint, written); ++waits) {
    must(waits < most, "an endpoint does not wait for ever when the other side has ended");
    const auto deadline = endpoint.deadline();
    must(deadline.has_value(), "an endpoint that the other side has left waits for a time");
    endpoint.woken(*deadline);
  }
}

}  // namespace wsproof::fuzz
