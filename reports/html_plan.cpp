#include "reports/html_plan.hpp"

#include <algorithm>
#include <map>
#include <string_view>
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

struct Article {
  std::size_t place;  // in its family, those that alarm first
  std::size_t run;
  const CaseResult* played;
};

// What may have an article, the first of each family first.
std::vector<Article> articles_of(const View& view) {
  std::vector<Article> all;
  for (std::size_t run = 0; run < view.runs(); ++run) {
    std::map<std::pair<std::string_view, std::uint32_t>, std::size_t> families;
    for (const CaseResult& played : view.run(run).cases) {
      if (!view.tells(played)) continue;
      const std::size_t number = families[{played.place.file, played.place.line}]++;
      all.push_back({needs_attention(played) ? number : number + 2, run, &played});
    }
    for (const CaseResult& control : view.run(run).controls) {
      if (control.verdict.word != Word::pass) all.push_back({0, run, &control});
    }
  }
  std::ranges::stable_sort(all, {}, &Article::place);
  return all;
}

// What a part of the page has, in octets.
std::size_t size_of(auto&& write) {
  Html page("", Assets::beside);
  const std::size_t before = page.size();
  write(page);
  return page.size() - before;
}

std::size_t size_of(const View& view, const Article& article, Depth depth) {
  return size_of([&](Html& page) {
    case_article(page, view, article.run, *article.played,
                 view.article(article.run, article.played->id), depth, false);
  });
}

// A row of the table of all cases that unfolds.
struct UnfoldingRow {
  std::size_t place;  // in its family
  const RowGroup* group;
  const Row* row;
};

// The first of each family first.
std::vector<UnfoldingRow> rows_of(const View& view) {
  std::vector<UnfoldingRow> all;
  if (view.crowded()) return all;
  std::map<std::pair<std::string_view, std::uint32_t>, std::size_t> families;
  for (const RowGroup& group : view.groups()) {
    for (const Row& row : group.rows) {
      const auto& place = row.any().place;
      all.push_back({families[{place.file, place.line}]++, &group, &row});
    }
  }
  std::ranges::stable_sort(all, {}, &UnfoldingRow::place);
  return all;
}

std::size_t size_of(const View& view, const UnfoldingRow& one) {
  return size_of([&](Html& page) { case_row(page, view, *one.row, one.group->id); });
}

class Planner {
 public:
  Planner(View& view, const std::function<std::size_t()>& size)
      : view_(view),
        size_(size),
        limit_(page_limit * view.runs()),
        articles_(articles_of(view)),
        used_(size()) {}

  // Where the page is too large even so, the last of the largest families get no article, until
  // there is room for the first of each.
  void leave_out() {
    if (used_ <= limit_) return;
    const std::size_t goal = limit_ / 5 * 4;
    while (used_ > goal && !articles_.empty()) {
      for (std::size_t saved = 0; saved < used_ - goal && !articles_.empty();) {
        saved += size_of(view_, articles_.back(), Depth::bare);
        view_.tell(*articles_.back().played, Depth::row);
        articles_.pop_back();
      }
      used_ = size_();
    }
  }

  // Tells those articles so, of which no more than `most` of a family, that there is room for.
  void tell(Depth depth, std::size_t most = SIZE_MAX) {
    for (const Article& article : articles_) {
      if (article.place >= most || used_ + least > limit_) return;
      const Depth now = view_.depth(*article.played);
      if (now <= depth) continue;
      const std::size_t more = size_of(view_, article, depth) - size_of(view_, article, now);
      if (used_ + more > limit_) continue;
      view_.tell(*article.played, depth);
      used_ += more;
    }
  }

  // What has no article: the first rows of each family first.
  void tell_rows() {
    for (const UnfoldingRow& one : rows_of(view_)) {
      if (used_ + least > limit_) return;
      const std::size_t before = size_of(view_, one);
      tell_cells(*one.row, Depth::bare, Depth::brief);
      const std::size_t after = size_of(view_, one);
      if (after <= before) continue;
      if (used_ + after - before > limit_) {
        tell_cells(*one.row, Depth::brief, Depth::bare);
      } else {
        used_ += after - before;
      }
    }
  }

 private:
  static constexpr std::size_t least = 500;  // too little room to go on looking

  void tell_cells(const Row& row, Depth from, Depth to) {
    for (const CaseResult* cell : row.cells) {
      if (cell != nullptr && !view_.tells(*cell) && view_.depth(*cell) == from)
        view_.tell(*cell, to);
    }
  }

  View& view_;
  const std::function<std::size_t()>& size_;
  std::size_t limit_;
  std::vector<Article> articles_;
  std::size_t used_;
};

}  // namespace

void plan(View& view, const std::function<std::size_t()>& size) {
  Planner planner(view, size);
  planner.leave_out();
  planner.tell(Depth::whole, 1);
  planner.tell(Depth::brief);
  planner.tell_rows();
  planner.tell(Depth::whole);
}

}  // namespace wsproof::reports
