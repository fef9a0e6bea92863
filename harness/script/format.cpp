#include <optional>

#include "harness/script/grammar.hpp"
#include "harness/script/layout.hpp"
#include "harness/script/lexer.hpp"

namespace wsproof::script {

namespace {

// The tokens of a line as they were spelled, with the blanks that belong between them.
std::string text_of(const Line& line) {
  std::string result;
  for (const Piece& piece : line.pieces) {
    if (!result.empty() && !piece.joined) result += ' ';
    result += piece.text;
  }
  return result;
}

using Depths = std::vector<std::optional<std::size_t>>;

void note_depths(const std::vector<Node>& nodes, std::size_t depth, Depths& depths) {
  for (const Node& node : nodes) {
    depths[node.line] = depth;
    note_depths(node.children, depth + 1, depths);
  }
}

// A comment on a line of its own belongs to the neighbour that it is indented like: first the code
// behind it, then the one before. Looks at the lines from both ends, so that many comments take no
// longer than few.
Depths depths_of_comments(const Source& source, const Depths& depths) {
  const std::size_t count = depths.size();
  std::vector<std::size_t> next(count + 1, count);
  for (std::size_t index = count; index-- > 0;)
    next[index] = depths[index] ? index : next[index + 1];
  Depths result = depths;
  std::optional<std::size_t> last;
  for (std::size_t index = 0; index < count; ++index) {
    if (depths[index]) last = index;
    const Line& line = source.line(index);
    if (depths[index] || line.comment.empty()) continue;
    const bool has_next = next[index] < count;
    if (has_next && source.line(next[index]).indent == line.indent) {
      result[index] = depths[next[index]];
    } else if (last && source.line(*last).indent == line.indent) {
      result[index] = depths[*last];
    } else {
      result[index] = line.indent != 0 && has_next ? depths[next[index]] : 0;
    }
  }
  return result;
}

}  // namespace

base::Result<std::string> format(std::string_view text, std::string_view file_name) {
  Source source(text, file_name);
  parse(source, "");
  std::string errors;
  for (const Diagnostic& error : source.take_errors()) {
    errors += (errors.empty() ? "" : "\n") + show(error);
  }
  if (!errors.empty()) return base::fail(std::move(errors));
  Depths depths(source.lines().size());
  note_depths(source.tree(), 0, depths);
  depths = depths_of_comments(source, depths);
  std::vector<LayoutLine> lines;
  for (std::size_t index = 0; index < depths.size(); ++index) {
    const Line& line = source.line(index);
    lines.push_back({.depth = depths[index].value_or(0),
                     .text = text_of(line),
                     .tag = std::string(line.tag),
                     .comment = std::string(line.comment)});
  }
  return lay_out(lines);
}

}  // namespace wsproof::script
