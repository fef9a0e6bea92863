// wsproof list, show, lint, fmt, requirements: what there is to play, without a target.
#include <algorithm>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/lab/lab.hpp"
#include "harness/main.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/run/matrix.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::cli {

namespace {

// What the words of list and show select; nothing after an error, with the code in `code`.
std::optional<std::vector<const script::Case*>> selected(const Common& flags,
                                                         const script::Catalogue& catalogue,
                                                         int& code) {
  auto cases = run::select(catalogue.cases,
                           {flags.words.empty() ? flags.select : flags.words, flags.excludes});
  if (!cases) {
    code = complain(ExitCode::nothing, cases.error().message);
    return std::nullopt;
  }
  if (cases->empty()) {
    code = complain(ExitCode::nothing, "no case is selected");
    return std::nullopt;
  }
  return std::move(*cases);
}

std::string level_of(const script::Case& c) {
  const auto* primary = c.checks.empty() ? nullptr : rfc::find_requirement(c.checks.front());
  return primary == nullptr ? "" : std::string(primary->level);
}

std::string indented(const std::string& text) {
  std::string out = "  ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  while (out.ends_with(' ') || out.ends_with('\n')) out.pop_back();
  return out + "\n";
}

void show_requirements(const script::Case& c) {
  fmt::print("\nRequirements\n");
  for (const std::string& id : c.checks) {
    const rfc::Requirement* requirement = rfc::find_requirement(id);
    if (requirement == nullptr) continue;
    fmt::print("  {}  {} {}\n      {}\n      right: {}\n", id, requirement->level,
               rfc::citation(*requirement), requirement->text, requirement->expected);
  }
}

// The octets of the conversation with the reference, which answers as it should.
void show_octets(const script::Case& c) {
  const wire::Role target =
      lab::applies(c, wire::Role::server) ? wire::Role::server : wire::Role::client;
  lab::Experiment experiment;
  experiment.target = target;
  const script::Play play = lab::play(c, experiment);
  fmt::print("\nOctets, with the reference {}\n",
             target == wire::Role::server ? "server" : "client");
  for (const result::Entry& entry : play.evidence.transcript.entries) {
    if (entry.kind != result::Entry::Kind::sent && entry.kind != result::Entry::Kind::received)
      continue;
    constexpr std::size_t shown = 24;
    const base::OctetView front =
        base::OctetView(entry.octets).first(std::min(shown, entry.octets.size()));
    fmt::print("  {} {:<50} {}{}\n", entry.kind == result::Entry::Kind::sent ? '>' : '<',
               entry.text, base::to_hex(front),
               entry.size > shown ? fmt::format("… {} octets", entry.size) : "");
  }
}

void show_case(const script::Case& c) {
  fmt::print("{}\n{}:{}\n\n{}\n", script::id(c), c.place.file, c.place.line, c.title);
  if (!c.why.empty()) fmt::print("{}\n", c.why);
  fmt::print("\nAs written\n{}", indented(c.source));
  script::Case plain = script::without_macros(c);
  fmt::print("\nAs played, with its macros spelled out\n{}", indented(script::print(plain)));
  show_requirements(c);
  show_octets(c);
}

}  // namespace

int list_command(const Common& flags) {
  const auto catalogue = load_catalogue(flags.cases);
  if (!catalogue) return complain(ExitCode::usage, catalogue.error().message);
  int code = 0;
  const auto cases = selected(flags, *catalogue, code);
  if (!cases) return code;
  std::size_t width = 0;
  for (const script::Case* c : *cases) width = std::max(width, script::id(*c).size());
  for (const script::Case* c : *cases) {
    if (flags.quiet)
      fmt::print("{}\n", script::id(*c));
    else
      fmt::print("{:<{}}  {:<10} {}\n", script::id(*c), width, level_of(*c), c->title);
  }
  if (!flags.quiet) fmt::print(stderr, "{} cases\n", cases->size());
  return 0;
}

int show_command(const Common& flags) {
  const auto catalogue = load_catalogue(flags.cases);
  if (!catalogue) return complain(ExitCode::usage, catalogue.error().message);
  if (flags.words.empty())
    return complain(ExitCode::usage, "which case? `wsproof list` shows all ids");
  int code = 0;
  const auto cases = selected(flags, *catalogue, code);
  if (!cases) return code;
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(most, cases->size()); ++i) {
    if (i > 0) fmt::print("\n{}\n\n", std::string(80, '-'));
    show_case(*(*cases)[i]);
  }
  if (cases->size() > most) fmt::print(stderr, "and {} more; name one\n", cases->size() - most);
  return 0;
}

int lint_command(const std::vector<std::string>& files) {
  const auto sources = read_sources(files);
  if (!sources) return complain(ExitCode::usage, sources.error().message);
  const auto loaded = script::load(*sources);
  if (!loaded) {
    fmt::print(stderr, "{}", loaded.error().message);
    return static_cast<int>(ExitCode::usage);
  }
  fmt::print("{} files, {} cases: nothing to complain about\n", sources->size(),
             loaded->cases.size());
  return 0;
}

int format_command(const FormatFlags& flags) {
  const auto sources = read_sources(flags.files);
  if (!sources) return complain(ExitCode::usage, sources.error().message);
  bool differs = false;
  for (const script::SourceFile& source : *sources) {
    const auto formatted = script::format(source.text, source.name);
    if (!formatted) return complain(ExitCode::usage, formatted.error().message);
    if (*formatted == source.text) continue;
    differs = true;
    if (flags.check) {
      fmt::print("{} is not formatted\n", base::for_terminal(source.name));
      continue;
    }
    std::ofstream out(source.name, std::ios::binary | std::ios::trunc);
    out << *formatted;
    out.close();
    if (!out)
      return complain(ExitCode::internal,
                      fmt::format("cannot write {}", base::for_terminal(source.name)));
    fmt::print("{} formatted\n", base::for_terminal(source.name));
  }
  return flags.check && differs ? static_cast<int>(ExitCode::failed) : 0;
}

int requirements_command(const RequirementFlags& flags) {
  std::vector<script::SourceFile> sources = script::embedded_sources();
  auto own = read_sources(flags.common.cases);
  if (!own) return complain(ExitCode::usage, own.error().message);
  std::ranges::move(*own, std::back_inserter(sources));
  const auto files = script::load_files(sources);
  if (!files) return complain(ExitCode::usage, files.error().message);
  std::size_t concern = 0, covered = 0, explained = 0;
  for (const run::MatrixRow& row : run::matrix(*files)) {
    if (!run::concerns_servers(*row.requirement)) continue;
    ++concern;
    const std::string_view reason = rfc::why_not_checked(row.requirement->id);
    if (!row.cases.empty()) ++covered;
    if (row.cases.empty() && !reason.empty()) ++explained;
    if (flags.gaps && !run::is_gap(row)) continue;
    const std::vector<std::string>& words = flags.common.words;
    const bool wanted = words.empty() || std::ranges::any_of(words, [&](const std::string& w) {
                          return row.requirement->id.starts_with(w);
                        });
    if (!wanted) continue;
    fmt::print("{:<16} {:<10} {}\n", row.requirement->id, row.requirement->level,
               row.requirement->text);
    if (row.cases.empty())
      fmt::print("{:<16} no case{}{}\n", "", reason.empty() ? "" : ": ", reason);
    for (const std::string& id : row.cases) fmt::print("{:<16} {}\n", "", id);
  }
  fmt::print(
      stderr,
      "{} of {} requirements that bind servers and can be seen on the wire are checked by a case; "
      "for {} there is a reason why not\n",
      covered, concern, explained);
  return 0;
}

}  // namespace wsproof::cli
