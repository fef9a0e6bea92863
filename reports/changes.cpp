#include "reports/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/base/escape.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

namespace {

// The place in words_by_weight(): less is more alarming.
std::size_t rank(Word word) {
  const auto words = words_by_weight();
  return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
}

std::optional<Change> compare(const CaseResult& now, const CaseResult& before) {
  const Word here = now.verdict.word;
  const Word there = before.verdict.word;
  if (here == there) {
    const bool same = now.verdict.reason == before.verdict.reason &&
                      now.verdict.requirement == before.verdict.requirement;
    return same ? std::nullopt : std::optional(Change::reason);
  }
  if (is_alarming(here) != is_alarming(there))
    return is_alarming(here) ? Change::broken : Change::fixed;
  return rank(here) < rank(there) ? Change::worse : Change::better;
}

std::vector<CaseChange> compare(const RunResult& now, const RunResult& before) {
  std::map<std::string_view, const CaseResult*> earlier;
  for (const CaseResult& played : before.cases) earlier.emplace(played.id, &played);
  std::vector<CaseChange> all;
  for (const CaseResult& played : now.cases) {
    const auto found = earlier.find(played.id);
    if (found == earlier.end()) {
      all.push_back({.change = Change::added, .now = &played, .before = nullptr});
      continue;
    }
    if (const auto change = compare(played, *found->second))
      all.push_back({.change = *change, .now = &played, .before = found->second});
    earlier.erase(found);
  }
  for (const CaseResult& played : before.cases) {
    if (earlier.contains(played.id))
      all.push_back({.change = Change::removed, .now = nullptr, .before = &played});
  }
  std::ranges::stable_sort(all, {}, &CaseChange::change);
  return all;
}

}  // namespace

std::string_view name(Change change) {
  switch (change) {
    case Change::broken:
      return "newly broken";
    case Change::worse:
      return "worse";
    case Change::fixed:
      return "fixed";
    case Change::better:
      return "better";
    case Change::reason:
      return "other reason";
    case Change::added:
      return "new";
    case Change::removed:
      return "gone";
  }
  return "";
}

std::string in_words(const CaseChange& change) {
  const auto word = [](const CaseResult* played) { return result::name(played->verdict.word); };
  if (change.before == nullptr) return std::string(word(change.now));
  if (change.now == nullptr) return fmt::format("was {}", word(change.before));
  if (change.change == Change::reason) {
    return fmt::format("{} ({} → {})", word(change.now),
                       base::cut(change.before->verdict.reason, 60),
                       base::cut(change.now->verdict.reason, 60));
  }
  return fmt::format("{} → {}", word(change.before), word(change.now));
}

std::map<Change, std::size_t> Changes::count() const {
  std::map<Change, std::size_t> counts;
  for (const CaseChange& one : cases) ++counts[one.change];
  return counts;
}

std::vector<Changes> changes(const Subject& subject) {
  const std::vector<std::string> names = labels(subject.runs);
  std::vector<Changes> all;
  for (std::size_t index = 0; index < subject.runs.size(); ++index) {
    const RunResult* const before = earlier(subject, index);
    if (before == nullptr) continue;
    const RunResult& now = subject.runs[index];
    all.push_back(
        {.label = names[index], .now = &now, .before = before, .cases = compare(now, *before)});
  }
  return all;
}

}  // namespace wsproof::reports
