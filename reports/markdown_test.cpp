#include "reports/markdown.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>

#include "harness/result/sample_run.hpp"
#include "reports/github.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {
namespace {

using result::RunResult;
using testing::HasSubstr;
using testing::Not;

std::string of(const RunResult& run) { return markdown({.runs = {&run, 1}}); }

// What is neither a code block nor between <code> and </code>.
std::string outside_code(const std::string& text) {
  std::string out;
  for (const std::string_view line : lines(text)) {
    if (!line.starts_with("    ")) out += std::string(line) + "\n";
  }
  return std::regex_replace(out, std::regex("<code>[^<]*</code>"), "");
}

TEST(Markdown, TellsGateCountsAndFailures) {
  const std::string text = of(result::sample_run());
  for (const char* const part :
       {"# ✗ WebSocket conformance: gate not passed\n",
        "| <code>gorilla</code> | ✗ **not passed** |",
        "<details><summary>✗ fail <code>rfc6455/5.2/reserved-bits",
        "    FAIL rfc6455/5.2/reserved-bits/rsv=4", "## Sections with other verdicts than pass"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Markdown, WhatATargetSentStandsOnlyInCode) {
  for (const char* const hostile :
       {"<script>alert(1)</script>", "`code` **bold** [a](javascript:x) @someone #1",
        "\n```\n# head", "</details></summary></code>", "| a | b |", "\n::error::x", "    </pre>",
        "![x](http://x)"}) {
    // A slash in an id makes another section of it; nothing else may show.
    std::string harmless = hostile;
    std::ranges::replace_if(harmless, [](char octet) { return octet != '/'; }, 'x');
    EXPECT_EQ(outside_code(of(result::sample_run_with(hostile))),
              outside_code(of(result::sample_run_with(harmless))))
        << hostile;
  }
}

TEST(Markdown, NothingInCodeMeansAnythingToMarkdown) {
  RunResult run = result::sample_run();
  run.target.name = "`a` **b** [c](d) | www.x.org http://y @z ~e~ $f$ <g>";
  EXPECT_THAT(of(run), HasSubstr("| <code>&#96;a&#96; &#42;&#42;b&#42;&#42; &#91;c&#93;(d) &#124; "
                                 "www&#46;x.org http&#58;//y &#64;z &#126;e&#126; &#36;f&#36; "
                                 "&lt;g&gt;</code> |"));
}

TEST(Markdown, AThousandFailuresFindRoomBelowTheLimit) {
  RunResult run = result::sample_run();
  const auto once = run.cases;
  for (int copy = 0; run.cases.size() < 1500; ++copy) {
    for (result::CaseResult played : once) {
      played.id += "/copy=" + std::to_string(copy);
      played.verdict.word = result::Word::fail;
      run.cases.push_back(std::move(played));
    }
  }
  for (const std::size_t limit : {std::size_t{4096}, std::size_t{60'000}, largest_step_summary}) {
    const std::string text = markdown({.runs = {&run, 1}}, limit);
    EXPECT_LE(text.size(), limit);
    EXPECT_THAT(text, HasSubstr("more alarming cases that find no room here"));
  }
  EXPECT_THAT(of(run), Not(HasSubstr("find no room here")));
}

TEST(Markdown, TellsWhatChanged) {
  const RunResult now = result::sample_run();
  RunResult before = now;
  for (auto& played : before.cases)
    played.verdict = {.word = result::Word::pass, .reason = "", .requirement = ""};
  const std::string text = markdown({.runs = {&now, 1}, .before = {&before, 1}});
  EXPECT_THAT(text, HasSubstr("| newly broken | <code>rfc6455"));
}

}  // namespace
}  // namespace wsproof::reports
