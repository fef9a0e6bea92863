#include "harness/wire/http.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wsproof::wire {

namespace {

constexpr std::string_view blanks = " \t";

bool is_digit(char octet) { return octet >= '0' && octet <= '9'; }

bool is_blank(char octet) { return octet == ' ' || octet == '\t'; }

// RFC 9110 §5.6.2: what names and methods are made of. [9110-5.6.2-1]
bool is_tchar(char octet) {
  const bool letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
  return letter || is_digit(octet) || std::string_view("!#$%&'*+-.^_`|~").contains(octet);
}

// Controls that may not stand in a value. CR has an issue of its own; a tab is white space, and LF
// cannot be there.
bool is_foreign_control(char octet) {
  const auto code = static_cast<std::uint8_t>(octet);
  return (code < 0x20 && octet != '\t' && octet != '\r') || code == 0x7F;
}

// Octets that no request target holds; CR has an issue of its own. [9112-3.2-1]
bool is_foreign_in_target(char octet) {
  const auto code = static_cast<std::uint8_t>(octet);
  return (code <= 0x20 || code >= 0x7F) && octet != '\r';
}

// Case matters here. [9112-2.3-1]
bool is_http_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

std::string_view without_blanks_around(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The name and the value of a field where they stand.
std::optional<std::pair<std::string_view, std::string_view>> parts_of_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  // White space around the value is none of it [9110-5.5-1] [9112-5-1]; around the name it stays,
  // so that "Name : value" is not taken for the field "Name". [9112-5.1-1]
  return std::pair(line.substr(0, colon), without_blanks_around(line.substr(colon + 1)));
}

bool is_folded(const HeadLine& line) { return !line.text.empty() && is_blank(line.text.front()); }

// Takes one line with its end off the front of `rest`, which is not empty.
HeadLine take_line(std::string_view& rest) {
  const std::size_t feed = rest.find('\n');
  const std::size_t size = feed == std::string_view::npos ? rest.size() : feed + 1;
  const std::string_view line = rest.substr(0, size);
  rest.remove_prefix(size);
  const std::string_view end = line.ends_with("\r\n") ? "\r\n" : line.ends_with('\n') ? "\n" : "";
  return {std::string(line.substr(0, line.size() - end.size())), std::string(end)};
}

}  // namespace

std::optional<std::size_t> head_size(base::OctetView octets, std::size_t seen) {
  const std::string_view text = base::as_text(octets);
  // The end is a LF behind "\n" or "\n\r". Its LF is new, what precedes it may have been seen.
  std::size_t feed = text.find('\n', std::min(seen, text.size()));
  for (; feed != std::string_view::npos; feed = text.find('\n', feed + 1)) {
    const std::string_view before = text.substr(0, feed);
    if (before.ends_with('\n') || before.ends_with("\n\r")) return feed + 1;
  }
  return std::nullopt;
}

Head decode_head(base::OctetView octets) {
  std::string_view rest = base::as_text(octets);
  Head head{.start = {"", ""}, .fields = {}, .end = {"", ""}};
  if (!rest.empty()) head.start = take_line(rest);
  while (!rest.empty()) head.fields.push_back(take_line(rest));
  // A last line without text has an end: otherwise it would be no line.
  if (!head.fields.empty() && head.fields.back().text.empty()) {
    head.end = std::move(head.fields.back());
    head.fields.pop_back();
  }
  return head;
}

base::Octets encode(const Head& head) {
  base::Octets octets;
  const auto put = [&octets](const HeadLine& line) {
    base::append(octets, line.text);
    base::append(octets, line.end);
  };
  put(head.start);
  for (const HeadLine& line : head.fields) put(line);
  put(head.end);
  return octets;
}

std::optional<RequestLine> request_line(const Head& head) {
  const std::string_view text = head.start.text;
  const std::size_t first = text.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::string_view method = text.substr(0, first);
  const std::string_view target = text.substr(first + 1, second - first - 1);
  // A third blank would be part of the version, which has none.
  const std::string_view version = text.substr(second + 1);
  if (method.empty() || !std::ranges::all_of(method, is_tchar)) return std::nullopt;
  if (target.empty() || !is_http_version(version)) return std::nullopt;
  return RequestLine{std::string(method), std::string(target), std::string(version)};
}

std::optional<StatusLine> status_line(const Head& head) {
  const std::string_view text = head.start.text;
  constexpr std::size_t code_at = 9;  // behind "HTTP/1.1 "
  constexpr std::size_t code_ends = code_at + 3;
  if (text.size() < code_ends || !is_http_version(text.substr(0, code_at - 1))) return std::nullopt;
  if (text[code_at - 1] != ' ') return std::nullopt;
  int code = 0;
  for (const char digit : text.substr(code_at, 3)) {
    if (!is_digit(digit)) return std::nullopt;
    code = code * 10 + (digit - '0');
  }
  const std::string_view rest = text.substr(code_ends);
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  const std::string_view reason = rest.empty() ? rest : rest.substr(1);
  return StatusLine{std::string(text.substr(0, code_at - 1)), code, std::string(reason)};
}

std::optional<Field> field(const HeadLine& line) {
  const auto found = parts_of_field(line.text);
  if (!found) return std::nullopt;
  return Field{std::string(found->first), std::string(found->second)};
}

std::vector<std::string> values(const Head& head, std::string_view name) {
  std::vector<std::string> result;
  bool unfold = false;  // whether the line before belongs to a field of that name
  for (const HeadLine& line : head.fields) {
    if (is_folded(line)) {
      // Each fold is replaced by a blank. [9112-5.2-3]
      if (unfold) result.back() += " " + std::string(without_blanks_around(line.text));
      continue;
    }
    const auto found = parts_of_field(line.text);
    unfold = found && same_token(found->first, name);
    if (unfold) result.emplace_back(found->second);
  }
  return result;
}

namespace {

// Takes one element off the front of a list; commas inside quoted strings do not count.
std::string_view take_element(std::string_view& list) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < list.size(); ++at) {
    if (quoted && list[at] == '\\') {
      ++at;  // the octet behind a backslash means only itself [9110-5.6.4-1]
    } else if (list[at] == '"') {
      quoted = !quoted;
    } else if (list[at] == ',' && !quoted) {
      break;
    }
  }
  const std::string_view element = list.substr(0, at);
  list.remove_prefix(std::min(list.size(), at + 1));
  return without_blanks_around(element);
}

}  // namespace

std::vector<std::string> list_values(const Head& head, std::string_view name) {
  std::vector<std::string> result;
  // Several lines of one name are one list. [9110-5.3-2]
  for (const std::string& value : values(head, name)) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view element = take_element(rest);
      if (!element.empty())
        result.emplace_back(element);  // empty elements are skipped [9110-5.6.1-2]
    }
  }
  return result;
}

bool list_has_token(const Head& head, std::string_view name, std::string_view token) {
  return std::ranges::any_of(list_values(head, name), [token](const std::string& element) {
    return same_token(element, token);
  });
}

bool same_token(std::string_view left, std::string_view right) {
  // Only A-Z and a-z are folded, whatever the locale. [6455-2.1-1]
  const auto lower = [](char octet) {
    return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
  };
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view name(HeadIssue::Kind kind) {
  using enum HeadIssue::Kind;
  switch (kind) {
    case bad_start_line:
      return "neither a request line nor a status line";
    case bare_lf:
      return "a line that ends in LF without CR";
    case bare_cr:
      return "a CR inside a line";
    case missing_end:
      return "no empty line at the end";
    case no_colon:
      return "a field line without a colon";
    case empty_name:
      return "a field line without a name";
    case blank_before_colon:
      return "white space before the colon";
    case bad_name_octet:
      return "an octet that may not stand in a field name";
    case folded:
      return "a folded line";
    case control_in_value:
      return "a control octet in a field value";
  }
  return {};
}

namespace {

// Collects the issues of one line.
class LineIssues {
 public:
  LineIssues(std::size_t line, std::string_view text) : line_(line), text_(text) {}

  void add(HeadIssue::Kind kind, std::size_t column) { found_.push_back({kind, line_, column}); }

  // Reports the first octet from `begin` on, before `end`, for which `is_wrong` holds.
  template <typename Predicate>
  void add_first(HeadIssue::Kind kind, std::size_t begin, std::size_t end, Predicate is_wrong) {
    const std::string_view part = text_.substr(begin, end - begin);
    const auto wrong = std::ranges::find_if(part, is_wrong);
    if (wrong == part.end()) return;
    add(kind, begin + static_cast<std::size_t>(wrong - part.begin()));
  }

  void move_to(std::vector<HeadIssue>& all) {
    std::ranges::sort(found_, {},
                      [](const HeadIssue& issue) { return std::pair(issue.column, issue.kind); });
    std::ranges::move(found_, std::back_inserter(all));
  }

 private:
  std::size_t line_;
  std::string_view text_;
  std::vector<HeadIssue> found_;
};

void check_start_line(const Head& head, LineIssues& found) {
  const std::string_view text = head.start.text;
  if (const auto request = request_line(head)) {
    const std::size_t target_at = request->method.size() + 1;
    found.add_first(HeadIssue::Kind::bad_start_line, target_at, target_at + request->target.size(),
                    is_foreign_in_target);
  } else if (const auto status = status_line(head)) {
    found.add_first(HeadIssue::Kind::bad_start_line, text.size() - status->reason.size(),
                    text.size(), is_foreign_control);
  } else {
    found.add(HeadIssue::Kind::bad_start_line, 0);
  }
}

void check_field_line(const HeadLine& line, LineIssues& found) {
  const std::string_view text = line.text;
  if (is_folded(line)) {
    found.add(HeadIssue::Kind::folded, 0);
    found.add_first(HeadIssue::Kind::control_in_value, 0, text.size(), is_foreign_control);
    return;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    found.add(HeadIssue::Kind::no_colon, text.size());
    return;
  }
  const std::size_t name_size = colon == 0 ? 0 : text.substr(0, colon).find_last_not_of(blanks) + 1;
  if (colon == 0) found.add(HeadIssue::Kind::empty_name, 0);
  if (name_size < colon) found.add(HeadIssue::Kind::blank_before_colon, name_size);
  found.add_first(HeadIssue::Kind::bad_name_octet, 0, name_size,
                  [](char octet) { return !is_tchar(octet) && octet != '\r'; });
  found.add_first(HeadIssue::Kind::control_in_value, colon + 1, text.size(), is_foreign_control);
}

// What can be wrong with any line: where it ends, and a CR that ends nothing.
void check_ends(const HeadLine& line, LineIssues& found) {
  const std::string_view text = line.text;
  found.add_first(HeadIssue::Kind::bare_cr, 0, text.size(),
                  [](char octet) { return octet == '\r'; });
  if (line.end == "\n") found.add(HeadIssue::Kind::bare_lf, text.size());
}

}  // namespace

std::vector<HeadIssue> issues(const Head& head) {
  std::vector<HeadIssue> all;
  LineIssues start(0, head.start.text);
  check_start_line(head, start);
  check_ends(head.start, start);
  start.move_to(all);
  for (std::size_t index = 0; index < head.fields.size(); ++index) {
    const HeadLine& line = head.fields[index];
    LineIssues found(index + 1, line.text);
    check_field_line(line, found);
    check_ends(line, found);
    found.move_to(all);
  }
  LineIssues end(head.fields.size() + 1, head.end.text);
  if (head.end.end.empty()) end.add(HeadIssue::Kind::missing_end, 0);
  check_ends(head.end, end);
  end.move_to(all);
  return all;
}

}  // namespace wsproof::wire
