#include "harness/run/command_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/escape.hpp"

namespace wsproof::run {

namespace {

constexpr std::string_view needs_shell = "|&;<>()$`*?[\n";
constexpr std::string_view needs_shell_in_quotes = "$`";

std::unexpected<base::Error> wrong(std::string_view text, std::string_view what) {
  return base::fail(fmt::format("cannot use --exec {}: {}", base::for_terminal(text), what));
}

// One word under construction: it may be there and empty ("").
struct Word {
  std::string text;
  bool begun = false;
  std::size_t bare = 0;  // characters at its front that were not quoted
};

// Whether a word is NAME=value with a bare NAME (XCU §2.10.2).
std::size_t assignment(const Word& word) {
  const std::size_t equals = word.text.find('=');
  if (equals == std::string::npos || equals == 0 || equals >= word.bare) return 0;
  const bool name = std::ranges::all_of(word.text.substr(0, equals), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return name && !(word.text[0] >= '0' && word.text[0] <= '9') ? equals : 0;
}

void add(CommandWords& out, Word&& word) {
  const std::size_t equals = out.argv.empty() ? assignment(word) : 0;
  if (equals > 0) {
    out.environment.emplace_back(word.text.substr(0, equals), word.text.substr(equals + 1));
  } else {
    out.argv.push_back(std::move(word.text));
  }
}

}  // namespace

base::Result<CommandWords> split_command(std::string_view text) {
  CommandWords out;
  Word word;
  char quote = 0;  // that is open; 0: none
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') return wrong(text, "it has a NUL in it");
    const bool escapes = c == '\\' && quote != '\'';
    const bool keeps_next =
        escapes && i + 1 < text.size() && (quote == 0 || text[i + 1] == '"' || text[i + 1] == '\\');
    if (escapes && quote == 0 && !keeps_next) return wrong(text, "it ends in a backslash");
    if (keeps_next) {
      word.text += text[++i];
    } else if (quote == c) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if ((quote == 0 && needs_shell.find(c) != std::string_view::npos) ||
               (quote == '"' && needs_shell_in_quotes.find(c) != std::string_view::npos)) {
      return wrong(text,
                   fmt::format("{} means something only to a shell; quote it with '…', or ask "
                               "for a shell: --exec \"sh -c '…'\"",
                               base::for_terminal(std::string_view(&c, 1))));
    } else if (quote == 0 && (c == ' ' || c == '\t')) {
      if (word.begun) add(out, std::exchange(word, {}));
      continue;
    } else {
      if (quote == 0 && word.bare == word.text.size()) ++word.bare;
      word.text += c;
    }
    word.begun = true;
  }
  if (quote != 0) return wrong(text, fmt::format("a closing {} is missing", quote));
  if (word.begun) add(out, std::move(word));
  if (out.argv.empty()) return wrong(text, "it names no program");
  return out;
}

}  // namespace wsproof::run
