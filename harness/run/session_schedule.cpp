// What is played when: the queue, controls in between, and what is played again.
#include <algorithm>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "harness/net/clock.hpp"
#include "harness/run/session_state.hpp"
#include "harness/run/target.hpp"
#include "harness/script/blank_result.hpp"
#include "harness/script/expand.hpp"

namespace wsproof::run {

namespace {

constexpr std::uint32_t max_attempts = 8;          // of one case that is turned away
constexpr std::uint32_t max_control_attempts = 3;  // of a control whose connection is refused
constexpr std::size_t vain_openings = 16;          // in a row, and the run gives up
constexpr std::size_t vain_waits = 32;             // likewise, where handshakes are answered
constexpr std::uint32_t waiting_a_job = 4;         // that have left their place to others, at most
constexpr base::Duration until_others_end = std::chrono::milliseconds(2);

bool is_bad(result::Word word) {
  return word == result::Word::fail || word == result::Word::crash || word == result::Word::hang ||
         word == result::Word::flaky;
}

// What the peer, which knows of no TLS, could not tell.
void note_tls(const net::PartyReport& report, result::Transcript& transcript) {
  for (const net::LinkReport& link : report.links) {
    const std::string remark = report.tls_remark(link.link);
    if (remark.empty()) continue;
    if (transcript.entries.size() >= result::Transcript::kept_entries) {
      ++transcript.dropped;
      continue;
    }
    result::Entry note;
    note.link = link.link;
    if (!transcript.entries.empty()) note.at = transcript.entries.back().at;
    note.text = remark;
    transcript.entries.push_back(std::move(note));
  }
}

std::string_view reason_of(net::Cut cut) {
  switch (cut) {
    case net::Cut::wall_time:
      return "never-ended";
    case net::Cut::unsent:
      return "never-read";
    default:
      return "flood";
  }
}

// So long was there anything to hear: without the wait for the end of TCP, which some leave open.
base::Duration talking(const result::Transcript& transcript) {
  base::Duration last{};
  for (const result::Entry& entry : transcript.entries) {
    if (entry.kind == result::Entry::Kind::received) last = entry.at;
  }
  return last;
}

}  // namespace

script::Budgets patient(const script::Budgets& usual, base::Duration conversation) {
  constexpr std::chrono::duration<double> at_ease = std::chrono::milliseconds(250);
  constexpr double most = 8;
  script::Budgets out = usual;
  out.react = script::scaled(usual.react, std::clamp(conversation / at_ease, 1.0, most));
  return out;
}

base::Duration until_waiting(base::Duration at_ease, base::Duration lately,
                             script::Delivery delivery) {
  constexpr int much_longer = 8;
  constexpr int asks_less = 8;
  constexpr base::Duration at_least = std::chrono::milliseconds(50);
  const base::Duration spell = std::max(at_least, much_longer * (lately - at_ease));
  return delivery == script::Delivery::octets ? spell / asks_less : spell;
}

// Plays what is in the queue, and controls in between, until it is empty or the target is lost.
void Session::play_queue(std::uint32_t jobs) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned count = std::min<unsigned>(jobs, cores);
  // All pumps are made before one of them takes the descriptors that another one needs to be made.
  cut_.emplace();
  std::vector<std::unique_ptr<net::Pump>> pumps;
  while (pumps.size() < count) {
    pumps.push_back(std::make_unique<net::Pump>(settings_.reach.destination,
                                                limits(settings_.reach), stop_, &*cut_));
  }
  lanes_.assign(count, {});
  const auto work = [&](unsigned number) {
    const std::uint32_t share = jobs / count + (number < jobs % count ? 1 : 0);
    const std::uint32_t slots = jobs == 1 ? 1 : share * (1 + waiting_a_job);
    pumps[number]->run(slots, [&, number, share]() -> net::Offer {
      const Turn turn = next(number, share);
      return turn.job ? net::Offer(start(*turn.job)) : net::Offer(net::Nothing{turn.ask_again});
    });
  };
  std::vector<std::jthread> threads;
  for (unsigned n = 1; n < count; ++n) threads.emplace_back(work, n);
  work(0);
}

Session::Turn Session::next(std::size_t lane, std::uint32_t share) {
  const std::lock_guard lock(mutex_);
  const auto over = [&](const Job& job) {
    return job.index != Job::control && courses_[job.index].over && !job.alone;
  };
  while (!queue_.empty() && over(queue_.front())) queue_.pop_front();
  if (target_lost_ || enough_ || throttle_.given_up() || queue_.empty()) return {};
  if (queue_.front().index != Job::control && started_since_control_ >= settings_.control_every &&
      controls_work_ && !control_in_flight_) {
    ask_for_control();
  }
  const base::Time now = net::now();
  const base::Duration spell = until_waiting(at_ease_, slow_);
  const auto busy = lanes_[lane].upper_bound(now - spell);
  if (std::distance(busy, lanes_[lane].end()) >= share) return {.ask_again = *busy + spell};
  std::uint32_t waiting = 0;
  for (const auto& busy_from : lanes_) {
    waiting += static_cast<std::uint32_t>(
        std::distance(busy_from.begin(), busy_from.upper_bound(now - spell)));
  }
  const std::uint32_t connections = script::connections(case_of(queue_.front()));
  const base::Time when = throttle_.when(connections, now, waiting);
  if (when == base::Time::max()) return {.ask_again = now + until_others_end};
  if (when > now) return {.ask_again = when};
  Job job = queue_.front();
  queue_.pop_front();
  job.began = now;
  job.busy_from = now - (spell - until_waiting(at_ease_, slow_, job.delivery));
  job.lane = lane;
  lanes_[lane].insert(job.busy_from);
  throttle_.began(connections, now);
  count_suspects(job);
  return {.job = job};
}

void Session::count_suspects(const Job& job) {
  if (job.index == Job::control) {
    started_since_control_ = 0;
    control_in_flight_ = true;
    suspects_before_control_ = suspects_;
    for (const std::size_t index : in_flight_) suspects_before_control_.erase(index);
    return;
  }
  ++started_since_control_;
  suspects_.insert(job.index);
  suspects_before_control_.erase(job.index);
  in_flight_.insert(job.index);
}

net::Play Session::start(const Job& job) {
  const script::Case& c = case_of(job);
  script::PlaySettings play = settings_.play;
  play.seed = base::derive_seed(settings_.reach.seed, script::id(c));
  play.fences = job.fences;
  {
    const std::lock_guard lock(mutex_);
    play.budgets = patient(settings_.play.budgets, slow_);
  }
  // Nothing else is played then, and its handshake is a plain one.
  if (attributing_ && job.index == Job::control)
    play.budgets.handshake = std::min(play.budgets.handshake, play.budgets.react);
  if (settings_.process != nullptr) play.usage = [this] { return settings_.process->usage(); };
  play.delivery = job.delivery;
  auto peer = std::make_unique<script::Peer>(c, play);
  base::Party* party = peer.get();
  return {party, [this, job, peer = std::move(peer)](const net::PartyReport& report) {
            finished(job, *peer, report);
          }};
}

void Session::finished(const Job& job, const script::Peer& peer, const net::PartyReport& report) {
  const script::Play& play = peer.play();
  const std::lock_guard lock(mutex_);
  throttle_.ended(script::connections(case_of(job)));
  if (const auto found = in_flight_.find(job.index); found != in_flight_.end())
    in_flight_.erase(found);
  lanes_[job.lane].erase(lanes_[job.lane].find(job.busy_from));
  const bool cut = report.cut == net::Cut::stopped;
  if (cut && !target_lost_) return;
  if (!cut) notice(play.verdict.word != result::Word::pass);
  if (target_lost_ && !attributing_ && job.index != Job::control) {
    // Whoever was under way says nothing about itself now.
    cut_off_.push_back(job);
    return;
  }
  if (cut) return;
  if (job.index != Job::control) ++courses_[job.index].conversations;
  if (turned_away(job, play, report)) return;
  if (job.index == Job::control) return control_finished(play);
  if (play.doubts_fences() && job.fences) {
    Job again = job;
    again.fences = false;
    queue_.push_front(again);
    return;
  }
  take_verdict(job, play, report);
}

// Whether too much was asked of the target, or of this machine, so that the job waits for its turn
// once more (DESIGN §7).
bool Session::turned_away(const Job& job, const script::Play& play,
                          const net::PartyReport& report) {
  if (attributing_) return false;  // a target that died and comes back turns nobody away
  const auto refusal = report.first_refusal();
  if (play.busy == 0 && !refusal) {
    throttle_.went_well();
    return false;
  }
  throttle_.turned_away(job.began, net::now(), play.retry_after);
  turned_away_how_ = refusal ? refusal->message : fmt::format("HTTP status {}", play.busy);
  // Refused by a target that may be dead: only a control tells.
  const bool asks_for_control = refusal && !refusal->here;
  const bool control = job.index == Job::control;
  const std::uint32_t most = control && asks_for_control ? max_control_attempts : max_attempts;
  const bool dead = control && settings_.process != nullptr && settings_.process->death();
  if (job.attempt >= most || dead || target_lost_ || throttle_.given_up()) return false;
  Job again = job;
  ++again.attempt;
  if (control) {
    queue_.push_front(again);
    return true;
  }
  queue_.push_back(again);
  if (asks_for_control && controls_work_ && !control_in_flight_) ask_for_control();
  return true;
}

// Before anything else that is to be played. Called under the lock.
void Session::ask_for_control() {
  control_in_flight_ = true;
  queue_.push_front({});
}

// Nothing more is begun, and what is under way is cut: it would wait for a target that is gone, or
// meet one that is not as it was. Called under the lock.
void Session::lose() {
  target_lost_ = true;
  cut_->stop();
}

void Session::take_verdict(const Job& job, const script::Play& play,
                           const net::PartyReport& report) {
  Course& course = courses_[job.index];
  if (course.over && !job.alone) return;
  Outcome played{play.verdict, play.evidence};
  note_tls(report, played.evidence.transcript);
  played.evidence.attempts = course.conversations;
  if (report.cut_short()) {
    played.verdict.word = result::Word::fail;
    played.verdict.reason = reason_of(report.cut);
    played.evidence.observed = report.why;
  }
  thin(played.evidence.transcript);
  watch(job.index, play.findings);
  const result::Verdict verdict = played.verdict;
  count_vain(verdict);
  if (verdict.reason == "no-handshake" && controls_work_ && !job.again && !job.alone) {
    // Perhaps another case kept the target busy.
    Job later = job;
    later.again = true;
    queue_.push_back(later);
    return;
  }
  if (job.alone) course.attempts.forget(verdict.delivery);
  course.attempts.add(std::move(played), job.round);
  const bool enough = verdict.word == result::Word::pass ||
                      course.attempts.count(verdict.delivery, job.round) > settings_.plan.retries ||
                      course.attempts.differ(verdict.delivery, job.round);
  if (!job.alone && !enough) {
    Job again = job;
    again.attempt = 1;
    again.fences = true;
    queue_.push_back(again);
    return;
  }
  if (!job.alone) {
    add_deliveries(job, verdict.word);
    --course.to_come;
  }
  if (course.to_come > 0) return;
  keep(job.index, course.attempts.sum());
  if (!attributing_) course.attempts.drop_transcripts();
}

// A case that went well whole is played under the deliveries that it asks for too.
void Session::add_deliveries(const Job& job, result::Word word) {
  const bool well = word == result::Word::pass || word == result::Word::non_strict;
  if (settings_.plan.deliveries || job.delivery != script::Delivery::whole || !well) return;
  const script::Case& c = *cases_[job.index];
  const auto deliveries = script::deliveries_of(c, c.deliveries);
  for (std::size_t i = 1; i < deliveries.size(); ++i)
    queue_.push_back({.index = job.index, .delivery = deliveries[i], .round = job.round});
  courses_[job.index].to_come += static_cast<std::uint32_t>(deliveries.size() - 1);
}

// A target whose baseline does not work is judged all the same, but not if it just lets us wait:
// that would cost a whole budget for each case, and tell nothing. One whose baseline worked has to
// show that it still does. Called under the lock.
void Session::count_vain(const result::Verdict& verdict) {
  const bool waited = verdict.reason == "no-handshake" || verdict.reason == "no-connection" ||
                      verdict.reason == "no-reaction" || verdict.reason == "never-ended";
  vain_ = waited ? vain_ + 1 : 0;
  if (waited && controls_work_ && !control_in_flight_ && !attributing_) ask_for_control();
  const bool speaks = settings_.probe.pong || settings_.probe.echo_text;
  if ((controls_work_ && speaks) || vain_ < (settings_.probe.upgrades ? vain_waits : vain_openings))
    return;
  lose();
  result_.stopped =
      fmt::format("the last {} cases all waited in vain for the target to answer", vain_);
}

void Session::control_finished(const script::Play& play) {
  control_in_flight_ = false;
  result::CaseResult result = script::blank_result(control_);
  result.verdict = play.verdict;
  result.evidence = play.evidence;
  thin(result.evidence.transcript);
  result_.controls.push_back(std::move(result));
  if (play.verdict.word == result::Word::pass) {
    const base::Duration took = talking(play.evidence.transcript);
    if (result_.controls.size() == 1) at_ease_ = took;  // nothing else is played yet
    slow_ = std::max(took, slow_ / 2);
    for (const std::size_t index : suspects_before_control_) suspects_.erase(index);
  } else {
    lose();
  }
}

// Nothing but refusals: what is left comes to no verdict.
void Session::give_up() {
  result_.stopped = fmt::format(
      "every connection was turned away ({}), also one at a time and after pauses; -j, --rate and "
      "--max-connections ask for less",
      turned_away_how_);
  queue_.clear();
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    if (courses_[i].over || courses_[i].told) continue;
    Outcome busy;
    busy.verdict.word = result::Word::inconclusive;
    busy.verdict.reason = "busy";
    busy.evidence.observed = "every connection was turned away: " + turned_away_how_;
    busy.evidence.attempts = std::max(1U, courses_[i].conversations);
    keep(i, std::move(busy));
  }
}

// As it is kept so far.
Outcome Session::outcome(std::size_t index) const {
  const result::CaseResult& result = result_.cases[index];
  return {result.verdict, result.evidence};
}

void Session::keep(std::size_t index, Outcome outcome) {
  result::CaseResult& result = result_.cases[index];
  result.verdict = std::move(outcome.verdict);
  result.evidence = std::move(outcome.evidence);
  if (attributing_) return;  // told when it is known who did it
  Course& course = courses_[index];
  hide(result, settings_.reach.request.secrets);
  if (!course.told) ++done_;
  course.told = true;
  const bool expected = settings_.expected && settings_.expected(result);
  if (settings_.plan.fail_fast && is_bad(result.verdict.word) && !expected && !enough_) {
    enough_ = true;
    result_.stopped = fmt::format("--fail-fast, after {}", result.id);
  }
  if (on_result_) on_result_(result, done_, cases_.size());
}

bool Session::play_control() {
  if (!controls_work_) {
    target_lost_ = settings_.process != nullptr && settings_.process->death();
    return !target_lost_;
  }
  std::deque<Job> rest;
  {
    const std::lock_guard lock(mutex_);
    std::swap(rest, queue_);
    queue_.push_back({});
    control_in_flight_ = true;
    target_lost_ = false;
  }
  play_queue(1);
  const std::lock_guard lock(mutex_);
  std::swap(rest, queue_);
  return !target_lost_ && !stopped() && !throttle_.given_up();
}

// Under each of its deliveries; who lets the first one wait has to show that it serves before the
// next one waits too.
bool Session::serves_after(std::size_t index) {
  for (const script::Delivery delivery : script::deliveries_of(
           *cases_[index], settings_.plan.deliveries.value_or(cases_[index]->deliveries))) {
    if (vain_ > 0 && delivery != script::Delivery::whole && !play_control()) return false;
    play_now({.index = index, .delivery = delivery, .attempt = max_attempts, .alone = true});
    if (stopped()) break;
  }
  return play_control();
}

// With nothing else under way, before what is in the queue.
void Session::play_now(const Job& job) {
  std::deque<Job> rest;
  {
    const std::lock_guard lock(mutex_);
    std::swap(rest, queue_);
    queue_.push_back(job);
    started_since_control_ = 0;
  }
  play_queue(1);
  const std::lock_guard lock(mutex_);
  std::swap(rest, queue_);
}

}  // namespace wsproof::run
