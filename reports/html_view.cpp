#include "reports/html_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/check.hpp"
#include "reports/phrases.hpp"
#include "reports/sections.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

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
  for (RowGroup& group : groups_) {
    for (std::size_t at = 1; at < group.rows.size(); ++at) {
      const CaseResult& above = group.rows[at - 1].any();
      const CaseResult& played = group.rows[at].any();
      group.rows[at].first_of_family = above.place != played.place || above.title != played.title;
    }
  }
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
  if (played.verdict.word == Word::not_run) return std::nullopt;  // there is nothing to tell
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

bool View::tells(const CaseResult& played) const {
  const auto told = chapter(played);
  if (!told || depth(played) >= Depth::row) return false;
  return !crowded() || told == Chapter::failures;
}

Depth View::depth(const CaseResult& played) const {
  const auto found = depths_.find(&played);
  return found == depths_.end() ? Depth::bare : found->second;
}

}  // namespace wsproof::reports
