// The commands behind the command line: each takes its parsed flags and returns an exit code.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/result/run_result.hpp"
#include "harness/run/baseline_update.hpp"
#include "harness/run/gate.hpp"
#include "harness/run/reach.hpp"
#include "harness/run/run.hpp"
#include "harness/run/select.hpp"
#include "harness/script/catalogue.hpp"
#include "reports/phrases.hpp"
#include "reports/subject.hpp"
#include "reports/terminal.hpp"

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace wsproof::cli {

using run::ExitCode;

/// Flags that more than one command has.
struct Common {
  std::vector<std::string> words;   ///< SELECT…, and the URL where there is one
  std::string url;                  ///< from wsproof.toml or a variable: when the words have none
  std::vector<std::string> select;  ///< likewise
  std::vector<std::string> excludes;
  std::vector<std::string> cases;  ///< --cases: files and folders of the user's own
  std::string suite;               ///< --suite: the version that the catalogue is pinned to
  std::string colour = "auto";     ///< --color: auto, always, never
  int verbose = 0;
  bool quiet = false;
};

/// How the user says to reach a target, the same for every command that connects to one.
struct ReachFlags {
  run::Terms terms;                 ///< -H, -b, -u, --origin, --subprotocol, --reply, --profile, …
  std::vector<std::string> config;  ///< --config or --no-config, as typed
  bool v4 = false, v6 = false;
  std::vector<std::string> resolve;  ///< --resolve HOST:PORT:ADDR
  std::string unix_socket;
  bool insecure = false;  ///< -k
  std::string cacert, cert, key, sni, tls_keylog;
  std::string tls_min = "1.2";
};

/// Which reports are written, and where to; the same flags for every command that has results.
struct ReportFlags {
  std::string json, html, junit, markdown;
  std::string html_folder, autobahn_folder;
  bool github = false;  ///< annotations and a step summary; from the start where GITHUB_ACTIONS is
};

/// How a run goes (main_schedule.cpp).
struct ScheduleFlags {
  std::string jobs = "auto";
  run::Pace pace;  ///< without its jobs
  run::Plan plan;
  std::vector<std::string> deliveries;
  std::uint64_t seed = 1;
  std::string shard;  ///< "1/4"
  double time_scale = 1.0;
  double max_time = 0;  ///< seconds; 0: no limit
};

/// What is good enough (main_gate.cpp).
struct GateFlags {
  bool strict = false;
  std::size_t min_cases = 0;
  std::string baseline;      ///< a file; empty: the target's own, where it has one
  bool no_baseline = false;  ///< not that either
  std::string today;         ///< empty: by the clock
};

/// Flags of `run` and `replay`.
struct RunFlags {
  Common common;
  std::string target;         ///< --target NAME
  std::string exec;           ///< --exec COMMAND
  std::string exec_log;       ///< --exec-log FILE
  double ready_timeout = 60;  ///< --ready-timeout SECONDS
  std::uint32_t restarts = 50;
  bool reference = false;  ///< --reference
  std::string over;        ///< --over: tcp, tls or unix; empty: tcp
  std::vector<std::string> faults, liberties;
  ScheduleFlags schedule;
  ReachFlags reach;
  std::string via;  ///< --via: a proxy in front of the target; the cases are played through it too
  std::string via_baseline;  ///< --via-baseline FILE: what that proxy is known to do
  GateFlags gate;
  bool anyway = false;  ///< --anyway
  bool dry_run = false;
  ReportFlags reports;
  std::vector<std::string> typed;  ///< the command line, word by word
};

/// Flags of `serve`.
struct ServeFlags {
  std::string host = "127.0.0.1";
  std::uint16_t port = 9001;
  std::string unix_socket;  ///< --unix PATH, instead of host and port
  bool tls = false;
  std::string cert, key, write_cert, tls_keylog;
  std::string tls_min = "1.2";
  std::vector<std::string> faults, liberties;
  std::vector<std::string> subprotocols;
  bool list = false;
};

/// Flags of `report`.
struct ResultsFlags {
  Common common;                      ///< its words are results files
  std::vector<std::string> against;   ///< --against: earlier results
  std::vector<std::string> autobahn;  ///< --from-autobahn: folders with an index.json
  ReportFlags reports;
};

/// Flags of `baseline update` and `baseline check`.
struct BaselineFlags {
  std::string file;
  std::vector<std::string> results;
  std::vector<std::string> cases;  ///< --cases: files and folders of the user's own
  std::string suite;
  std::string today;
  run::UpdateSettings update;
};

/// Flags of `doctor`.
struct DoctorFlags {
  Common common;
  ReachFlags reach;
  std::string write;  ///< --write: a file for what was found out
};

struct FormatFlags {
  std::vector<std::string> files;
  bool check = false;
};

struct RequirementFlags {
  Common common;
  bool gaps = false;  ///< only rows without a case
};

int run_command(const RunFlags& flags);
int replay_command(RunFlags flags);
int report_command(const ResultsFlags& flags);
int list_command(const Common& flags);
int show_command(const Common& flags);
int serve_command(const ServeFlags& flags);
int lint_command(const std::vector<std::string>& files);
int format_command(const FormatFlags& flags);
int baseline_command(const BaselineFlags& flags, bool is_update);
int doctor_command(const DoctorFlags& flags);
int requirements_command(const RequirementFlags& flags);

// ── What the commands share (main_shared.cpp) ────────────────────────────────────────────────────

/// What the library of the command line has to say, for a terminal.
std::string message_of(const CLI::Error& error);

/// Prints to stderr and returns the code as what main() returns.
int complain(ExitCode code, const std::string& message);

/// A file's text, at most 4 MiB of it.
base::Result<std::string> read_file(const std::string& path);

/// Writes a whole file; an error says why the system would not have it.
std::error_code write_file(const std::string& path,
                           const std::function<void(std::ostream& out)>& write);

/// The command line of these words of wsproof's, without logins.
std::string quoted(const std::vector<std::string>& words);

/// The compiled-in catalogue and the user's own files; of a version `suite`, where that is given.
base::Result<script::Catalogue> load_catalogue(const std::vector<std::string>& own,
                                               const std::string& suite = "");

/// --suite.
void add_suite(CLI::App& command, std::string& suite);

/// The user's files as sources: a file stands for itself, a folder for every .case below it.
base::Result<std::vector<script::SourceFile>> read_sources(const std::vector<std::string>& paths);

/// The quirks with these faults and liberties; an error names what was meant.
base::Result<endpoint::Quirks> quirks_of(const std::vector<std::string>& faults,
                                         const std::vector<std::string>& liberties);

/// Whether standard output gets colours: --color, NO_COLOR, FORCE_COLOR, TERM=dumb, a terminal.
bool wants_colour(const std::string& when, bool terminal);

/// Whether the terminal cannot even go back to the begin of a line: TERM=dumb.
bool is_dumb_terminal();

// ── The way to a target (main_reach.cpp) ─────────────────────────────────────────────────────────

void add_reach(CLI::App& command, ReachFlags& flags);

/// TLS flags that a client and a server have in common.
void add_tls_flags(CLI::App& command, std::string& minimum, std::string& key_log);
net::TlsOptions tls_options(const std::string& cert, const std::string& key,
                            const std::string& minimum, const std::string& key_log);

/// What is dialled for this URL under these flags; names are resolved. NoRun tells of bad usage or
/// of a name that cannot be resolved.
std::expected<run::Reach, run::NoRun> reach_of(const std::string& url, const ReachFlags& flags);

/// The terms of the flags, with the login of the URL as -u unless that is there, the profile's file
/// read and the variables' secrets in them; they are all right by themselves. The error is one of
/// usage.
base::Result<run::Terms> terms_of(const ReachFlags& flags, const run::Url& url);

/// The flags that lead to the same target once more, without its URL. Never a secret.
std::vector<std::string> reach_arguments(const ReachFlags& flags);

// ── Reports (main_reports.cpp) ───────────────────────────────────────────────────────────────────

/// --report-json and its sisters.
void add_report_flags(CLI::App& command, ReportFlags& flags);

/// Whether no two reports are meant to be the same file. An Error is bad usage.
base::Result<void> check_reports(const ReportFlags& flags);

/// Whether the reports can be written is found out before a run, not after it.
base::Result<void> try_reports(const ReportFlags& flags);

/// Writes what was asked for; what could be written before an error stays.
base::Result<std::vector<reports::WrittenReport>> write_reports(const ReportFlags& flags,
                                                                const reports::Subject& subject);

/// Reads results files and journals; shards of one run become that run, in the catalogue's order.
base::Result<std::vector<result::RunResult>> read_runs(const std::vector<std::string>& paths,
                                                       const script::Catalogue& catalogue);

/// While it lives, nothing on standard output is a command for GitHub, whatever a target sent; does
/// nothing elsewhere.
class QuietForGithub {
 public:
  explicit QuietForGithub(bool github);
  ~QuietForGithub();
  QuietForGithub(const QuietForGithub&) = delete;
  QuietForGithub& operator=(const QuietForGithub&) = delete;

 private:
  std::string token_;
};

/// The annotations, on standard output, where GitHub reads commands again.
void annotate(const ReportFlags& flags, const reports::Subject& subject);

/// How standard output is written to: --color, -q, -v, a terminal or not, its width.
reports::TerminalStyle output_style(const Common& flags);

/// A block for each case that somebody has to look at, not with -q; with -vv for known failures
/// too, with -vvv for every case.
void print_failures(const result::RunResult& run, const reports::TerminalStyle& style);

// ── What is good enough (main_gate.cpp) ──────────────────────────────────────────────────────────

void add_gate(CLI::App& run, GateFlags& flags);

/// The baseline that is meant: of the flags, or else the file `usual`, unless that is empty.
base::Result<std::optional<run::Baseline>> baseline_of(const GateFlags& flags,
                                                       const std::string& usual);

/// The command `baseline`, with its own.
void add_baseline(CLI::App& app, BaselineFlags& flags);

// ── How a run goes (main_schedule.cpp) ───────────────────────────────────────────────────────────

void add_schedule(CLI::App& run, ScheduleFlags& flags);

/// The settings of a run, as far as these flags say them. An Error is bad usage.
base::Result<run::RunSettings> schedule_of(const ScheduleFlags& flags);

}  // namespace wsproof::cli
