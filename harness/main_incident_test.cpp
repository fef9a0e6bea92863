// What a server does that dies, hangs or alarms its sanitizer: the case is named, the rest goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "harness/main_test.hpp"
#include "harness/result/json.hpp"

namespace wsproof {
namespace {

using result::CaseResult;
using result::Word;

constexpr std::string_view own_cases = R"(section own "Own"

control good

case good
  "A ping is answered."
  checks 6455-5.5.2-2
  sweep n = 1..9
  > ping repeat("x", $n)
  < pong repeat("x", $n)

case odd
  "A reserved opcode fails the connection."
  checks 6455-5.2-7
  twin   own/good/n=1
  sweep opcode = 11..15
  > frame "hello" opcode=$opcode
  < failure 1002

case late
  "A ping is answered, later in the file."
  checks 6455-5.5.2-2
  sweep n = 1..9
  > ping repeat("y", $n)
  < pong repeat("y", $n)
)";

class IncidentCommand : public Command {
 protected:
  // Plays the cases of this file against the server with one bug.
  result::RunResult play(const std::string& bug, std::vector<std::string> more = {}) {
    const std::string report = path("results.json");
    std::vector<std::string> words = {"run",
                                      "--cases",
                                      write("own.case", std::string(own_cases)),
                                      "--exec",
                                      fmt::format("'{}' {{port}} {}", DOOMED_SERVER, bug),
                                      "--report-json",
                                      report,
                                      "--report-html",
                                      path("results.html"),
                                      "ws://127.0.0.1:{port}/"};
    words.insert(words.end(), more.begin(), more.end());
    ran = wsproof(words);
    EXPECT_EQ(ran.code, 1) << ran.out << ran.err;
    auto results = result::from_json(read(report), report);
    EXPECT_TRUE(results.has_value()) << ran.err;
    return results ? std::move(*results) : result::RunResult{};
  }

  static const CaseResult& find(const result::RunResult& run, const std::string& id) {
    static const CaseResult none;
    const auto found = std::ranges::find(run.cases, id, &CaseResult::id);
    return found == run.cases.end() ? none : *found;
  }

  // All cases but one pass.
  static void expect_only(const result::RunResult& run, const std::string& id, Word word) {
    EXPECT_GE(run.cases.size(), 20U);
    for (const CaseResult& played : run.cases) {
      EXPECT_EQ(name(played.verdict.word), name(played.id == id ? word : Word::pass))
          << played.id << ": " << played.evidence.observed;
    }
  }

  static Word word_of(const CaseResult& played) { return played.verdict.word; }

  Ran ran;
};

TEST_F(IncidentCommand, AnOverflowUnderAddressSanitizerIsACrashOfTheCaseThatDoesIt) {
#ifndef DOOMED_SANITIZER
  GTEST_SKIP() << "AddressSanitizer and ThreadSanitizer exclude each other";
#endif
  const result::RunResult run = play("overflow");
  expect_only(run, "own/odd/opcode=11", Word::crash);
  const CaseResult& crash = find(run, "own/odd/opcode=11");
  ASSERT_TRUE(crash.evidence.incident.has_value());
  const result::Incident& incident = *crash.evidence.incident;
  EXPECT_EQ(crash.verdict.reason, "died");
  EXPECT_EQ(incident.kind, result::Incident::Kind::death);
  EXPECT_EQ(incident.reporter, "AddressSanitizer");
  EXPECT_TRUE(incident.headline.starts_with("heap-buffer-overflow")) << incident.headline;
  EXPECT_EQ(incident.reproduced, incident.played_alone);
  EXPECT_GE(incident.reproduced, 2U);
  ASSERT_FALSE(incident.report.empty());
  EXPECT_NE(incident.report.front().find("ERROR: AddressSanitizer"), std::string::npos);
  for (const std::string& shown : {ran.out, read(path("results.html"))}) {
    EXPECT_NE(shown.find("ERROR: AddressSanitizer: heap-buffer-overflow"), std::string::npos);
  }
  EXPECT_NE(read(path("results.html")).find("did it 2 of 2 times"), std::string::npos);
  EXPECT_EQ(ran.out.find("? inconclusive"), std::string::npos)
      << "replays are not told: " << ran.out;
  EXPECT_TRUE(run.incidents.empty());
}

TEST_F(IncidentCommand, TheWholeCatalogueCompletesBesideACrash) {
#ifndef DOOMED_SANITIZER
  GTEST_SKIP() << "AddressSanitizer and ThreadSanitizer exclude each other";
#endif
  const std::string report = path("results.json");
  ran = wsproof({"run", "--exec", fmt::format("'{}' {{port}} overflow", DOOMED_SERVER),
                 "--report-json", report, "ws://127.0.0.1:{port}/", "rfc6455/5.2", "rfc6455/5.4"});
  EXPECT_EQ(ran.code, 1) << ran.out << ran.err;
  const auto run = result::from_json(read(report), report);
  ASSERT_TRUE(run.has_value());
  std::size_t crashes = 0;
  for (const CaseResult& played : run->cases) {
    if (played.verdict.word == Word::crash) {
      ++crashes;
      EXPECT_NE(played.script.find("opcode"), std::string::npos) << played.id;
    } else {
      EXPECT_TRUE(played.verdict.word == Word::pass || played.verdict.word == Word::unsupported)
          << played.id << ": " << name(played.verdict.word) << ", " << played.evidence.observed;
    }
  }
  EXPECT_GE(crashes, 1U);
  EXPECT_LE(crashes, 8U);
}

TEST_F(IncidentCommand, ASanitizerThatGoesOnIsACrashToo) {
#ifndef DOOMED_SANITIZER
  GTEST_SKIP() << "UndefinedBehaviorSanitizer is not in this build";
#endif
  const result::RunResult run = play("undefined");
  expect_only(run, "own/odd/opcode=11", Word::crash);
  const CaseResult& crash = find(run, "own/odd/opcode=11");
  ASSERT_TRUE(crash.evidence.incident.has_value());
  EXPECT_EQ(crash.verdict.reason, "sanitizer");
  EXPECT_EQ(crash.evidence.incident->kind, result::Incident::Kind::alarm);
  EXPECT_EQ(crash.evidence.incident->reporter, "UndefinedBehaviorSanitizer");
  EXPECT_NE(crash.evidence.incident->headline.find("signed integer overflow"), std::string::npos);
}

TEST_F(IncidentCommand, AFrozenServerIsAHangOfTheCaseThatDoesIt) {
  const result::RunResult run = play("freeze", {"--time-scale", "0.2"});
  expect_only(run, "own/odd/opcode=11", Word::hang);
  const CaseResult& hang = find(run, "own/odd/opcode=11");
  ASSERT_TRUE(hang.evidence.incident.has_value());
  EXPECT_EQ(hang.evidence.incident->kind, result::Incident::Kind::hang);
  // Each of them is a wait in vain: when it happened, and each time that the case did it alone.
  EXPECT_LE(std::ranges::count(run.controls, Word::inconclusive, word_of), 3);
}

TEST_F(IncidentCommand, AServerThatTiresIsAnIncidentAndLeavesNoCaseInDoubt) {
  const result::RunResult run = play("tire", {"--time-scale", "0.1"});
  expect_only(run, "", Word::pass);
  ASSERT_FALSE(run.incidents.empty()) << ran.out;
  EXPECT_EQ(run.incidents.front().kind, result::Incident::Kind::hang);
  EXPECT_FALSE(run.gate.passed);
}

TEST_F(IncidentCommand, ADeathThatNoCaseBringsAboutAloneBlamesNobody) {
  const result::RunResult run = play("pair", {"-j", "1"});
  ASSERT_EQ(run.incidents.size(), 1U) << ran.out;
  EXPECT_EQ(run.incidents.front().exit_status, 3U);
  EXPECT_NE(std::ranges::find(run.incidents.front().suspects, "own/odd/opcode=12"),
            run.incidents.front().suspects.end());
  for (const CaseResult& played : run.cases) {
    EXPECT_TRUE(played.verdict.word == Word::pass || played.verdict.word == Word::inconclusive)
        << played.id << ": " << name(played.verdict.word);
  }
  EXPECT_EQ(find(run, "own/odd/opcode=12").verdict.word, Word::inconclusive);
  EXPECT_FALSE(run.gate.passed);
}

TEST_F(IncidentCommand, WhatAServerUsesIsShownAndJudged) {
  const std::string report = path("results.json");
  const auto run = [&](const std::string& flags) {
    ran = wsproof({"run", "--exec",
                   fmt::format("'{}' serve --port {{port}} {}", WSPROOF_BINARY, flags),
                   "--report-json", report, "ws://127.0.0.1:{port}/", "robustness/resources"});
    return result::from_json(read(report), report).value();
  };
  const result::RunResult good = run("");
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  ASSERT_TRUE(good.usage.has_value());
  EXPECT_GE(good.usage->samples, 1U);
  EXPECT_EQ(good.usage->peak.processes, 1U);
  EXPECT_NE(ran.out.find("descriptors"), std::string::npos) << ran.out;

  const result::RunResult bad = run("--fault leaks-descriptors");
  const CaseResult& leak = find(bad, "robustness/resources/closed-connections");
  EXPECT_EQ(leak.verdict.word, Word::non_strict) << ran.out;
  EXPECT_EQ(leak.verdict.reason, "grew");
  ASSERT_TRUE(leak.evidence.usage.has_value());
  // Its first connection may be open when the first look is taken.
  EXPECT_GE(leak.evidence.usage->end.descriptors, leak.evidence.usage->start.descriptors + 3);
}

TEST_F(IncidentCommand, AServerThatDiesOfEverythingEndsTheRunInWords) {
  const std::string command = fmt::format(
      "sh -c 'test -e \"{0}\" && echo no second time >&2 && exit 9; touch \"{0}\"; exec \"{1}\" "
      "{{port}} overflow'",
      path("started"), DOOMED_SERVER);
  const std::string report = path("results.json");
  ran = wsproof({"run", "--cases", write("own.case", std::string(own_cases)), "--exec", command,
                 "--report-json", report, "ws://127.0.0.1:{port}/"});
#ifdef DOOMED_SANITIZER
  EXPECT_EQ(ran.code, 1) << ran.out << ran.err;
  const auto run = result::from_json(read(report), report);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  // Where it died before any case came to a verdict, that is a reason too.
  EXPECT_THAT(run->gate.reasons,
              testing::Contains(testing::HasSubstr(
                  "exit status 9 before it was ready. It wrote: no second time")));
#endif
}

}  // namespace
}  // namespace wsproof
