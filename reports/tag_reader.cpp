#include "reports/tag_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace wsproof::reports {

namespace {

bool is_name(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-' ||
         character == ':';
}

// Reads one tag whose `<` is gone, up to its `>`.
class TagReader {
 public:
  explicit TagReader(std::string_view& rest) : rest_(rest) {}

  Token read() {
    Token tag;
    if (rest_.starts_with("!DOCTYPE html>")) {
      rest_.remove_prefix(14);
      tag.name = "!DOCTYPE";
      return tag;
    }
    if (take('/')) tag.name = "/";
    tag.name += name();
    while (rest_.starts_with(' ')) {
      rest_.remove_prefix(1);
      const std::string attribute = name();
      if (attribute.empty() || tag.attributes.contains(attribute)) return bad();
      std::string& value = tag.attributes[attribute];
      if (take('=') && !quoted(value)) return bad();
    }
    if (!take('>') || tag.name.empty() || tag.name == "/") return bad();
    return tag;
  }

 private:
  static Token bad() { return {.name = "?", .attributes = {}, .text = ""}; }

  bool take(char character) {
    if (!rest_.starts_with(character)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string name() {
    const auto end = std::ranges::find_if_not(rest_, is_name);
    const std::string text(rest_.begin(), end);
    rest_.remove_prefix(text.size());
    return text;
  }

  bool quoted(std::string& value) {
    if (!take('"')) return false;
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return false;
    value = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return value.find_first_of("<>") == std::string::npos;
  }

  std::string_view& rest_;
};

bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 6> all = {"!DOCTYPE", "meta", "br", "hr", "input", "link"};
  return std::ranges::find(all, name) != all.end();
}

}  // namespace

std::vector<Token> read_tags(std::string_view page) {
  std::vector<Token> tokens;
  const auto text = [&](std::size_t size) {
    if (size > 0)
      tokens.push_back({.name = "", .attributes = {}, .text = std::string(page.substr(0, size))});
    page.remove_prefix(size);
  };
  while (!page.empty()) {
    text(std::min(page.find('<'), page.size()));
    if (page.empty()) break;
    page.remove_prefix(1);
    tokens.push_back(TagReader(page).read());
    const std::string name = tokens.back().name;
    if (name == "style" || name == "script")
      text(std::min(page.find("</" + name + ">"), page.size()));
  }
  return tokens;
}

std::string nesting_problem(const std::vector<Token>& tokens) {
  std::vector<std::string> open;
  for (const Token& token : tokens) {
    if (token.name.empty() || is_void(token.name)) continue;
    if (token.name == "?") return "Something is not a tag.";
    if (!token.name.starts_with('/')) {
      open.push_back(token.name);
    } else if (open.empty() || "/" + open.back() != token.name) {
      return "<" + token.name + "> does not end " + (open.empty() ? "anything" : open.back()) + ".";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " does not end.";
}

}  // namespace wsproof::reports
