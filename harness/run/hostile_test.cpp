// Whole runs against hostile servers: each ends by the budgets, keeps little, says what it saw, and
// never passes.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/base/escape.hpp"
#include "harness/base/sanitized_test.hpp"
#include "harness/net/clock.hpp"
#include "harness/result/json.hpp"
#include "harness/run/hostile_behaviours_test.hpp"
#include "harness/run/run.hpp"
#include "harness/run/select.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::run::test {
namespace {

using Ran = std::expected<result::RunResult, NoRun>;

// So that a hang ends a test; ordinary runs take a few seconds.
constexpr base::Duration hang = std::chrono::minutes(3);

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = script::load(script::embedded_sources()).value();
  return loaded;
}

std::vector<const script::Case*> cases(const std::vector<std::string>& patterns) {
  return for_role(select(catalogue().cases, {patterns, {}}).value(), wire::Role::server);
}

// A few cases of every sort: answers and refusals, echoes, pings, closes, what must fail.
std::vector<const script::Case*> few() {
  return cases({"rfc6455/4.2.1/standard", "rfc6455/4.2.1/key-missing", "rfc6455/4.2.2/accepted",
                "rfc6455/4.2.2/one-of-each", "rfc6455/4.4/unknown/*", "rfc6455/5.1/unmasked-ping",
                "rfc6455/5.2/text-length/n=12*", "rfc6455/5.2/answers-well-framed/*",
                "rfc6455/5.4/interleaved-ping/n=1*", "rfc6455/5.4/two-fragments*",
                "rfc6455/5.4/interrupted-message/*", "rfc6455/5.5.1/close",
                "rfc6455/5.5.1/reason/*", "rfc6455/5.5.2/ping", "rfc6455/5.5.2/ten-pings*",
                "rfc6455/5.6/binary-is-opaque/*", "rfc6455/5.6/text"});
}

std::unique_ptr<LiveTarget> at(std::uint16_t port) {
  Reach reach;
  reach.url = {"127.0.0.1", port, "/"};
  reach.destination = net::resolve("127.0.0.1", port).value();
  return target_at(std::move(reach), {});
}

Ran play(const Behaviour& behaviour, std::vector<const script::Case*> played) {
  const net::test::PlainServer server(behaviour.serve, behaviour.at_once);
  const auto target = at(server.port());
  RunSettings settings;
  settings.time_scale = behaviour.time_scale * (base::test::sanitized ? 5 : 1);
  return wsproof::run::run(*target, played, settings, {}, nullptr);
}

// Everything that a run has to tell a person.
std::vector<std::string> words(const Ran& ran) {
  if (!ran) {  // one paragraph, made of lines
    const std::string& message = ran.error().message;
    return {message.substr(0, message.find('\n'))};
  }
  std::vector<std::string> out = ran->gate.reasons;
  out.push_back(ran->target.server);
  for (const std::string& note : ran->probe.notes) out.push_back(note);
  for (const result::MonitorFinding& finding : ran->monitor) out.push_back(finding.explanation);
  for (const auto* list : {&ran->cases, &ran->controls}) {
    for (const result::CaseResult& c : *list) {
      out.insert(out.end(), {c.verdict.reason, c.evidence.expected, c.evidence.observed,
                             c.evidence.failed_text});
      for (const result::Entry& entry : c.evidence.transcript.entries) out.push_back(entry.text);
    }
  }
  return out;
}

// What a run against a hostile server has to be.
void expect_bounded(const Behaviour& behaviour, const Ran& ran, base::Duration took) {
  EXPECT_LT(took, hang);
  const int code = ran ? (ran->gate.passed ? 0 : 1) : static_cast<int>(ran.error().code);
  EXPECT_EQ(code, behaviour.code);
  bool said = behaviour.says.empty();
  const std::vector<std::string> all = words(ran);
  for (const std::string& text : all) {
    EXPECT_EQ(text, base::for_terminal(text)) << "not escaped";
    EXPECT_LT(text.size(), 2000U);
    said = said || text.contains(behaviour.says);
    // Where the machine is busy, the limit of a whole case may come before any other.
    said = said || text.contains("not finished after");
    said = said || (base::test::sanitized && text.contains("in time"));
  }
  EXPECT_TRUE(said)
      << "nothing says \"" << behaviour.says << "\", only\n"
      << fmt::format("{}", fmt::join(std::set(all.begin(), all.end()), "\n")).substr(0, 2000);
  if (!ran) return;
  for (const result::CaseResult& c : ran->cases) {
    std::size_t octets = 0;
    for (const result::Entry& entry : c.evidence.transcript.entries) octets += entry.octets.size();
    EXPECT_LE(octets, result::Transcript::kept_in_all) << c.id;
    EXPECT_LE(c.evidence.transcript.entries.size(), result::Transcript::kept_entries) << c.id;
  }
  const std::string json = result::to_json(*ran);
  EXPECT_LT(json.size(), 24U << 20U);
  const auto read = result::from_json(json, "results.json");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_TRUE(result::same_verdicts(*read, *ran));
}

// For whoever wants to read what people read: WSPROOF_SHOW=1.
void show(const Behaviour& behaviour, const Ran& ran, base::Duration took) {
  if (std::getenv("WSPROOF_SHOW") == nullptr) return;
  std::string out =
      fmt::format("\n== {} {} ms\n", behaviour.name,
                  std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  if (!ran) {
    out += ran.error().message + "\n";
  } else {
    for (const std::string& reason : ran->gate.reasons) out += "  gate: " + reason + "\n";
    std::map<std::string, int> observed;
    for (const result::CaseResult& c : ran->cases) {
      ++observed[fmt::format("{} {} {}", result::name(c.verdict.word), c.verdict.reason,
                             c.evidence.observed.substr(0, 120))];
    }
    for (const auto& [text, count] : observed) out += fmt::format("  {:3} {}\n", count, text);
  }
  std::fputs(out.c_str(), stderr);
}

// Plays cases against all of these, some side by side; what came of it, and how long it took.
std::vector<std::pair<Ran, base::Duration>> play_all_of(
    std::span<const Behaviour> all, const std::vector<const script::Case*>& played) {
  std::vector<std::pair<Ran, base::Duration>> out(all.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < all.size(); i = next++) {
      const base::Time began = net::now();
      out[i].first = play(all[i], played);
      out[i].second = net::now() - began;
    }
  };
  std::vector<std::jthread> threads;
  for (int n = 0; n < (base::test::sanitized ? 3 : 8); ++n) threads.emplace_back(work);
  threads.clear();
  return out;
}

TEST(Hostile, EveryRunEndsByItsBudgetsAndSaysWhatItSaw) {
  const auto all = behaviours();
  EXPECT_GE(all.size(), 45U);
  const auto ran = play_all_of(all, few());
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(all[i].name);
    show(all[i], ran[i].first, ran[i].second);
    expect_bounded(all[i], ran[i].first, ran[i].second);
  }
}

// With many cases, what lets us wait is given up soon: by counting, not by the clock.
TEST(Hostile, ATargetThatLetsUsWaitIsGivenUp) {
  struct Row {
    std::string_view name, says;
    std::size_t most;  // cases that were played
  };
  const Row rows[] = {{"nothing-after-the-101", "waited in vain", 400},
                      {"frame-that-never-comes", "waited in vain", 400},
                      {"continues-for-ever", "waited in vain", 100},
                      {"serves-forty-and-falls-silent", "stopped answering", 400}};
  std::vector<Behaviour> chosen;
  for (const Row& row : rows) {
    const auto found = std::ranges::find(behaviours(), row.name, &Behaviour::name);
    ASSERT_NE(found, behaviours().end());
    chosen.push_back(*found);
  }
  const auto all = play_all_of(chosen, cases({"rfc6455"}));
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    SCOPED_TRACE(rows[i].name);
    const Ran& ran = all[i].first;
    ASSERT_TRUE(ran.has_value()) << ran.error().message;
    EXPECT_FALSE(ran->gate.passed);
    const auto reasons = fmt::format("{}", fmt::join(ran->gate.reasons, " "));
    EXPECT_NE(reasons.find(rows[i].says), std::string::npos) << reasons;
    EXPECT_NE(reasons.find("The run ended early"), std::string::npos) << reasons;
    const auto counts = result::count(ran->cases);
    const auto of = [&](result::Word word) {
      return counts.contains(word) ? counts.at(word) : std::size_t{0};
    };
    EXPECT_LE(ran->cases.size() - of(result::Word::not_run) - of(result::Word::unsupported),
              rows[i].most);
  }
}

}  // namespace
}  // namespace wsproof::run::test
