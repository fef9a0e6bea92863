#include "harness/endpoint/quirks.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "harness/endpoint/quirk_tables.hpp"

namespace wsproof::endpoint {

namespace {

std::vector<Quirk> all_quirks() {
  std::vector<Quirk> all;
  for (const std::span<const Quirk> table :
       {handshake_faults(), handshake_liberties(), http_quirks(), framing_quirks(),
        control_quirks(), text_and_delivery_quirks(), server_quirks(), deflate_faults(),
        deflate_liberties()}) {
    std::ranges::copy(table, std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::span<const Quirk> quirks() {
  static const std::vector<Quirk> all = all_quirks();
  return all;
}

const Quirk* find_quirk(std::string_view name) {
  const auto all = quirks();
  const auto found = std::ranges::find(all, name, &Quirk::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace wsproof::endpoint
