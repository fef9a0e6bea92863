// Writing reports, for every command that has results; and wsproof report, which has them from
// files.
#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/main.hpp"
#include "harness/net/host.hpp"
#include "harness/result/journal.hpp"
#include "harness/result/json.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/phrases.hpp"

namespace wsproof::cli {

namespace {

using Runs = std::span<const result::RunResult>;

// A report that is one file: its flag, and what stands in it.
struct FileReport {
  const char* kind;
  const char* flag;
  const char* help;
  std::string ReportFlags::* path;
  base::Result<std::string> (*render)(Runs runs);
};

base::Result<std::string> json_of(Runs runs) {
  if (runs.size() == 1) return result::to_json(runs.front());
  return base::fail(
      fmt::format("--report-json holds one run, and these are {}; the other reports hold several",
                  runs.size()));
}

constexpr FileReport file_reports[] = {
    {"json", "--report-json", "write the results here: what all other reports are made from",
     &ReportFlags::json, json_of},
    {"html", "--report-html", "write a page for people here", &ReportFlags::html,
     [](Runs runs) -> base::Result<std::string> { return reports::html(runs.front()); }},
    {"junit", "--report-junit", "write XML for Jenkins, GitLab and other CI systems here",
     &ReportFlags::junit,
     [](Runs runs) -> base::Result<std::string> { return reports::junit(runs); }},
};

base::Result<void> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return base::fail(fmt::format(
      "cannot write the report {}: is there such a folder, may it be written, is the disk full?",
      base::for_terminal(path)));
}

base::Result<result::RunResult> read_results(const std::string& path) {
  const std::string name = base::for_terminal(path);
  std::ifstream in(path, std::ios::binary);
  std::string text;
  // Nothing of a file is believed, also not its size: it may be a pipe.
  constexpr std::size_t step = 1 << 20;
  while (in && text.size() <= result::largest_results_file) {
    const std::size_t before = text.size();
    text.resize(before + step);
    in.read(text.data() + before, step);
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (text.empty()) {
    return base::fail(fmt::format(
        "cannot read {}: it is empty, is not there, may not be read or is a folder", name));
  }
  const bool journal =
      std::string_view(text).substr(0, 64).find("\"wsproof.journal/") != std::string_view::npos;
  return journal ? result::read_journal(text, path) : result::from_json(text, path);
}

}  // namespace

void add_report_flags(CLI::App& command, ReportFlags& flags) {
  for (const FileReport& report : file_reports)
    command.add_option(report.flag, flags.*report.path, report.help)->type_name("FILE");
}

base::Result<void> try_reports(const ReportFlags& flags) {
  for (const FileReport& report : file_reports) {
    const std::string& path = flags.*report.path;
    if (path.empty()) continue;
    std::ofstream out(path, std::ios::binary | std::ios::app);
    if (!out)
      return base::fail(
          fmt::format("cannot write the report {}: is there such a folder, and may it be written?",
                      base::for_terminal(path)));
  }
  return {};
}

base::Result<std::vector<reports::WrittenReport>> write_reports(const ReportFlags& flags,
                                                                Runs runs) {
  std::vector<reports::WrittenReport> written;
  for (const FileReport& report : file_reports) {
    const std::string& path = flags.*report.path;
    if (path.empty()) continue;
    const auto text = report.render(runs);
    if (!text) return std::unexpected(text.error());
    if (const auto done = write_file(path, *text); !done) return std::unexpected(done.error());
    written.push_back({report.kind, path});
  }
  return written;
}

reports::TerminalStyle output_style(const Common& flags) {
  return {.colour = wants_colour(flags.colour, net::is_terminal(net::Stream::output)),
          .width = net::terminal_columns(net::Stream::output),
          .verbosity = flags.quiet ? -1 : flags.verbose};
}

void print_failures(const result::RunResult& run, const reports::TerminalStyle& style) {
  if (style.verbosity < 0) return;
  for (const result::CaseResult& played : run.cases) {
    if (reports::is_alarming(played.verdict.word))
      fmt::print("{}\n", reports::failure_block(played, run.target, style));
  }
}

int report_command(const ResultsFlags& flags) {
  std::vector<result::RunResult> runs;
  for (const std::string& path : flags.common.words) {
    auto run = read_results(path);
    if (!run) return complain(ExitCode::usage, run.error().message);
    runs.push_back(std::move(*run));
  }
  if (runs.empty())
    return complain(ExitCode::usage,
                    "which results? Give the files that --report-json wrote, as in `wsproof report "
                    "results.json --report-html report.html`");
  const reports::TerminalStyle style = output_style(flags.common);
  const auto written = write_reports(flags.reports, runs);
  for (const result::RunResult& run : runs) {
    print_failures(run, style);
    reports::SummaryNotes notes;
    if (written && &run == &runs.back()) notes.reports = *written;
    fmt::print("{}{}", reports::summary(run, notes, style), &run == &runs.back() ? "" : "\n");
  }
  std::fflush(stdout);
  if (!written) return complain(ExitCode::internal, written.error().message);
  const bool passed =
      std::ranges::all_of(runs, [](const result::RunResult& run) { return run.gate.passed; });
  return static_cast<int>(passed ? ExitCode::passed : ExitCode::failed);
}

}  // namespace wsproof::cli
