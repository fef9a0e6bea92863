#include "harness/run/last_words.hpp"

#include <algorithm>
#include <iterator>

#include <re2/re2.h>

#include "harness/base/escape.hpp"

namespace wsproof::run {

namespace {

constexpr std::size_t most_lines = 16;
constexpr std::size_t longest_line = 300;

using Lines = std::vector<std::string_view>;

// Where the line is that says the most.
enum class Headline {
  here,        // in the opener
  below,       // the next line that is not blank
  unindented,  // the next line that does not begin with a blank
};

// How one kind of report looks.
struct Format {
  const char* reporter;
  const char* opener;  // how its first line looks; the first group is the headline
  int paragraphs;      // so many of its blocks, apart by empty lines, tell what happened
  bool sanitizer;
  Headline headline = Headline::here;
  std::size_t above = 0;  // lines before the opener that belong to it
};

// The first format that fits a line counts.
constexpr Format formats[] = {
    {"$1", R"(ERROR: (?:\w+Sanitizer): (.+?)(?: at pc .*)?$)", 1, true},
    {"$1", R"(WARNING: (?:\w+Sanitizer): (.+))", 2, true},
    {"UndefinedBehaviorSanitizer", R"(^\S+:\d+:\d+: (runtime error: .+))", 1, true},
    {"Go race detector", R"(^WARNING: (DATA RACE))", 2, true},
    {"Valgrind",
     R"(^==\d+== ((?:Invalid (?:read|write|free)|Conditional jump|Use of uninitialised|Process terminating).*))",
     1, true},
    {"Go", R"(^(panic: .+))", 2, false},
    {"Go", R"(^(fatal error: .+))", 2, false},
    {"Rust", R"(^thread '.*' (?:\(\d+\) )?(panicked at .+))", 1, false},
    {"Java", R"(^# (A fatal error has been detected by the Java Runtime Environment))", 2, false,
     Headline::below},
    {"Java", R"(^Exception in thread "(.+))", 1, false},
    {"Node", R"(^(FATAL ERROR: .+))", 1, false},
    {"Node", R"(^( *\^+)$)", 2, false, Headline::below, 2},
    {"Python", R"(^(Traceback \(most recent call last\):))", 1, false, Headline::unindented},
    {"C++", R"(^(terminate called .+))", 1, false},
    {"C", R"(^(\*\*\* .+ \*\*\*: terminated))", 1, false},
    {"C",
     R"(^((?:double free or corruption|free\(\): |malloc\(\): |corrupted |munmap_chunk\(\)).*))", 1,
     false},
    {"C", R"((Assertion [`'].*' failed\.?))", 1, false},
};

struct Opener {
  const Format* format;
  std::size_t line;
  std::string headline;
};

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<Opener> opener_at(const Lines& lines, std::size_t index) {
  static const std::vector<RE2*>* const patterns = [] {
    auto* made = new std::vector<RE2*>;  // for as long as the process lives
    for (const Format& format : formats) {
      RE2::Options options;
      options.set_encoding(RE2::Options::EncodingLatin1);
      options.set_log_errors(false);
      made->push_back(new RE2(format.opener, options));
    }
    return made;
  }();
  const std::string line(lines[index].substr(0, 4 * longest_line));
  for (std::size_t i = 0; i < std::size(formats); ++i) {
    std::string headline;
    if (RE2::PartialMatch(line, *(*patterns)[i], &headline))
      return Opener{&formats[i], index, headline};
  }
  return std::nullopt;
}

std::string shown(std::string_view line) {
  return base::for_terminal(base::cut(line, longest_line));
}

bool is_rule(std::string_view line) {
  return line.size() >= 10 && line.find_first_not_of('=') == std::string_view::npos;
}

// "==123==ERROR: AddressSanitizer: …" is AddressSanitizer's.
std::string reporter(const Opener& opener, std::string_view line) {
  if (std::string_view(opener.format->reporter) != "$1") return opener.format->reporter;
  std::string name;
  RE2::PartialMatch(std::string(line), R"((\w+Sanitizer))", &name);
  return name;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t#") == std::string_view::npos;
}

std::string headline(const Lines& lines, const Opener& opener) {
  if (opener.format->headline == Headline::here) return opener.headline;
  const bool unindented = opener.format->headline == Headline::unindented;
  for (std::size_t i = opener.line + 1; i < lines.size(); ++i) {
    if (is_blank(lines[i]) || (unindented && lines[i].front() == ' ')) continue;
    return std::string(lines[i].substr(lines[i].find_first_not_of(" \t#")));
  }
  return opener.headline;
}

// The first lines of a report, and the sanitizer's summary if it has one.
LastWords extract(const Lines& lines, const Opener& opener) {
  const Format& format = *opener.format;
  LastWords out{
      reporter(opener, lines[opener.line]), shown(headline(lines, opener)), {}, format.sanitizer};
  std::size_t index = opener.line - std::min(opener.line, format.above);
  for (int blocks = 0; index < lines.size() && out.lines.size() < most_lines; ++index) {
    const bool begun = index > opener.line;
    if (begun && is_rule(lines[index])) break;
    if (begun && is_blank(lines[index]) && !is_blank(lines[index - 1]) &&
        ++blocks >= format.paragraphs)
      break;
    if (!is_blank(lines[index])) out.lines.push_back(shown(lines[index]));
  }
  for (; index < lines.size() && !opener_at(lines, index); ++index) {
    if (!lines[index].starts_with("SUMMARY: ")) continue;
    out.lines.push_back(shown(lines[index]));
    break;
  }
  return out;
}

}  // namespace

std::optional<LastWords> find_last_words(std::string_view text) {
  const Lines lines = split(text);
  for (std::size_t index = lines.size(); index-- > 0;) {
    if (const auto opener = opener_at(lines, index)) return extract(lines, *opener);
  }
  return std::nullopt;
}

std::optional<LastWords> find_alarm(std::string_view text) {
  const Lines lines = split(text);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    const auto opener = opener_at(lines, index);
    if (opener && opener->format->sanitizer) return extract(lines, *opener);
  }
  return std::nullopt;
}

std::vector<std::string> last_lines(std::string_view text, std::size_t most) {
  std::vector<std::string> out;
  const Lines lines = split(text);
  for (std::size_t index = lines.size(); index-- > 0 && out.size() < most;) {
    if (lines[index].find_first_not_of(" \t") != std::string_view::npos)
      out.push_back(shown(lines[index]));
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace wsproof::run
