#include "harness/run/session.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/net/pump.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::run {

namespace {

constexpr std::uint32_t max_attempts = 4;  // of one case whose connection was refused

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

// One thing to play: a case, or a control.
struct Job {
  static constexpr std::size_t control = SIZE_MAX;
  std::size_t index = control;
  std::uint32_t attempt = 1;
  bool fences = true;
};

class Session {
 public:
  Session(std::span<const script::Case* const> cases, const SessionSettings& settings,
          const OnResult& on_result, const net::StopSource* stop)
      : cases_(cases),
        settings_(settings),
        on_result_(on_result),
        stop_(stop),
        control_(control_case(settings.probe)),
        jobs_(std::max<std::uint32_t>(1, settings.jobs)) {}

  SessionResult run();

 private:
  bool stopped() const { return stop_ != nullptr && stop_->stopped(); }
  void plan();
  void play_queue(std::uint32_t jobs);
  std::optional<Job> next();
  net::Play start(const Job& job);
  void finished(const Job& job, const script::Peer& peer, const net::PartyReport& report);
  bool again(const Job& job, const script::Play& play, const net::PartyReport& report);
  void control_finished(const script::Play& play);
  void keep(std::size_t index, result::CaseResult result);
  void watch(const std::string& id, const std::vector<rfc::Finding>& findings);
  bool play_control();
  void play_alone(std::size_t index);
  bool recover();
  void attribute();
  void blame(std::size_t index, const std::optional<std::string>& death);
  void judge_twins();

  std::span<const script::Case* const> cases_;
  const SessionSettings& settings_;
  const OnResult& on_result_;
  const net::StopSource* stop_;
  const script::Case control_;

  std::mutex mutex_;  // of everything below
  std::deque<Job> queue_;
  std::uint32_t jobs_;
  std::size_t started_since_control_ = 0;
  std::size_t done_ = 0;
  std::vector<bool> told_;
  std::set<std::size_t> suspects_;  // played, or in flight, since the last good control began
  std::set<std::size_t> suspects_before_control_;  // those that were done when the control began
  std::set<std::size_t> in_flight_;
  bool control_in_flight_ = false;
  bool controls_work_ = true;  // the first one passed
  bool target_lost_ = false;
  std::uint32_t restarts_ = 0;
  SessionResult result_;
  std::map<std::string, result::MonitorFinding> monitor_;
};

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

// Plays what is in the queue, and controls in between, until it is empty or the target is lost.
void Session::play_queue(std::uint32_t jobs) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned count = std::min<unsigned>(jobs, cores);
  const auto work = [&](unsigned number) {
    const std::uint32_t slots = jobs / count + (number < jobs % count ? 1 : 0);
    net::Pump pump(settings_.reach.destination, {}, stop_);
    pump.run(slots, [&]() -> net::Offer {
      const std::optional<Job> job = next();
      return job ? net::Offer(start(*job)) : net::Offer(net::Nothing{});
    });
  };
  std::vector<std::jthread> threads;
  for (unsigned n = 1; n < count; ++n) threads.emplace_back(work, n);
  work(0);
}

std::optional<Job> Session::next() {
  const std::lock_guard lock(mutex_);
  if (target_lost_ || queue_.empty()) return std::nullopt;
  if (queue_.front().index != Job::control && started_since_control_ >= settings_.control_every &&
      controls_work_ && !control_in_flight_) {
    queue_.push_front({Job::control});
  }
  const Job job = queue_.front();
  queue_.pop_front();
  if (job.index == Job::control) {
    started_since_control_ = 0;
    control_in_flight_ = true;
    suspects_before_control_ = suspects_;
    for (const std::size_t index : in_flight_) suspects_before_control_.erase(index);
  } else {
    ++started_since_control_;
    suspects_.insert(job.index);
    suspects_before_control_.erase(job.index);
    in_flight_.insert(job.index);
  }
  return job;
}

net::Play Session::start(const Job& job) {
  const script::Case& c = job.index == Job::control ? control_ : *cases_[job.index];
  script::PlaySettings play = settings_.play;
  play.seed = base::derive_seed(settings_.reach.seed, script::id(c));
  play.fences = job.fences;
  auto peer = std::make_unique<script::Peer>(c, play);
  base::Party* party = peer.get();
  return {party, [this, job, peer = std::move(peer)](const net::PartyReport& report) {
            finished(job, *peer, report);
          }};
}

// Whether the case is to be played once more before its verdict is believed.
bool Session::again(const Job& job, const script::Play& play, const net::PartyReport& report) {
  if (play.reset_after_fence && play.verdict.word != result::Word::pass && job.fences) {
    queue_.push_front({job.index, job.attempt + 1, false});  // DESIGN §3.3
    return true;
  }
  const bool refused = report.first_refusal().has_value();
  if (!refused || job.attempt >= max_attempts || target_lost_) return false;
  // Too many at once, for us or for the target.
  jobs_ = std::max<std::uint32_t>(1, jobs_ / 2);
  queue_.push_back({job.index, job.attempt + 1, job.fences});
  if (controls_work_ && !control_in_flight_) queue_.push_front({Job::control});
  return true;
}

void Session::finished(const Job& job, const script::Peer& peer, const net::PartyReport& report) {
  const script::Play& play = peer.play();
  const std::lock_guard lock(mutex_);
  in_flight_.erase(job.index);
  if (report.cut == net::Cut::stopped) return;
  if (job.index == Job::control) return control_finished(play);
  if (again(job, play, report)) return;
  result::CaseResult result = result_.cases[job.index];
  result.verdict = play.verdict;
  result.evidence = play.evidence;
  result.evidence.attempts = job.attempt;
  if (report.cut_short()) {
    result.verdict.word = result::Word::fail;
    result.verdict.reason = "flood";
    result.evidence.observed = report.why;
  }
  watch(result.id, play.findings);
  keep(job.index, std::move(result));
}

void Session::control_finished(const script::Play& play) {
  control_in_flight_ = false;
  result::CaseResult result = blank_result(control_);
  result.verdict = play.verdict;
  result.evidence = play.evidence;
  result_.controls.push_back(std::move(result));
  if (play.verdict.word == result::Word::pass) {
    for (const std::size_t index : suspects_before_control_) suspects_.erase(index);
  } else {
    target_lost_ = true;
  }
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

bool Session::play_control() {
  std::deque<Job> rest;
  {
    const std::lock_guard lock(mutex_);
    std::swap(rest, queue_);
    queue_.push_back({Job::control});
    target_lost_ = false;
  }
  play_queue(1);
  const std::lock_guard lock(mutex_);
  std::swap(rest, queue_);
  return !target_lost_ && !stopped();
}

void Session::play_alone(std::size_t index) {
  std::deque<Job> rest;
  {
    const std::lock_guard lock(mutex_);
    std::swap(rest, queue_);
    queue_.push_back({index, max_attempts});
    started_since_control_ = 0;
  }
  play_queue(1);
  const std::lock_guard lock(mutex_);
  std::swap(rest, queue_);
}

// Whether the target serves again: by itself within a control's patience, or started anew.
bool Session::recover() {
  if (settings_.death && settings_.death() && settings_.restart && restarts_ < settings_.restarts) {
    ++restarts_;
    if (const auto ended = settings_.restart(); !ended) {
      result_.stopped = ended.error().message;
      return false;
    }
    return play_control();
  }
  if (play_control()) return true;
  if (!settings_.restart || restarts_ >= settings_.restarts) return false;
  ++restarts_;
  if (const auto ended = settings_.restart(); !ended) {
    result_.stopped = ended.error().message;
    return false;
  }
  return play_control();
}

// The control failed: finds the case that did it, by playing the suspects alone (DESIGN §3.6).
void Session::attribute() {
  std::set<std::size_t> suspects = suspects_;
  for (const Job& job : queue_) suspects.erase(job.index);
  suspects_.clear();
  const bool died = settings_.death && settings_.death();
  if (!recover()) {
    target_lost_ = true;
    if (result_.stopped.empty()) {
      result_.stopped = fmt::format(
          "the target stopped answering; one of {} cases did it{}", suspects.size(),
          suspects.empty() ? "" : ", the last being " + result_.cases[*suspects.rbegin()].id);
    }
    if (suspects.size() == 1) {
      blame(*suspects.begin(),
            died ? std::optional<std::string>("the process ended") : std::nullopt);
    }
    return;
  }
  for (const std::size_t index : suspects) {
    if (stopped()) return;
    play_alone(index);
    if (play_control()) continue;
    blame(index, settings_.death ? settings_.death() : std::nullopt);
    if (!recover()) {
      target_lost_ = true;
      if (result_.stopped.empty())
        result_.stopped =
            fmt::format("the target did not come back after {}", result_.cases[index].id);
      return;
    }
  }
  suspects_.clear();
  target_lost_ = false;
}

void Session::blame(std::size_t index, const std::optional<std::string>& death) {
  result::CaseResult result = result_.cases[index];
  result.verdict.word = death ? result::Word::crash : result::Word::hang;
  result.verdict.reason = death ? "died" : "serves-nobody";
  result.verdict.requirement = result.checks.empty() ? "" : result.checks.front();
  result.evidence.observed = death ? fmt::format("the target died: {}", *death)
                                   : "afterwards the target served nobody any more";
  keep(index, std::move(result));
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

}  // namespace

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
