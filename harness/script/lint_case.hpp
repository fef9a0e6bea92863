// What is wrong with one case by itself: its names, types, connections, and steps that make no
// sense.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/script/case.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::script {

/// Where the findings of one case go; it knows the lines of the case.
class CaseReport {
 public:
  CaseReport(const Case& c, std::vector<Diagnostic>& to) : case_(c), to_(to) {}

  /// At a place of the file.
  void at(const At& at, std::string message, std::string hint = {});
  /// At the first `text` in the line of `at`.
  void in_line(const At& at, std::string_view text, std::string message, std::string hint = {});
  /// At `word` in a header line that begins with `keyword`; at the name of the case when there is
  /// no such line.
  void header(std::string_view keyword, std::string_view word, std::string message,
              std::string hint = {});

  const Case& subject() const { return case_; }

 private:
  std::string_view line(std::uint32_t number) const;

  const Case& case_;
  std::vector<Diagnostic>& to_;
};

/// Checks a case as it is written, with its axes.
void lint_case(const Case& c, std::vector<Diagnostic>& to);

/// lint_variables.cpp: variables that are not bound, never used, or of the wrong kind.
void lint_variables(CaseReport& report);

/// lint_steps.cpp: connections that are not open, steps that cannot be reached, numbers out of
/// range in some row of a sweep, echoes that no need asks for, and cases that expect nothing.
void lint_steps(CaseReport& report);

}  // namespace wsproof::script
