// What is played when: the queue, controls in between, and what is played again.
#include <algorithm>
#include <memory>
#include <thread>

#include "harness/run/session_state.hpp"
#include "harness/script/expand.hpp"

namespace wsproof::run {

namespace {

constexpr std::uint32_t max_attempts = 4;  // of one case whose connection was refused

}  // namespace

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

}  // namespace wsproof::run
