// Finding: one requirement that somebody broke by what they sent, and the list of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/octets.hpp"

namespace wsproof::rfc {

/// A requirement that the watched side broke by what it sent.
struct Finding {
  std::string requirement;  ///< id of the row
  std::string explanation;  ///< one sentence, in our words, target text escaped
  base::Octets octets;      ///< the frame header or line it is about, at most 64 octets

  bool operator==(const Finding&) const = default;
};

/// Findings in the order in which they were made, each requirement once: the first evidence stays.
class Findings {
 public:
  /// Whether there is one about the requirement already, so that nothing more need be said.
  bool has(std::string_view requirement) const;

  /// Adds one unless the requirement has one. The requirement must exist; of the octets as many are
  /// kept as a finding holds.
  void add(std::string_view requirement, std::string explanation, base::OctetView octets);

  const std::vector<Finding>& list() const { return list_; }

 private:
  std::vector<Finding> list_;
};

/// What a stranger wrote as it may stand in an explanation: in quotation marks, escaped, not long.
std::string quoted(std::string_view hostile);

}  // namespace wsproof::rfc
