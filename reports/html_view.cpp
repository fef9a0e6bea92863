#include "reports/html_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/base/check.hpp"
#include "reports/phrases.hpp"
#include "reports/sections.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

namespace {

// What the parts of a page take, in octets, rather too much than too little. 2 MB a run is the
// promise.
constexpr std::size_t page_limit = 1'900'000;
constexpr std::size_t fixed_cost = 220'000;  // style, script, overview, requirements
constexpr std::size_t bare_row = 620;
constexpr std::size_t brief_row = 520;  // more than a bare one
constexpr std::size_t bare_article = 2'300;
constexpr std::size_t brief_article = 1'600;  // more than a bare one

std::size_t whole_cost(const CaseResult& played) {
  const std::size_t events = std::min<std::size_t>(played.evidence.transcript.entries.size(), 60);
  return 3'500 + 2 * std::min<std::size_t>(played.script.size(), 20'000) + 1'300 * events;
}

}  // namespace

const CaseResult& Row::any() const {
  const auto found =
      std::ranges::find_if(cells, [](const CaseResult* cell) { return cell != nullptr; });
  CHECK(found != cells.end());
  return **found;
}

View::View(const Subject& subject, bool folder)
    : subject_(subject),
      folder_(folder),
      labels_(labels(subject.runs)),
      changes_(changes(subject)),
      before_(subject.runs.size()),
      change_(subject.runs.size()) {
  align();
  for (std::size_t index = 0; index < runs(); ++index) {
    if (const RunResult* const old = earlier(subject_, index)) {
      for (const CaseResult& played : old->cases) before_[index].emplace(played.id, &played);
    }
    for (const Changes& one : changes_) {
      if (one.now != &subject_.runs[index]) continue;
      for (const CaseChange& change : one.cases) change_[index].emplace(change.id(), &change);
    }
  }
  plan();
}

void View::align() {
  std::map<std::string_view, std::size_t> group_of;
  for (std::size_t run = 0; run < runs(); ++run) {
    for (const CaseResult& played : subject_.runs[run].cases) {
      const std::string_view section = section_of(played.id);
      const auto [group, new_group] = group_of.try_emplace(section, groups_.size());
      if (new_group) groups_.push_back({.id = section, .title = played.section, .rows = {}});
      std::vector<Row>& rows = groups_[group->second].rows;
      const auto [place, new_row] = index_.try_emplace(played.id, group->second, rows.size());
      // A case that a results file holds twice gets a second row: nothing is left out.
      const bool taken =
          !new_row && groups_[place->second.first].rows[place->second.second].cells[run] != nullptr;
      if (new_row || taken) {
        rows.push_back({.id = played.id, .cells = {}});
        rows.back().cells.resize(runs());
        rows.back().cells[run] = &played;
      } else {
        groups_[place->second.first].rows[place->second.second].cells[run] = &played;
      }
    }
  }
}

// The cheapest form of everything first; then, as long as there is room, the first alarming case of
// each family in full, all articles in brief, the cases that passed in brief, and at last more
// articles in full.
void View::plan() {
  if (folder_) {
    row_depth_ = Depth::bare;
    return;
  }
  std::vector<std::pair<std::size_t, const CaseResult*>> articles;  // place in its family, case
  std::size_t rows = 0;
  for (const RunResult& run : subject_.runs) {
    std::map<std::pair<std::string_view, std::uint32_t>, std::size_t> families;
    for (const CaseResult& played : run.cases) {
      ++rows;
      if (!tells(played)) continue;
      const std::size_t number = families[{played.place.file, played.place.line}]++;
      articles.emplace_back(needs_attention(played) ? number : number + 2, &played);
    }
    for (const CaseResult& control : run.controls) {
      if (control.verdict.word != Word::pass) articles.emplace_back(0, &control);
    }
  }
  std::ranges::stable_sort(articles, {}, [](const auto& one) { return one.first; });
  const std::size_t limit = page_limit * runs();
  std::size_t used = fixed_cost * runs() + rows * bare_row + articles.size() * bare_article;
  const auto afford = [&](std::size_t cost) {
    if (used + cost > limit) return false;
    used += cost;
    return true;
  };
  const auto in_full = [&](std::size_t most_of_family) {
    for (const auto& [number, played] : articles) {
      Depth& depth = depths_[played];
      if (number < most_of_family && depth != Depth::whole && afford(whole_cost(*played)))
        depth = Depth::whole;
    }
  };
  for (const auto& [number, played] : articles) depths_[played] = Depth::bare;
  in_full(1);
  if (afford(articles.size() * brief_article)) {
    for (const auto& [number, played] : articles) {
      if (depths_[played] == Depth::bare) depths_[played] = Depth::brief;
    }
  }
  row_depth_ = afford(rows * brief_row) ? Depth::brief : Depth::bare;
  in_full(std::numeric_limits<std::size_t>::max());
}

const Row* View::row(std::string_view id) const {
  const auto found = index_.find(id);
  if (found == index_.end()) return nullptr;
  return &groups_[found->second.first].rows[found->second.second];
}

const CaseResult* View::before(std::size_t index, std::string_view id) const {
  const auto found = before_[index].find(id);
  return found == before_[index].end() ? nullptr : found->second;
}

const CaseChange* View::change(std::size_t index, std::string_view id) const {
  const auto found = change_[index].find(id);
  return found == change_[index].end() ? nullptr : found->second;
}

std::optional<Chapter> View::chapter(const CaseResult& played) {
  if (needs_attention(played)) return Chapter::failures;
  if (is_alarming(played.verdict.word)) return Chapter::known;
  if (played.verdict.word == Word::non_strict) return Chapter::deviations;
  return std::nullopt;
}

// The parts of the page have names without a slash.
Anchor View::place(std::string_view id) {
  const bool slash = id.find('/') != std::string_view::npos;
  return Anchor(slash ? std::string(id) : "case/" + std::string(id));
}

Anchor View::article(std::size_t index, std::string_view id) const {
  return several() ? Anchor(labels_[index] + "/" + std::string(id)) : place(id);
}

std::string View::page(std::string_view id) const {
  std::string name = Anchor(id).text();
  std::ranges::replace(name, '/', ',');
  // Names that a file system or a web server might mind are numbers instead.
  const bool safe = name.size() <= 120 && name.find('~') == std::string::npos &&
                    name.front() != '.' && name != "index";
  if (safe) return name + ".html";
  const auto found = index_.find(id);
  return found == index_.end()
             ? "index.html"
             : fmt::format("case-{}-{}.html", found->second.first, found->second.second);
}

Depth View::depth(const CaseResult& played) const {
  const auto found = depths_.find(&played);
  if (found != depths_.end()) return found->second;
  return folder_ ? Depth::brief : Depth::bare;
}

}  // namespace wsproof::reports
