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
#include "harness/net/signals.hpp"
#include "harness/run/attempts.hpp"
#include "harness/run/attribution.hpp"
#include "harness/run/session.hpp"
#include "harness/run/throttle.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {

// One thing to play: a case, or a control.
struct Job {
  static constexpr std::size_t control = SIZE_MAX;
  std::size_t index = control;
  script::Delivery delivery = script::Delivery::whole;
  std::uint32_t round = 1;    // of Plan::rounds
  std::uint32_t attempt = 1;  // of getting a verdict
  bool fences = true;
  bool alone = false;  // a suspect: this verdict replaces those before
  bool again = false;  // its handshake was not answered before
  base::Time began{};
  base::Time busy_from{};  // when it began; earlier if it asks for little at a time
  std::size_t lane = 0;    // the thread that plays it
};

// What became of a case so far.
struct Course {
  Attempts attempts;
  std::uint32_t conversations = 0;
  std::uint32_t to_come = 0;  // playings that are still to come to a verdict
  bool told = false;
  bool over = false;  // there is a verdict that nothing more will change
};

class Session : private Stage {
 public:
  Session(std::span<const script::Case* const> cases, const SessionSettings& settings,
          const OnResult& on_result, const net::StopSource* stop);

  SessionResult run();

 private:
  // What there is to do now: a job, or nothing before `ask_again`, or nothing at all.
  struct Turn {
    std::optional<Job> job = {};
    std::optional<base::Time> ask_again = {};
  };

  bool stopped() const override { return stop_ != nullptr && stop_->stopped(); }
  void plan();
  void add_rounds(const std::vector<std::size_t>& order, std::uint32_t round);
  void add_deliveries(const Job& job, result::Word word);
  void play_queue(std::uint32_t jobs);
  Turn next(std::size_t lane, std::uint32_t share);
  void count_suspects(const Job& job);
  net::Play start(const Job& job);
  void finished(const Job& job, const script::Peer& peer, const net::PartyReport& report);
  bool turned_away(const Job& job, const script::Play& play, const net::PartyReport& report);
  void take_verdict(const Job& job, const script::Play& play, const net::PartyReport& report);
  void control_finished(const script::Play& play);
  void give_up();
  Outcome outcome(std::size_t index) const;
  void keep(std::size_t index, Outcome outcome);
  void watch(std::size_t index, const std::vector<rfc::Finding>& findings);
  bool play_control() override;
  bool serves_after(std::size_t index) override;
  void play_now(const Job& job);
  void ask_for_control();
  void lose();
  void thin(result::Transcript& transcript);
  void count_vain(const result::Verdict& verdict);
  std::map<std::string, result::Word> words_of_twins();
  void judge_twins();

  // Attribution (session_attribution.cpp).
  void notice(bool suspicious);
  void attribute();
  std::vector<std::size_t> suspects_in_order();
  void blame(std::size_t index, const result::Incident& incident);
  void unexplained(result::Incident incident, const std::vector<std::size_t>& suspects,
                   const std::map<std::size_t, result::Word>& before, bool lost);
  void play_tainted(const std::vector<std::size_t>& suspects, const Attribution& found);
  const script::Case& case_of(const Job& job) const {
    return job.index == Job::control ? control_ : *cases_[job.index];
  }

  std::span<const script::Case* const> cases_;
  const SessionSettings& settings_;
  const OnResult& on_result_;
  const net::StopSource* stop_;
  const script::Case control_;

  std::optional<net::StopSource> cut_;  // of what is under way, new for each play_queue
  std::mutex mutex_;                    // of everything below
  std::deque<Job> queue_;
  std::deque<Job> alone_;  // played one by one behind everything else
  Throttle throttle_;
  std::vector<Course> courses_;
  std::size_t started_since_control_ = 0;
  std::size_t done_ = 0;
  std::set<std::size_t> suspects_;  // played, or in flight, since the last good control began
  std::set<std::size_t> suspects_before_control_;  // those that were done when the control began
  std::multiset<std::size_t> in_flight_;
  std::vector<std::multiset<base::Time>> lanes_;  // busy_from of what each thread plays
  base::Duration at_ease_{};                      // time of the first control
  base::Duration slow_{};                         // time of the slowest one, lately
  bool control_in_flight_ = false;                // or waiting to be played again
  bool controls_work_ = true;                     // the first one passed
  bool target_lost_ = false;
  bool enough_ = false;          // of --fail-fast
  std::string turned_away_how_;  // the last time
  Patient patient_;
  std::optional<result::Incident> noticed_;  // of the process, since the target was lost
  std::vector<Job> cut_off_;                 // in flight when the target was lost, as they finished
  bool attributing_ = false;          // who is looked for; what happens now is looked at there
  std::size_t vain_ = 0;              // cases in a row that waited in vain
  int unsteady_ = 0;                  // hangs that no case was to blame for
  std::size_t kept_transcripts_ = 0;  // octets of memory, roughly
  SessionResult result_;
  struct Watched {
    result::MonitorFinding finding;
    std::set<std::size_t> cases;
  };
  std::map<std::string, Watched> monitor_;
};

}  // namespace wsproof::run
