#include "harness/result/verdict.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/check.hpp"

namespace wsproof::result {

namespace {

constexpr auto words = std::to_array<std::pair<Word, std::string_view>>({
    {Word::pass, "pass"},
    {Word::fail, "fail"},
    {Word::non_strict, "non-strict"},
    {Word::info, "info"},
    {Word::unsupported, "unsupported"},
    {Word::inconclusive, "inconclusive"},
    {Word::crash, "crash"},
    {Word::hang, "hang"},
    {Word::flaky, "flaky"},
    {Word::not_run, "not-run"},
});

}  // namespace

std::string_view name(Word word) {
  const auto* const found =
      std::ranges::find(words, word, &std::pair<Word, std::string_view>::first);
  CHECK(found != words.end());
  return found->second;
}

std::optional<Word> word(std::string_view name) {
  const auto* const found =
      std::ranges::find(words, name, &std::pair<Word, std::string_view>::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

}  // namespace wsproof::result
