#include "reports/github.hpp"

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;

namespace {

constexpr std::size_t most = 9;

// Text from anywhere as the message of a workflow command, or as one of its properties.
std::string escaped(std::string_view anything, bool property) {
  std::string out;
  for (const char character : base::for_terminal(base::cut(anything, 1000))) {
    const bool special = character == '%' || (property && (character == ':' || character == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(character))
                   : std::string(1, character);
  }
  return out;
}

std::string error(std::string_view title, std::string_view message) {
  return fmt::format("::error title={}::{}\n", escaped(title, true), escaped(message, false));
}

std::string annotation(const CaseResult& played, const std::string& label) {
  const result::Evidence& evidence = played.evidence;
  std::string message = base::cut(played.title, 200);
  if (!evidence.expected.empty())
    message += " Expected: " + base::cut(evidence.expected, 300) + ".";
  if (!evidence.observed.empty())
    message += " Observed: " + base::cut(evidence.observed, 300) + ".";
  if (played.known)
    message += fmt::format(" It is {}.", of_baseline(*played.known, played.verdict.word));
  const std::string by = authority(played);
  if (!by.empty()) message += fmt::format(" ({})", by);
  return error(fmt::format("{} {} ({})", result::name(played.verdict.word),
                           base::cut(played.id, 200), label),
               message);
}

}  // namespace

std::string annotations(const Subject& subject) {
  const std::vector<std::string> names = labels(subject.runs);
  std::string out;
  std::size_t count = 0;
  for (const Alarm& alarm : alarms(subject)) {
    if (++count <= most) out += annotation(*alarm.played, names[alarm.run]);
  }
  if (count > most)
    out += error("wsproof", fmt::format("and {} more; see the step summary", count - most));
  if (count > 0) return out;
  for (std::size_t index = 0; index < names.size(); ++index) {
    const result::Gate& gate = subject.runs[index].gate;
    if (gate.passed || ++count > most) continue;
    out += error(fmt::format("The gate of {} is not passed", names[index]),
                 gate.reasons.empty() ? "" : gate.reasons.front());
  }
  return out;
}

std::string stop_commands(const std::string& token) { return "::stop-commands::" + token + "\n"; }

std::string resume_commands(const std::string& token) { return "::" + token + "::\n"; }

}  // namespace wsproof::reports
