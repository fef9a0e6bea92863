// The baseline: a text file that says which cases a target is known to fail, and why.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/result/run_result.hpp"
#include "harness/script/case.hpp"

namespace wsproof::run {

/// One of the words of a line: `fail`, or `fail(went-on)`, which is only a fail with that
/// signature: its reason code or the first words of that, the id of its requirement, or a text in
/// the headline of its crash.
struct Expectation {
  result::Word word = result::Word::fail;
  std::string signature = {};  ///< empty: any

  bool operator==(const Expectation&) const = default;
};

/// `pattern = word  # reason until DATE`
struct BaselineLine {
  std::string pattern;             ///< as for `wsproof run`, or monitor/REQUIREMENT
  std::vector<Expectation> words;  ///< at least one; several where a target is not determined
  std::string reason;              ///< the comment without the date, escaped for terminals
  std::string until;               ///< "2027-03-01": the last day on which it counts; empty: none
  std::size_t index = 0;           ///< in Baseline::text
  std::size_t words_at = 0;        ///< where its words begin there, in octets
  std::size_t words_size = 0;

  bool operator==(const BaselineLine&) const = default;
};

/// A baseline as it was read.
struct Baseline {
  std::string file;                 ///< as the user knows it, escaped for terminals
  std::vector<std::string> text;    ///< all its lines, without their ends
  std::vector<BaselineLine> lines;  ///< those that say something, in their order

  bool operator==(const Baseline&) const = default;
};

/// Reads a baseline. Errors say file, line and column: what is no line of that form, a word that is
/// none, a day that does not exist, a pattern that stands there twice.
base::Result<Baseline> parse_baseline(std::string_view text, const std::string& file);

/// "fail(went-on) | pass"
std::string to_string(const std::vector<Expectation>& words);

/// Whether a text is a day that exists: "2027-03-01".
bool is_day(std::string_view text);

/// A baseline beside the catalogue: which line decides about which case. The most specific one
/// does: a whole id, then whatever has more characters that are neither * nor ?; `tag:` and
/// `level:` last; of equal ones the later. Points into both, which have to outlive it.
class BaselineIndex {
 public:
  BaselineIndex(const Baseline& baseline, std::span<const script::Case> catalogue);

  /// The line that decides; nullptr: none. The id may be one that the catalogue does not have.
  const BaselineLine* line_of_case(std::string_view id) const;
  const BaselineLine* line_of_finding(std::string_view requirement) const;

  /// What stands in the file about a case that was played, or about a finding of the monitor.
  std::optional<result::Known> known(const result::CaseResult& played, bool strict) const;
  std::optional<result::Known> known(const result::MonitorFinding& finding) const;

  /// What is wrong with lines, one sentence each: that a line is about nothing there is, and that
  /// it has expired as of the day `today`.
  std::vector<std::string> complaints(std::string_view today) const;

  /// The patterns of lines about the monitor that expect a finding which did not come, although all
  /// cases of the catalogue were played; none where some were not.
  std::vector<std::string> unseen(const result::RunResult& run) const;

 private:
  std::string place(const BaselineLine& line) const;

  const Baseline& baseline_;
  std::span<const script::Case> catalogue_;
  std::map<std::string, const BaselineLine*, std::less<>> lines_;
};

/// Whether the gate counts a word against the target where no baseline says otherwise.
bool counts(result::Word word, bool strict);

/// Marks every case and finding of the run that the baseline knows, and takes down in its gate what
/// is wrong with the baseline: also a finding of the monitor that it expects and that did not come,
/// where all cases of the catalogue were played. `today` is a day as in is_day().
void apply(const Baseline& baseline, std::span<const script::Case> catalogue,
           std::string_view today, bool strict, result::RunResult& run);

/// What another run of the same cases came to, as if a baseline said it: for a run that has to be
/// no worse, as that through a proxy has to be.
class NoWorseThan {
 public:
  NoWorseThan(const result::RunResult& other, std::string name);

  /// Nothing where the gate does not mind; else that the other run came to the same, or to
  /// something worse, or that it did not.
  std::optional<result::Known> known(const result::CaseResult& played, bool strict) const;
  std::optional<result::Known> known(const result::MonitorFinding& finding) const;

  /// Marks the cases and findings of a run, like the other apply(), but for those that a baseline
  /// has marked before.
  void apply(bool strict, result::RunResult& run) const;

 private:
  std::map<std::string, result::Word, std::less<>> words_;
  std::map<std::string, std::uint64_t, std::less<>> findings_;
  std::string name_;
};

}  // namespace wsproof::run
