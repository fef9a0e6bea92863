// Text for a terminal under construction. The one way from a target's text to the terminal: it is
// escaped on the way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::reports {

/// Colours by what they mean; the words beside them mean the same.
enum class Ink { plain, bold, dim, bad, good, unusual, unclear, remark };

/// Lines with colour in them, or without. Only this class writes escape octets, only around text,
/// and only when colour is on.
class TerminalText {
 public:
  explicit TerminalText(bool colour) : colour_(colour) {}

  /// Text from anywhere; what could steer a terminal becomes visible (base::for_terminal).
  TerminalText& text(std::string_view hostile, Ink ink = Ink::plain);

  /// Blanks up to `column` (from 0), and at least `least` of them.
  TerminalText& tab(std::size_t column, std::size_t least = 1);

  /// Ends the line.
  TerminalText& end();

  /// Text in lines of at most `width` columns where words allow it, each from the current column
  /// on.
  TerminalText& wrapped(std::string_view hostile, std::size_t width, Ink ink = Ink::plain);

  /// How many columns the current line has.
  std::size_t column() const { return column_; }

  std::string take() && { return std::move(written_); }

 private:
  bool colour_;
  std::string written_;
  std::size_t column_ = 0;
};

}  // namespace wsproof::reports
