#include "harness/result/run_result.hpp"

#include <algorithm>
#include <tuple>

namespace wsproof::result {

namespace {

// What two equal runs have in common about a case: the "verdict" part of results.json.
auto verdict_part(const CaseResult* played) {
  const Verdict& verdict = played->verdict;
  return std::tie(played->id, played->checks, verdict.word, verdict.reason, verdict.requirement,
                  verdict.delivery);
}

std::vector<const CaseResult*> in_order_of_verdicts(const RunResult& run) {
  std::vector<const CaseResult*> cases;
  cases.reserve(run.cases.size());
  for (const CaseResult& played : run.cases) cases.push_back(&played);
  std::ranges::sort(cases, {}, verdict_part);
  return cases;
}

}  // namespace

std::map<Word, std::size_t> count(const std::vector<CaseResult>& cases) {
  std::map<Word, std::size_t> counts;
  for (const CaseResult& played : cases) ++counts[played.verdict.word];
  return counts;
}

bool same_verdicts(const RunResult& left, const RunResult& right) {
  return std::ranges::equal(in_order_of_verdicts(left), in_order_of_verdicts(right), {},
                            verdict_part, verdict_part);
}

}  // namespace wsproof::result
