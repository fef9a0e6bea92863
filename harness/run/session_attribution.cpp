// Who did it: when the target is lost, its process ends or a sanitizer speaks up, the suspects are
// played alone (DESIGN.md §3.6).
#include <algorithm>

#include <fmt/format.h>

#include "harness/run/session_state.hpp"
#include "harness/run/target.hpp"

namespace wsproof::run {

// Looks at the process whenever something was played, so that little else is played behind an
// incident. The end of a connection can be seen a moment before the end of the process.
void Session::notice(bool suspicious) {
  constexpr base::Duration a_moment = std::chrono::milliseconds(20);
  if (target_lost_ || attributing_) return;
  noticed_ = patient_.incident(suspicious ? a_moment : base::Duration{});
  if (noticed_) lose();
}

// A target that serves and does not serve by turns would keep us busy for hours.
constexpr int most_unsteady = 3;

// Those that were under way first, then those that ended since the last good control, the latest
// first.
std::vector<std::size_t> Session::suspects_in_order() {
  std::vector<std::size_t> out;
  for (const Job& job : cut_off_) {
    if (suspects_.erase(job.index) > 0) out.push_back(job.index);
  }
  out.insert(out.end(), suspects_.rbegin(), suspects_.rend());
  suspects_.clear();
  return out;
}

void Session::attribute() {
  attributing_ = true;
  const result::Incident first = noticed_ ? *noticed_ : patient_.lost();
  const std::vector<std::size_t> suspects = suspects_in_order();
  std::map<std::size_t, result::Word> before;
  for (const std::size_t index : suspects) before[index] = result_.cases[index].verdict.word;
  const Attribution found = run::attribute(*this, patient_, suspects, first);
  attributing_ = false;
  suspects_.clear();
  noticed_.reset();
  target_lost_ = found.lost;
  if (stopped()) return;
  for (const std::size_t index : found.cleared) {
    const bool news = result_.cases[index].verdict.word != before[index];
    if (news && courses_[index].to_come == 0) keep(index, outcome(index));
  }
  if (found.culprit) {
    blame(*found.culprit, found.incident);
  } else if (found.lost && suspects.size() == 1) {
    // It cannot be played again, and nobody else was there.
    blame(suspects.front(), found.incident);
  } else {
    unexplained(found.incident, suspects, before, found.lost);
  }
  if (!found.culprit && first.kind == result::Incident::Kind::hang &&
      ++unsteady_ == most_unsteady) {
    target_lost_ = true;
    result_.stopped = fmt::format(
        "the target stopped serving {} times, came back, and no case brings that about", unsteady_);
  } else if (found.lost) {
    result_.stopped = fmt::format(
        "{}; one of {} cases did it{}", patient_.why_not(), suspects.size(),
        suspects.empty() ? "" : ", the last being " + result_.cases[suspects.front()].id);
  } else {
    play_tainted(suspects, found);
  }
  cut_off_.clear();
}

void Session::blame(std::size_t index, const result::Incident& incident) {
  using Kind = result::Incident::Kind;
  const Attempts& attempts = courses_[index].attempts;
  Outcome blamed = attempts.empty() ? outcome(index) : attempts.sum();
  auto& [verdict, evidence] = blamed;
  verdict.word = incident.kind == Kind::hang ? result::Word::hang : result::Word::crash;
  switch (incident.kind) {
    case Kind::hang:
      verdict.reason = "serves-nobody";
      evidence.observed = "afterwards the target served nobody";
      break;
    case Kind::alarm:
      verdict.reason = "sanitizer";
      evidence.observed = "a sanitizer in the target reported an error";
      break;
    case Kind::death:
      verdict.reason = "died";
      evidence.observed = fmt::format("the target died: {}", ending(incident));
  }
  const auto& checks = result_.cases[index].checks;
  verdict.requirement = checks.empty() ? "" : checks.front();
  evidence.incident = incident;
  evidence.attempts = 1 + incident.played_alone;
  courses_[index].over = true;
  keep(index, std::move(blamed));
}

// Nobody did it alone. Whoever was under way has no verdict of which one can be sure, nor has who
// says something else now.
void Session::unexplained(result::Incident incident, const std::vector<std::size_t>& suspects,
                          const std::map<std::size_t, result::Word>& before, bool lost) {
  for (const std::size_t index : suspects) incident.suspects.push_back(result_.cases[index].id);
  result_.incidents.push_back(incident);
  std::set<std::size_t> unsure;
  for (const Job& job : cut_off_) unsure.insert(job.index);
  for (const auto& [index, word] : before) {
    if (courses_[index].told && result_.cases[index].verdict.word != word) unsure.insert(index);
  }
  if (unsure.empty() && incident.kind == result::Incident::Kind::death)
    unsure = {suspects.begin(), suspects.end()};
  if (incident.kind == result::Incident::Kind::hang && !lost) unsure.clear();
  for (const std::size_t index : unsure) {
    Outcome suspect = outcome(index);
    suspect.verdict.word = result::Word::inconclusive;
    suspect.verdict.reason = "suspect";
    suspect.evidence.observed = fmt::format(
        "{}: {}, and it could not be found out which case did it",
        lost ? "the target was lost" : "something happened to the target", ending(incident));
    suspect.evidence.incident = incident;
    courses_[index].over = true;
    keep(index, std::move(suspect));
  }
}

// What was cut off is played again; and whatever went wrong beside it, which may have been the
// doing of the target as it was then, or of the next case to blame.
void Session::play_tainted(const std::vector<std::size_t>& suspects, const Attribution& found) {
  std::set<std::size_t> again;
  for (const Job& job : cut_off_) {
    again.insert(job.index);
    if (!courses_[job.index].over) queue_.push_back(job);
  }
  for (const std::size_t index : suspects) {
    const bool done = courses_[index].over || !courses_[index].told || again.contains(index) ||
                      std::ranges::find(found.cleared, index) != found.cleared.end() ||
                      result_.cases[index].verdict.word == result::Word::pass;
    if (!done) queue_.push_back({.index = index, .alone = true});
  }
}

}  // namespace wsproof::run
