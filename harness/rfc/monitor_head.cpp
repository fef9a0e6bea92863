#include "harness/rfc/monitor_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/octets.hpp"

namespace wsproof::rfc {

namespace {

const wire::HeadLine& line_of(const wire::Head& head, std::size_t number) {
  if (number == 0) return head.start;
  return number <= head.fields.size() ? head.fields[number - 1] : head.end;
}

// The row that a malformed line breaks.
std::string_view requirement_of(const wire::HeadIssue& issue, const wire::Head& head,
                                std::string_view any_other) {
  using enum wire::HeadIssue::Kind;
  switch (issue.kind) {
    case no_colon:
    case empty_name:
    case blank_before_colon:
    case bad_name_octet:
      return "9112-5.1-2";
    case bare_cr:
      return "9112-2.2-3";
    case folded:
      return "9112-5.2-2";
    case control_in_value:
      return line_of(head, issue.line).text[issue.column] == '\0' ? "9110-5.5-2" : any_other;
    case bad_start_line:
      // A request line of the right shape: then its target holds an octet that it may not.
      return wire::request_line(head) ? "6455-11.1.1-2" : any_other;
    case bare_lf:
    case missing_end:
      return any_other;
  }
  return any_other;
}

bool has_empty_element(std::string_view list) {
  if (list.empty()) return false;        // a list of nothing is one
  if (list.contains('"')) return false;  // commas in quotes: not worth the trouble here
  for (;;) {
    const std::size_t comma = list.find(',');
    if (list.substr(0, comma).find_first_not_of(" \t") == std::string_view::npos) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

void HeadCritic::add(std::string_view requirement, const wire::HeadLine& line,
                     std::string_view text) const {
  findings_.add(requirement, fmt::format("The {} {}.", what_, text), base::as_octets(line.text));
}

void HeadCritic::about_start(std::string_view requirement, std::string_view text) const {
  add(requirement, head_.start, text);
}

void HeadCritic::about(std::string_view name, std::string_view requirement,
                       std::string_view text) const {
  const auto is_named = [name](const wire::HeadLine& line) {
    const auto read = wire::field(line);
    return read && wire::same_token(read->name, name);
  };
  const auto line = std::ranges::find_if(head_.fields, is_named);
  add(requirement, line == head_.fields.end() ? head_.start : *line, text);
}

bool HeadCritic::judge_lines(std::string_view any_other) const {
  const auto all = wire::issues(head_);
  for (const wire::HeadIssue& issue : all) {
    const wire::HeadLine& line = line_of(head_, issue.line);
    add(requirement_of(issue, head_, any_other), line,
        fmt::format("holds {}: {}", name(issue.kind), quoted(line.text)));
  }
  return all.empty();
}

void HeadCritic::judge_any_fields() const {
  const bool coded = !wire::values(head_, "Transfer-Encoding").empty();
  if (coded && !wire::values(head_, "Content-Length").empty())
    about("Content-Length", "9112-6.2-1", "has both Transfer-Encoding and Content-Length");
  constexpr std::array<std::string_view, 4> lists{"Connection", "Upgrade", "Sec-WebSocket-Protocol",
                                                  "Sec-WebSocket-Extensions"};
  for (const std::string_view list : lists) {
    for (const std::string& value : wire::values(head_, list)) {
      if (!has_empty_element(value)) continue;
      about(list, "9110-5.6.1-1",
            fmt::format("has an empty element in its {}: {}", list, quoted(value)));
    }
  }
}

bool announces_content(const wire::Head& head) {
  if (!wire::values(head, "Transfer-Encoding").empty()) return true;
  return std::ranges::any_of(wire::values(head, "Content-Length"),
                             [](const std::string& value) { return value != "0"; });
}

bool is_token(std::string_view text) {
  const auto is_tchar = [](char octet) {
    const bool alphanumeric = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
                              (octet >= '0' && octet <= '9');
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").contains(octet);
  };
  return !text.empty() && std::ranges::all_of(text, is_tchar);
}

}  // namespace wsproof::rfc
