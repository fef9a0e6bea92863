#include "harness/run/gate.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "harness/rfc/requirements.hpp"

namespace wsproof::run {

namespace {

std::string cases(std::size_t count) {
  return count == 1 ? "1 case" : fmt::format("{} cases", count);
}

// A verdict says something about the target in all words but these.
bool says_something(result::Word word) {
  return word != result::Word::unsupported && word != result::Word::inconclusive &&
         word != result::Word::not_run;
}

// Whether a baseline says just what happened.
bool is_expected(const std::optional<result::Known>& known) {
  return known && known->standing == result::Standing::expected;
}

void judge_words(const result::RunResult& run, const GateSettings& settings, result::Gate& gate) {
  std::map<result::Word, std::size_t> counts;
  for (const result::CaseResult& played : run.cases) {
    if (!is_expected(played.known)) ++counts[played.verdict.word];
  }
  const std::string_view unlike = gate.baseline.empty() ? "" : ", unlike the baseline says";
  const auto reason = [&](result::Word word, std::string_view says) {
    const auto found = counts.find(word);
    if (found != counts.end() && found->second > 0)
      gate.reasons.push_back(fmt::format("{} {}{}.", cases(found->second), says, unlike));
  };
  reason(result::Word::fail, "failed");
  reason(result::Word::crash, "made the target crash");
  reason(result::Word::hang, "made the target hang");
  reason(result::Word::flaky, "came to different verdicts on repetition");
  reason(result::Word::inconclusive, "came to no verdict");
  reason(result::Word::not_run, "not played");
  if (settings.strict) reason(result::Word::non_strict, "non-strict, and --strict was given");
}

// Lines that say worse than what happened make the gate fail, or are told.
void judge_known(const result::RunResult& run, result::Gate& gate) {
  constexpr std::size_t most = 20;
  std::vector<std::string> better;
  std::size_t noted = 0;
  for (const result::CaseResult& played : run.cases) {
    if (!played.known) continue;
    if (played.known->standing == result::Standing::better) better.push_back(played.id);
    if (played.known->standing != result::Standing::noted || ++noted > most) continue;
    gate.notes.push_back(fmt::format("{} is {}; {}:{} says {}.", played.id,
                                     result::name(played.verdict.word), played.known->file,
                                     played.known->line, played.known->says));
  }
  if (noted > most) gate.notes.push_back(fmt::format("And {} more like that.", noted - most));
  if (better.empty()) return;
  const std::size_t count = better.size();
  better.resize(std::min<std::size_t>(count, 3));
  gate.reasons.push_back(
      fmt::format("{} better than the baseline says, {}{}; run `wsproof baseline update`.",
                  count == 1 ? "1 case is" : fmt::format("{} cases are", count),
                  fmt::join(better, ", "), count > better.size() ? ", …" : ""));
}

// A run finds out who kept the target from serving: the verdict of a case says so, or an incident.
bool is_explained(const result::RunResult& run) {
  return !run.incidents.empty() || std::ranges::any_of(run.cases, [](const result::CaseResult& c) {
    return c.verdict.word == result::Word::crash || c.verdict.word == result::Word::hang;
  });
}

// A control that failed counts, unless it only tells of what counts by itself. The first one says
// whether the target works at all.
void judge_controls(const result::RunResult& run, result::Gate& gate) {
  const auto failed = [](const result::CaseResult& c) {
    return c.verdict.word != result::Word::pass;
  };
  const auto count = std::ranges::count_if(run.controls, failed);
  if (count == 0 || (is_explained(run) && !failed(run.controls.front()))) return;
  gate.reasons.push_back(fmt::format("{} of {} controls failed.", count, run.controls.size()));
}

// Of what chance brings about, the baseline can say that a case may come to nothing by it.
void judge_incidents(const result::RunResult& run, result::Gate& gate) {
  for (const result::Incident& incident : run.incidents) {
    const bool known = std::ranges::any_of(run.cases, [&](const result::CaseResult& c) {
      return c.verdict.reason == "suspect" && is_expected(c.known) &&
             std::ranges::find(incident.suspects, c.id) != incident.suspects.end();
    });
    if (known) continue;
    gate.reasons.push_back(
        fmt::format("No case could be blamed for an incident: {}.", summary(incident)));
  }
}

}  // namespace

result::Gate judge(const result::RunResult& run, const std::string& stopped,
                   const GateSettings& settings) {
  result::Gate gate;
  gate.strict = settings.strict;
  gate.baseline = run.gate.baseline;
  gate.lines = run.gate.lines;
  judge_words(run, settings, gate);
  judge_known(run, gate);
  std::ranges::copy(gate.lines, std::back_inserter(gate.reasons));
  for (const result::MonitorFinding& finding : run.monitor) {
    const auto* requirement = rfc::find_requirement(finding.requirement);
    if (requirement == nullptr || requirement->verdict_class != rfc::VerdictClass::strict ||
        is_expected(finding.known))
      continue;
    gate.reasons.push_back(fmt::format("The monitor saw {} broken in {}: {}", finding.requirement,
                                       cases(finding.count), finding.explanation));
  }
  judge_controls(run, gate);
  judge_incidents(run, gate);
  if (!stopped.empty()) gate.reasons.push_back(fmt::format("The run ended early: {}.", stopped));
  if (run.interrupted) gate.reasons.emplace_back("The run was interrupted.");
  const auto judged = static_cast<std::size_t>(std::ranges::count_if(
      run.cases, [](const result::CaseResult& c) { return says_something(c.verdict.word); }));
  if (judged < settings.min_cases) {
    gate.reasons.push_back(fmt::format("Only {} came to a verdict; --min-cases asks for {}.",
                                       cases(judged), settings.min_cases));
  } else if (judged == 0) {
    gate.reasons.emplace_back("No case came to a verdict.");
  }
  gate.passed = gate.reasons.empty();
  return gate;
}

}  // namespace wsproof::run
