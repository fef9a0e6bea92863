// Writing reports, for every command that has results; and wsproof report, which has them from
// files.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "harness/base/escape.hpp"
#include "harness/main.hpp"
#include "harness/net/host.hpp"
#include "harness/result/journal.hpp"
#include "harness/result/json.hpp"
#include "harness/run/run.hpp"
#include "reports/autobahn.hpp"
#include "reports/github.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/terminal_fold.hpp"

namespace wsproof::cli {

namespace {

using reports::Subject;

// Puts a report where it belongs.
using Write = std::function<void(std::ostream& out)>;

Write all_of(std::string text) {
  return [text = std::move(text)](std::ostream& out) { out << text; };
}

// A report that is one file: its flag, and what stands in it. The subject outlives the writing.
struct FileReport {
  const char* kind;
  const char* flag;
  const char* help;
  std::string ReportFlags::* path;
  base::Result<Write> (*render)(const Subject& subject);
};

base::Result<Write> json_of(const Subject& subject) {
  if (subject.runs.size() == 1)
    return [&run = subject.runs.front()](std::ostream& out) { result::write_json(run, out); };
  return base::fail(
      fmt::format("--report-json holds one run, and these are {}; the other reports hold several",
                  subject.runs.size()));
}

constexpr FileReport file_reports[] = {
    {"json", "--report-json", "write the results here: what all other reports are made from",
     &ReportFlags::json, json_of},
    {"html", "--report-html", "write a page for people here", &ReportFlags::html,
     [](const Subject& subject) -> base::Result<Write> { return all_of(reports::html(subject)); }},
    {"junit", "--report-junit", "write XML for Jenkins, GitLab and other CI systems here",
     &ReportFlags::junit,
     [](const Subject& subject) -> base::Result<Write> {
       return all_of(reports::junit(subject.runs));
     }},
    {"md", "--report-md", "write Markdown here", &ReportFlags::markdown,
     [](const Subject& subject) -> base::Result<Write> {
       return all_of(reports::markdown(subject));
     }},
};

// A report that is a folder.
struct FolderReport {
  const char* kind;
  const char* flag;
  const char* help;
  std::string ReportFlags::* path;
  std::vector<reports::NamedFile> (*render)(const Subject& subject);
};

constexpr FolderReport folder_reports[] = {
    {"html", "--report-html-dir",
     "write the page, a page for each case, and style and script as files of their own here",
     &ReportFlags::html_folder, reports::html_folder},
    {"autobahn", "--report-autobahn", "write index.json in the shape of Autobahn|Testsuite here",
     &ReportFlags::autobahn_folder, reports::autobahn},
};

base::Error cannot_write(const std::string& path, const std::error_code& why) {
  return {fmt::format("cannot write the report {}: {}", base::for_terminal(path), why.message())};
}

base::Result<void> write_report(const std::string& path, const Write& write) {
  if (const auto error = write_file(path, write)) return std::unexpected(cannot_write(path, error));
  return {};
}

base::Result<void> write_folder(const std::string& path,
                                const std::vector<reports::NamedFile>& files) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return std::unexpected(cannot_write(path, error));
  for (const reports::NamedFile& file : files) {
    const auto done = write_report((std::filesystem::path(path) / file.name).string(),
                                   [&](std::ostream& out) { out << file.text; });
    if (!done) return done;
  }
  return {};
}

// Nothing of a file is believed, also not its size: it may be a pipe.
std::optional<std::string> read_front(const std::filesystem::path& path, std::size_t limit) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text;
  constexpr std::size_t step = 1 << 20;
  while (in && text.size() <= limit) {
    const std::size_t before = text.size();
    text.resize(before + step);
    in.read(text.data() + before, step);
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

// A run that was ended by force leaves its journal, beside results that are not there yet.
base::Error no_results(const std::string& path, const std::string& why) {
  std::string text = fmt::format("cannot read {}: {}", base::for_terminal(path), why);
  const std::string journal = path + ".journal";
  std::error_code error;
  if (std::filesystem::exists(journal, error))
    text += fmt::format("; {} tells what was played before the run was ended: report that",
                        base::for_terminal(journal));
  return {text};
}

base::Result<result::RunResult> read_results(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return std::unexpected(no_results(path, "it is a folder"));
  errno = 0;
  const auto text = read_front(path, result::largest_results_file);
  if (!text) return std::unexpected(no_results(path, std::generic_category().message(errno)));
  if (text->empty()) return std::unexpected(no_results(path, "it is empty"));
  const bool journal =
      std::string_view(*text).substr(0, 64).find("\"wsproof.journal/") != std::string_view::npos;
  return journal ? result::read_journal(*text, path) : result::from_json(*text, path);
}

base::Result<std::vector<result::RunResult>> read_all(const std::vector<std::string>& paths) {
  std::vector<result::RunResult> runs;
  for (const std::string& path : paths) {
    auto run = read_results(path);
    if (!run) return std::unexpected(run.error());
    runs.push_back(std::move(*run));
  }
  return runs;
}

// The runs of Autobahn's index.json in a folder.
base::Result<std::vector<result::RunResult>> read_autobahn(const std::string& folder,
                                                           const script::Catalogue& catalogue) {
  constexpr std::size_t largest_index = 16 << 20;
  constexpr std::size_t largest_report = 1 << 20;
  const std::filesystem::path path(folder);
  const std::string name = (path / "index.json").string();
  const auto text = read_front(path / "index.json", largest_index);
  if (!text || text->size() > largest_index) {
    return base::fail(
        fmt::format("cannot read {}: wstest writes it into the folder that its \"outdir\" names",
                    base::for_terminal(name)));
  }
  auto runs = reports::from_autobahn(
      *text, name, catalogue.cases, [&](const std::string& report) -> std::optional<std::string> {
        auto front = read_front(path / report, largest_report);
        return front && front->size() <= largest_report ? std::move(front) : std::nullopt;
      });
  if (!runs) return runs;
  for (result::RunResult& run : *runs) {
    run.suite_version = run::suite_version();
    run.gate = run::judge(run, "", {});
  }
  return runs;
}

base::Result<std::vector<result::RunResult>> read_subject(const ResultsFlags& flags) {
  const auto catalogue = load_catalogue({});
  if (!catalogue) return std::unexpected(catalogue.error());
  auto runs = read_runs(flags.common.words, *catalogue);
  if (!runs) return runs;
  for (const std::string& folder : flags.autobahn) {
    auto more = read_autobahn(folder, *catalogue);
    if (!more) return more;
    std::ranges::move(*more, std::back_inserter(*runs));
  }
  return runs;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The step summary is added to what other commands wrote there.
base::Result<void> write_step_summary(const Subject& subject) {
  const std::string path = environment("GITHUB_STEP_SUMMARY");
  if (path.empty()) return {};
  std::ofstream out(path, std::ios::binary | std::ios::app);
  out << reports::markdown(subject, reports::largest_step_summary);
  out.close();
  if (out) return {};
  return base::fail(fmt::format("cannot write the step summary {}", base::for_terminal(path)));
}

}  // namespace

void add_report_flags(CLI::App& command, ReportFlags& flags) {
  // A variable of a CI that is not set must not become a report that is not written.
  const auto named = [](const std::string& path) {
    return path.empty() ? std::string("the name is empty") : std::string();
  };
  for (const FileReport& report : file_reports)
    command.add_option(report.flag, flags.*report.path, report.help)
        ->type_name("FILE")
        ->check(named);
  for (const FolderReport& report : folder_reports)
    command.add_option(report.flag, flags.*report.path, report.help)
        ->type_name("DIR")
        ->check(named);
  flags.github = environment("GITHUB_ACTIONS") == "true";
  command.add_flag("--github,!--no-github", flags.github,
                   "annotations and a step summary for GitHub (on where GITHUB_ACTIONS is set)");
}

base::Result<std::vector<result::RunResult>> read_runs(const std::vector<std::string>& paths,
                                                       const script::Catalogue& catalogue) {
  auto runs = read_all(paths);
  if (!runs) return runs;
  std::vector<std::string> order;
  for (const script::Case& one : catalogue.cases) order.push_back(script::id(one));
  return reports::joined_shards(std::move(*runs), order, [](const result::RunResult& whole) {
    return run::judge(whole, "", {.strict = whole.gate.strict, .min_cases = 0});
  });
}

base::Result<void> check_reports(const ReportFlags& flags) {
  std::map<std::filesystem::path, const char*> taken;
  const auto take = [&](const auto& report) -> base::Result<void> {
    const std::string& path = flags.*report.path;
    if (path.empty()) return {};
    std::error_code error;
    const auto where = std::filesystem::weakly_canonical(path, error);
    const auto [first, is_new] =
        taken.emplace(error ? std::filesystem::path(path) : where, report.flag);
    if (is_new) return {};
    return base::fail(fmt::format("{} and {} both write {}: give each a path of its own",
                                  first->second, report.flag, base::for_terminal(path)));
  };
  for (const FileReport& report : file_reports) {
    if (const auto own = take(report); !own) return own;
  }
  for (const FolderReport& report : folder_reports) {
    if (const auto own = take(report); !own) return own;
  }
  return {};
}

base::Result<void> try_reports(const ReportFlags& flags) {
  for (const FileReport& report : file_reports) {
    const std::string& path = flags.*report.path;
    if (path.empty()) continue;
    errno = 0;
    const std::ofstream out(path, std::ios::binary | std::ios::app);
    if (!out) return std::unexpected(cannot_write(path, {errno, std::generic_category()}));
  }
  for (const FolderReport& report : folder_reports) {
    const std::string& path = flags.*report.path;
    if (path.empty()) continue;
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return std::unexpected(cannot_write(path, error));
  }
  return {};
}

base::Result<std::vector<reports::WrittenReport>> write_reports(const ReportFlags& flags,
                                                                const Subject& subject) {
  std::vector<reports::WrittenReport> written;
  for (const FileReport& report : file_reports) {
    const std::string& path = flags.*report.path;
    if (path.empty()) continue;
    const auto write = report.render(subject);
    if (!write) return std::unexpected(write.error());
    if (const auto done = write_report(path, *write); !done) return std::unexpected(done.error());
    written.push_back({report.kind, path});
  }
  for (const FolderReport& report : folder_reports) {
    const std::string& path = flags.*report.path;
    if (path.empty()) continue;
    if (const auto done = write_folder(path, report.render(subject)); !done)
      return std::unexpected(done.error());
    written.push_back({report.kind, path + "/"});
  }
  if (flags.github) {
    if (const auto done = write_step_summary(subject); !done) return std::unexpected(done.error());
  }
  return written;
}

QuietForGithub::QuietForGithub(bool github) {
  if (!github) return;
  std::random_device device;
  for (int part = 0; part < 4; ++part) token_ += fmt::format("{:08x}", device());
  std::fputs(reports::stop_commands(token_).c_str(), stdout);
  std::fflush(stdout);
}

QuietForGithub::~QuietForGithub() {
  if (token_.empty()) return;
  std::fputs(reports::resume_commands(token_).c_str(), stdout);
  std::fflush(stdout);
}

void annotate(const ReportFlags& flags, const Subject& subject) {
  if (!flags.github) return;
  std::fputs(reports::annotations(subject).c_str(), stdout);
  std::fflush(stdout);
}

reports::TerminalStyle output_style(const Common& flags) {
  return {.colour = wants_colour(flags.colour, net::is_terminal(net::Stream::output)),
          .width = net::terminal_columns(net::Stream::output),
          .verbosity = flags.quiet ? -1 : flags.verbose};
}

void print_failures(const result::RunResult& run, const reports::TerminalStyle& style) {
  if (style.verbosity < 0) return;
  for (const reports::Fold& fold : reports::folded(run, style)) {
    fmt::print("{}{}\n", reports::failure_block(*fold.told, run.target, style),
               reports::fold_line(fold, style));
  }
}

int report_command(const ResultsFlags& flags) {
  if (flags.common.words.empty() && flags.autobahn.empty())
    return complain(ExitCode::usage,
                    "which results? Give the files that --report-json wrote, as in `wsproof report "
                    "results.json --report-html report.html`");
  if (const auto right = check_reports(flags.reports); !right)
    return complain(ExitCode::usage, right.error().message);
  const auto runs = read_subject(flags);
  if (!runs) return complain(ExitCode::usage, runs.error().message);
  const auto before = read_all(flags.against);
  if (!before) return complain(ExitCode::usage, before.error().message);
  const Subject subject{.runs = *runs, .before = *before};
  const reports::TerminalStyle style = output_style(flags.common);
  const auto written = write_reports(flags.reports, subject);
  {
    const QuietForGithub quiet(flags.reports.github);
    for (std::size_t index = 0; index < runs->size(); ++index) {
      const result::RunResult& run = (*runs)[index];
      // Somebody who compares has seen the failures that were there before; -v tells them again.
      if (style.verbosity > 0 || reports::earlier(subject, index) == nullptr)
        print_failures(run, style);
      reports::SummaryNotes notes;
      if (written && &run == &runs->back()) notes.reports = *written;
      fmt::print("{}\n", reports::summary(run, notes, style));
    }
    std::fputs(reports::comparison(subject, style).c_str(), stdout);
    std::fflush(stdout);
  }
  annotate(flags.reports, subject);
  if (!written) return complain(ExitCode::internal, written.error().message);
  const bool passed =
      std::ranges::all_of(*runs, [](const result::RunResult& run) { return run.gate.passed; });
  return static_cast<int>(passed ? ExitCode::passed : ExitCode::failed);
}

}  // namespace wsproof::cli
