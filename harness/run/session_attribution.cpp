// Who did it: the target is brought back, and the suspects are played alone (DESIGN.md §3.6).
#include <fmt/format.h>

#include "harness/run/session_state.hpp"

namespace wsproof::run {

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
    if (stopped() || enough_) return;
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
  courses_[index].over = true;
  keep(index, std::move(result));
}

}  // namespace wsproof::run
