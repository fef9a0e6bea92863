// What the tests of baselines share: a small catalogue, and results of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/run/baseline.hpp"

namespace wsproof::run {

/// suite/1/flag and suite/2/size/n=1..3.
inline const std::vector<script::Case>& small_catalogue() {
  static const std::vector<script::Case> all = [] {
    std::vector<script::Case> cases;
    for (const char* name : {"flag", "flag-twice", "size/n=1", "size/n=2", "size/n=3"}) {
      script::Case c;
      c.suite = "suite";
      c.section = std::string_view(name).starts_with("flag") ? "1" : "2";
      c.name = name;
      c.checks = {"6455-5.2-17"};
      cases.push_back(std::move(c));
    }
    cases.back().was = {"suite/2/length/n=3"};
    cases.back().tags = {"slow"};
    return cases;
  }();
  return all;
}

/// A run of the small catalogue: a word for each case, "fail(went-on)" with its reason.
inline result::RunResult small_run(const std::vector<std::string>& words) {
  result::RunResult run;
  for (std::size_t i = 0; i < words.size(); ++i) {
    result::CaseResult& played = run.cases.emplace_back();
    played.id = script::id(small_catalogue()[i]);
    played.checks = small_catalogue()[i].checks;
    const std::size_t open = words[i].find('(');
    played.verdict.word = result::word(words[i].substr(0, open)).value();
    if (open != std::string::npos)
      played.verdict.reason = words[i].substr(open + 1, words[i].size() - open - 2);
  }
  run.controls.emplace_back().verdict.word = result::Word::pass;
  return run;
}

inline Baseline read(std::string_view text) {
  const auto baseline = parse_baseline(text, "known.txt");
  EXPECT_TRUE(baseline.has_value()) << (baseline ? "" : baseline.error().message);
  return baseline.value_or(Baseline{});
}

}  // namespace wsproof::run
