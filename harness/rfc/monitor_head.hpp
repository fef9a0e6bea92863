// What the judges of requests and responses share: malformed lines, and findings about a head.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/rfc/finding.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::rfc {

/// Says what is wrong with one head, showing the line that it is about.
class HeadCritic {
 public:
  /// `what` is the subject of every sentence: "request", "response". Both references must outlive
  /// the critic.
  HeadCritic(std::string_view what, const wire::Head& head, Findings& findings)
      : what_(what), head_(head), findings_(findings) {}

  const wire::Head& head() const { return head_; }

  /// "The request <text>.", shown with the start line.
  void about_start(std::string_view requirement, std::string_view text) const;

  /// The same, shown with the first line of the field `name`; with the start line if it is missing.
  void about(std::string_view name, std::string_view requirement, std::string_view text) const;

  /// Every malformed line [9112-5.1-2] …, those without a row of their own against
  /// `any_other`. Whether there was none: otherwise what the fields mean is in doubt.
  bool judge_lines(std::string_view any_other) const;

  /// What holds for the fields of every message: one way of framing, no empty list elements.
  void judge_any_fields() const;

 private:
  void add(std::string_view requirement, const wire::HeadLine& line, std::string_view text) const;

  std::string_view what_;
  const wire::Head& head_;
  Findings& findings_;
};

/// Whether the head announces content. [9112-6-1]
bool announces_content(const wire::Head& head);

/// Whether `text` is a token: one or more of the octets that names are made of. [9110-5.6.2-1]
bool is_token(std::string_view text);

}  // namespace wsproof::rfc
