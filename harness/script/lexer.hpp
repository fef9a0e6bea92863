// The lexer: a case file as a tree of indented lines, its errors, and a cursor that takes tokens
// from one line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/parser.hpp"

namespace wsproof::script {

/// A token as it was taken: its spelling, and whether it stands against the one before.
struct Piece {
  std::string_view text;
  bool joined = false;
};

/// One line of a file. The views live as long as the text that was given to Source.
struct Line {
  std::uint32_t number = 0;  ///< from 1
  std::string_view text;     ///< without its line end
  std::size_t indent = 0;    ///< blanks in front
  std::string_view
      code;  ///< without indentation, comment and blanks behind; empty when there is none
  std::string_view comment;  ///< from its `#`
  /// What the parser took from it, in order, for format(); a `[requirement]` apart from the rest.
  std::vector<Piece> pieces;
  std::string_view tag;
};

/// A line and the lines that are indented below it; `line` indexes Source::lines.
struct Node {
  std::size_t line = 0;
  std::vector<Node> children;
};

/// A file's lines and what is wrong with them.
class Source {
 public:
  static constexpr std::size_t most_errors = 20;

  Source(std::string_view text, std::string_view file_name);

  /// The lines as a tree; lines that fit nowhere are reported and left out.
  std::vector<Node> tree();

  /// Reports that the characters of `line` in [begin, end) are wrong.
  void report(std::size_t line, std::size_t begin, std::size_t end, std::string_view message,
              std::string_view hint = {});
  void report(const At& at, std::string_view message, std::string_view hint = {});
  /// Reports the whole code of a line.
  void report_line(std::size_t line, std::string_view message, std::string_view hint = {});

  /// Whether there are as many errors as anybody wants to see.
  bool full() const { return errors_.size() >= most_errors; }

  /// What was reported, in the order of the lines.
  std::vector<Diagnostic> take_errors();

  const Line& line(std::size_t index) const { return lines_[index]; }
  Line& line(std::size_t index) { return lines_[index]; }
  const std::vector<Line>& lines() const { return lines_; }
  const std::string& file_name() const { return file_name_; }

 private:
  void add_line(std::string_view text);
  bool check_characters(const Line& line);
  std::vector<Node> block(std::size_t& next, std::size_t indent, std::size_t depth);

  std::string file_name_;
  std::vector<Line> lines_;
  std::vector<Diagnostic> errors_;
};

/// Splits a line's text into indentation, code and comment: a `#` at the start or behind a blank,
/// outside of "…", begins a comment.
void split(Line& line);

/// Goes through the code of one line, token by token. Every `take` that succeeds also skips the
/// blanks behind; offsets count octets of the line's text.
class Cursor {
 public:
  /// Expressions may be nested this deep, and have this many terms on one level.
  static constexpr std::size_t most_depth = 64;

  Cursor(Source& source, std::size_t line);

  bool at_end() const { return offset_ >= end_; }
  /// The next character; NUL at the end.
  char peek(std::size_t ahead = 0) const;
  bool looking_at(std::string_view token) const;
  /// Whether the next characters are `word` and then something that could not be part of a word.
  bool looking_at_word(std::string_view word) const;
  /// The next characters that `wanted` likes, without taking them.
  template <typename Predicate>
  std::string_view ahead(Predicate wanted) const {
    std::size_t stop = offset_;
    while (stop < end_ && wanted(text()[stop])) ++stop;
    return text().substr(offset_, stop - offset_);
  }
  /// The characters up to the next blank, without taking them.
  std::string_view run() const;
  /// The next word ([A-Za-z][A-Za-z0-9-]*), without taking it; empty when there is none.
  std::string_view word() const;
  /// Whether a blank, or nothing, stands before the next token.
  bool after_blank() const;

  /// Takes `token` if it stands here.
  bool take(std::string_view token, bool joined = false);
  /// Takes a whole word if it stands here.
  bool take_word(std::string_view word);
  /// Makes the next token stand against the last one in what format() writes.
  void glue() { glue_ = true; }
  /// Takes the next `size` octets.
  std::string_view take_octets(std::size_t size, bool joined = false);
  /// Takes `[requirement]` or whatever else stands between brackets.
  std::string_view take_tag(std::size_t size);

  std::size_t offset() const { return offset_; }
  /// Where the last token ended.
  std::size_t last_end() const { return last_end_; }
  /// The place from `begin` to the end of the last token.
  At at(std::size_t begin);

  /// A place in the line to come back to.
  struct Mark {
    std::size_t offset, last_end, pieces;
  };
  Mark mark() const;
  void back(const Mark& mark);

  /// Reports an error at the next run of characters, at [begin, end of the last token), or from
  /// begin to end. Returns nullopt, so that a parser can `return cursor.fail(…)`.
  std::nullopt_t fail(std::string_view message, std::string_view hint = {});
  std::nullopt_t fail_from(std::size_t begin, std::string_view message, std::string_view hint = {});
  std::nullopt_t fail_at(std::size_t begin, std::size_t end, std::string_view message,
                         std::string_view hint = {});

  /// Counts levels of nesting; false when there are too many.
  bool enter();
  void leave(std::size_t levels = 1) { depth_ -= levels; }

  Source& source() { return source_; }
  std::size_t line() const { return line_; }

 private:
  std::string_view text() const { return source_.line(line_).text; }
  void skip_blanks();

  Source& source_;
  std::size_t line_;
  std::size_t offset_;
  std::size_t end_;
  std::size_t last_end_;
  std::size_t depth_ = 0;
  bool glue_ = false;
  // A known pair of offset and column, so that the columns of a long line are counted only once.
  std::size_t known_offset_ = 0;
  std::uint32_t known_column_ = 1;
};

/// "did you mean `text`?" for the candidate that is nearest to `word`; empty when none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

/// "a, b or c".
std::string list_of(const std::vector<std::string_view>& words);

}  // namespace wsproof::script
