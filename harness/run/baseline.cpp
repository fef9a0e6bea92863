#include "harness/run/baseline.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/run/select.hpp"

namespace wsproof::run {

using result::Standing;
using result::Word;

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view of_monitor = "monitor/";

// All that a line can say; a case that was not played says nothing.
constexpr std::array<Word, 9> sayable = {Word::pass,  Word::fail,        Word::non_strict,
                                         Word::info,  Word::unsupported, Word::inconclusive,
                                         Word::crash, Word::hang,        Word::flaky};

// A part of a line, and where it begins.
struct Part {
  std::string_view text;
  std::size_t at = 0;
};

Part trimmed(Part part) {
  const std::size_t begin = std::min(part.text.find_first_not_of(blanks), part.text.size());
  part.text.remove_prefix(begin);
  part.at += begin;
  const std::size_t end = part.text.find_last_not_of(blanks);
  part.text = part.text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return part;
}

Part after(const Part& part, std::size_t octets) {
  return {part.text.substr(octets), part.at + octets};
}

// The monitor sees a requirement broken, or does not.
bool is_of_a_finding(const std::vector<Expectation>& words) {
  const auto has = [&](const Expectation& one) {
    return std::ranges::find(words, one) != words.end();
  };
  return words.size() <= 2 && has({Word::fail}) && (words.size() == 1 || has({Word::pass}));
}

// One line of the file while it is read.
class LineReader {
 public:
  LineReader(std::string_view line, std::size_t number, const std::string& file)
      : line_(line), number_(number), file_(file) {}

  // Nothing where the line is empty or a comment.
  base::Result<std::optional<BaselineLine>> read() const {
    const Part whole = trimmed({line_, 0});
    if (whole.text.empty() || whole.text.starts_with('#')) return std::nullopt;
    BaselineLine out;
    out.index = number_ - 1;
    const std::size_t pattern_end = std::min(whole.text.find_first_of(blanks), whole.text.size());
    out.pattern = whole.text.substr(0, pattern_end);
    const Part rest = trimmed(after(whole, pattern_end));
    if (!rest.text.starts_with('=') || rest.text.starts_with("==")) {
      return at(rest.at, "`PATTERN = WORD  # why` is wanted, with blanks around the =");
    }
    const std::size_t comment = comment_of(rest.text);
    const Part said = trimmed({rest.text.substr(1, comment - 1), rest.at + 1});
    auto words = read_words(said);
    if (!words) return std::unexpected(words.error());
    out.words = std::move(*words);
    if (out.pattern.starts_with(of_monitor) && !is_of_a_finding(out.words))
      return at(said.at,
                "a finding of the monitor is `fail`, or `fail | pass` where it may not come");
    out.words_at = said.at;
    out.words_size = said.text.size();
    if (comment < rest.text.size()) {
      const auto told = read_comment(trimmed(after(rest, comment + 1)), out);
      if (!told) return std::unexpected(told.error());
    }
    return out;
  }

  std::unexpected<base::Error> at(std::size_t octets, std::string_view what) const {
    return base::fail(fmt::format("{}:{}:{}: {}", file_, number_, octets + 1, what));
  }

 private:
  // A comment begins behind a blank.
  static std::size_t comment_of(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '#' && blanks.contains(text[i - 1])) return i;
    }
    return text.size();
  }

  base::Result<std::vector<Expectation>> read_words(Part rest) const {
    std::vector<Expectation> out;
    for (;;) {
      const std::size_t bar = std::min(rest.text.find('|'), rest.text.size());
      auto one = read_word(trimmed({rest.text.substr(0, bar), rest.at}));
      if (!one) return std::unexpected(one.error());
      out.push_back(std::move(*one));
      if (bar == rest.text.size()) return out;
      rest = after(rest, bar + 1);
    }
  }

  base::Result<Expectation> read_word(const Part& part) const {
    const std::size_t open = std::min(part.text.find('('), part.text.size());
    const std::string_view name = part.text.substr(0, open);
    const auto word = result::word(name);
    if (!word || std::ranges::find(sayable, *word) == sayable.end()) {
      std::vector<std::string_view> known;
      for (const Word one : sayable) known.push_back(result::name(one));
      const auto near = base::nearest(name, known, 1);
      return at(part.at,
                fmt::format("\"{}\" is no verdict{}", base::for_terminal(name),
                            near.empty() ? fmt::format("; there are {}", fmt::join(known, ", "))
                                         : fmt::format("; did you mean {}?", near.front())));
    }
    Expectation out{*word};
    if (open == part.text.size()) return out;
    if (!part.text.ends_with(')') || part.text.size() == open + 2)
      return at(part.at + open, "a signature stands in parentheses, as in fail(went-on)");
    out.signature = part.text.substr(open + 1, part.text.size() - open - 2);
    return out;
  }

  base::Result<void> read_comment(const Part& comment, BaselineLine& out) const {
    std::string_view reason = comment.text;
    const std::size_t until = reason.rfind("until ");
    const bool alone =
        until != std::string_view::npos && (until == 0 || blanks.contains(reason[until - 1]));
    const Part day = alone ? trimmed(after(comment, until + 6)) : Part{};
    // "until somebody mends it" is no date, and nothing is wrong with it.
    if (!day.text.empty() && day.text.front() >= '0' && day.text.front() <= '9') {
      if (!is_day(day.text)) {
        return at(day.at, fmt::format("\"{}\" is no day; one is written as 2027-03-01",
                                      base::for_terminal(day.text)));
      }
      out.until = day.text;
      reason = trimmed({reason.substr(0, until), 0}).text;
    }
    out.reason = base::for_terminal(base::cut(reason, 400));
    return {};
  }

  std::string_view line_;
  std::size_t number_;
  const std::string& file_;
};

// How much a pattern says: that it is the whole id, and its characters.
std::pair<bool, std::size_t> specificity(const std::string& pattern, std::string_view id) {
  if (pattern.starts_with("tag:") || pattern.starts_with("level:")) return {false, 0};
  const auto literal = std::ranges::count_if(pattern, [](char c) { return c != '*' && c != '?'; });
  return {pattern == id, static_cast<std::size_t>(literal)};
}

// The better of two lines that are about the same id; the later one where they are equal.
const BaselineLine* decides(const BaselineLine* before, const BaselineLine& line,
                            std::string_view id) {
  if (before == nullptr) return &line;
  return specificity(line.pattern, id) >= specificity(before->pattern, id) ? &line : before;
}

bool has_signature(const Expectation& expected, const result::CaseResult& played) {
  if (expected.signature.empty()) return true;
  const std::string& signature = expected.signature;
  const std::string& reason = played.verdict.reason;
  const bool begins = reason.starts_with(signature + "-");
  if (begins || signature == reason || signature == played.verdict.requirement) return true;
  const auto& incident = played.evidence.incident;
  return incident && (incident->headline.find(signature) != std::string::npos ||
                      incident->signal_name == signature);
}

bool expects(const std::vector<Expectation>& words, Word word) {
  return std::ranges::find(words, word, &Expectation::word) != words.end();
}

bool expects(const BaselineLine& line, const result::CaseResult& played) {
  const Word word = played.verdict.word;
  if (std::ranges::any_of(line.words, [&](const Expectation& one) {
        return one.word == word && has_signature(one, played);
      }))
    return true;
  // Played more than once, it came to several words; each of them is expected.
  const auto& history = played.evidence.history;
  return word == Word::flaky && line.words.size() > 1 && !history.empty() &&
         std::ranges::all_of(history, [&](const result::Attempt& attempt) {
           return expects(line.words, attempt.word);
         });
}

bool expects_failure(const BaselineLine& line) {
  return expects(line.words, Word::fail) || expects(line.words, Word::crash) ||
         expects(line.words, Word::hang);
}

Standing standing_of(const BaselineLine& line, const result::CaseResult& played, bool strict) {
  if (expects(line, played)) return Standing::expected;
  const Word word = played.verdict.word;
  if (counts(word, strict)) return Standing::unexpected;
  // Of a target that could not be asked nobody knows whether it would fail still.
  return expects_failure(line) && word != Word::unsupported ? Standing::better : Standing::noted;
}

result::Known known_of(const Baseline& baseline, const BaselineLine& line, Standing standing) {
  return {.standing = standing,
          .says = base::for_terminal(to_string(line.words)),
          .reason = line.reason,
          .until = line.until,
          .file = baseline.file,
          .line = static_cast<std::uint32_t>(line.index + 1)};
}

// Everything that a pattern could have meant.
std::vector<std::string> all_names(std::span<const script::Case> catalogue) {
  std::set<std::string> names;
  for (const script::Case& c : catalogue) {
    const std::string id = script::id(c);
    for (std::size_t at = id.find('/'); at != std::string::npos; at = id.find('/', at + 1))
      names.insert(id.substr(0, at));
    names.insert(id);
  }
  for (const rfc::Requirement& requirement : rfc::requirements())
    names.insert(std::string(of_monitor) + std::string(requirement.id));
  return {names.begin(), names.end()};
}

bool is_about_something(const BaselineLine& line, std::span<const script::Case> catalogue) {
  if (line.pattern.starts_with(of_monitor)) {
    return std::ranges::any_of(rfc::requirements(), [&](const rfc::Requirement& requirement) {
      return matches(line.pattern, std::string(of_monitor) + std::string(requirement.id));
    });
  }
  return std::ranges::any_of(catalogue,
                             [&](const script::Case& c) { return selects(line.pattern, c); });
}

bool all_were_played(std::span<const script::Case> catalogue, const result::RunResult& run) {
  std::set<std::string_view> played;
  for (const result::CaseResult& one : run.cases) {
    if (one.verdict.word != Word::not_run) played.insert(one.id);
  }
  return std::ranges::all_of(catalogue, [&](const script::Case& c) {
    return c.roles == script::Roles::client || played.contains(script::id(c));
  });
}

}  // namespace

bool is_day(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0;
  const auto number = [&](std::size_t at, std::size_t size, auto& to) {
    const char* const begin = text.data() + at;
    const auto read = std::from_chars(begin, begin + size, to);
    return read.ec == std::errc{} && read.ptr == begin + size;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || text.front() == '-') return false;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return false;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day))
      .ok();
}

std::string to_string(const std::vector<Expectation>& words) {
  std::string out;
  for (const Expectation& one : words) {
    if (!out.empty()) out += " | ";
    out += result::name(one.word);
    if (!one.signature.empty()) out += fmt::format("({})", one.signature);
  }
  return out;
}

base::Result<Baseline> parse_baseline(std::string_view text, const std::string& file) {
  Baseline out;
  out.file = base::for_terminal(file);
  constexpr std::size_t most_mistakes = 10;
  std::vector<std::string> mistakes;
  std::map<std::string, std::size_t> numbers;  // where a pattern stands
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.text.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const LineReader reader(out.text.back(), out.text.size(), out.file);
    auto line = reader.read();
    if (!line) {
      mistakes.push_back(std::move(line.error().message));
      continue;
    }
    if (!*line) continue;
    const auto [found, is_new] = numbers.emplace((*line)->pattern, out.text.size());
    if (!is_new) {
      mistakes.push_back(reader
                             .at(out.text.back().find_first_not_of(blanks),
                                 fmt::format("\"{}\" stands in line {} already",
                                             base::for_terminal((*line)->pattern), found->second))
                             .error()
                             .message);
      continue;
    }
    out.lines.push_back(std::move(**line));
  }
  if (mistakes.size() > most_mistakes) {
    const std::size_t more = mistakes.size() - most_mistakes;
    mistakes.resize(most_mistakes);
    mistakes.push_back(fmt::format("and {} more", more));
  }
  if (!mistakes.empty()) return base::fail(fmt::format("{}", fmt::join(mistakes, "\n")));
  return out;
}

BaselineIndex::BaselineIndex(const Baseline& baseline, std::span<const script::Case> catalogue)
    : baseline_(baseline), catalogue_(catalogue) {
  for (const script::Case& c : catalogue) {
    const std::string id = script::id(c);
    const BaselineLine* best = nullptr;
    for (const BaselineLine& line : baseline.lines) {
      if (selects(line.pattern, c)) best = decides(best, line, id);
    }
    lines_[id] = best;
  }
}

const BaselineLine* BaselineIndex::line_of_case(std::string_view id) const {
  const auto found = lines_.find(id);
  if (found != lines_.end()) return found->second;
  const BaselineLine* best = nullptr;
  for (const BaselineLine& line : baseline_.lines) {
    if (matches(line.pattern, id)) best = decides(best, line, id);
  }
  return best;
}

const BaselineLine* BaselineIndex::line_of_finding(std::string_view requirement) const {
  return line_of_case(fmt::format("{}{}", of_monitor, requirement));
}

std::optional<result::Known> BaselineIndex::known(const result::CaseResult& played,
                                                  bool strict) const {
  const BaselineLine* const line = line_of_case(played.id);
  if (line == nullptr) return std::nullopt;
  return known_of(baseline_, *line, standing_of(*line, played, strict));
}

std::optional<result::Known> BaselineIndex::known(const result::MonitorFinding& finding) const {
  const BaselineLine* const line = line_of_finding(finding.requirement);
  if (line == nullptr) return std::nullopt;
  return known_of(baseline_, *line, Standing::expected);
}

std::string BaselineIndex::place(const BaselineLine& line) const {
  const std::string& text = baseline_.text[line.index];
  return fmt::format("{}:{}:{}", baseline_.file, line.index + 1,
                     text.find_first_not_of(blanks) + 1);
}

std::vector<std::string> BaselineIndex::complaints(std::string_view today) const {
  std::vector<std::string> out;
  for (const BaselineLine& line : baseline_.lines) {
    const std::string pattern = base::for_terminal(base::cut(line.pattern, 200));
    if (!is_about_something(line, catalogue_)) {
      const std::vector<std::string> names = all_names(catalogue_);
      const std::vector<std::string_view> candidates(names.begin(), names.end());
      const auto near = base::nearest(line.pattern, candidates, 2);
      out.push_back(fmt::format(
          "{}: nothing matches \"{}\"{}.", place(line), pattern,
          near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, " or "))));
      if (out.back().ends_with("?.")) out.back().pop_back();
    }
    if (!line.until.empty() && line.until < today) {
      out.push_back(fmt::format("{}: \"{}\" has expired; it was there until {}.", place(line),
                                pattern, line.until));
    }
  }
  return out;
}

std::vector<std::string> BaselineIndex::unseen(const result::RunResult& run) const {
  std::vector<std::string> out;
  if (!all_were_played(catalogue_, run)) return out;
  for (const BaselineLine& line : baseline_.lines) {
    if (!line.pattern.starts_with(of_monitor) || expects(line.words, Word::pass)) continue;
    const bool seen = std::ranges::any_of(run.monitor, [&](const result::MonitorFinding& finding) {
      return line_of_finding(finding.requirement) == &line;
    });
    if (!seen) out.push_back(line.pattern);
  }
  return out;
}

bool counts(Word word, bool strict) {
  switch (word) {
    case Word::fail:
    case Word::crash:
    case Word::hang:
    case Word::flaky:
    case Word::inconclusive:
    case Word::not_run:
      return true;
    case Word::non_strict:
      return strict;
    case Word::pass:
    case Word::info:
    case Word::unsupported:
      return false;
  }
  return true;
}

void apply(const Baseline& baseline, std::span<const script::Case> catalogue,
           std::string_view today, bool strict, result::RunResult& run) {
  const BaselineIndex index(baseline, catalogue);
  for (result::CaseResult& played : run.cases) played.known = index.known(played, strict);
  for (result::MonitorFinding& finding : run.monitor) finding.known = index.known(finding);
  run.gate.baseline = baseline.file;
  run.gate.lines = index.complaints(today);
  for (const std::string& pattern : index.unseen(run)) {
    run.gate.lines.push_back(
        fmt::format("{}: the monitor saw nothing of \"{}\"; run `wsproof baseline update`.",
                    baseline.file, base::for_terminal(base::cut(pattern, 200))));
  }
}

NoWorseThan::NoWorseThan(const result::RunResult& other, std::string name)
    : name_(std::move(name)) {
  for (const result::CaseResult& played : other.cases) words_[played.id] = played.verdict.word;
  for (const result::MonitorFinding& finding : other.monitor)
    findings_[finding.requirement] = finding.count;
}

std::optional<result::Known> NoWorseThan::known(const result::CaseResult& played,
                                                bool strict) const {
  const Word word = played.verdict.word;
  if (!counts(word, strict)) return std::nullopt;
  const auto found = words_.find(played.id);
  const Word there = found == words_.end() ? Word::not_run : found->second;
  const bool as_bad = counts(there, strict) && !result::worse(word, there);
  return result::Known{.standing = as_bad ? Standing::expected : Standing::unexpected,
                       .says = std::string(result::name(there)),
                       .reason = "",
                       .until = "",
                       .file = name_,
                       .line = 0};
}

std::optional<result::Known> NoWorseThan::known(const result::MonitorFinding& finding) const {
  const bool there = findings_.contains(finding.requirement);
  return result::Known{.standing = there ? Standing::expected : Standing::unexpected,
                       .says = there ? "fail" : "pass",
                       .reason = "",
                       .until = "",
                       .file = name_,
                       .line = 0};
}

void NoWorseThan::apply(bool strict, result::RunResult& run) const {
  for (result::CaseResult& played : run.cases)
    if (!played.known) played.known = known(played, strict);
  for (result::MonitorFinding& finding : run.monitor)
    if (!finding.known) finding.known = known(finding);
  std::string& told = run.gate.baseline;
  told = told.empty() ? name_ : fmt::format("{}, or else {},", told, name_);
}

}  // namespace wsproof::run
