// Inside run: a session while it goes on. session.cpp begins and ends it, session_schedule.cpp says
// what is played when, session_attribution.cpp finds who did it when the target is lost.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/net/pump.hpp"
#include "harness/run/session.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

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
          const OnResult& on_result, const net::StopSource* stop);

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

}  // namespace wsproof::run
