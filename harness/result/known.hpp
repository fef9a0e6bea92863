// Known: what a baseline says of a case, and how the case stands to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wsproof::result {

/// How what happened stands to what the baseline says.
enum class Standing {
  expected,    ///< it is what the baseline says: the gate lets it pass
  better,      ///< better than the failure that the baseline says: the gate fails, for the line is
               ///< out of date
  unexpected,  ///< something that the gate counts, and not what the baseline says
  noted,       ///< something else that the gate does not count; worth a note
};

/// The line of a baseline that decides about a case or about a finding of the monitor. Its texts
/// are escaped for terminals.
struct Known {
  Standing standing = Standing::expected;
  std::string says;        ///< its words: "fail", "fail(went-on) | pass"
  std::string reason;      ///< its comment, without the date; may be empty
  std::string until;       ///< the last day on which it counts, "2027-03-01"; empty: for ever
  std::string file;        ///< where the line stands, as the user knows it
  std::uint32_t line = 0;  ///< from 1

  bool operator==(const Known&) const = default;
};

}  // namespace wsproof::result
