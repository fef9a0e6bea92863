// sample_report FOLDER: writes every report of a made-up run there, to be looked at while working
// on them.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "harness/result/json.hpp"
#include "harness/result/sample_run.hpp"
#include "reports/html.hpp"
#include "reports/terminal.hpp"

namespace {

using namespace wsproof;

std::string terminal(const result::RunResult& run, const reports::TerminalStyle& style) {
  std::string text;
  for (const result::CaseResult& played : run.cases) {
    const bool passed = played.verdict.word == result::Word::pass;
    if (!passed) text += reports::failure_block(played, run.target, style) + "\n";
  }
  const reports::SummaryNotes notes = {
      .reports = {{"json", "results.json"}, {"html", "report.html"}}, .next = {}};
  return text + reports::summary(run, notes, style);
}

// `times` runs in one, to see what a large one looks like.
result::RunResult large_run(int times, result::Word word) {
  result::RunResult run = result::sample_run();
  const auto once = run.cases;
  for (int copy = 1; copy < times; ++copy) {
    for (result::CaseResult played : once) {
      played.id += "/copy=" + std::to_string(copy);
      if (word != result::Word::pass) played.verdict.word = word;
      run.cases.push_back(std::move(played));
    }
  }
  return run;
}

result::RunResult clean_run() {
  result::RunResult run = result::sample_run();
  std::erase_if(run.cases,
                [](const auto& played) { return played.verdict.word != result::Word::pass; });
  run.monitor.clear();
  run.gate = {.passed = true, .reasons = {}};
  return run;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: sample_report FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  };
  const result::RunResult run = result::sample_run();
  write("results.json", result::to_json(run));
  write("report.html", reports::html(run));
  write("clean.html", reports::html(clean_run()));
  write("empty.html", reports::html({}));
  write("hostile.html", reports::html(result::sample_run_with(
                            "\x1b[31m<script>alert(1)</script>\u202e\" onmouseover=x")));
  write("large.html", reports::html(large_run(9, result::Word::pass)));
  write("all-fail.html", reports::html(large_run(9, result::Word::fail)));
  write("terminal.txt", terminal(run, {.colour = false, .width = 110, .verbosity = 0}));
  write("terminal-vv.txt", terminal(run, {.colour = true, .width = 140, .verbosity = 2}));
  return 0;
}
