#include "reports/coverage.hpp"

#include <algorithm>

#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Word;

namespace {

Standing standing(Word word) {
  switch (word) {
    case Word::crash:
    case Word::hang:
    case Word::fail:
    case Word::flaky:
      return Standing::broken;
    case Word::non_strict:
      return Standing::deviated;
    case Word::pass:
      return Standing::kept;
    case Word::inconclusive:
    case Word::info:
    case Word::unsupported:
    case Word::not_run:
      return Standing::unclear;
  }
  return Standing::unclear;
}

// Passing says more than nothing at all, and less than a deviation.
int weight(Standing standing) {
  switch (standing) {
    case Standing::broken:
      return 4;
    case Standing::deviated:
      return 3;
    case Standing::kept:
      return 2;
    case Standing::unclear:
      return 1;
    case Standing::unchecked:
      return 0;
  }
  return 0;
}

void take(Coverage& coverage, Standing found, const CaseResult& played) {
  if (weight(found) < weight(coverage.standing)) return;
  if (found != coverage.standing) coverage.cases.clear();
  coverage.standing = found;
  coverage.cases.push_back(&played);
}

}  // namespace

std::vector<Coverage> coverage(const result::RunResult& run) {
  std::vector<Coverage> all;
  std::map<std::string_view, std::size_t> index;
  for (const rfc::Requirement& requirement : rfc::requirements()) {
    const bool binds = requirement.binds == "both" || requirement.binds == run.target.role;
    if (!binds || requirement.observable == "no") continue;
    index[requirement.id] = all.size();
    all.push_back({.requirement = &requirement, .standing = Standing::unchecked, .cases = {}});
  }
  for (const CaseResult& played : run.cases) {
    const Standing found = standing(played.verdict.word);
    const auto tick = [&](std::string_view id) {
      if (const auto at = index.find(id); at != index.end()) take(all[at->second], found, played);
    };
    if (found == Standing::kept) {
      std::ranges::for_each(played.checks, tick);
    } else {
      tick(concerned_requirement(played));
    }
  }
  return all;
}

std::vector<CoverageCount> count(const std::vector<Coverage>& all) {
  std::vector<CoverageCount> counts;
  for (const Coverage& one : all) {
    auto found = std::ranges::find(counts, one.requirement->rfc, &CoverageCount::rfc);
    if (found == counts.end()) {
      counts.push_back({.rfc = one.requirement->rfc, .standings = {}, .total = 0});
      found = counts.end() - 1;
    }
    ++found->standings[one.standing];
    ++found->total;
  }
  return counts;
}

}  // namespace wsproof::reports
