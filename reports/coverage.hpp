// Which requirements a run kept, broke or never looked at.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result/run_result.hpp"
#include "harness/rfc/requirements.hpp"

namespace wsproof::reports {

/// What a run says about one requirement; the worst that its cases say.
enum class Standing {
  broken,     ///< a case failed, crashed, hung or is flaky on its account
  deviated,   ///< non-strict
  unclear,    ///< only inconclusive, unsupported, informational or unplayed cases
  kept,       ///< a case that checks it passed, and none says worse
  unchecked,  ///< no case of the run checks it
};

/// One requirement, and the cases that say so.
struct Coverage {
  const rfc::Requirement* requirement = nullptr;
  Standing standing = Standing::unchecked;
  std::vector<const result::CaseResult*> cases;  ///< those that decide its standing
};

/// Every requirement that binds the tested role and can be seen on the wire, in the order of the
/// table. A pass ticks all that a case checks; anything else counts against the one that the
/// verdict is about. Points into `run`.
std::vector<Coverage> coverage(const result::RunResult& run);

/// How many requirements of an RFC have which standing.
struct CoverageCount {
  std::string_view rfc;  ///< "6455"
  std::map<Standing, std::size_t> standings;
  std::size_t total = 0;
};
/// One for each RFC, in the order of the table.
std::vector<CoverageCount> count(const std::vector<Coverage>& all);

}  // namespace wsproof::reports
