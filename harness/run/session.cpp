#include "harness/run/session.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/base/random.hpp"
#include "harness/run/needs.hpp"
#include "harness/run/session_state.hpp"
#include "harness/script/blank_result.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::run {

namespace {

// The baseline conversation: as much of it as the target can do.
script::Case control_case(const result::Probe& probe, const script::Profile& profile) {
  std::string text =
      "section control \"Control\"\n\ncase baseline\n"
      "  \"The baseline conversation still works on a fresh connection.\"\n"
      "  checks 6455-4.1-48\n  connect\n";
  if (probe.pong) text += "  > ping \"wsproof control\"\n  < pong \"wsproof control\"\n";
  if (probe.echo_text || profile.reply)
    text += "  let $m = message 18\n  > text $m\n  < answer $m\n";
  const script::ParseResult parsed = script::parse(text, "the control", "");
  CHECK(parsed.errors.empty());
  return parsed.file.cases.front();
}

}  // namespace

Session::Session(std::span<const script::Case* const> cases, const SessionSettings& settings,
                 const OnResult& on_result, const net::StopSource* stop)
    : cases_(cases),
      settings_(settings),
      on_result_(on_result),
      stop_(stop),
      control_(control_case(settings.probe, settings.reach.profile)),
      throttle_(settings.reach.pace, settings.back_off),
      courses_(cases.size()),
      patient_(settings.process, settings.restarts) {}

void Session::plan() {
  std::vector<std::size_t> order;
  result_.cases.reserve(cases_.size());
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    result_.cases.push_back(script::blank_result(*cases_[i]));
    const auto unmet =
        unmet_need(*cases_[i], settings_.probe, settings_.reach, settings_.process != nullptr);
    if (!unmet) {
      order.push_back(i);
      continue;
    }
    Outcome skipped;
    skipped.verdict.word = result::Word::unsupported;
    skipped.verdict.reason = *unmet;
    courses_[i].over = true;
    keep(i, std::move(skipped));
  }
  base::Random random(base::derive_seed(settings_.reach.seed, "the order of the cases"));
  for (std::uint32_t round = 1; round <= std::max(1U, settings_.plan.rounds); ++round) {
    for (std::size_t n = order.size(); settings_.plan.shuffle && n > 1; --n)
      std::swap(order[n - 1], order[random.below(n)]);
    add_rounds(order, round);
  }
}

void Session::add_rounds(const std::vector<std::size_t>& order, std::uint32_t round) {
  for (const std::size_t i : order) {
    std::vector<script::Delivery> deliveries = {script::Delivery::whole};
    if (const auto& wanted = settings_.plan.deliveries) {
      deliveries = script::deliveries_of(*cases_[i], *wanted);
      const bool asked = std::ranges::count(*wanted, script::Delivery::whole) != 0;
      if (!asked && deliveries.size() > 1) deliveries.erase(deliveries.begin());
    }
    const auto needs = script::all_needs(*cases_[i]);
    // Several of the largest at once would take more memory than a run should.
    const bool alone = std::ranges::find(needs, script::Need::process) != needs.end() ||
                       std::ranges::find(cases_[i]->tags, "large") != cases_[i]->tags.end();
    for (const script::Delivery delivery : deliveries) {
      (alone ? alone_ : queue_).push_back({.index = i, .delivery = delivery, .round = round});
      ++courses_[i].to_come;
    }
  }
}

SessionResult Session::run() {
  plan();
  std::uint32_t jobs = std::max<std::uint32_t>(1, settings_.reach.pace.jobs);
  if (!play_control()) {
    // A target whose baseline does not work is judged all the same; the gate does not pass.
    controls_work_ = false;
    target_lost_ = false;
    suspects_.clear();
  }
  while (!stopped() && !throttle_.given_up()) {
    play_queue(jobs);
    if (stopped() || enough_ || !result_.stopped.empty()) break;
    if (controls_work_ && !target_lost_ && !play_control()) target_lost_ = true;
    if (stopped() || throttle_.given_up()) break;
    if (target_lost_) attribute();
    if (target_lost_ || (queue_.empty() && alone_.empty())) break;
    if (!queue_.empty()) continue;
    // What a process uses says something about a case only when nothing else is played.
    std::swap(queue_, alone_);
    jobs = 1;
  }
  if (throttle_.given_up()) give_up();
  // Interrupted between two rounds: what was played of a case counts.
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    if (!courses_[i].told && !courses_[i].attempts.empty()) keep(i, courses_[i].attempts.sum());
  }
  judge_twins();
  for (auto& [requirement, watched] : monitor_)
    result_.monitor.push_back(std::move(watched.finding));
  return std::move(result_);
}

// A target that floods in every case must not fill our memory: beyond a limit for the whole run,
// transcripts keep their beginning and their end only.
void Session::thin(result::Transcript& transcript) {
  constexpr std::size_t most = std::size_t{4} << 20U;
  constexpr std::size_t at_each_end = 20;
  auto& entries = transcript.entries;
  if (kept_transcripts_ > most && entries.size() > 2 * at_each_end) {
    transcript.dropped += entries.size() - 2 * at_each_end;
    entries.erase(entries.begin() + at_each_end, entries.end() - at_each_end);
  }
  for (const result::Entry& entry : entries)
    kept_transcripts_ += sizeof entry + entry.text.size() + entry.octets.size();
}

void Session::watch(std::size_t index, const std::vector<rfc::Finding>& findings) {
  const std::string& id = result_.cases[index].id;
  for (const rfc::Finding& finding : findings) {
    Watched& watched = monitor_[finding.requirement];
    watched.cases.insert(index);
    result::MonitorFinding& kept = watched.finding;
    kept.count = watched.cases.size();
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

namespace {

// Whether a pass would mean nothing if the case's positive control did not pass.
bool rests_on_twin(const script::Case& c, const result::CaseResult& r) {
  return r.verdict.word == result::Word::pass && script::is_negative(c) && !c.twin.empty();
}

}  // namespace

// What the positive controls came to; those that were not selected are played for this.
std::map<std::string, result::Word> Session::words_of_twins() {
  std::map<std::string, result::Word> words;
  for (const result::CaseResult& r : result_.cases) words[r.id] = r.verdict.word;
  std::set<std::string> missing;
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    if (rests_on_twin(*cases_[i], result_.cases[i]) && !words.contains(cases_[i]->twin))
      missing.insert(cases_[i]->twin);
  }
  std::vector<const script::Case*> twins;
  for (const script::Case& c : settings_.catalogue) {
    if (missing.contains(script::id(c))) twins.push_back(&c);
  }
  if (twins.empty() || stopped() || target_lost_ || throttle_.given_up()) return words;
  SessionSettings settings = settings_;
  settings.catalogue = {};
  settings.plan = {};
  settings.process = nullptr;
  for (const result::CaseResult& r : play_all(twins, settings, {}, stop_).cases)
    words[r.id] = r.verdict.word;
  return words;
}

// A refusal proves nothing where the same thing done right is refused as well.
void Session::judge_twins() {
  const std::map<std::string, result::Word> words = words_of_twins();
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    const script::Case& c = *cases_[i];
    result::CaseResult& r = result_.cases[i];
    if (!rests_on_twin(c, r)) continue;
    const auto twin = words.find(c.twin);
    // Where it could not be played, the first control has to do.
    const bool played = twin != words.end() && twin->second != result::Word::not_run;
    const result::Word word = played                     ? twin->second
                              : result_.controls.empty() ? result::Word::pass
                                                         : result_.controls.front().verdict.word;
    if (word != result::Word::fail && word != result::Word::inconclusive) continue;
    r.verdict.word = result::Word::inconclusive;
    r.verdict.reason = "no-control";
    r.evidence.observed = fmt::format("its positive control {} did not pass",
                                      played ? c.twin : "(the baseline conversation)");
  }
}

SessionResult play_all(std::span<const script::Case* const> cases, const SessionSettings& settings,
                       const OnResult& on_result, const net::StopSource* stop) {
  return Session(cases, settings, on_result, stop).run();
}

}  // namespace wsproof::run
