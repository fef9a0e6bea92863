#include "harness/run/gate.hpp"

#include <algorithm>

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

void judge_words(const result::RunResult& run, const GateSettings& settings, result::Gate& gate) {
  const auto counts = result::count(run.cases);
  const auto reason = [&](result::Word word, std::string_view says) {
    const auto found = counts.find(word);
    if (found != counts.end() && found->second > 0)
      gate.reasons.push_back(fmt::format("{} {}.", cases(found->second), says));
  };
  reason(result::Word::fail, "failed");
  reason(result::Word::crash, "made the target crash");
  reason(result::Word::hang, "made the target hang");
  reason(result::Word::flaky, "came to different verdicts on repetition");
  reason(result::Word::inconclusive, "came to no verdict");
  reason(result::Word::not_run, "were not played");
  if (settings.strict) reason(result::Word::non_strict, "were non-strict, and --strict was given");
}

}  // namespace

result::Gate judge(const result::RunResult& run, const std::string& stopped,
                   const GateSettings& settings) {
  result::Gate gate;
  gate.strict = settings.strict;
  judge_words(run, settings, gate);
  for (const result::MonitorFinding& finding : run.monitor) {
    const auto* requirement = rfc::find_requirement(finding.requirement);
    if (requirement == nullptr || requirement->verdict_class != rfc::VerdictClass::strict) continue;
    gate.reasons.push_back(fmt::format("The monitor saw {} broken in {}: {}", finding.requirement,
                                       cases(finding.count), finding.explanation));
  }
  const auto failed_controls =
      static_cast<std::size_t>(std::ranges::count_if(run.controls, [](const result::CaseResult& c) {
        return c.verdict.word != result::Word::pass;
      }));
  if (failed_controls > 0) {
    gate.reasons.push_back(
        fmt::format("{} of {} controls failed.", failed_controls, run.controls.size()));
  }
  for (const result::Incident& incident : run.incidents) {
    gate.reasons.push_back(
        fmt::format("No case could be blamed for an incident: {}.", summary(incident)));
  }
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
