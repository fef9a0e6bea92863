// Property: words written anew are read as the same, an error has its place, and what an update
// writes is read and leaves nothing to do.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "fuzz/targets/target.hpp"
#include "harness/run/baseline_update.hpp"

using namespace wsproof;

namespace {

constexpr std::array<std::string_view, 6> ids{
    "rfc6455/5.2/reserved-bits/rsv=1", "rfc6455/5.2/reserved-bits/rsv=2",
    "rfc6455/5.2/length-form",         "rfc6455/5.5.1/close-code/code=999",
    "rfc7692/7.1/server-window/w=8",   "http/content/two-lengths"};

const std::vector<script::Case>& catalogue() {
  static const std::vector<script::Case> all = [] {
    std::vector<script::Case> cases;
    for (const std::string_view id : ids) {
      script::Case& c = cases.emplace_back();
      const std::size_t section = id.find('/') + 1;
      const std::size_t name = id.find('/', section) + 1;
      c.suite = id.substr(0, section - 1);
      c.section = id.substr(section, name - section - 1);
      c.name = id.substr(name);
      c.checks = {"6455-5.2-17"};
    }
    cases.back().tags = {"slow"};
    return cases;
  }();
  return all;
}

// A run as the front of an input says: an octet of settings, then one for each case.
struct Showing {
  result::RunResult run;
  run::UpdateSettings settings;
};
Showing showing_of(base::OctetView front, std::string_view text) {
  Showing made;
  made.run.gate.strict = (front[0] & 1U) != 0;
  made.settings.accept_crashes = (front[0] & 2U) != 0;
  made.settings.signatures = (front[0] & 4U) != 0;
  const std::string reason(text.substr(0, text.find('\n')));
  // As the command line takes it.
  if (run::parse_baseline("all = fail  # " + reason, "reason")) made.settings.reason = reason;
  for (std::size_t at = 0; at < ids.size(); ++at) {
    result::CaseResult& played = made.run.cases.emplace_back();
    played.id = ids[at];
    played.checks = catalogue()[at].checks;
    played.verdict.word = static_cast<result::Word>(front[at + 1] % 10);
    if ((front[at + 1] & 0x80U) != 0) played.verdict.reason = "went-on";
  }
  if ((front[0] & 8U) != 0) made.run.monitor.emplace_back().requirement = "6455-5.2-17";
  return made;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string with_words_anew(const run::Baseline& baseline) {
  std::vector<std::string> lines = baseline.text;
  for (const run::BaselineLine& line : baseline.lines) {
    lines[line.index].replace(line.words_at, line.words_size, run::to_string(line.words));
  }
  return joined(lines);
}

bool same_meaning(const run::BaselineLine& left, const run::BaselineLine& right) {
  return left.pattern == right.pattern && left.words == right.words &&
         left.reason == right.reason && left.until == right.until && left.index == right.index;
}

// "NAME:LINE:COLUMN: …", with a line and a column that there are.
bool has_place(const std::string& message, std::string_view name, std::string_view text) {
  if (!message.starts_with(std::string(name) + ":")) return false;
  std::size_t line = 0, column = 0;
  const char* const end = message.data() + message.size();
  const auto number = std::from_chars(message.data() + name.size() + 1, end, line);
  if (number.ec != std::errc{} || number.ptr == end || *number.ptr != ':') return false;
  if (std::from_chars(number.ptr + 1, end, column).ec != std::errc{}) return false;
  for (; line > 1; --line) {
    const std::size_t at = text.find('\n');
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + 1);
  }
  return line == 1 && column >= 1 && column <= std::min(text.find('\n'), text.size()) + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t front = 1 + ids.size();
  if (size < front) return 0;
  const std::string_view text = base::as_text({data + front, size - front});
  const auto baseline = run::parse_baseline(text, "fuzz.txt");
  if (!baseline) {
    fuzz::must(has_place(baseline.error().message, "fuzz.txt", text), "an error has its place",
               baseline.error().message);
    return 0;
  }
  const std::string anew = with_words_anew(*baseline);
  const auto again = run::parse_baseline(anew, "fuzz.txt");
  fuzz::must(again.has_value(), "words written anew are read", again ? "" : again.error().message);
  fuzz::must(std::ranges::equal(again->lines, baseline->lines, same_meaning),
             "words written anew are the same", anew);
  fuzz::must(with_words_anew(*again) == anew, "words are written in one way", anew);

  const auto [shown, settings] = showing_of({data, front}, text);
  const run::BaselineUpdate updated = run::update(*baseline, catalogue(), shown, settings);
  fuzz::must(updated.text.has_value() == !updated.changed.empty(), "a change is told");
  if (!updated.text) return 0;
  const auto fresh = run::parse_baseline(*updated.text, "updated");
  fuzz::must(fresh.has_value(), "what an update writes is read",
             (fresh ? "" : fresh.error().message) + "\n" + *updated.text);
  const run::BaselineUpdate more = run::update(*fresh, catalogue(), shown, settings);
  fuzz::must(more.changed.empty(), "an update leaves the next one nothing to do",
             *updated.text + "\n" + joined(more.changed));
  fuzz::must(more.refused == updated.refused, "what an update refuses the next one refuses too");
  return 0;
}
