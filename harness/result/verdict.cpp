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

namespace {

int badness(Word word) {
  switch (word) {
    case Word::not_run:
      return 0;
    case Word::pass:
      return 1;
    case Word::unsupported:
      return 2;
    case Word::info:
      return 3;
    case Word::non_strict:
      return 4;
    case Word::inconclusive:
      return 5;
    case Word::flaky:
      return 6;
    case Word::fail:
      return 7;
    case Word::hang:
      return 8;
    case Word::crash:
      return 9;
  }
  return 0;
}

}  // namespace

bool worse(Word left, Word right) { return badness(left) > badness(right); }

bool is_neutral(const Delivered& delivered) {
  return delivered.word == Word::info && delivered.reason == "early-data-refused";
}

}  // namespace wsproof::result
