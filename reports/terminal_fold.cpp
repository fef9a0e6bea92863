#include "reports/terminal_fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "reports/phrases.hpp"
#include "reports/terminal_text.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Word;

namespace {

constexpr std::size_t few = 10;        // cases, which are told one by one whatever they share
constexpr std::size_t most_alike = 3;  // that are told one by one among many
constexpr std::size_t most_families = 6;
constexpr std::size_t left = 12;  // where the text behind a label begins

bool is_told(const CaseResult& played, const TerminalStyle& style) {
  if (needs_attention(played) || style.verbosity > 2) return true;
  return style.verbosity > 1 && is_alarming(played.verdict.word);
}

// A sentence without the payloads in it: what stands in quotes or parentheses, and the word that is
// written together with those. Of `pong repeat("p", 125)` and `pong hex"ff"` that leaves the pong.
std::string kinds(std::string_view sentence) {
  std::string out;
  bool quoted = false;
  std::size_t depth = 0;
  for (const char c : sentence) {
    if (!quoted && (c == '"' || c == '(')) {
      while (!out.empty() && std::isalpha(static_cast<unsigned char>(out.back())) != 0)
        out.pop_back();
    }
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '(' && !quoted) {
      ++depth;
    } else if (c == ')' && !quoted && depth > 0) {
      --depth;
    } else if (!quoted && depth == 0) {
      out += c;
    }
  }
  return out;
}

// "rfc6455/5.2" of "rfc6455/5.2/reserved-bits/rsv=1".
std::string_view section(std::string_view id) {
  const std::size_t name = id.find('/', id.find('/') + 1);
  return id.substr(0, name);
}

// What made a case fail, as far as one can tell from outside. Silence is one cause everywhere.
using Cause = std::tuple<Word, bool, std::string_view, std::string, std::string, std::string_view>;

Cause cause(const CaseResult& played) {
  const result::Verdict& verdict = played.verdict;
  const bool silence = verdict.reason == "no-reaction" || verdict.reason == "no-handshake";
  const bool better = played.known && played.known->standing == result::Standing::better;
  return {verdict.word,
          better,
          verdict.reason,
          kinds(played.evidence.observed),
          silence ? "" : kinds(played.evidence.expected),
          silence ? "" : section(played.id)};
}

// What became of a process is a story of its own each time, and so is what comes and goes.
bool folds(const CaseResult& played) {
  const Word word = played.verdict.word;
  return !played.evidence.incident && word != Word::crash && word != Word::hang &&
         word != Word::flaky;
}

// The id without the values of its sweeps.
std::string_view family(std::string_view id) {
  const std::size_t value = id.find('=');
  return value == std::string_view::npos ? id : id.substr(0, id.rfind('/', value));
}

}  // namespace

std::vector<Fold> folded(const result::RunResult& run, const TerminalStyle& style) {
  const auto told =
      std::ranges::count_if(run.cases, [&](const CaseResult& one) { return is_told(one, style); });
  const bool many = style.verbosity == 0 && static_cast<std::size_t>(told) > few;
  const auto may_fold = [&](const CaseResult& played) { return many && folds(played); };
  std::map<Cause, std::size_t> alike;
  for (const CaseResult& played : run.cases) {
    if (is_told(played, style) && may_fold(played)) ++alike[cause(played)];
  }
  std::vector<Fold> out;
  std::map<Cause, std::size_t> places;
  for (const CaseResult& played : run.cases) {
    if (!is_told(played, style)) continue;
    if (may_fold(played) && alike[cause(played)] > most_alike) {
      const auto [place, is_new] = places.try_emplace(cause(played), out.size());
      if (!is_new) {
        out[place->second].others.push_back(&played);
        continue;
      }
    }
    out.push_back({&played, {}});
  }
  return out;
}

std::string fold_line(const Fold& fold, const TerminalStyle& style) {
  if (fold.others.empty()) return {};
  std::vector<std::pair<std::string_view, std::size_t>> families;
  std::map<std::string_view, std::size_t> places;
  for (const CaseResult* other : fold.others) {
    const std::string_view name = family(other->id);
    const auto [place, is_new] = places.try_emplace(name, families.size());
    if (is_new) families.emplace_back(name, 0);
    ++families[place->second].second;
  }
  std::string names;
  for (std::size_t at = 0; at < std::min(families.size(), most_families); ++at) {
    const auto& [name, number] = families[at];
    names += fmt::format("{}{}{}", at == 0 ? "" : ", ", name,
                         number == 1 ? "" : fmt::format(" ({})", number));
  }
  if (families.size() > most_families)
    names += fmt::format(" and {} more", families.size() - most_families);
  TerminalText out(style.colour);
  out.text("  ").text("likewise", Ink::bold).tab(left);
  out.wrapped(
         fmt::format("{}: {}; -v tells each", counted(fold.others.size(), "case", "cases"), names),
         static_cast<std::size_t>(std::max(style.width, 40)))
      .end();
  return std::move(out).take();
}

}  // namespace wsproof::reports
