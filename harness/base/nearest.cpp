#include "harness/base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace wsproof::base {

namespace {

constexpr std::size_t longest_word = 128;

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

// Both words are folded.
std::size_t distance(std::string_view left, std::string_view right) {
  // Three rows of the table are alive at a time; row[j] is the distance of the first i letters of
  // `left` and the first j of `right`.
  std::vector<std::size_t> before_last(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] &&
                           left[i - 2] == right[j - 1] && left[i - 1] != right[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

// Whether `word` stands in `candidate` where a segment starts.
bool starts_a_segment(std::string_view word, std::string_view candidate) {
  for (std::size_t at = candidate.find(word); at != std::string_view::npos;
       at = candidate.find(word, at + 1)) {
    if (at == 0 || std::string_view("/.-_=: ").contains(candidate[at - 1])) return true;
  }
  return false;
}

// How far off the candidate is; nothing when it is not near. Both are folded. A beginning is worth
// as much as one edit, a later segment as two.
std::optional<std::size_t> remoteness(std::string_view word, std::string_view candidate) {
  std::optional<std::size_t> best;
  const auto offer = [&best](std::size_t value) { best = std::min(best.value_or(value), value); };
  if (word.size() >= 2 && candidate.starts_with(word)) offer(candidate == word ? 0 : 1);
  if (word.size() >= 2 && starts_a_segment(word, candidate)) offer(2);
  const std::size_t edits = std::max<std::size_t>(1, word.size() / 3);
  const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
  if (longer - shorter > edits) return best;  // that many insertions are too many already
  const std::size_t needed = distance(word, candidate);
  // A word of which nothing is left is no relative: "a" is not near "b".
  if (needed <= edits && needed < longer) offer(needed);
  return best;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  return distance(folded(left), folded(right));
}

std::vector<std::string_view> nearest(std::string_view word,
                                      std::span<const std::string_view> candidates,
                                      std::size_t most) {
  if (word.empty() || word.size() > longest_word) return {};
  const std::string wanted = folded(word);
  struct Found {
    std::size_t remoteness;
    std::size_t extra;  // of two equally near, the one whose size is nearer
    std::string_view candidate;
  };
  std::vector<Found> found;
  for (const std::string_view candidate : candidates) {
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    if (const auto far = remoteness(wanted, folded(candidate)))
      found.push_back({*far, longer - shorter, candidate});
  }
  std::ranges::stable_sort(found, {},
                           [](const Found& one) { return std::pair(one.remoteness, one.extra); });
  std::vector<std::string_view> result;
  for (const Found& one : found) {
    if (result.size() == most) break;
    result.push_back(one.candidate);
  }
  return result;
}

}  // namespace wsproof::base
