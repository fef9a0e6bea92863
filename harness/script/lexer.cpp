#include "harness/script/lexer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/base/nearest.hpp"
#include "harness/script/text.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::script {

namespace {

// case > table, together, either > handshake > edit; the rest is room for mistakes.
constexpr std::size_t deepest_block = 6;
constexpr std::size_t most_message = 400;  // it may quote what it found
constexpr std::size_t most_text = std::size_t{16} << 20;

bool is_blank(char c) { return c == ' '; }

// Where the comment of a line begins; its size when there is none.
std::size_t comment_start(std::string_view text) {
  bool quoted = false;
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    const char c = text[offset];
    if (quoted && c == '\\') {
      ++offset;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '#' && !quoted && (offset == 0 || is_blank(text[offset - 1]))) {
      return offset;
    }
  }
  return text.size();
}

std::string_view without_blanks_behind(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

}  // namespace

void split(Line& line) {
  const std::size_t first = line.text.find_first_not_of(' ');
  line.indent = first == std::string_view::npos ? line.text.size() : first;
  const std::size_t comment = comment_start(line.text);
  line.comment = without_blanks_behind(line.text.substr(comment));
  line.code = line.indent >= comment
                  ? std::string_view{}
                  : without_blanks_behind(line.text.substr(line.indent, comment - line.indent));
}

// ── Source ───────────────────────────────────────────────────────────────────────────────────────

Source::Source(std::string_view text, std::string_view file_name) : file_name_(file_name) {
  if (text.size() > most_text) {
    lines_.resize(1);
    report(At{.line = 1, .column = 1}, "the file is larger than 16 MiB");
    return;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark says nothing
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add_line(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Source::add_line(std::string_view text) {
  Line& line = lines_.emplace_back();
  line.number = static_cast<std::uint32_t>(lines_.size());
  line.text = text;
  split(line);
  // What is not text would make every later message about this line wrong.
  if (!check_characters(line)) line.code = {};
}

bool Source::check_characters(const Line& line) {
  const std::size_t index = line.number - 1;
  if (const auto wrong = wire::first_invalid_utf8(base::as_octets(line.text))) {
    const auto at = static_cast<std::size_t>(*wrong);
    report(index, at, at + 1, "this is not UTF-8", "octets are written as \"\\xff\" or hex\"ff\"");
    return false;
  }
  for (std::size_t offset = 0; offset < line.text.size();) {
    const auto [code, size] = character_at(line.text, offset);
    if (code == '\t') {
      report(index, offset, offset + 1, "a tab", "lines are indented and aligned with blanks");
      return false;
    }
    if (!is_printable(code)) {
      report(
          index, offset, offset + size,
          fmt::format("a character that cannot be seen, U+{:04X}",
                      static_cast<std::uint32_t>(code)),
          fmt::format("in a text it is written as \\u{{{:X}}}", static_cast<std::uint32_t>(code)));
      return false;
    }
    offset += size;
  }
  return true;
}

std::vector<Node> Source::tree() {
  std::size_t next = 0;
  return block(next, 0, 0);
}

std::vector<Node> Source::block(std::size_t& next, std::size_t indent, std::size_t depth) {
  std::vector<Node> nodes;
  for (; next < lines_.size(); ++next) {
    const Line& line = lines_[next];
    if (line.code.empty()) continue;
    if (line.indent < indent) break;
    if (line.indent == indent) {
      nodes.push_back({.line = next, .children = {}});
    } else if (nodes.empty()) {
      report_line(next,
                  "this line is indented, and there is no line above that it could belong to");
    } else if (!nodes.back().children.empty()) {
      const std::size_t inner = lines_[nodes.back().children.front().line].indent;
      report_line(next, fmt::format("this line is indented by {}; the lines above are indented by "
                                    "{} or by {}",
                                    line.indent, indent, inner));
    } else if (depth == deepest_block) {
      report_line(next, "blocks are nested too deep here");
    } else {
      nodes.back().children = block(next, line.indent, depth + 1);
      --next;  // the block stopped at a line that is ours to look at
    }
  }
  return nodes;
}

void Source::report(std::size_t line, std::size_t begin, std::size_t end, std::string_view message,
                    std::string_view hint) {
  const std::string_view text = lines_[line].text;
  const auto count = [&](std::size_t from, std::size_t to) {
    return static_cast<std::uint32_t>(count_characters(text.substr(from, to - from)));
  };
  report(At{.line = lines_[line].number, .column = count(0, begin) + 1, .width = count(begin, end)},
         message, hint);
}

void Source::report(const At& at, std::string_view message, std::string_view hint) {
  if (full()) return;
  errors_.push_back({.place = {.file = file_name_, .line = at.line, .column = at.column},
                     .width = std::max(1U, at.width),
                     .message = base::cut(message, most_message),
                     .hint = base::cut(hint, most_message),
                     .line = std::string(lines_[at.line - 1].text)});
}

void Source::report_line(std::size_t line, std::string_view message, std::string_view hint) {
  const Line& where = lines_[line];
  report(line, where.indent, where.indent + where.code.size(), message, hint);
}

std::vector<Diagnostic> Source::take_errors() {
  std::ranges::stable_sort(errors_, {}, [](const Diagnostic& d) { return d.place.line; });
  return std::move(errors_);
}

// ── Cursor ───────────────────────────────────────────────────────────────────────────────────────

Cursor::Cursor(Source& source, std::size_t line)
    : source_(source),
      line_(line),
      offset_(source.line(line).indent),
      end_(offset_ + source.line(line).code.size()),
      last_end_(offset_),
      known_offset_(0) {}

char Cursor::peek(std::size_t ahead) const {
  return offset_ + ahead < end_ ? text()[offset_ + ahead] : '\0';
}

bool Cursor::looking_at(std::string_view token) const {
  return text().substr(offset_, end_ - offset_).starts_with(token);
}

bool Cursor::looking_at_word(std::string_view wanted) const { return word() == wanted; }

std::string_view Cursor::run() const {
  return ahead([](char c) { return !is_blank(c); });
}

std::string_view Cursor::word() const {
  if (!is_letter(peek())) return {};
  return ahead([](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

bool Cursor::after_blank() const { return offset_ == 0 || is_blank(text()[offset_ - 1]); }

bool Cursor::take(std::string_view token, bool joined) {
  if (!looking_at(token)) return false;
  take_octets(token.size(), joined);
  return true;
}

bool Cursor::take_word(std::string_view word) {
  if (!looking_at_word(word)) return false;
  take_octets(word.size());
  return true;
}

std::string_view Cursor::take_octets(std::size_t size, bool joined) {
  const std::string_view taken = text().substr(offset_, size);
  source_.line(line_).pieces.push_back({.text = taken, .joined = joined || glue_});
  glue_ = false;
  offset_ += size;
  last_end_ = offset_;
  skip_blanks();
  return taken;
}

std::string_view Cursor::take_tag(std::size_t size) {
  const std::string_view taken = text().substr(offset_, size);
  source_.line(line_).tag = taken;
  offset_ += size;
  last_end_ = offset_;
  skip_blanks();
  return taken;
}

void Cursor::skip_blanks() {
  while (offset_ < end_ && is_blank(text()[offset_])) ++offset_;
}

At Cursor::at(std::size_t begin) {
  const std::string_view line = text();
  const auto count = [&](std::size_t from, std::size_t to) {
    return static_cast<std::uint32_t>(count_characters(line.substr(from, to - from)));
  };
  if (begin >= known_offset_) {
    known_column_ += count(known_offset_, begin);
  } else {
    known_column_ -= count(begin, known_offset_);
  }
  known_offset_ = begin;
  return {.line = source_.line(line_).number,
          .column = known_column_,
          .width = std::max(1U, count(begin, std::max(begin, last_end_)))};
}

Cursor::Mark Cursor::mark() const {
  return {.offset = offset_, .last_end = last_end_, .pieces = source_.line(line_).pieces.size()};
}

void Cursor::back(const Mark& mark) {
  offset_ = mark.offset;
  last_end_ = mark.last_end;
  source_.line(line_).pieces.resize(mark.pieces);
}

std::nullopt_t Cursor::fail(std::string_view message, std::string_view hint) {
  return fail_at(offset_, offset_ + run().size(), message, hint);
}

std::nullopt_t Cursor::fail_from(std::size_t begin, std::string_view message,
                                 std::string_view hint) {
  return fail_at(begin, std::max(last_end_, begin), message, hint);
}

std::nullopt_t Cursor::fail_at(std::size_t begin, std::size_t end, std::string_view message,
                               std::string_view hint) {
  source_.report(line_, begin, end, message, hint);
  return std::nullopt;
}

bool Cursor::enter() { return ++depth_ <= most_depth; }

// ── Words for messages ───────────────────────────────────────────────────────────────────────────

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto found = base::nearest(word, candidates, 1);
  return found.empty() ? std::string{} : fmt::format("did you mean `{}`?", found.front());
}

std::string list_of(const std::vector<std::string_view>& words) {
  std::string result;
  for (std::size_t index = 0; index < words.size(); ++index) {
    if (index != 0) result += index + 1 == words.size() ? " or " : ", ";
    result += words[index];
  }
  return result;
}

}  // namespace wsproof::script
