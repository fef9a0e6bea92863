#include "reports/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "harness/base/escape.hpp"
#include "harness/rfc/requirements.hpp"
#include "reports/phrases.hpp"
#include "reports/sections.hpp"
#include "reports/subject.hpp"
#include "reports/terminal.hpp"
#include "reports/xml.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::RunResult;
using result::Word;

namespace {

enum class Outcome { passed, failure, error, skipped };

// One `<testcase>`.
struct TestCase {
  std::string name, class_name;
  const result::Place* place = nullptr;
  base::Duration took{};
  Outcome outcome = Outcome::passed;
  std::string type;     ///< of a failure or an error
  std::string message;  ///< in a few words
  std::string body;     ///< all there is to say, in lines
};

// One `<testsuite>`; it has at least one case.
struct Suite {
  std::string name;
  std::vector<TestCase> cases;

  std::size_t count(Outcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(cases, outcome, &TestCase::outcome));
  }
  base::Duration took() const {
    base::Duration sum{};
    for (const TestCase& one : cases) sum += one.took;
    return sum;
  }
};

Outcome outcome(Word word, bool strict);

// A baseline has the last word.
Outcome outcome(const CaseResult& played, bool strict) {
  const Outcome plain = outcome(played.verdict.word, strict);
  if (!played.known) return plain;
  if (played.known->standing == result::Standing::better) return Outcome::failure;
  const bool red = plain == Outcome::failure || plain == Outcome::error;
  return red && is_known(played.known) ? Outcome::skipped : plain;
}

Outcome outcome(Word word, bool strict) {
  switch (word) {
    case Word::fail:
    case Word::crash:
    case Word::hang:
    case Word::flaky:
      return Outcome::failure;
    case Word::non_strict:
      return strict ? Outcome::failure : Outcome::passed;
    case Word::inconclusive:
    case Word::not_run:
      return Outcome::error;
    case Word::unsupported:
      return Outcome::skipped;
    case Word::pass:
    case Word::info:
      return Outcome::passed;
  }
  return Outcome::error;
}

// Jenkins makes a package of what stands before the last dot of a class name.
std::string without_dots(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '.', '_');
  return out;
}

// "0.114": seconds, whatever the locale.
std::string xml_seconds(base::Duration time) {
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  return fmt::format("{}.{:03}", whole / 1000, whole % 1000);
}

// "2026-11-21T10:31:07" of "2026-11-21T10:31:07Z": the schema of JUnit knows no zone. Nothing when
// it is no such text.
std::string timestamp(std::string_view started) {
  constexpr std::string_view like = "0000-00-00T00:00:00";
  if (started.size() < like.size()) return {};
  const std::string_view front = started.substr(0, like.size());
  const bool fits = std::ranges::equal(front, like, [](char given, char wanted) {
    return wanted == '0' ? given >= '0' && given <= '9' : given == wanted;
  });
  return fits ? std::string(front) : std::string();
}

std::string in_few_words(const CaseResult& played) {
  const std::string_view word = result::name(played.verdict.word);
  if (played.known && played.known->standing != result::Standing::unexpected)
    return of_baseline(*played.known, played.verdict.word);
  const std::string& seen =
      played.evidence.observed.empty() ? played.verdict.reason : played.evidence.observed;
  return seen.empty() ? std::string(word) : fmt::format("{}: {}", word, base::cut(seen, 300));
}

std::string explanation(const CaseResult& played, const result::Target& target) {
  constexpr TerminalStyle style = {.colour = false, .width = 110, .verbosity = 1};
  return failure_block(played, target, style);
}

TestCase test_case(const CaseResult& played, const RunResult& run) {
  TestCase out;
  out.name = played.id.empty() ? "a case without an id" : base::cut(played.id, 500);
  out.class_name = fmt::format("{}.{}", without_dots(target_name(run.target)),
                               without_dots(base::cut(section_of(played.id), 200)));
  out.place = &played.place;
  out.took = played.evidence.took;
  out.outcome = outcome(played, run.gate.strict);
  const bool better = played.known && played.known->standing == result::Standing::better;
  out.type = better ? "xpass" : result::name(played.verdict.word);
  if (played.verdict.word == Word::pass && !better) return out;
  out.message = in_few_words(played);
  out.body = explanation(played, run.target);
  return out;
}

std::vector<Suite> suites_of_sections(const RunResult& run) {
  std::vector<Suite> all;
  for (const Section& section : sections(run)) {
    Suite suite{.name = fmt::format("{}: {} {}", target_name(run.target),
                                    base::cut(section.id, 200), base::cut(section.title, 200)),
                .cases = {}};
    for (const CaseResult* played : section.cases) suite.cases.push_back(test_case(*played, run));
    all.push_back(std::move(suite));
  }
  return all;
}

// What the gate counts besides the cases.
Suite suite_of_the_rest(const RunResult& run) {
  Suite suite{.name = target_name(run.target) + ": the run as a whole", .cases = {}};
  std::size_t number = 0;
  for (const CaseResult& control : run.controls) {
    ++number;
    if (control.verdict.word == Word::pass) continue;
    TestCase one = test_case(control, run);
    one.name = fmt::format("control {} of {}: {}", number, run.controls.size(), one.name);
    one.outcome = Outcome::failure;
    suite.cases.push_back(std::move(one));
  }
  for (const result::MonitorFinding& finding : run.monitor) {
    const auto* const requirement = rfc::find_requirement(finding.requirement);
    if (requirement == nullptr || requirement->verdict_class != rfc::VerdictClass::strict) continue;
    TestCase one;
    one.name = "monitor/" + base::cut(finding.requirement, 200);
    one.outcome = is_known(finding.known) ? Outcome::skipped : Outcome::failure;
    one.type = "fail";
    one.message = is_known(finding.known) ? of_baseline(*finding.known, Word::fail)
                                          : base::cut(finding.explanation, 300);
    one.body =
        fmt::format("{}: {}\n{}\nseen in {}, first in {}\n", rfc::citation(*requirement),
                    requirement->text, base::cut(finding.explanation, 800),
                    counted(finding.count, "case", "cases"), base::cut(finding.first_case, 300));
    suite.cases.push_back(std::move(one));
  }
  for (const std::string& complaint : run.gate.lines) {
    TestCase one;
    one.name = "baseline";
    one.outcome = Outcome::failure;
    one.type = "baseline";
    one.message = base::cut(complaint, 300);
    one.body = base::cut(complaint, 800) + "\n";
    suite.cases.push_back(std::move(one));
  }
  for (TestCase& one : suite.cases) one.class_name = without_dots(target_name(run.target)) + ".run";
  return suite;
}

TestCase gate_case(const RunResult& run) {
  TestCase gate;
  gate.name = "gate";
  gate.class_name = without_dots(target_name(run.target)) + ".run";
  if (run.gate.passed) return gate;
  gate.outcome = Outcome::error;
  gate.type = "gate";
  gate.message = run.gate.reasons.empty() ? "The gate is not passed."
                                          : base::cut(run.gate.reasons.front(), 300);
  gate.body = "The gate is not passed.\n";
  for (const std::string& reason : run.gate.reasons) gate.body += base::cut(reason, 800) + "\n";
  return gate;
}

std::vector<Suite> suites(const RunResult& run) {
  std::vector<Suite> all = suites_of_sections(run);
  Suite rest = suite_of_the_rest(run);
  const auto red = [](const Suite& suite) {
    return suite.count(Outcome::failure) + suite.count(Outcome::error) > 0;
  };
  const bool told = std::ranges::any_of(all, red) || red(rest);
  if ((!run.gate.passed && !told) || all.empty()) rest.cases.push_back(gate_case(run));
  if (!rest.cases.empty()) all.push_back(std::move(rest));
  return all;
}

// Readers know a test case by its two names; a second one of the same names would hide the first.
void make_unique(std::vector<Suite>& all) {
  std::set<std::pair<std::string, std::string>> taken;
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;  // the last that was given
  for (Suite& suite : all) {
    for (TestCase& one : suite.cases) {
      const std::string name = one.name;
      std::size_t& number = numbers.try_emplace({one.class_name, name}, 1).first->second;
      while (!taken.emplace(one.class_name, one.name).second)
        one.name = fmt::format("{} ({})", name, ++number);
    }
  }
}

void write(Xml& document, const TestCase& one) {
  const std::string time = xml_seconds(one.took);
  const bool placed = one.place != nullptr && one.place->line > 0;
  const std::string_view message = one.message.empty() ? one.type : one.message;
  const std::string file = placed ? base::cut(one.place->file, 300) : "";
  const std::string line = placed ? std::to_string(one.place->line) : "";
  const auto scope = document.in("testcase", {{"name", one.name},
                                              {"classname", one.class_name},
                                              {"time", time},
                                              {"file", file},
                                              {"line", line}});
  switch (one.outcome) {
    case Outcome::failure:
      document.element("failure", {{"message", message}, {"type", one.type}}, one.body);
      return;
    case Outcome::error:
      document.element("error", {{"message", message}, {"type", one.type}}, one.body);
      return;
    case Outcome::skipped:
      document.element("skipped", {{"message", message}}, one.body);
      return;
    case Outcome::passed:
      if (!one.body.empty()) document.element("system-out", {}, one.body);
  }
}

void write(Xml& document, const Suite& suite, const RunResult& run) {
  const std::string started = timestamp(run.started);
  const auto scope =
      document.in("testsuite", {{"name", suite.name},
                                {"tests", std::to_string(suite.cases.size())},
                                {"failures", std::to_string(suite.count(Outcome::failure))},
                                {"errors", std::to_string(suite.count(Outcome::error))},
                                {"skipped", std::to_string(suite.count(Outcome::skipped))},
                                {"time", xml_seconds(suite.took())},
                                {"timestamp", started}});
  {
    const auto list = document.in("properties");
    const auto property = [&](std::string_view name, std::string_view value) {
      if (!value.empty())
        document.element("property", {{"name", name}, {"value", base::cut(value, 800)}});
    };
    property("target", run.target.name);
    property("url", run.target.url);
    property("version", run.target.version);
    property("seed", std::to_string(run.seed));
    property("command", run.command);
    property("wsproof", fmt::format("{}, suite {}", run.tool_version, run.suite_version));
  }
  for (const TestCase& one : suite.cases) write(document, one);
}

}  // namespace

std::string junit(std::span<const RunResult> runs) {
  std::vector<Suite> all;
  std::vector<const RunResult*> run_of;  // for each suite
  for (const RunResult& run : runs) {
    for (Suite& suite : suites(run)) {
      all.push_back(std::move(suite));
      run_of.push_back(&run);
    }
  }
  make_unique(all);
  const auto sum = [&](auto&& value) {
    std::size_t total = 0;
    for (const Suite& suite : all) total += value(suite);
    return std::to_string(total);
  };
  base::Duration took{};
  for (const RunResult& run : runs) took += run.took;

  Xml document;
  {
    const auto whole = document.in(
        "testsuites",
        {{"name", "wsproof"},
         {"tests", sum([](const Suite& suite) { return suite.cases.size(); })},
         {"failures", sum([](const Suite& suite) { return suite.count(Outcome::failure); })},
         {"errors", sum([](const Suite& suite) { return suite.count(Outcome::error); })},
         {"skipped", sum([](const Suite& suite) { return suite.count(Outcome::skipped); })},
         {"time", xml_seconds(took)}});
    for (std::size_t index = 0; index < all.size(); ++index)
      write(document, all[index], *run_of[index]);
  }
  return std::move(document).take();
}

}  // namespace wsproof::reports
