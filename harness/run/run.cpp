#include "harness/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/net/clock.hpp"
#include "harness/net/host.hpp"
#include "harness/net/ready.hpp"
#include "harness/script/blank_result.hpp"

namespace wsproof::run {

namespace {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> out;
  out["os"] = net::system_name();
  out["cores"] = std::to_string(std::thread::hardware_concurrency());
#if defined(__clang__)
  out["compiler"] =
      fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
  out["compiler"] = fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
  return out;
}

std::tm now_in_utc() {
  return fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

// What a manifest says goes before what the probe saw: an echo server whose echo is broken is to
// fail, not to be excused.
void override_probe(result::Probe& probe, const std::map<std::string, bool>& can) {
  for (const auto& [ability, value] : can) {
    if (ability == "echo") probe.echo_text = probe.echo_binary = value;
    if (ability == "pong") probe.pong = value;
    if (ability == "deflate") probe.deflate = value;
  }
}

// What is known before anything was sent.
result::RunResult blank_run(const LiveTarget& target, const RunSettings& settings) {
  result::RunResult out;
  out.tool_version = tool_version();
  out.suite_version = settings.suite.empty() ? suite_version() : settings.suite;
  out.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", now_in_utc());
  out.command = settings.command;
  out.seed = settings.seed;
  out.shard = settings.shard;
  if (settings.plan.rounds > 1) out.rounds = settings.plan.rounds;
  out.environment = environment();
  out.target = target.told();
  const std::vector<std::string> typed = arguments(settings.terms);
  std::vector<std::string>& words = out.target.arguments;
  words.insert(words.begin(), typed.begin(), typed.end());
  words.insert(words.end(), settings.arguments.begin(), settings.arguments.end());
  return out;
}

// The way to the target, on the terms of its operator and of the user.
base::Result<Reach> agreed(const LiveTarget& target, const RunSettings& settings) {
  Reach reach = target.reach();
  reach.budgets = script::Budgets{}.scaled(settings.time_scale);
  reach.seed = settings.seed;
  reach.time_scale = settings.time_scale;
  reach.pace = settings.pace;
  if (auto done = apply(target.terms(settings.terms), reach); !done)
    return std::unexpected(std::move(done.error()));
  // Where connections hear one another, one case is played after the other.
  if (reach.profile.shared) reach.pace.jobs = 1;
  if (target.jobs() != 0) reach.pace.jobs = std::min(reach.pace.jobs, target.jobs());
  return reach;
}

// Whether anybody is there who speaks HTTP, after a probe that nobody answered.
std::optional<NoRun> absent(const LiveTarget& target, const Reach& reach,
                            const net::StopSource* stop) {
  const net::HttpAnswer answer =
      net::answers_http(reach.destination, first_answer(reach), reach.url.resource, stop);
  if (answer.http) return std::nullopt;
  const std::string& url = target.told().url;
  const std::string why = fmt::format(
      "{} did not become ready: {}\n`wsproof doctor {}` may tell more.", url, answer.saw, url);
  return NoRun{ExitCode::not_ready, reach.request.secrets.hidden(why)};
}

// A target that one cannot talk with as the user said.
NoRun unfit(const std::string& url, const Probed& probed, const Reach& reach) {
  const std::string why = fmt::format(
      "{} {}, so no case could be judged.\n`wsproof doctor {}` tells what it may want; --anyway "
      "plays them all the same.",
      url, probed.obstacle, url);
  return {ExitCode::not_ready, reach.request.secrets.hidden(why)};
}

// What does not count against the target: it stands in the baseline, or comes without the proxy
// too.
class Excuses {
 public:
  explicit Excuses(const RunSettings& settings) : settings_(settings) {
    if (settings.baseline) baseline_.emplace(*settings.baseline, settings.catalogue);
    if (settings.direct != nullptr) direct_.emplace(*settings.direct, "the run without the proxy");
  }

  std::optional<result::Known> of(const result::CaseResult& played) const {
    const bool strict = settings_.gate.strict;
    std::optional<result::Known> known;
    if (baseline_) known = baseline_->known(played, strict);
    return known || !direct_ ? known : direct_->known(played, strict);
  }

  void apply(result::RunResult& run) const {
    const bool strict = settings_.gate.strict;
    if (baseline_)
      run::apply(*settings_.baseline, settings_.catalogue, settings_.today, strict, run);
    if (direct_) direct_->apply(strict, run);
  }

 private:
  const RunSettings& settings_;
  std::optional<NoWorseThan> direct_;
  std::optional<BaselineIndex> baseline_;
};

// Plays the cases; returns why that stopped early, empty when it did not.
std::string play_cases(std::span<const script::Case* const> cases, LiveTarget& target,
                       const Reach& reach, const RunSettings& settings, const Excuses& excuses,
                       const OnResult& case_done, const net::StopSource* stop,
                       result::RunResult& out) {
  SessionSettings session;
  session.reach = reach;
  session.play = play_settings(reach, out.probe);
  session.play.limits = target.limits();
  session.probe = out.probe;
  session.plan = settings.plan;
  session.catalogue = settings.catalogue;
  session.process = target.ours() ? &target : nullptr;
  session.restarts = settings.restarts;
  session.expected = [&](const result::CaseResult& played) {
    const auto line = excuses.of(played);
    return line && line->standing == result::Standing::expected;
  };
  const OnResult tell = [&](const result::CaseResult& played, std::size_t count,
                            std::size_t total) {
    if (!case_done) return;
    auto known = excuses.of(played);
    if (!known) return case_done(played, count, total);
    result::CaseResult marked = played;
    marked.known = std::move(known);
    case_done(marked, count, total);
  };
  SessionResult played = play_all(cases, session, tell, stop);
  out.cases = std::move(played.cases);
  out.controls = std::move(played.controls);
  out.monitor = std::move(played.monitor);
  out.incidents = std::move(played.incidents);
  out.usage = target.usage_so_far();
  return std::move(played.stopped);
}

}  // namespace

std::expected<result::RunResult, NoRun> run(LiveTarget& target,
                                            std::span<const script::Case* const> cases,
                                            const RunSettings& settings, const Listeners& listeners,
                                            const net::StopSource* stop) {
  const base::Time began = net::now();
  result::RunResult out = blank_run(target, settings);
  const auto reach = agreed(target, settings);
  if (!reach) return std::unexpected(NoRun{ExitCode::usage, reach.error().message});
  out.jobs = reach->pace.jobs;
  const Probed probed = probe(*reach, stop);
  out.probe = probed.probe;
  out.target.server = probed.server_field;
  if (!out.probe.ready) {
    if (const auto none = absent(target, *reach, stop)) return std::unexpected(*none);
    out.probe.ready = true;
  }
  if (const auto death = target.death()) {
    out.probe.notes.push_back(
        fmt::format("The target died while it was probed: {}.", summary(*death)));
    if (const auto started = target.start_again(); !started)
      return std::unexpected(NoRun{ExitCode::not_ready, started.error().message});
  }
  if (!probed.obstacle.empty() && !settings.anyway)
    return std::unexpected(unfit(out.target.url, probed, *reach));
  override_probe(out.probe, target.can());
  out.cases.reserve(cases.size());
  for (const script::Case* c : cases) out.cases.push_back(script::blank_result(*c));
  hide(out, reach->request.secrets);
  if (listeners.probed) listeners.probed(out);
  std::vector<result::CaseResult>().swap(out.cases);  // those that were played come instead

  const Excuses excuses(settings);
  std::string stopped =
      play_cases(cases, target, *reach, settings, excuses, listeners.case_done, stop, out);
  out.took = net::now() - began;
  out.interrupted = stop != nullptr && stop->stopped();
  const bool late = out.interrupted && stop->signal() == 0 && settings.max_time > base::Duration{};
  if (late && stopped.empty()) {
    const auto most = std::chrono::duration<double>(settings.max_time).count();
    stopped = fmt::format("--max-time, after {:g} s", most);
  }
  excuses.apply(out);
  out.gate = judge(out, stopped, settings.gate);
  if (!reach->request.subprotocols.empty() && probed.probe.upgrades && probed.subprotocol.empty()) {
    out.gate.passed = false;
    out.gate.reasons.emplace_back("None of the subprotocols of --subprotocol was chosen.");
  }
  hide(out, reach->request.secrets);
  return out;
}

std::string today() { return fmt::format("{:%Y-%m-%d}", now_in_utc()); }

std::string_view tool_version() { return WSPROOF_VERSION; }
std::string_view suite_version() { return "1.0"; }

}  // namespace wsproof::run
