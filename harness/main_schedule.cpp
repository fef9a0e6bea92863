// How a run goes: how many cases at once, how often, in which order, for how long; the flags, and
// what becomes of them.
#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/main.hpp"

namespace wsproof::cli {

namespace {

constexpr std::uint32_t most_jobs = 256;

base::Result<std::uint32_t> jobs_of(const std::string& text) {
  if (text == "auto")
    return std::min(most_jobs, 6 * std::max(2U, std::thread::hardware_concurrency()));
  std::uint32_t jobs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), jobs);
  if (error != std::errc{} || end != text.data() + text.size() || jobs == 0 || jobs > most_jobs) {
    return base::fail(fmt::format("--jobs takes auto or a number from 1 to {}, not \"{}\"",
                                  most_jobs, base::for_terminal(text)));
  }
  return jobs;
}

std::optional<std::vector<script::Delivery>> deliveries_of(const std::vector<std::string>& names) {
  if (names.empty()) return std::nullopt;
  std::vector<script::Delivery> out;
  for (const script::Delivery delivery : {script::Delivery::whole, script::Delivery::with_handshake,
                                          script::Delivery::with_next, script::Delivery::octets}) {
    const bool named = std::ranges::any_of(names, [&](const std::string& name) {
      return name == "all" || name == script::name(delivery);
    });
    if (named) out.push_back(delivery);
  }
  return out;
}

}  // namespace

void add_schedule(CLI::App& run, ScheduleFlags& flags) {
  run.add_option("-j,--jobs", flags.jobs,
                 "cases in flight at once (default: 6 a core); above 1, one that only waits leaves "
                 "its place to others")
      ->type_name("N|auto");
  run.add_option("--max-connections", flags.pace.connections,
                 "open at once; cases that need more are left out (default: no limit)")
      ->type_name("N")
      ->check(CLI::Range(1, 65536));
  run.add_option("--rate", flags.pace.rate, "new connections a second (default: no limit)")
      ->type_name("N")
      ->check(CLI::Range(0.01, 1e6));
  run.add_option("--retries", flags.plan.retries,
                 "play what did not pass again, so often; different verdicts are flaky, no pass")
      ->type_name("N")
      ->check(CLI::Range(0, 100));
  run.add_option("--repeat", flags.plan.rounds,
                 "play everything so often; different verdicts are flaky")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  run.add_flag("--shuffle", flags.plan.shuffle, "in an order that follows from --seed");
  run.add_option("--seed", flags.seed,
                 "of masking keys, nonces, payloads and --shuffle (default: 1)")
      ->type_name("N");
  run.add_option(
         "--delivery", flags.deliveries,
         "put everything on the wire in this way (whole, with-handshake, with-next, octets, "
         "all); default: whole, and what each case asks for; repeatable")
      ->type_name("NAME")
      ->check(CLI::IsMember({"whole", "with-handshake", "with-next", "octets", "all"}))
      ->allow_extra_args(false);
  run.add_flag("--fail-fast", flags.plan.fail_fast, "begin nothing more after the first failure");
  run.add_option("--shard", flags.shard, "only this share of the selection, by hash of the ids")
      ->type_name("I/N");
  run.add_option("--time-scale", flags.time_scale,
                 "stretches all waiting, for slow machines (default: 1)")
      ->type_name("FACTOR")
      ->check(CLI::Range(0.1, 100.0));
  run.add_option("--max-time", flags.max_time, "end the run after so long, with all reports")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 1e7));
}

base::Result<run::RunSettings> schedule_of(const ScheduleFlags& flags) {
  const auto jobs = jobs_of(flags.jobs);
  if (!jobs) return std::unexpected(jobs.error());
  run::RunSettings settings;
  settings.seed = flags.seed;
  settings.pace = flags.pace;
  settings.pace.jobs = *jobs;
  settings.plan = flags.plan;
  settings.plan.deliveries = deliveries_of(flags.deliveries);
  settings.time_scale = flags.time_scale;
  settings.max_time = script::scaled(std::chrono::seconds(1), flags.max_time);
  if (!flags.shard.empty()) {
    const auto shard = run::parse_shard(flags.shard);
    if (!shard) return std::unexpected(shard.error());
    settings.shard = *shard;
  }
  const auto again = [&](const char* flag, std::string value) {
    settings.arguments.insert(settings.arguments.end(), {flag, std::move(value)});
  };
  if (flags.seed != 1) again("--seed", std::to_string(flags.seed));
  if (flags.time_scale != 1.0) again("--time-scale", fmt::format("{:g}", flags.time_scale));
  if (flags.pace.connections != 0)
    again("--max-connections", std::to_string(flags.pace.connections));
  if (flags.pace.rate > 0) again("--rate", fmt::format("{:g}", flags.pace.rate));
  return settings;
}

}  // namespace wsproof::cli
