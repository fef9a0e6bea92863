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

std::string not_ready(const LiveTarget& target, const net::HttpAnswer& answer) {
  return fmt::format("{} did not become ready: {}\n`wsproof doctor {}` may tell more.",
                     target.told().url, answer.saw, target.told().url);
}

}  // namespace

std::expected<result::RunResult, NoRun> run(LiveTarget& target,
                                            std::span<const script::Case* const> cases,
                                            const RunSettings& settings, const Listeners& listeners,
                                            const net::StopSource* stop) {
  const base::Time began = net::now();
  result::RunResult out;
  out.tool_version = tool_version();
  out.suite_version = settings.suite.empty() ? suite_version() : settings.suite;
  out.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", now_in_utc());
  out.command = settings.command;
  out.seed = settings.seed;
  out.environment = environment();
  out.target = target.told();
  if (!settings.arguments.empty() && out.target.arguments.empty())
    out.target.arguments.push_back(out.target.url);
  std::ranges::copy(settings.arguments, std::back_inserter(out.target.arguments));

  Reach reach = target.reach();
  reach.budgets = script::Budgets{}.scaled(settings.time_scale);
  reach.seed = settings.seed;
  reach.time_scale = settings.time_scale;
  reach.pace = settings.pace;
  if (const auto done = apply(merged(target.terms(), settings.terms), reach); !done)
    return std::unexpected(NoRun{ExitCode::usage, done.error().message});
  // Where connections hear one another, one case is played after the other.
  if (reach.profile.shared) reach.pace.jobs = 1;
  if (target.jobs() != 0) reach.pace.jobs = std::min(reach.pace.jobs, target.jobs());
  out.jobs = reach.pace.jobs;
  const std::vector<std::string> typed = arguments(settings.terms);
  if (!typed.empty() && out.target.arguments.empty())
    out.target.arguments.push_back(out.target.url);
  out.target.arguments.insert(out.target.arguments.begin(), typed.begin(), typed.end());
  const Probed probed = probe(reach, stop);
  out.probe = probed.probe;
  out.target.server = probed.server_field;
  if (!out.probe.ready) {
    const net::HttpAnswer answer =
        net::answers_http(reach.destination, std::chrono::seconds(2), reach.url.resource, stop);
    if (!answer.http) {
      const std::string why = not_ready(target, answer);
      return std::unexpected(NoRun{ExitCode::not_ready, reach.request.secrets.hidden(why)});
    }
    out.probe.ready = true;
  }
  if (const auto death = target.death()) {
    out.probe.notes.push_back(
        fmt::format("The target died while it was probed: {}.", summary(*death)));
    if (const auto started = target.start_again(); !started)
      return std::unexpected(NoRun{ExitCode::not_ready, started.error().message});
  }
  override_probe(out.probe, target.can());
  for (const script::Case* c : cases) out.cases.push_back(blank_result(*c));
  hide(out, reach.request.secrets);
  if (listeners.probed) listeners.probed(out);

  SessionSettings session;
  session.reach = reach;
  session.play = play_settings(reach, out.probe);
  session.play.limits = target.limits();
  session.probe = out.probe;
  session.plan = settings.plan;
  session.catalogue = settings.catalogue;
  session.process = target.ours() ? &target : nullptr;
  session.restarts = settings.restarts;
  std::optional<BaselineIndex> baseline;
  if (settings.baseline) baseline.emplace(*settings.baseline, settings.catalogue);
  std::optional<NoWorseThan> direct;
  if (settings.direct != nullptr) direct.emplace(*settings.direct, "the run without the proxy");
  const auto known = [&](const result::CaseResult& played) {
    if (direct) return direct->known(played, settings.gate.strict);
    return baseline ? baseline->known(played, settings.gate.strict) : std::nullopt;
  };
  session.expected = [&](const result::CaseResult& played) {
    const auto line = known(played);
    return line && line->standing == result::Standing::expected;
  };
  const OnResult case_done = [&](const result::CaseResult& played, std::size_t count,
                                 std::size_t total) {
    if (!listeners.case_done) return;
    if (!baseline && !direct) return listeners.case_done(played, count, total);
    result::CaseResult marked = played;
    marked.known = known(played);
    listeners.case_done(marked, count, total);
  };
  SessionResult played = play_all(cases, session, case_done, stop);
  out.cases = std::move(played.cases);
  out.controls = std::move(played.controls);
  out.monitor = std::move(played.monitor);
  out.incidents = std::move(played.incidents);
  out.usage = target.usage_so_far();
  out.took = net::now() - began;
  out.interrupted = stop != nullptr && stop->stopped();
  const bool late = out.interrupted && stop->signal() == 0 && settings.max_time > base::Duration{};
  if (late && played.stopped.empty()) {
    const auto most = std::chrono::duration<double>(settings.max_time).count();
    played.stopped = fmt::format("--max-time, after {:g} s", most);
  }
  if (direct)
    direct->apply(settings.gate.strict, out);
  else if (settings.baseline)
    apply(*settings.baseline, settings.catalogue, settings.today, settings.gate.strict, out);
  out.gate = judge(out, played.stopped, settings.gate);
  if (!reach.request.subprotocols.empty() && probed.probe.upgrades && probed.subprotocol.empty()) {
    out.gate.passed = false;
    out.gate.reasons.emplace_back("None of the subprotocols of --subprotocol was chosen.");
  }
  hide(out, reach.request.secrets);
  return out;
}

std::string today() { return fmt::format("{:%Y-%m-%d}", now_in_utc()); }

std::string_view tool_version() { return WSPROOF_VERSION; }
std::string_view suite_version() { return "1.0"; }

}  // namespace wsproof::run
