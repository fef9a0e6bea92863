#include "reports/html_plan.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "reports/html_case.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Word;

namespace {

// For each run. The promise is 2 MB, and a page that is open within a second: these are 40,000
// elements, for which a laptop's browser takes half of it.
constexpr std::size_t page_limit = 1'600'000;
// However long the table of all cases is, what failed has this much.
constexpr std::size_t least_for_failures = 200'000;

// How much a case matters to somebody who opens the page.
enum class Weight { failure, deviation, other };

Weight weight(const CaseResult& played) {
  const auto chapter = View::chapter(played);
  if (!chapter) return Weight::other;
  return *chapter == Chapter::deviations ? Weight::deviation : Weight::failure;
}

struct Told {
  Weight weight;
  std::size_t place;  // among those of its family that weigh as much; a known failure is one later
  std::size_t run;
  const CaseResult* played;
  const RowGroup* group = nullptr;  // nullptr: a control, which has an article and no row
  const Row* row = nullptr;
};

// All that a page may tell of, the first of each family first.
std::vector<Told> all_told(const View& view) {
  std::vector<Told> all;
  for (std::size_t run = 0; run < view.runs(); ++run) {
    for (const CaseResult& control : view.run(run).controls) {
      if (control.verdict.word != Word::pass) all.push_back({Weight::failure, 0, run, &control});
    }
    std::map<std::tuple<std::string_view, std::uint32_t, Weight>, std::size_t> families;
    for (const RowGroup& group : view.groups()) {
      for (const Row& row : group.rows) {
        const CaseResult* const played = row.cells[run];
        if (played == nullptr) continue;
        if (view.crowded() && !view.tells(*played)) continue;  // rows do not unfold
        const Weight weighs = weight(*played);
        const std::size_t place = families[{played->place.file, played->place.line, weighs}]++;
        all.push_back({weighs, place, run, played, &group, &row});
      }
    }
  }
  std::ranges::stable_sort(all, {}, [](const Told& one) {
    const bool known = one.weight == Weight::failure && !needs_attention(*one.played);
    return std::pair(one.place, known);
  });
  return all;
}

// What a case has on the page, in octets: its article, and its row.
std::size_t size_of(const View& view, const Told& one) {
  Html page("", Assets::beside);
  const std::size_t before = page.size();
  if (one.row == nullptr || view.tells(*one.played))
    case_article(page, view, one.run, *one.played, view.article(one.run, one.played->id),
                 view.depth(*one.played), false);
  if (one.row != nullptr) case_row(page, view, *one.row, one.group->id);
  return page.size() - before;
}

class Planner {
 public:
  Planner(View& view, const std::function<std::size_t()>& size)
      : view_(view), all_(all_told(view)) {
    for (const Told& one : all_) view_.tell(*one.played, Depth::line);
    used_ = size();
    limit_ = std::max(page_limit * view.runs(), used_ + least_for_failures);
  }

  // Tells those so that weigh so much, of which no more than `most` of a family, and for which
  // there is room.
  void tell(Weight weighs, Depth depth, std::size_t most = SIZE_MAX) {
    for (const Told& one : all_) {
      if (one.place >= most || used_ + least > limit_) return;
      const Depth now = view_.depth(*one.played);
      if (one.weight != weighs || now <= depth) continue;
      const std::size_t others = used_ - size_of(view_, one);
      view_.tell(*one.played, depth);
      const std::size_t more = others + size_of(view_, one);
      if (more > limit_) {
        view_.tell(*one.played, now);
      } else {
        used_ = more;
      }
    }
  }

 private:
  static constexpr std::size_t least = 500;  // too little room to go on looking

  View& view_;
  std::vector<Told> all_;
  std::size_t limit_ = 0;
  std::size_t used_ = 0;
};

}  // namespace

void plan(View& view, const std::function<std::size_t()>& size) {
  Planner planner(view, size);
  planner.tell(Weight::failure, Depth::brief, 1);
  if (view.in_folder()) {
    // Each case has a page of its own for all that there is to tell.
    planner.tell(Weight::failure, Depth::brief);
    planner.tell(Weight::deviation, Depth::brief, 1);
    planner.tell(Weight::deviation, Depth::brief);
    return;
  }
  planner.tell(Weight::failure, Depth::whole, 1);
  planner.tell(Weight::failure, Depth::row);
  planner.tell(Weight::failure, Depth::brief);
  planner.tell(Weight::deviation, Depth::brief, 1);
  planner.tell(Weight::deviation, Depth::row);
  planner.tell(Weight::deviation, Depth::brief);
  planner.tell(Weight::other, Depth::brief, 1);
  planner.tell(Weight::other, Depth::row);
  planner.tell(Weight::other, Depth::brief);
  planner.tell(Weight::failure, Depth::whole);
  planner.tell(Weight::deviation, Depth::whole);
}

}  // namespace wsproof::reports
