// What is good enough: the flags of the gate, and wsproof baseline.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/main.hpp"
#include "harness/run/baseline_update.hpp"

namespace wsproof::cli {

namespace {

namespace fs = std::filesystem;

void add_today(CLI::App& command, std::string& today) {
  command
      .add_option("--today", today, "judge the dates of a baseline as of this day (default: today)")
      ->type_name("YYYY-MM-DD");
}

base::Result<run::Baseline> read_baseline(const std::string& file) {
  const auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  return run::parse_baseline(*text, file);
}

// Beside the file and then in its place: a full disk leaves the old one.
base::Result<void> replace_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  std::error_code error = write_file(fresh, [&](std::ostream& out) { out << text; });
  if (!error) fs::rename(fresh, path, error);
  if (!error) return {};
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return base::fail(fmt::format("cannot write {}: {}", base::for_terminal(path), error.message()));
}

// The results, put together where they are shards; they have to be those of one run.
base::Result<result::RunResult> one_run(const std::vector<std::string>& files,
                                        const script::Catalogue& catalogue) {
  auto runs = read_runs(files, catalogue);
  if (!runs) return std::unexpected(runs.error());
  if (runs->size() == 1) return std::move(runs->front());
  return base::fail(
      fmt::format("a baseline is about one target, and these are {} runs", runs->size()));
}

int update_baseline(const BaselineFlags& flags, const script::Catalogue& catalogue) {
  std::error_code error;
  run::Baseline baseline;
  baseline.file = base::for_terminal(flags.file);
  if (fs::exists(flags.file, error)) {
    auto read = read_baseline(flags.file);
    if (!read) return complain(ExitCode::usage, read.error().message);
    baseline = std::move(*read);
  }
  if (flags.results.empty()) {
    return complain(ExitCode::usage,
                    "which results? `wsproof baseline update FILE RESULTS.json` takes what "
                    "`wsproof run … --report-json RESULTS.json` wrote");
  }
  const auto run = one_run(flags.results, catalogue);
  if (!run) return complain(ExitCode::usage, run.error().message);
  const run::BaselineUpdate update = run::update(baseline, catalogue.cases, *run, flags.update);
  if (update.text) {
    if (const auto done = replace_file(flags.file, *update.text); !done)
      return complain(ExitCode::internal, done.error().message);
  }
  for (const std::string& changed : update.changed) fmt::print("{}\n", base::for_terminal(changed));
  for (const std::string& refused : update.refused)
    fmt::print(stderr, "wsproof: {}\n", base::for_terminal(refused));
  fmt::print("{}: {}\n", baseline.file,
             update.text ? fmt::format("{} changed",
                                       reports::counted(update.changed.size(), "line", "lines"))
                         : "nothing to change");
  return static_cast<int>(update.refused.empty() ? ExitCode::passed : ExitCode::failed);
}

int check_baseline(const BaselineFlags& flags, const script::Catalogue& catalogue) {
  const auto baseline = read_baseline(flags.file);
  if (!baseline) return complain(ExitCode::usage, baseline.error().message);
  const std::string today = flags.today.empty() ? run::today() : flags.today;
  std::vector<std::string> trouble =
      run::BaselineIndex(*baseline, catalogue.cases).complaints(today);
  if (!flags.results.empty()) {
    auto run = one_run(flags.results, catalogue);
    if (!run) return complain(ExitCode::usage, run.error().message);
    run::apply(*baseline, catalogue.cases, today, run->gate.strict, *run);
    const result::Gate gate = run::judge(*run, "", {.strict = run->gate.strict});
    for (const std::string& note : gate.notes) fmt::print("note: {}\n", base::for_terminal(note));
    trouble = gate.reasons;
  }
  for (const std::string& one : trouble) fmt::print("{}\n", base::for_terminal(one));
  fmt::print("{}: {}, {}\n", baseline->file,
             reports::counted(baseline->lines.size(), "line", "lines"),
             trouble.empty() ? "all is well" : "not well");
  return static_cast<int>(trouble.empty() ? ExitCode::passed : ExitCode::failed);
}

}  // namespace

void add_gate(CLI::App& run, GateFlags& flags) {
  run.add_option("--baseline", flags.baseline,
                 "what the target is known to do: a file of lines `PATTERN = WORD  # why`")
      ->type_name("FILE");
  run.add_flag("--no-baseline", flags.no_baseline, "without that, also with --target")
      ->excludes("--baseline");
  run.add_flag("--strict", flags.strict, "non-strict verdicts fail the gate too");
  run.add_option("--min-cases", flags.min_cases, "so many cases must come to a verdict")
      ->type_name("N");
  add_today(run, flags.today);
}

base::Result<std::optional<run::Baseline>> baseline_of(const GateFlags& flags,
                                                       const std::string& usual) {
  if (!flags.today.empty() && !run::is_day(flags.today)) {
    return base::fail(fmt::format("--today takes a day as in 2027-03-01, not \"{}\"",
                                  base::for_terminal(flags.today)));
  }
  const std::string& file = flags.baseline.empty() ? usual : flags.baseline;
  if (flags.no_baseline || file.empty()) return std::nullopt;
  auto baseline = read_baseline(file);
  if (!baseline) return std::unexpected(baseline.error());
  return std::move(*baseline);
}

void add_baseline(CLI::App& app, BaselineFlags& flags) {
  CLI::App* const baseline =
      app.add_subcommand("baseline", "known failures: bring the file up to date, or check it");
  baseline->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* const command = baseline->add_subcommand(name, help);
    command->add_option("FILE", flags.file, "the baseline")->required()->type_name("");
    command
        ->add_option("RESULTS.json", flags.results,
                     "what --report-json wrote; several: the shards of one run")
        ->type_name("");
    command->add_option("--cases", flags.cases, "cases of your own: a file or a folder; repeatable")
        ->type_name("PATH")
        ->allow_extra_args(false);
    add_suite(*command, flags.suite);
    return command;
  };
  CLI::App* const update =
      add("update", "change the lines that are not true any more, and no others");
  update->add_flag("--accept-crashes", flags.update.accept_crashes, "take up crash and hang too");
  update->add_flag("--signatures", flags.update.signatures,
                   "name the reason of each failure, so that it cannot hide another");
  update
      ->add_option("--reason", flags.update.reason,
                   "the comment of new lines (default: the sentence of the RFC)")
      ->type_name("TEXT");
  CLI::App* const check =
      add("check", "say what is wrong with the file, and how results stand to it");
  add_today(*check, flags.today);
}

int baseline_command(const BaselineFlags& flags, bool is_update) {
  if (flags.update.reason.find('\n') != std::string::npos)
    return complain(ExitCode::usage, "--reason is one line");
  // It must not be taken for a day that there is not.
  if (const auto line = run::parse_baseline("all = fail  # " + flags.update.reason, "--reason");
      !line)
    return complain(ExitCode::usage, line.error().message);
  if (!flags.today.empty() && !run::is_day(flags.today))
    return complain(ExitCode::usage, "--today takes a day as in 2027-03-01");
  const auto catalogue = load_catalogue(flags.cases, flags.suite);
  if (!catalogue) return complain(ExitCode::usage, catalogue.error().message);
  return is_update ? update_baseline(flags, *catalogue) : check_baseline(flags, *catalogue);
}

}  // namespace wsproof::cli
