#include "harness/run/session.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/run/session_state.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::run {

namespace {

// The baseline conversation: as much of it as the target can do.
script::Case control_case(const result::Probe& probe) {
  std::string text =
      "section control \"Control\"\n\ncase baseline\n"
      "  \"The baseline conversation still works on a fresh connection.\"\n"
      "  checks 6455-4.1-48\n  connect\n";
  if (probe.pong) text += "  > ping \"wsproof control\"\n  < pong \"wsproof control\"\n";
  if (probe.echo_text) text += "  let $m = message 18\n  > text $m\n  < answer $m\n";
  const script::ParseResult parsed = script::parse(text, "the control", "");
  CHECK(parsed.errors.empty());
  return parsed.file.cases.front();
}

std::optional<std::string> unmet_need(const script::Case& c, const result::Probe& probe) {
  const bool echo = probe.echo_text && probe.echo_binary;
  for (const script::Need need : script::all_needs(c)) {
    switch (need) {
      case script::Need::answer:
      case script::Need::echo:
        if (!echo && probe.upgrades) return "needs-echo";
        break;
      case script::Need::pong:
        if (!probe.pong && !echo && probe.upgrades) return "needs-pong";
        break;
      case script::Need::deflate:
        if (!probe.deflate) return "needs-deflate";
        break;
      case script::Need::process:
        return "needs-process";
      case script::Need::handshake:
        break;
    }
  }
  return std::nullopt;
}

}  // namespace

Session::Session(std::span<const script::Case* const> cases, const SessionSettings& settings,
                 const OnResult& on_result, const net::StopSource* stop)
    : cases_(cases),
      settings_(settings),
      on_result_(on_result),
      stop_(stop),
      control_(control_case(settings.probe)),
      jobs_(std::max<std::uint32_t>(1, settings.jobs)) {}

void Session::plan() {
  told_.resize(cases_.size(), false);
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    result_.cases.push_back(blank_result(*cases_[i]));
    if (const auto unmet = unmet_need(*cases_[i], settings_.probe)) {
      result::CaseResult skipped = result_.cases[i];
      skipped.verdict.word = result::Word::unsupported;
      skipped.verdict.reason = *unmet;
      keep(i, std::move(skipped));
    } else {
      queue_.push_back({i});
    }
  }
}

SessionResult Session::run() {
  plan();
  if (!play_control()) {
    // A target whose baseline does not work is judged all the same; the gate does not pass.
    controls_work_ = false;
    target_lost_ = false;
    suspects_.clear();
  }
  while (!stopped()) {
    play_queue(jobs_);
    if (!controls_work_ || stopped()) break;
    if (!target_lost_ && !play_control()) target_lost_ = true;
    if (!target_lost_ || stopped()) break;
    attribute();
    if (target_lost_ || queue_.empty()) break;
  }
  judge_twins();
  for (auto& [requirement, finding] : monitor_) result_.monitor.push_back(std::move(finding));
  return std::move(result_);
}

void Session::keep(std::size_t index, result::CaseResult result) {
  result_.cases[index] = std::move(result);
  if (!told_[index]) ++done_;
  told_[index] = true;
  if (on_result_) on_result_(result_.cases[index], done_, cases_.size());
}

void Session::watch(const std::string& id, const std::vector<rfc::Finding>& findings) {
  for (const rfc::Finding& finding : findings) {
    result::MonitorFinding& kept = monitor_[finding.requirement];
    ++kept.count;
    // The first case by its name, not by the clock, so that two runs say the same.
    if (!kept.first_case.empty() && kept.first_case <= id) continue;
    kept.requirement = finding.requirement;
    kept.explanation = finding.explanation;
    kept.first_case = id;
    kept.octets.assign(finding.octets.begin(),
                       finding.octets.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                    64, finding.octets.size())));
  }
}

// A refusal proves nothing where the same thing done right is refused as well.
void Session::judge_twins() {
  std::map<std::string, result::Word> words;
  for (const result::CaseResult& r : result_.cases) words[r.id] = r.verdict.word;
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    const script::Case& c = *cases_[i];
    result::CaseResult& r = result_.cases[i];
    const auto twin = words.find(c.twin);
    if (r.verdict.word != result::Word::pass || twin == words.end() || !script::is_negative(c))
      continue;
    if (twin->second != result::Word::fail && twin->second != result::Word::inconclusive) continue;
    r.verdict.word = result::Word::inconclusive;
    r.verdict.reason = "no-control";
    r.evidence.observed = fmt::format("its positive control {} did not pass", c.twin);
  }
}

result::CaseResult blank_result(const script::Case& c) {
  result::CaseResult out;
  out.id = script::id(c);
  out.section = c.section_title;
  out.title = c.title;
  out.checks = c.checks;
  out.aliases = c.aliases;
  out.tags = c.tags;
  out.place = c.place;
  out.script = c.source;
  const rfc::Requirement* primary =
      c.checks.empty() ? nullptr : rfc::find_requirement(c.checks.front());
  if (primary != nullptr) out.level = primary->level;
  return out;
}

SessionResult play_all(std::span<const script::Case* const> cases, const SessionSettings& settings,
                       const OnResult& on_result, const net::StopSource* stop) {
  return Session(cases, settings, on_result, stop).run();
}

}  // namespace wsproof::run
