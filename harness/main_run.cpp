// wsproof run and replay.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/main.hpp"
#include "harness/main_config.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/host.hpp"
#include "harness/result/journal.hpp"
#include "harness/run/run.hpp"
#include "harness/run/session.hpp"
#include "harness/script/blank_result.hpp"
#include "reports/phrases.hpp"
#include "reports/terminal.hpp"

namespace wsproof::cli {

namespace {

namespace fs = std::filesystem;

constexpr base::Duration plain_progress_every = std::chrono::seconds(10);

// The words of the command line, sorted into the URL and the selection.
struct Words {
  std::string url;
  run::Selection selection;
};

base::Result<Words> sort_words(const Common& flags) {
  Words out;
  out.selection.excludes = flags.excludes;
  for (const std::string& word : flags.words) {
    if (word.find("://") == std::string::npos) {
      out.selection.patterns.push_back(word);
    } else if (out.url.empty()) {
      out.url = word;
    } else {
      return base::fail(fmt::format("there are two URLs, {} and {}; a run has one target",
                                    base::for_terminal(run::without_login(out.url)),
                                    base::for_terminal(run::without_login(word))));
    }
  }
  if (out.url.empty()) out.url = flags.url;
  if (out.selection.patterns.empty()) out.selection.patterns = flags.select;
  return out;
}

// What is printed while the run goes on: one sticky line on a terminal, a plain line now and then
// elsewhere; a line for each bad case as it happens.
class Screen {
 public:
  Screen(const Common& flags)
      : style_(output_style(flags)),
        sticky_(!flags.quiet && net::is_terminal(net::Stream::errors) && !is_dumb_terminal()),
        quiet_(flags.quiet),
        verbose_(flags.verbose) {}
  ~Screen() { clear(); }

  const reports::TerminalStyle& style() const { return style_; }

  void probed(const result::RunResult& run) {
    if (quiet_) return;
    const std::string& name = run.target.name;
    const std::string at = name == run.target.url ? "" : fmt::format(" ({})", run.target.url);
    fmt::print(stderr, "{} against {}{}, {} at once\n",
               reports::counted(run.cases.size(), "case", "cases"), name, at, run.jobs);
    for (const std::string& note : run.probe.notes) fmt::print(stderr, "note: {}\n", note);
    began_ = last_plain_ = net::now();
  }

  void done(const result::CaseResult& played, std::size_t count, std::size_t total) {
    const bool bad = reports::needs_attention(played);
    if (bad && played.verdict.word != result::Word::inconclusive) ++fails_;
    if (quiet_) return;
    if (bad || verbose_ > 0) {
      clear();
      std::fputs(reports::case_line(played, style_).c_str(), stdout);
      std::fflush(stdout);
    }
    progress({count, total, fails_, net::now() - began_, played.id});
  }

  void clear() {
    if (!sticky_ || !shown_) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    shown_ = false;
  }

 private:
  void progress(const reports::Progress& progress) {
    if (sticky_) {
      fmt::print(stderr, "\r{}\x1b[K",
                 reports::progress_line(progress, net::terminal_columns(net::Stream::errors) - 1));
      std::fflush(stderr);
      shown_ = true;
    } else if (net::now() - last_plain_ >= plain_progress_every) {
      last_plain_ = net::now();
      fmt::print(stderr, "{}\n", reports::progress_line(progress, 100));
    }
  }

  reports::TerminalStyle style_;
  bool sticky_, quiet_;
  int verbose_;
  bool shown_ = false;
  std::size_t fails_ = 0;
  base::Time began_{}, last_plain_{};
};

// The journal beside results.json, while the run goes on.
class Journal {
 public:
  explicit Journal(const std::string& report) : path_(report.empty() ? "" : report + ".journal") {}

  void begin(const result::RunResult& run) {
    if (path_.empty()) return;
    out_.open(path_, std::ios::binary | std::ios::trunc);
    out_ << result::journal_header(run) << std::flush;
  }
  void add(const result::CaseResult& played) {
    if (out_.is_open()) out_ << result::journal_line(played) << std::flush;
  }
  // The results are written, so nobody needs it any more.
  void remove() {
    out_.close();
    if (!path_.empty()) std::remove(path_.c_str());
  }

 private:
  std::string path_;
  std::ofstream out_;
};

using MadeTarget = std::expected<std::unique_ptr<run::LiveTarget>, run::NoRun>;

// What went wrong becomes an exit code.
MadeTarget or_no_run(ExitCode code, base::Result<std::unique_ptr<run::LiveTarget>> made) {
  if (made) return std::move(*made);
  return std::unexpected(run::NoRun{code, std::move(made.error().message)});
}

run::Transport transport_of(const std::string& over) {
  if (over == "tls") return run::Transport::tls;
  return over == "unix" ? run::Transport::unix_socket : run::Transport::tcp;
}

// Whether a variable or a file names the target, by a URL with a secret in it: a command that plays
// a case again leaves that where it is.
bool stays_elsewhere(const ReachFlags& flags, const std::string& url) {
  if (!flags.terms.elsewhere.contains("url")) return false;
  base::Secrets secrets;
  for (const std::string& secret : secrets_of_environment()) secrets.add(secret);
  const auto parsed = run::parse_url(url);
  if (parsed) run::add_secrets_of_query(parsed->resource, secrets);
  return run::without_login(url) != url || secrets.hidden(url) != url;
}

// The server that is to be started: --target, or --exec and the URL.
base::Result<run::Launch> launch_of(const RunFlags& flags, const std::string& url) {
  run::Launch out;
  if (!flags.target.empty()) {
    const auto manifest = run::find_manifest(".", flags.target);
    if (!manifest) return std::unexpected(manifest.error());
    out = run::launch_of(*manifest);
  } else {
    auto command = run::split_command(flags.exec);
    if (!command) return std::unexpected(command.error());
    out.command = std::move(*command);
    out.url = url;
    out.told.name = fs::path(out.command.argv.front()).filename().string();
    if (!stays_elsewhere(flags.reach, url)) out.told.arguments = {"--exec", flags.exec};
  }
  std::ranges::move(reach_arguments(flags.reach), std::back_inserter(out.told.arguments));
  if (flags.target.empty() && !stays_elsewhere(flags.reach, url))
    out.told.arguments.push_back(run::without_login(url));
  out.reach_of = [reach = flags.reach](const std::string& real) -> base::Result<run::Reach> {
    auto made = reach_of(real, reach);
    if (!made) return base::fail(std::move(made.error().message));
    return std::move(*made);
  };
  out.log_file = flags.exec_log;
  out.ready_timeout = std::chrono::milliseconds(std::llround(flags.ready_timeout * 1000));
  return out;
}

// --baseline, or what stands beside the manifest of --target.
base::Result<std::optional<run::Baseline>> own_baseline(const RunFlags& flags) {
  std::string usual;
  if (!flags.target.empty()) {
    const auto manifest = run::find_manifest(".", flags.target);
    if (!manifest) return std::unexpected(manifest.error());
    usual = manifest->baseline;
  }
  return baseline_of(flags.gate, usual);
}

// --via-baseline.
base::Result<std::optional<run::Baseline>> baseline_of_proxy(const RunFlags& flags) {
  GateFlags gate = flags.gate;
  gate.baseline = flags.via_baseline;
  gate.no_baseline = false;
  return baseline_of(gate, "");
}

// A URL as it could be once the server of --exec is started.
std::string example_url(const RunFlags& flags, const std::string& url) {
  if (flags.exec.empty()) return url;
  return run::filled(url, {{"port", "9001"}, {"dir", "/tmp"}, {"sock", "/tmp/ws.sock"}});
}

MadeTarget make_target(const RunFlags& flags, const std::string& url, const net::StopSource& stop) {
  if (flags.reference) {
    const auto quirks = quirks_of(flags.faults, flags.liberties);
    if (!quirks) return std::unexpected(run::NoRun{ExitCode::usage, quirks.error().message});
    std::vector<std::string> arguments = flags.reach.config;
    arguments.emplace_back("--reference");
    if (!flags.over.empty()) arguments.insert(arguments.end(), {"--over", flags.over});
    for (const std::string& name : flags.faults)
      arguments.insert(arguments.end(), {"--fault", name});
    for (const std::string& name : flags.liberties)
      arguments.insert(arguments.end(), {"--liberty", name});
    return or_no_run(
        ExitCode::not_ready,
        run::reference_target(*quirks, arguments, flags.schedule.seed, transport_of(flags.over)));
  }
  if (!flags.target.empty() || !flags.exec.empty()) {
    auto launch = launch_of(flags, url);
    if (!launch) return std::unexpected(run::NoRun{ExitCode::usage, launch.error().message});
    return or_no_run(ExitCode::not_ready, run::started_target(std::move(*launch), &stop));
  }
  auto reach = reach_of(url, flags.reach);
  if (!reach) return std::unexpected(reach.error());
  std::vector<std::string> arguments = reach_arguments(flags.reach);
  if (!stays_elsewhere(flags.reach, url)) arguments.push_back(run::to_string(reach->url));
  return run::target_at(std::move(*reach), std::move(arguments));
}

// The proxy of --via in front of a target.
MadeTarget proxy_of(const RunFlags& flags, const result::Target& direct) {
  const auto url = run::parse_url(direct.url);
  const std::string port = url ? std::to_string(url->port) : "";
  auto reach = reach_of(run::filled(flags.via, {{"port", port}}), flags.reach);
  if (!reach) return std::unexpected(reach.error());
  std::vector<std::string> arguments = reach_arguments(flags.reach);
  arguments.push_back(run::to_string(reach->url));
  return run::target_at(std::move(*reach), std::move(arguments));
}

// What a wrong mixture of targets deserves to be told; empty when it is right.
std::string target_trouble(const RunFlags& flags, const Words& words) {
  const int targets =
      (flags.reference ? 1 : 0) + (flags.target.empty() ? 0 : 1) + (words.url.empty() ? 0 : 1);
  if (targets > 1) return "a run has one target: a URL, --target NAME or --reference";
  if (!flags.exec.empty() && words.url.empty()) {
    return "--exec starts a server, and a URL says where it is then, as in `wsproof run --exec "
           "'server --port {port}' ws://127.0.0.1:{port}/`";
  }
  if (flags.exec.empty() && words.url.find("{port}") != std::string::npos)
    return "{port} in a URL is the port of a server that --exec starts";
  if (!flags.exec_log.empty() && flags.exec.empty() && flags.target.empty())
    return "--exec-log is for a server that --exec or --target starts";
  if (targets == 1) {
    return !flags.reference && !(flags.faults.empty() && flags.liberties.empty())
               ? "--fault and --liberty are for --reference"
               : "";
  }
  for (const std::string& word : words.selection.patterns) {
    if (word.starts_with("ws:/") || word.starts_with("wss:/")) {
      const std::size_t colon = word.find(':');
      const std::size_t rest = std::min(word.find_first_not_of('/', colon + 1), word.size());
      return fmt::format("there is no URL; did you mean {}://{}?", word.substr(0, colon),
                         base::for_terminal(word.substr(std::max(rest, word.rfind('@') + 1))));
    }
    if (word.find(':') != std::string::npos && !word.starts_with("tag:") &&
        !word.starts_with("level:")) {
      return fmt::format("there is no URL; did you mean ws://{}?",
                         base::for_terminal(word.substr(word.rfind('@') + 1)));
    }
  }
  return "which server? Give a URL, as in `wsproof run ws://localhost:9001/`, or --target NAME, or "
         "--reference";
}

// "results.via.json" of "results.json": beside the results of the direct run.
std::string beside(const std::string& path) {
  const fs::path whole(path);
  return (whole.parent_path() / (whole.stem().string() + ".via" + whole.extension().string()))
      .string();
}

// Where there are two runs, each has results of its own; all other reports tell both.
base::Result<std::vector<reports::WrittenReport>> write_all(
    const ReportFlags& flags, std::span<const result::RunResult> runs) {
  if (runs.size() == 1 || flags.json.empty()) return write_reports(flags, {.runs = runs});
  std::vector<reports::WrittenReport> all;
  const auto add = [&](const ReportFlags& some, std::span<const result::RunResult> of) {
    auto written = write_reports(some, {.runs = of});
    if (written) std::ranges::move(*written, std::back_inserter(all));
    return written;
  };
  ReportFlags rest = flags;
  rest.json.clear();
  ReportFlags direct, proxied;
  direct.json = flags.json;
  proxied.json = beside(flags.json);
  for (auto& [some, of] : {std::pair{direct, runs.first(1)}, std::pair{proxied, runs.last(1)},
                           std::pair{rest, runs}}) {
    if (auto written = add(some, of); !written) return written;
  }
  return all;
}

int print_outcome(const RunFlags& flags, std::span<const result::RunResult> runs, Screen& screen) {
  screen.clear();
  const auto written = write_all(flags.reports, runs);
  if (!flags.common.quiet) fmt::print("\n");
  for (const result::RunResult& run : runs) {
    reports::SummaryNotes notes;
    if (written && &run == &runs.back()) notes.reports = *written;
    print_failures(run, screen.style());
    std::fputs(reports::summary(run, notes, screen.style()).c_str(), stdout);
    if (&run != &runs.back()) fmt::print("\n");
  }
  std::fflush(stdout);
  if (!written) return complain(ExitCode::internal, written.error().message);
  const bool passed =
      std::ranges::all_of(runs, [](const result::RunResult& run) { return run.gate.passed; });
  return static_cast<int>(passed ? ExitCode::passed : ExitCode::failed);
}

// The command line for the results.
std::string without_secrets(std::vector<std::string> words, const base::Secrets& secrets) {
  for (std::string& word : words) word = secrets.hidden(word);
  return quoted(words);
}

// Nobody was there, or nobody who speaks HTTP: the reports say so, and that nothing was played.
int report_absence(const RunFlags& flags, const std::string& url, const base::Secrets& secrets,
                   const std::vector<const script::Case*>& cases, const run::NoRun& why) {
  const int code = complain(why.code, secrets.hidden(why.message));
  if (why.code != ExitCode::not_ready) return code;
  result::RunResult run;
  run.tool_version = run::tool_version();
  run.suite_version =
      flags.common.suite.empty() ? std::string(run::suite_version()) : flags.common.suite;
  run.command = without_secrets(flags.typed, secrets);
  run.seed = flags.schedule.seed;
  run.target.name = flags.target.empty() ? url : flags.target;
  run.target.url = url;
  run.gate = {
      .passed = false, .strict = flags.gate.strict, .reasons = {base::for_terminal(why.message)}};
  for (const script::Case* c : cases) {
    run.cases.push_back(script::blank_result(*c));
    run.cases.back().verdict.reason = "not-ready";
  }
  run::hide(run, secrets);
  const reports::Subject subject{.runs = {&run, 1}};
  const auto written = write_reports(flags.reports, subject);
  annotate(flags.reports, subject);
  return written ? code : complain(ExitCode::internal, written.error().message);
}

// Plays the cases, directly and through the proxy that there may be, and tells what came of it.
int play_and_tell(const RunFlags& flags, const std::string& url, run::LiveTarget& target,
                  const std::vector<const script::Case*>& cases, run::RunSettings settings,
                  const std::optional<run::Baseline>& of_proxy, const base::Secrets& secrets,
                  const net::StopSource& stop) {
  std::optional<QuietForGithub> quiet(flags.reports.github);
  Screen screen(flags.common);
  std::optional<Journal> journal(flags.reports.json);
  run::Listeners listeners;
  listeners.probed = [&](const result::RunResult& run) {
    journal->begin(run);
    screen.probed(run);
  };
  listeners.case_done = [&](const result::CaseResult& played, std::size_t count,
                            std::size_t total) {
    journal->add(played);
    screen.done(played, count, total);
  };
  std::vector<result::RunResult> runs;
  runs.reserve(2);  // the second one is compared with the first while it goes on
  const auto play = [&](run::LiveTarget& played) -> std::optional<run::NoRun> {
    auto result = run::run(played, cases, settings, listeners, &stop);
    if (!result) return result.error();
    runs.push_back(std::move(*result));
    return std::nullopt;
  };
  if (const auto none = play(target)) {
    screen.clear();
    quiet.reset();
    if (stop.signal() != 0) return 128 + stop.signal();
    return report_absence(flags, url, secrets, cases, *none);
  }
  std::optional<Journal> direct_journal;
  std::optional<run::NoRun> no_proxy;
  if (!flags.via.empty() && !stop.stopped()) {
    direct_journal.swap(journal);
    journal.emplace(flags.reports.json.empty() ? "" : beside(flags.reports.json));
    settings.direct = &runs.front();
    settings.baseline = of_proxy;
    const auto proxy = proxy_of(flags, target.told());
    no_proxy = proxy ? play(**proxy) : proxy.error();
    if (runs.size() == 2)
      runs.back().target.name = secrets.hidden(runs.front().target.name + " via " + flags.via);
  }
  const int code = print_outcome(flags, runs, screen);
  if (code < 2) {
    journal->remove();
    if (direct_journal) direct_journal->remove();
  }
  quiet.reset();
  annotate(flags.reports, {.runs = runs});
  if (no_proxy && stop.signal() == 0)
    return complain(no_proxy->code, secrets.hidden(no_proxy->message));
  return stop.signal() != 0 && code < 2 ? 128 + stop.signal() : code;
}

// With --cases and no selection only the user's own cases are meant, which stand behind all others.
base::Result<std::vector<const script::Case*>> meant(const RunFlags& flags, const Words& words,
                                                     const std::vector<script::SourceFile>& own,
                                                     const script::Catalogue& catalogue) {
  const bool all = !words.selection.patterns.empty() || flags.common.cases.empty();
  std::set<std::string_view> files;
  for (const script::SourceFile& source : own) files.insert(source.name);
  const auto first = std::ranges::find_if(
      catalogue.cases, [&](const script::Case& c) { return all || files.contains(c.place.file); });
  run::Selection selection = words.selection;
  if (!all) selection.patterns = {"*"};
  return run::select(std::span(first, catalogue.cases.end()), selection);
}

}  // namespace

int run_command(const RunFlags& flags) {
  const auto words = sort_words(flags.common);
  if (!words) return complain(ExitCode::usage, words.error().message);
  if (const std::string trouble = target_trouble(flags, *words); !trouble.empty())
    return complain(ExitCode::usage, trouble);
  const auto schedule = schedule_of(flags.schedule);
  if (!schedule)
    return complain(ExitCode::usage,
                    with_place(schedule.error().message, flags.reach.terms.elsewhere));
  run::Url given_url;
  if (!words->url.empty()) {
    const auto url = run::parse_url(example_url(flags, words->url));
    if (!url) return complain(ExitCode::usage, url.error().message);
    given_url = *url;
  }
  if (const auto via = run::parse_url(run::filled(flags.via, {{"port", "9001"}}));
      !flags.via.empty() && !via)
    return complain(ExitCode::usage, "--via: " + via.error().message);
  const auto terms = terms_of(flags.reach, given_url);
  if (!terms) return complain(ExitCode::usage, terms.error().message);
  base::Secrets secrets = run::read_request(terms->request)->secrets;
  run::add_secrets_of_query(given_url.resource, secrets);
  const auto own = read_sources(flags.common.cases);
  if (!own) return complain(ExitCode::usage, own.error().message);
  const auto catalogue = load_catalogue(flags.common.cases, flags.common.suite);
  if (!catalogue) return complain(ExitCode::usage, catalogue.error().message);
  auto cases = meant(flags, *words, *own, *catalogue);
  if (!cases) return complain(ExitCode::nothing, cases.error().message);
  *cases = run::in_shard(run::for_role(std::move(*cases), wire::Role::server),
                         schedule->shard.value_or(run::Shard{}));
  if (cases->empty())
    return complain(ExitCode::nothing, "no case is selected; `wsproof list` shows all ids");
  if (const auto right = check_reports(flags.reports); !right)
    return complain(ExitCode::usage, right.error().message);
  if (flags.dry_run) {
    for (const script::Case* c : *cases) fmt::print("{}\n", script::id(*c));
    return 0;
  }
  if (const auto possible = try_reports(flags.reports); !possible)
    return complain(ExitCode::internal, possible.error().message);

  const auto baseline = own_baseline(flags);
  if (!baseline) return complain(ExitCode::usage, baseline.error().message);
  const auto of_proxy = baseline_of_proxy(flags);
  if (!of_proxy) return complain(ExitCode::usage, of_proxy.error().message);

  net::raise_descriptor_limit();
  net::StopSource stop;
  const net::SignalGuard guard(stop);
  const net::Alarm alarm(stop, schedule->max_time);
  const auto target = make_target(flags, words->url, stop);
  if (!target)
    return report_absence(flags, run::without_login(words->url), secrets, *cases, target.error());
  run::RunSettings settings = *schedule;
  settings.gate = {flags.gate.strict, flags.gate.min_cases};
  settings.baseline = *baseline;
  settings.today = flags.gate.today.empty() ? run::today() : flags.gate.today;
  settings.suite = flags.common.suite;
  settings.command = without_secrets(flags.typed, secrets);
  for (const std::string& path : flags.common.cases)
    settings.arguments.insert(settings.arguments.end(), {"--cases", path});
  settings.catalogue = catalogue->cases;
  settings.terms = *terms;
  settings.restarts = flags.restarts;
  settings.anyway = flags.anyway;
  return play_and_tell(flags, run::without_login(words->url), **target, *cases, settings, *of_proxy,
                       secrets, stop);
}

// All the cases of these files and no others, whatever wsproof.toml selects.
int replay_command(RunFlags flags) {
  std::vector<std::string> urls;
  for (std::string& word : std::exchange(flags.common.words, {}))
    (word.find("://") == std::string::npos ? flags.common.cases : urls).push_back(std::move(word));
  if (flags.common.cases.empty())
    return complain(ExitCode::usage,
                    "which case files? As in `wsproof replay my.case ws://localhost:9001/`; "
                    "`wsproof run` plays what is in the catalogue");
  flags.common.words = std::move(urls);
  flags.common.select.clear();
  return run_command(flags);
}

}  // namespace wsproof::cli
