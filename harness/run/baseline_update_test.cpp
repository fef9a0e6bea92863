#include "harness/run/baseline_update.hpp"

#include "harness/base/random.hpp"
#include "harness/run/baseline_test.hpp"
#include "harness/run/gate.hpp"

namespace wsproof::run {
namespace {

std::string updated(std::string_view text, const std::vector<std::string>& words,
                    const UpdateSettings& settings = {}) {
  const BaselineUpdate update =
      run::update(read(text), small_catalogue(), small_run(words), settings);
  return update.text.value_or(std::string(text));
}

const std::vector<std::string> all_pass(5, "pass");

TEST(BaselineUpdate, NothingChangesWhereAllIsTrue) {
  constexpr std::string_view text =
      "# known\nsuite/1/flag =   fail   #why\n\n  suite/2 = non-strict";
  const auto update =
      run::update(read(text), small_catalogue(),
                  small_run({"fail", "pass", "non-strict", "non-strict", "non-strict"}), {});
  EXPECT_FALSE(update.text.has_value());
  EXPECT_TRUE(update.changed.empty());
}

TEST(BaselineUpdate, AFirstFileIsWritten) {
  EXPECT_EQ(updated("", {"fail", "pass", "pass", "hang", "fail"}, {.accept_crashes = true}),
            "suite/1/flag     = fail          # RFC 6455 §5.2\n"
            "suite/2/size/n=2 = hang          # RFC 6455 §5.2\n"
            "suite/2/size/n=3 = fail          # RFC 6455 §5.2\n");
}

TEST(BaselineUpdate, AWholeFamilyIsOneLine) {
  EXPECT_EQ(updated("", {"pass", "pass", "fail", "fail", "fail"}, {.reason = "issue 7"}),
            "suite/2/size = fail          # issue 7\n");
}

TEST(BaselineUpdate, CommentsReasonsAndOrderStay) {
  EXPECT_EQ(updated("# head\n"
                    "suite/2/size/n=3 = fail        # issue 3\n"
                    "# about flags\n"
                    "suite/1/flag     = non-strict  # issue 1  until 2027-01-01\n",
                    {"fail", "pass", "fail", "pass", "fail"}),
            "# head\n"
            "suite/2/size/n=3 = fail        # issue 3\n"
            "# about flags\n"
            "suite/1/flag     = fail        # issue 1  until 2027-01-01\n"
            "suite/2/size/n=1 = fail          # RFC 6455 §5.2\n");
}

TEST(BaselineUpdate, WhatPassesNowLosesItsLine) {
  EXPECT_EQ(updated("# head\nsuite/1/flag = fail\nsuite/2 = fail\n",
                    {"pass", "pass", "fail", "fail", "fail"}),
            "# head\nsuite/2 = fail\n");
}

TEST(BaselineUpdate, AnExceptionFromABroaderLineIsALine) {
  const std::string text = updated("suite/2 = fail\n", {"pass", "pass", "fail", "pass", "fail"});
  EXPECT_EQ(text, "suite/2 = fail\nsuite/2/size/n=2 = pass\n");
  EXPECT_EQ(updated("suite/2 = fail\nsuite/2/size/n=2 = hang\n",
                    {"pass", "pass", "fail", "pass", "fail"}),
            "suite/2 = fail\nsuite/2/size/n=2 = pass\n");
}

TEST(BaselineUpdate, WhatWasNotPlayedStays) {
  EXPECT_EQ(updated("suite/1/flag = fail\nsuite/2/size = fail\n", {"not-run", "pass"}),
            "suite/1/flag = fail\nsuite/2/size = fail\n");
}

TEST(BaselineUpdate, CrashAndHangAreRefusedUnlessTold) {
  const auto run = small_run({"crash", "hang", "pass", "pass", "pass"});
  const auto refused = run::update(read(""), small_catalogue(), run, {});
  EXPECT_FALSE(refused.text.has_value());
  EXPECT_EQ(refused.refused,
            (std::vector<std::string>{
                "suite/1/flag: a crash is not taken up without --accept-crashes.",
                "suite/1/flag-twice: a hang is not taken up without --accept-crashes."}));
  const auto accepted = run::update(read(""), small_catalogue(), run, {.accept_crashes = true});
  EXPECT_TRUE(accepted.refused.empty());
  EXPECT_NE(accepted.text.value_or("").find("suite/1/flag       = crash"), std::string::npos)
      << accepted.text.value_or("");
}

TEST(BaselineUpdate, SignaturesAreTheReasons) {
  EXPECT_EQ(updated("", {"fail(went-on)", "pass", "pass", "pass", "pass"},
                    {.signatures = true, .reason = "x"}),
            "suite/1/flag = fail(went-on)  # x\n");
}

TEST(BaselineUpdate, FindingsOfTheMonitorComeAndGo) {
  result::RunResult run = small_run(all_pass);
  run.monitor.push_back({"6455-5.2-17", "a length was not minimal", 1, "x", {}});
  const auto with = run::update(read(""), small_catalogue(), run, {});
  EXPECT_EQ(with.text.value_or(""), "monitor/6455-5.2-17 = fail          # RFC 6455 §5.2\n");
  EXPECT_EQ(run::update(read("* = fail\n"), small_catalogue(), run, {}).text.value_or("-"),
            "monitor/6455-5.2-17 = fail  # RFC 6455 §5.2\n");
  run.monitor.clear();
  EXPECT_EQ(run::update(read(*with.text), small_catalogue(), run, {}).text.value_or("-"), "");
}

// Whatever the file and the run say: what was updated passes the gate, and nothing is left to do.
TEST(BaselineUpdate, TwiceChangesNothingTheSecondTime) {
  constexpr const char* words[] = {"pass", "fail",  "non-strict",  "info",         "crash",
                                   "hang", "flaky", "unsupported", "inconclusive", "fail(went-on)"};
  constexpr const char* patterns[] = {
      "suite",    "suite/1",      "suite/2/size", "suite/*/n=*",         "suite/2/size/n=2",
      "tag:slow", "suite/1/flag", "level:must",   "monitor/6455-5.2-17", "*"};
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    base::Random random(seed);
    std::string text = "# head\n";
    for (const char* pattern : patterns) {
      if (random.below(3) != 0) continue;
      const bool monitor = std::string_view(pattern).starts_with("monitor/");
      const std::string word = monitor ? "fail" : words[random.below(std::size(words))];
      text += std::string(pattern) + " = " + word + "  # why\n";
      if (random.below(4) == 0) text += "\n# between\n";
    }
    std::vector<std::string> verdicts;
    for (int i = 0; i < 5; ++i) verdicts.emplace_back(words[random.below(std::size(words))]);
    result::RunResult run = small_run(verdicts);
    run.gate.strict = random.below(2) == 0;
    if (random.below(2) == 0)
      run.monitor.push_back({"6455-5.2-17", "a length was not minimal", 1, "x", {}});
    const UpdateSettings settings{
        .accept_crashes = true, .signatures = random.below(2) == 0, .reason = {}};
    const auto once = run::update(read(text), small_catalogue(), run, settings);
    const std::string after = once.text.value_or(text);
    const auto twice = run::update(read(after), small_catalogue(), run, settings);
    EXPECT_FALSE(twice.text.has_value()) << seed << "\n" << text << "->\n" << after;
    apply(read(after), small_catalogue(), "2026-11-21", run.gate.strict, run);
    const auto reasons = judge(run, "", {.strict = run.gate.strict}).reasons;
    EXPECT_TRUE(reasons.empty() || reasons.front() == "No case came to a verdict.")
        << seed << " " << reasons.front() << "\n"
        << text << "->\n"
        << after;
    EXPECT_TRUE(after.starts_with("# head\n"));
  }
}

}  // namespace
}  // namespace wsproof::run
