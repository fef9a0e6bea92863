#include "harness/run/attempts.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/script/words.hpp"

namespace wsproof::run {

namespace {

using result::is_neutral;
using result::Word;
using result::worse;

// "fail (went-on)".
std::string told(Word word, const std::string& reason) {
  const std::string text(result::name(word));
  return reason.empty() ? text : fmt::format("{} ({})", text, reason);
}

// Results are told in the order of the notation, not in that in which things happened to end.
auto place(const std::string& delivery) {
  const auto& words = script::delivery_words;
  return std::ranges::find(words, delivery, &script::NamedValue<script::Delivery>::name) -
         words.begin();
}

}  // namespace

void Attempts::add(Outcome played, std::uint32_t round) {
  const result::Verdict& verdict = played.verdict;
  const auto later = std::ranges::upper_bound(
      history_, std::pair(round, place(verdict.delivery)), {},
      [](const result::Attempt& a) { return std::pair(a.round, place(a.delivery)); });
  history_.insert(later, {round, verdict.delivery, verdict.word, verdict.reason,
                          played.evidence.observed, played.evidence.took});
  const auto known = std::ranges::find_if(
      worst_, [&](const Outcome& other) { return other.verdict.delivery == verdict.delivery; });
  if (known == worst_.end()) {
    const auto behind =
        std::ranges::upper_bound(worst_, place(verdict.delivery), {},
                                 [](const auto& other) { return place(other.verdict.delivery); });
    worst_.insert(behind, std::move(played));
  } else if (worse(verdict.word, known->verdict.word)) {
    *known = std::move(played);
  }
}

void Attempts::forget(const std::string& delivery) {
  std::erase_if(history_, [&](const result::Attempt& a) { return a.delivery == delivery; });
  std::erase_if(worst_, [&](const Outcome& o) { return o.verdict.delivery == delivery; });
}

void Attempts::drop_transcripts() {
  for (Outcome& one : worst_) one.evidence.transcript = {};
}

std::uint32_t Attempts::count(const std::string& delivery, std::uint32_t round) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(history_, [&](const result::Attempt& a) {
    return a.delivery == delivery && a.round == round;
  }));
}

bool Attempts::differ(const std::string& delivery, std::uint32_t round) const {
  std::optional<Word> first;
  for (const result::Attempt& a : history_) {
    if (a.delivery != delivery || a.round != round) continue;
    if (first && *first != a.word) return true;
    first = a.word;
  }
  return false;
}

// Within a round words are compared; between rounds whole verdicts are.
result::Delivered Attempts::under(const std::string& delivery) const {
  const result::Attempt* first = nullptr;
  for (const result::Attempt& a : history_) {
    if (a.delivery != delivery) continue;
    if (first == nullptr) first = &a;
    const bool same =
        a.word == first->word && (a.round == first->round || a.reason == first->reason);
    if (!same) return {delivery, Word::flaky, "differs"};
  }
  CHECK(first != nullptr);
  return {delivery, first->word, first->reason};
}

Outcome Attempts::sum() const {
  CHECK(!worst_.empty());
  std::vector<result::Delivered> deliveries;
  std::size_t decides = 0;
  for (std::size_t i = 0; i < worst_.size(); ++i) {
    deliveries.push_back(under(worst_[i].verdict.delivery));
    if (is_neutral(deliveries[i])) continue;
    if (is_neutral(deliveries[decides]) || worse(deliveries[i].word, deliveries[decides].word))
      decides = i;
  }
  Outcome out = worst_[decides];
  result::Verdict& verdict = out.verdict;
  verdict.word = deliveries[decides].word;
  verdict.reason = deliveries[decides].reason;
  if (verdict.word == Word::flaky) {
    std::vector<std::string> words;
    for (const result::Attempt& a : history_) {
      if (a.delivery == verdict.delivery) words.push_back(told(a.word, a.reason));
    }
    out.evidence.observed =
        fmt::format("{}{}{}", fmt::join(words, ", then "),
                    out.evidence.observed.empty() ? "" : ": ", out.evidence.observed);
  }
  const auto other = std::ranges::find_if(deliveries, [&](const result::Delivered& d) {
    return d.word != verdict.word && !is_neutral(d);
  });
  if (other != deliveries.end()) {
    verdict.reason = "depends-on-delivery";
    out.evidence.observed = fmt::format("{}; delivered {} it was {}", out.evidence.observed,
                                        other->delivery, told(other->word, other->reason));
  }
  if (deliveries.size() > 1 || deliveries.front().delivery != "whole")
    verdict.deliveries = std::move(deliveries);
  if (history_.size() > 1) out.evidence.history = history_;
  out.evidence.attempts =
      std::max(out.evidence.attempts, static_cast<std::uint32_t>(history_.size()));
  return out;
}

}  // namespace wsproof::run
