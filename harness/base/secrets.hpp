// Secrets: texts that may be sent but not shown, and what is shown instead of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/octets.hpp"

namespace wsproof::base {

/// Knows passwords, tokens and cookies, and puts stars in their place, as many as they have octets:
/// so what was said of sizes and places stays true. Whoever records something passes it through
/// hidden() before it is cut, escaped or quoted.
class Secrets {
 public:
  /// Shorter ones are not kept: they would blot out half of every report, and are no secrets.
  static constexpr std::size_t shortest = 3;

  /// From here on hides `secret`, and every base64 text that holds it, wherever in it.
  void add(std::string_view secret);

  bool empty() const { return forms_.empty(); }
  std::string hidden(std::string_view text) const;
  Octets hidden(OctetView octets) const;

 private:
  std::vector<std::string> forms_;  // longest first
};

}  // namespace wsproof::base
