// The parser of the case language: text to cases, or errors that show the line and what was meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/script/case.hpp"

namespace wsproof::script {

/// Something wrong in a case file, at a place.
struct Diagnostic {
  result::Place place;
  std::uint32_t width = 1;  ///< characters to underline
  std::string message;      ///< "unknown word `txet`"
  std::string hint;         ///< "did you mean `text`?"; may be empty
  std::string line;         ///< the line itself

  bool operator==(const Diagnostic&) const = default;
};

/// As a compiler would show it: place, message, the line, a caret, the hint. Ends with a newline.
std::string show(const Diagnostic& diagnostic);

struct ParseResult {
  CaseFile file;
  std::vector<Diagnostic> errors;  ///< at most 20; when there is one, `file` is not to be used
};

/// Parses the text of one file. `file_name` is for errors and places; `suite` is the folder below
/// the cases' root. Total: any octets in, a result out.
ParseResult parse(std::string_view text, std::string_view file_name, std::string_view suite);

/// The text of a whole file or of one case, in the one way that `wsproof fmt` writes it:
/// parse(print(f)) == f.
std::string print(const CaseFile& file);
std::string print(const Case& c);
/// One step, one expression, one frame… without indentation; a step of several lines has several.
std::string print(const Step& step);
std::string print(const Expect& expect);
std::string print(const FrameSpec& frame);
std::string print(const Expression& expression);
std::string print(const Alternative& alternative);

/// Reformats a file's text keeping its comments; an error when it does not parse.
base::Result<std::string> format(std::string_view text, std::string_view file_name);

}  // namespace wsproof::script
