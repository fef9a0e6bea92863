// Layout: the one way in which the lines of a case file are indented, aligned and parted.
#pragma once

#include <string>
#include <vector>

namespace wsproof::script {

/// A line before it is laid out. All empty: a blank line.
struct LayoutLine {
  std::size_t depth = 0;  ///< 0: section and case; 1: inside of a case; 2: inside of a block…
  std::string text;       ///< with single blanks; empty in a line that is only a comment
  std::string tag;        ///< "[6455-5.5.2-2]" or empty
  std::string comment;    ///< "# why", or empty
};

/// The text of the lines: indented by two blanks a level; the words of a case's header and the
/// cells of a table are padded; requirements and comments behind neighbouring lines begin in one
/// column, the 37th or one behind the longest of the lines; exactly one blank line before a case
/// (and the comments right above it), nowhere more than one. Laying out again changes nothing.
std::string lay_out(const std::vector<LayoutLine>& lines);

}  // namespace wsproof::script
