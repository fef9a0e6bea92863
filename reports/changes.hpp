// What changed between two runs.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/subject.hpp"

namespace wsproof::reports {

/// How the verdict on a case changed; what somebody must look at first comes first.
enum class Change {
  broken,  ///< alarming now, and was not
  worse,   ///< a more alarming word than before
  fixed,   ///< was alarming, and is not
  better,  ///< a less alarming word than before
  reason,  ///< the same word for another reason
  added,   ///< was not played before
  removed  ///< is not played any more
};

/// "newly broken", "fixed", …
std::string_view name(Change change);

/// One case whose verdict changed. Points into the runs.
struct CaseChange {
  Change change = Change::reason;
  const result::CaseResult* now = nullptr;     ///< nullptr when removed
  const result::CaseResult* before = nullptr;  ///< nullptr when added

  const std::string& id() const { return (now != nullptr ? now : before)->id; }
};

/// "pass → fail", "fail (went-on → wrong-code)", "new: pass".
std::string in_words(const CaseChange& change);

/// What changed between the runs of one target.
struct Changes {
  std::string label;  ///< of the run
  const result::RunResult* now = nullptr;
  const result::RunResult* before = nullptr;
  std::vector<CaseChange> cases;  ///< by change, then in the order of the run

  std::map<Change, std::size_t> count() const;
};

/// For each run of the subject that has an earlier one.
std::vector<Changes> changes(const Subject& subject);

}  // namespace wsproof::reports
