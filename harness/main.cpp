// The command line: flags to values, values to commands; nothing else.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"
#include "harness/main.hpp"
#include "harness/main_config.hpp"
#include "harness/main_help.hpp"
#include "harness/run/run.hpp"

namespace wsproof::cli {

namespace {

constexpr const char* selection_help =
    "ids, prefixes of whole segments, globs with * and ?, tag:NAME, level:must; none: all but "
    "tag:large and tag:slow";

void add_common(CLI::App& command, Common& flags, const char* words_name, const char* words_help) {
  command.add_option(words_name, flags.words, words_help)->type_name("");
  command.add_option("--cases", flags.cases, "cases of your own: a file or a folder; repeatable")
      ->type_name("PATH")
      ->allow_extra_args(false);
}

void add_selection(CLI::App& command, Common& flags) {
  command.add_option("--exclude", flags.excludes, "leave these out; repeatable")
      ->type_name("SELECT")
      ->allow_extra_args(false);
}

void add_output(CLI::App& command, Common& flags) {
  command.add_option("--color", flags.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  command.add_flag("-v", flags.verbose,
                   "-v: every case; -vv: whole wire logs of what failed; -vvv: of every case");
  command.add_flag("-q,--quiet", flags.quiet, "less output");
}

void add_quirks(CLI::App& command, std::vector<std::string>& faults,
                std::vector<std::string>& liberties) {
  command.add_option("--fault", faults, "give the reference endpoint this bug; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--liberty", liberties, "let it do this legal but unusual thing; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

// What is tested, how, and what is told of it: whatever it is that is played.
void add_playing(CLI::App& command, RunFlags& flags) {
  command.add_option("--target", flags.target, "start and test a real server of harness/targets")
      ->type_name("NAME");
  command
      .add_option("--exec", flags.exec,
                  "start this server, end it afterwards; it, the URL, --origin and -H may hold "
                  "{port}, {dir} and {sock}; split into words like a shell does, without a shell")
      ->type_name("COMMAND");
  command
      .add_option("--exec-log", flags.exec_log, "append all that the server writes to this file")
      ->type_name("FILE");
  command
      .add_option("--ready-timeout", flags.ready_timeout,
                  "so long may the server take until it answers in HTTP (default: 60)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0));
  command
      .add_option("--restarts", flags.restarts,
                  "start a server that died again, at most so often in a run (default: 50)")
      ->type_name("N");
  command.add_flag("--reference", flags.reference,
                   "test the reference endpoint, in this process, over a real socket");
  command.add_option("--over", flags.over, "what carries it (default: tcp)")
      ->check(CLI::IsMember({"tcp", "tls", "unix"}))
      ->type_name("tcp|tls|unix")
      ->needs("--reference");
  add_quirks(command, flags.faults, flags.liberties);
  add_schedule(command, flags.schedule);
  add_reach(command, flags.reach);
  command
      .add_option("--via", flags.via,
                  "play the cases through this proxy too, which must be no worse than the target "
                  "itself; {port} is that of the target")
      ->type_name("URL");
  command.add_option("--via-baseline", flags.via_baseline, "what that proxy is known to do worse")
      ->type_name("FILE")
      ->needs("--via");
  add_suite(command, flags.common.suite);
  add_gate(command, flags.gate);
  command.add_flag(
      "--anyway", flags.anyway,
      "play also where no case could be judged: the handshake is refused, the target speaks "
      "first and no profile says so, or its answer is not the one of --reply");
  command.add_flag("--dry-run", flags.dry_run, "print the ids that would be played");
  add_report_flags(command, flags.reports);
  add_output(command, flags.common);
}

CLI::App* add_run(CLI::App& app, RunFlags& flags) {
  CLI::App* run = app.add_subcommand("run", "run cases against a target, write reports, gate");
  add_common(*run, flags.common, "SELECT... URL", selection_help);
  add_selection(*run, flags.common);
  add_playing(*run, flags);
  return run;
}

CLI::App* add_replay(CLI::App& app, RunFlags& flags) {
  CLI::App* replay =
      app.add_subcommand("replay", "play case files, as fuzzers leave them; otherwise like run");
  replay
      ->add_option("FILE... URL", flags.common.words,
                   "case files, or folders of them, all of whose cases are played")
      ->type_name("");
  add_playing(*replay, flags);
  return replay;
}

CLI::App* add_report(CLI::App& app, ResultsFlags& flags) {
  CLI::App* report = app.add_subcommand(
      "report", "write reports from results files; exit 1 where a gate was not passed");
  report
      ->add_option("RESULTS.json", flags.common.words,
                   "what --report-json wrote, or the .journal of a run that was killed; several: "
                   "several targets or runs")
      ->type_name("");
  report
      ->add_option("--against", flags.against,
                   "say what changed since these earlier results (failures in full only with -v); "
                   "repeatable")
      ->type_name("OLD.json")
      ->allow_extra_args(false);
  report
      ->add_option(
          "--from-autobahn", flags.autobahn,
          "take the index.json of Autobahn|Testsuite in this folder as results; repeatable")
      ->type_name("DIR")
      ->allow_extra_args(false);
  add_report_flags(*report, flags.reports);
  add_output(*report, flags.common);
  return report;
}

CLI::App* add_serve(CLI::App& app, ServeFlags& flags) {
  CLI::App* serve =
      app.add_subcommand("serve", "run the reference endpoint, an echo server, right or with bugs");
  serve->add_option("--host", flags.host, "address to listen on (default: 127.0.0.1)")
      ->type_name("HOST");
  serve->add_option("--port", flags.port, "0: a free one (default: 9001)")->type_name("PORT");
  serve->add_option("--unix", flags.unix_socket, "listen on this Unix socket (@NAME: abstract)")
      ->type_name("PATH")
      ->excludes("--host")
      ->excludes("--port");
  serve->add_flag("--tls", flags.tls, "speak TLS, with a certificate made on the spot");
  serve->add_option("--cert", flags.cert, "speak TLS with this certificate")->type_name("FILE");
  serve->add_option("--key", flags.key, "its private key, where that is a file of its own")
      ->type_name("FILE")
      ->needs("--cert");
  serve->add_option("--write-cert", flags.write_cert, "write the certificate here, for --cacert")
      ->type_name("FILE");
  add_tls_flags(*serve, flags.tls_min, flags.tls_keylog);
  serve->add_option("--subprotocol", flags.subprotocols, "understand this subprotocol; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_quirks(*serve, flags.faults, flags.liberties);
  serve->add_flag("--list", flags.list, "list all faults and liberties");
  return serve;
}

// Options with what they take, and not what the library checks of it.
class PlainFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string out = CLI::Formatter::make_option_opts(option);
    const std::string type = option->get_type_name();
    if (const std::size_t at = out.find(type); !type.empty() && at != std::string::npos)
      out.replace(at, type.size(), value_name(type));
    const std::string times = fmt::format(" x {}", option->get_expected());
    if (const std::size_t at = out.find(times); at != std::string::npos)
      out.erase(at, times.size());
    return out;
  }
};

// Everything that begins with a dash and that the command knows.
std::vector<std::string> flag_names(const CLI::App& command) {
  std::vector<std::string> out;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
    for (const std::string& name : option->get_snames()) out.push_back("-" + name);
  }
  return out;
}

// CLI11's message, with "did you mean" for the first word that it does not know.
std::string trouble_with(const CLI::Error& error, const CLI::App& app,
                         const std::vector<std::string>& arguments) {
  const CLI::App* command = &app;
  std::vector<std::string> known;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    known.push_back(sub->get_name());
  std::string unknown = arguments.empty() ? std::string() : arguments.front();
  std::string words = "wsproof ";
  std::size_t depth = 0;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    words += command->get_name() + " ";
    ++depth;
    known.clear();
    for (const CLI::App* sub : command->get_subcommands([](const CLI::App*) { return true; }))
      known.push_back(sub->get_name());
  }
  const bool wants_command = !known.empty();
  if (wants_command) {
    unknown = depth < arguments.size() ? arguments[depth] : std::string();
  } else {
    known = flag_names(*command);
    const auto found = std::ranges::find_if(arguments, [&](const std::string& word) {
      const std::string name = word.substr(0, word.find('='));
      return word.starts_with('-') && std::ranges::find(known, name) == known.end();
    });
    unknown = found == arguments.end() ? std::string() : found->substr(0, found->find('='));
  }
  if (unknown.empty()) {
    return fmt::format("{}\n`{}--help` shows what there is.", message_of(error), words);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto near = base::nearest(unknown, candidates, 1);
  return fmt::format("unknown {} {}{}\n`{}--help` shows what there is.",
                     wants_command ? "command" : "flag", base::for_terminal(unknown),
                     near.empty() ? "" : fmt::format("; did you mean {}?", near.front()), words);
}

// `wsproof help run` is `wsproof run --help`.
std::vector<std::string> without_help(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "help") return arguments;
  arguments.erase(arguments.begin());
  arguments.emplace_back("--help");
  return arguments;
}

int dispatch(const std::vector<std::string>& typed) {
  const std::vector<std::string> arguments = without_help(typed);
  CLI::App app("wsproof proves a WebSocket endpoint right or wrong (RFC 6455, RFC 7692).",
               "wsproof");
  app.formatter(std::make_shared<PlainFormatter>());
  app.set_version_flag("--version", fmt::format("wsproof {} (catalogue {})", run::tool_version(),
                                                run::suite_version()));
  app.require_subcommand(1);

  RunFlags run_flags;
  run_flags.typed = arguments;
  CLI::App* run = add_run(app, run_flags);
  CLI::App* replay = add_replay(app, run_flags);  // no more than one of them is parsed
  ResultsFlags results_flags;
  CLI::App* report = add_report(app, results_flags);
  Common list_flags;
  CLI::App* list = app.add_subcommand("list", "show ids, levels and titles; never connects");
  add_common(*list, list_flags, "SELECT", selection_help);
  add_selection(*list, list_flags);
  add_suite(*list, list_flags.suite);
  list->add_flag("-q,--quiet", list_flags.quiet, "ids only");
  Common show_flags;
  CLI::App* show =
      app.add_subcommand("show", "show a case: text, what is played, requirements, octets");
  add_common(*show, show_flags, "ID", selection_help);
  ServeFlags serve_flags;
  CLI::App* serve = add_serve(app, serve_flags);
  BaselineFlags baseline_flags;
  add_baseline(app, baseline_flags);
  DoctorFlags doctor_flags;
  CLI::App* doctor =
      app.add_subcommand("doctor", "look at a target once, with hints for what is wrong");
  doctor
      ->add_option("URL", doctor_flags.common.words,
                   "ws://host:port/path, wss://… or ws+unix:///path.sock:/path")
      ->type_name("");
  add_reach(*doctor, doctor_flags.reach);
  doctor->add_option("--write", doctor_flags.write, "write what was found out, as wsproof.toml")
      ->type_name("FILE");
  RequirementFlags requirement_flags;
  CLI::App* requirements =
      app.add_subcommand("requirements", "show which requirement is checked by which case");
  add_common(*requirements, requirement_flags.common, "ID",
             "ids or their beginnings (6455-5.4); none: all");
  requirements->add_flag("--gaps", requirement_flags.gaps,
                         "only those that no case checks, and nobody says why");
  std::vector<std::string> lint_files;
  CLI::App* lint = app.add_subcommand("lint", "check case files");
  lint->add_option("FILE", lint_files, "files or folders")->required()->type_name("");
  FormatFlags format_flags;
  CLI::App* format = app.add_subcommand("fmt", "lay out case files in the one way there is");
  format->add_option("FILE", format_flags.files, "files or folders")->required()->type_name("");
  format->add_flag("--check", format_flags.check,
                   "change nothing; exit 1 where something would change");

  std::string shell;
  CLI::App* complete =
      app.add_subcommand("completion", "print what a shell completes wsproof with");
  complete->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("");
  CLI::App* page = app.add_subcommand("manual", "print the page of man, as in `man -l`");

  ConfigFlags config_flags;
  add_config(*run, config_flags, run_flags.common);
  add_config(*replay, config_flags, run_flags.common);
  add_config(*list, config_flags, list_flags);
  add_config(*doctor, config_flags, doctor_flags.common);

  if (arguments.empty()) {
    std::fputs(app.help().c_str(), stderr);
    return static_cast<int>(ExitCode::usage);
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::Error& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return complain(ExitCode::usage, trouble_with(error, app, arguments));
  }
  CLI::App& command = *app.get_subcommands().front();
  const auto elsewhere = configure(app, command, config_flags);
  if (!elsewhere) return complain(ExitCode::usage, elsewhere.error().message);
  for (ReachFlags* reach : {&run_flags.reach, &doctor_flags.reach}) {
    reach->terms.elsewhere = *elsewhere;
    reach->config = config_arguments(config_flags);
  }
  if (run->parsed()) return run_command(run_flags);
  if (replay->parsed()) return replay_command(run_flags);
  if (report->parsed()) return report_command(results_flags);
  if (list->parsed()) return list_command(list_flags);
  if (show->parsed()) return show_command(show_flags);
  if (serve->parsed()) return serve_command(serve_flags);
  if (doctor->parsed()) return doctor_command(doctor_flags);
  if (requirements->parsed()) return requirements_command(requirement_flags);
  if (complete->parsed() || page->parsed()) {
    const auto text = complete->parsed()
                          ? completion(app, shell)
                          : base::Result<std::string>(manual(app, run::tool_version()));
    if (!text) return complain(ExitCode::usage, text.error().message);
    std::fputs(text->c_str(), stdout);
    return 0;
  }
  if (lint->parsed()) return lint_command(lint_files);
  if (command.get_name() == "baseline")
    return baseline_command(baseline_flags, command.got_subcommand("update"));
  return format_command(format_flags);
}

}  // namespace
}  // namespace wsproof::cli

// Third-party exceptions end here: whatever they are, it is our mistake.
int main(int count, char** words) {
  try {
    return wsproof::cli::dispatch({words + 1, words + count});
  } catch (const std::exception& error) {
    return wsproof::cli::complain(wsproof::cli::ExitCode::internal,
                                  std::string("internal error: ") + error.what());
  }
}
