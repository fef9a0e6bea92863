// A tiny reader of HTML for tests: tags with their attributes, and text, as a browser would tell
// them apart.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::reports {

/// A start tag ("p"), an end tag ("/p") or a text (no name).
struct Token {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  ///< entities as they stand

  bool operator==(const Token&) const = default;
};

/// The page as tokens. `style` and `script` hold raw text up to their end tag. What this reader
/// would not understand the way a browser does (an unquoted value, a comment, a stray `<`) is a
/// token called "?".
std::vector<Token> read_tags(std::string_view page);

/// What is wrong with the nesting, in a sentence; empty: every element ends, in the right order.
std::string nesting_problem(const std::vector<Token>& tokens);

}  // namespace wsproof::reports
