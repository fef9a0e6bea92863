// Whole runs over real sockets, against the reference server in this process.
#include "harness/run/run.hpp"

#include <gtest/gtest.h>

#include "harness/run/doctor.hpp"
#include "harness/run/select.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::run {
namespace {

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = script::load(script::embedded_sources()).value();
  return loaded;
}

std::vector<const script::Case*> selected(const std::string& pattern) {
  Selection selection;
  if (!pattern.empty()) selection.patterns.push_back(pattern);
  return for_role(select(catalogue().cases, selection).value(), wire::Role::server);
}

std::unique_ptr<LiveTarget> reference(const std::string& quirk = {}) {
  endpoint::Quirks quirks;
  if (!quirk.empty()) endpoint::find_quirk(quirk)->apply(quirks);
  return reference_target(quirks, {"--reference"}, 1).value();
}

RunSettings with_jobs(std::uint32_t jobs) {
  RunSettings settings;
  settings.pace.jobs = jobs;
  return settings;
}

std::string not_passed(const result::RunResult& run) {
  std::string out;
  for (const result::CaseResult& c : run.cases) {
    if (c.verdict.word == result::Word::pass) continue;
    // It was not started as a process, and does not agree to everything that an extension allows.
    if (c.verdict.word == result::Word::unsupported) continue;
    out += c.id + " " + std::string(result::name(c.verdict.word)) + " " + c.verdict.reason +
           ": expected " + c.evidence.expected + "; observed " + c.evidence.observed + "\n";
  }
  return out;
}

TEST(Run, TheReferencePassesTheWholeCatalogueOverASocket) {
  const auto target = reference();
  const auto run = wsproof::run::run(*target, selected(""), with_jobs(16), {}, nullptr);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_TRUE(run->gate.passed) << not_passed(*run);
  EXPECT_TRUE(run->probe.echo_text && run->probe.echo_binary && run->probe.pong &&
              run->probe.closes);
  EXPECT_EQ(run->probe.largest_echo, 65536U);
  EXPECT_GE(run->controls.size(), 2U);
  EXPECT_EQ(not_passed(*run), "");
}

TEST(Run, VerdictsDoNotDependOnTheNumberOfJobs) {
  const auto target = reference("takes-stray-continuation");
  const auto one = wsproof::run::run(*target, selected("rfc6455/5.4"), with_jobs(1), {}, nullptr);
  const auto many = wsproof::run::run(*target, selected("rfc6455/5.4"), with_jobs(32), {}, nullptr);
  ASSERT_TRUE(one.has_value() && many.has_value());
  EXPECT_TRUE(result::same_verdicts(*one, *many));
  EXPECT_FALSE(one->gate.passed);
}

// A server whose baseline does not work is no reason to stop: everything is played and judged.
TEST(Run, ATargetThatAnswersNothingRightIsJudgedToTheEnd) {
  const auto target = reference("answers-200");
  const auto run = wsproof::run::run(*target, selected(""), with_jobs(16), {}, nullptr);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_FALSE(run->gate.passed);
  EXPECT_EQ(result::count(run->cases)[result::Word::not_run], 0U);
  EXPECT_GT(result::count(run->cases)[result::Word::fail], 0U);
}

TEST(Run, NobodyThereIsNotReady) {
  const auto listener_gone = [] {
    const auto target = reference();
    return target->reach();
  }();
  const auto target = target_at(listener_gone, {});
  const auto run = wsproof::run::run(*target, selected("rfc6455/5.4"), {}, {}, nullptr);
  ASSERT_FALSE(run.has_value());
  EXPECT_EQ(run.error().code, ExitCode::not_ready);
  EXPECT_NE(run.error().message.find("refused"), std::string::npos) << run.error().message;
}

TEST(Run, ProgressIsToldForEveryCaseOnce) {
  const auto target = reference();
  std::vector<std::size_t> done;
  Listeners listeners;
  listeners.case_done = [&](const result::CaseResult&, std::size_t n, std::size_t) {
    done.push_back(n);
  };
  const auto cases = selected("rfc6455/5.4");
  ASSERT_TRUE(wsproof::run::run(*target, cases, with_jobs(8), listeners, nullptr).has_value());
  ASSERT_EQ(done.size(), cases.size());
  EXPECT_EQ(done.back(), cases.size());
}

TEST(Doctor, FindsTheReferenceHealthy) {
  const auto target = reference();
  const Diagnosis diagnosis = diagnose(target->reach(), {}, nullptr);
  EXPECT_TRUE(diagnosis.healthy);
  for (const Finding& finding : diagnosis.findings) EXPECT_TRUE(finding.good) << finding.text;
}

}  // namespace
}  // namespace wsproof::run
