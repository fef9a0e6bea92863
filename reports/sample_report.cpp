// sample_report FOLDER: writes every report of a made-up run there, to be looked at while working
// on them.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "harness/result/json.hpp"
#include "harness/result/sample_run.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
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

std::string html(const result::RunResult& run) { return reports::html({.runs = {&run, 1}}); }

result::RunResult clean_run() {
  result::RunResult run = result::sample_run();
  std::erase_if(run.cases,
                [](const auto& played) { return played.verdict.word != result::Word::pass; });
  run.target.name = "ws";
  run.target.version = "8.23.0";
  run.monitor.clear();
  run.gate = {.passed = true, .strict = false, .reasons = {}};
  return run;
}

// The same cases with other verdicts.
result::RunResult other_run() {
  result::RunResult run = result::sample_run();
  run.target.name = "beast";
  run.target.arguments = {"--target", "beast"};
  std::size_t number = 0;
  for (auto& played : run.cases) {
    if (++number % 9 == 0) played.verdict.word = result::Word::non_strict;
    if (number % 31 == 0) played.verdict.word = result::Word::fail;
  }
  return run;
}

// What a target may send that is none of the business of whoever reads a report.
const std::vector<std::string>& hostile_texts() {
  using namespace std::string_literals;
  static const std::vector<std::string> all = {
      "\x1b[31m<script>window.pwned=1;alert(1)</script><img src=x onerror=window.pwned=1>\u202e\" "
      "onmouseover=x",
      "]]>&amp;&#0;&undefined;<![CDATA[<?xml?><!--",
      "\0\x01\x08\x0b\x1f\x7f"s,
      "\xff\xfe\xc3(\xed\xa0\x80\xf4\x90\x80\x80",
      "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xef\xbb\xbf",
      "\n::error::x\r\n::set-output name=a::b%0A\u2028",
      "</style></title></pre><iframe src=javascript:alert(1)></iframe><svg/onload=alert(1)>",
      std::string(20'000, '<'),
  };
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: sample_report FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::create_directories(folder);
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  };
  const result::RunResult run = result::sample_run();
  const std::vector<result::RunResult> several = {run, clean_run(), other_run()};
  const std::vector<result::RunResult> before = {other_run()};
  const reports::Subject three{.runs = several, .before = before};
  write("results.json", result::to_json(run));
  write("report.html", html(run));
  write("clean.html", html(clean_run()));
  write("empty.html", html(result::RunResult{}));
  write("junit.xml", reports::junit({&run, 1}));
  write("junit-empty.xml", reports::junit(std::vector<result::RunResult>(1)));
  write("junit-several.xml", reports::junit(several));
  for (std::size_t index = 0; index < hostile_texts().size(); ++index) {
    const result::RunResult hostile = result::sample_run_with(hostile_texts()[index]);
    const std::string number = std::to_string(index);
    write("junit-hostile-" + number + ".xml", reports::junit({&hostile, 1}));
    write("hostile-" + number + ".html", html(hostile));
    write("hostile-" + number + ".md", reports::markdown({.runs = {&hostile, 1}}));
  }
  write("several.html", reports::html(three));
  write("several.md", reports::markdown(three));
  const std::vector<result::RunResult> two = {run, other_run()};
  write("two.html", reports::html({.runs = two}));
  std::filesystem::create_directories(folder / "folder");
  for (const reports::NamedFile& file : reports::html_folder({.runs = {&run, 1}}))
    write("folder/" + file.name, file.text);
  write("large.html", html(large_run(9, result::Word::pass)));
  write("all-fail.html", html(large_run(9, result::Word::fail)));
  write("terminal.txt", terminal(run, {.colour = false, .width = 110, .verbosity = 0}));
  write("terminal-vv.txt", terminal(run, {.colour = true, .width = 140, .verbosity = 2}));
  return 0;
}
