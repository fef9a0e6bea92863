#include "harness/script/parser.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

// The lines of a case as they stand in the file, without what is blank behind the last one.
std::string source_of(const Source& source, std::size_t begin, std::size_t end) {
  while (end > begin + 1 && source.line(end - 1).code.empty()) --end;
  std::string result;
  for (std::size_t index = begin; index < end; ++index) {
    result += source.line(index).text;
    result += '\n';
  }
  return result;
}

struct FileParser {
  Source& source;
  CaseFile file;
  bool has_section = false;

  void section(Cursor& cursor) {
    const std::size_t begin = cursor.offset();
    cursor.take_word("section");
    const auto name = cursor.ahead(is_label_character);
    if (name.empty() || cursor.take_octets(name.size()).empty()) {
      cursor.fail("the section's name expected here", "as in `section 5.4 \"Fragmentation\"`");
      return;
    }
    auto title = parse_text(cursor, "the section's title");
    if (!title || !expect_end(cursor)) return;
    if (has_section) {
      cursor.fail_from(begin, "a second section", "a file is one section");
      return;
    }
    file.section = std::string(name);
    file.title = std::move(*title);
  }

  void control(Cursor& cursor) {
    const std::size_t begin = cursor.offset();
    cursor.take_word("control");
    const auto name = cursor.ahead(is_label_character);
    if (name.empty()) {
      cursor.fail("the name of a case of this file expected here");
      return;
    }
    cursor.take_octets(name.size());
    if (!expect_end(cursor)) return;
    if (!file.control.empty() || !file.cases.empty()) {
      cursor.fail_from(begin, file.control.empty() ? "`control` stands before the first case"
                                                   : "a second `control`");
      return;
    }
    file.control = std::string(name);
  }

  void add_case(const Node& node, std::size_t end) {
    auto parsed = parse_case(source, node);
    if (!parsed) return;
    const Line& line = source.line(node.line);
    parsed->suite = file.suite;
    parsed->section = file.section;
    parsed->section_title = file.title;
    parsed->place = {.file = source.file_name(), .line = line.number, .column = 1};
    parsed->source = source_of(source, node.line, end);
    // A name alone is a case of the same file.
    if (!parsed->twin.empty() && parsed->twin != "none" &&
        parsed->twin.find('/') == std::string::npos) {
      Case twin;
      twin.suite = file.suite;
      twin.section = file.section;
      twin.name = parsed->twin;
      parsed->twin = id(twin);
    }
    file.cases.push_back(std::move(*parsed));
  }

  void fail_top(Cursor& cursor) {
    const auto word = cursor.word();
    const bool is_step = cursor.peek() == '>' || cursor.peek() == '<' || cursor.peek() == '"' ||
                         std::ranges::find(header_words, word) != header_words.end() ||
                         std::ranges::find(step_words, word) != step_words.end() || word == "let";
    if (is_step) {
      cursor.source().report_line(cursor.line(), "this line belongs into a case",
                                  "indent it by two below a line `case NAME`");
      return;
    }
    auto hint = did_you_mean(word, {"section", "control", "case"});
    if (hint.empty())
      hint = "a file begins with `section NAME \"Title\"`, and holds `case NAME` blocks";
    cursor.fail(fmt::format("`section`, `control` or `case` expected here, not `{}`", cursor.run()),
                hint);
  }

  void top(const Node& node, std::size_t end) {
    Cursor cursor(source, node.line);
    const auto word = cursor.word();
    if (word != "section" && word != "control" && word != "case") return fail_top(cursor);
    if (word != "section" && !has_section) {
      source.report_line(node.line, "a file begins with its section",
                         "as in `section 5.4 \"Fragmentation\"`");
    }
    if (word == "case") return add_case(node, end);
    if (word == "section") section(cursor);
    if (word == "control") control(cursor);
    has_section = true;
    expect_no_block(source, node);
  }

  void run(const std::vector<Node>& nodes) {
    for (std::size_t index = 0; index < nodes.size() && !source.full(); ++index) {
      const bool last = index + 1 == nodes.size();
      top(nodes[index], last ? source.lines().size() : nodes[index + 1].line);
      has_section = true;  // its lack is said once
    }
  }
};

}  // namespace

CaseFile parse(Source& source, std::string_view suite) {
  FileParser parser{.source = source, .file = {}};
  parser.file.suite = std::string(suite);
  parser.run(source.tree());
  return std::move(parser.file);
}

ParseResult parse(std::string_view text, std::string_view file_name, std::string_view suite) {
  Source source(text, file_name);
  CaseFile file = parse(source, suite);
  return {.file = std::move(file), .errors = source.take_errors()};
}

}  // namespace wsproof::script
