#include "reports/github.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "harness/result/sample_run.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {
namespace {

using result::RunResult;
using result::Word;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string_view> annotations_of(const RunResult& run, std::string& keep) {
  keep = annotations({.runs = {&run, 1}});
  return lines(keep);
}

TEST(Github, AnAnnotationForEachAlarmingCase) {
  std::string keep;
  const auto all = annotations_of(result::sample_run(), keep);
  EXPECT_THAT(all, Each(StartsWith("::error title=")));
  EXPECT_THAT(keep, HasSubstr("::error title=crash "));
  EXPECT_THAT(keep, HasSubstr("RFC 6455 §"));
}

TEST(Github, NineAndTheRestInOne) {
  RunResult run = result::sample_run();
  for (auto& played : run.cases) played.verdict.word = Word::fail;
  std::string keep;
  const auto all = annotations_of(run, keep);
  ASSERT_THAT(all, SizeIs(10));
  EXPECT_EQ(all.back(), "::error title=wsproof::and " + std::to_string(run.cases.size() - 9) +
                            " more; see the step summary");
}

TEST(Github, AGateWithoutACaseToBlameIsAnnotatedToo) {
  RunResult run;
  run.gate = {.passed = false, .strict = false, .reasons = {"Only 1 case: too few, 100% sure."}};
  std::string keep;
  annotations_of(run, keep);
  EXPECT_EQ(keep,
            "::error title=The gate of a WebSocket endpoint is not passed::Only 1 case: too "
            "few, 100%25 sure.\n");
  run.gate = {.passed = true, .strict = false, .reasons = {}};
  EXPECT_EQ(annotations({.runs = {&run, 1}}), "");
}

TEST(Github, WhatATargetSentIsNoCommand) {
  for (const char* const hostile :
       {"\n::error::x", "\r\n::set-env name=a::b", "%0A::error::x", ",title=x::y", "::"}) {
    std::string keep;
    const auto all = annotations_of(result::sample_run_with(hostile), keep);
    EXPECT_THAT(all, AllOf(Each(StartsWith("::error title=")), SizeIs(testing::Le(10U))));
    for (const std::string_view line : all) {
      const std::string_view title = line.substr(14, line.find("::", 14) - 14);
      EXPECT_EQ(title.find_first_of(",:"), std::string_view::npos) << line;
    }
  }
}

}  // namespace
}  // namespace wsproof::reports
