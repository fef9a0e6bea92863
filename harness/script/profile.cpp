#include "harness/script/profile.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "harness/script/grammar.hpp"
#include "harness/script/lexer.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

constexpr std::string_view number_mark = "{n}";
constexpr std::array<std::string_view, 6> profile_words = {"reply",  "greeting",  "whenever",
                                                           "ignore", "isolation", "joined"};

std::string with_number(std::string text, const std::string& number) {
  for (std::size_t at = text.find(number_mark); at != std::string::npos;
       at = text.find(number_mark, at + number.size())) {
    text.replace(at, number_mark.size(), number);
  }
  return text;
}

class ProfileParser {
 public:
  explicit ProfileParser(Source& source) : source_(source) {}

  Profile run() {
    const std::vector<Node> nodes = source_.tree();
    bool begun = false;
    for (const Node& node : nodes) {
      Cursor cursor(source_, node.line);
      if (begun || !cursor.take_word("profile")) {
        source_.report_line(node.line, begun ? "a file holds one profile"
                                             : "a profile begins with `profile \"Title\"`");
        break;
      }
      begun = true;
      auto title = parse_text(cursor, "the profile's title");
      if (!title || !expect_end(cursor)) break;
      profile_.title = std::move(*title);
      for (std::size_t index = 0; index < node.children.size() && !source_.full();)
        line(node.children, index);
    }
    return std::move(profile_);
  }

 private:
  void line(const std::vector<Node>& lines, std::size_t& index) {
    const Node& node = lines[index];
    Cursor cursor(source_, node.line);
    const std::string word(cursor.word());
    if (word == "whenever") return rule(lines, index);
    ++index;
    if (std::ranges::find(profile_words, word) == profile_words.end()) {
      auto hint = did_you_mean(word, {profile_words.begin(), profile_words.end()});
      if (hint.empty())
        hint = "a profile has " + list_of({profile_words.begin(), profile_words.end()});
      cursor.fail(fmt::format("unknown word `{}` in a profile", cursor.run()), hint);
      return;
    }
    cursor.take_octets(word.size());
    if (word == "greeting") {
      if (expect_end(cursor)) greeting(node.children);
      return;
    }
    if (word == "reply") reply(cursor);
    if (word == "ignore") ignore(cursor);
    if (word == "isolation") isolation(cursor);
    if (word == "joined") joined(cursor);
    expect_no_block(source_, node);
  }

  void reply(Cursor& cursor) {
    const bool binary = cursor.take_word("binary");
    if (!binary) cursor.take_word("text");
    auto send = parse_text(cursor, "the message to send");
    if (!send) return;
    if (!cursor.take_word("matching")) {
      cursor.fail("`matching` expected here", "as in `reply \"hello {n}\" matching \"hello {n}\"`");
      return;
    }
    const std::size_t begin = cursor.offset();
    auto match = parse_text(cursor, "a regular expression for the answer");
    if (!match) return;
    const Reply made{std::move(*send), std::move(*match)};
    if (const auto mistake = mistake_in_pattern(with_number(made.match, "123456789"))) {
      cursor.fail_from(begin, *mistake);
      return;
    }
    if (expect_end(cursor)) (binary ? profile_.binary_reply : profile_.reply) = made;
  }

  void greeting(const std::vector<Node>& lines) {
    for (std::size_t index = 0; index < lines.size() && !source_.full();) {
      const std::size_t line = lines[index].line;
      auto step = parse_step(source_, lines, index);
      if (!step) continue;
      const auto* expect = std::get_if<Expect>(&*step);
      const bool message = expect != nullptr && !expect->maybe &&
                           std::holds_alternative<ExpectMessage>(expect->what);
      if (!message && !std::holds_alternative<Send>(*step)) {
        source_.report_line(line, "a greeting holds `<` lines for whole messages, and `>` lines");
        continue;
      }
      profile_.greeting.push_back(std::move(*step));
    }
  }

  void rule(const std::vector<Node>& lines, std::size_t& index) {
    auto step = parse_step(source_, lines, index);
    if (!step) return;
    if (auto* const found = std::get_if<Whenever>(&*step))
      profile_.rules.push_back(std::move(*found));
  }

  void ignore(Cursor& cursor) {
    const std::size_t begin = cursor.offset();
    if (!cursor.take("<")) {
      cursor.fail("`<` expected here", "as in `ignore < text matching \"^tick\"`");
      return;
    }
    auto expect = parse_expect(cursor, "a", begin);
    if (!expect || !expect_end(cursor)) return;
    if (!std::holds_alternative<ExpectMessage>(expect->what)) {
      cursor.fail_from(begin, "only messages are ignored: text, binary or message");
      return;
    }
    profile_.pushes.push_back(std::move(*expect));
  }

  void isolation(Cursor& cursor) {
    profile_.shared = cursor.take_word("shared");
    if (!profile_.shared && !cursor.take_word("none")) {
      cursor.fail("`shared` or `none` expected here",
                  "`shared`: what is sent on one connection may be heard on others");
      return;
    }
    expect_end(cursor);
  }

  void joined(Cursor& cursor) {
    auto text = parse_text(cursor, "what stands between joined messages");
    if (text && expect_end(cursor)) profile_.joined = std::move(*text);
  }

  Source& source_;
  Profile profile_;
};

// The lines of a profile that options spell out, with the option of each.
class OptionLines {
 public:
  void add(const char* option, const std::string& line, std::uint32_t number = 1) {
    text_ += line + "\n";
    origins_.push_back({option, number});
  }

  // A line of the profile for each of the text, indented.
  void add_all(const char* option, std::string_view text) {
    for (std::uint32_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
      if (!line.empty()) add(option, fmt::format("    {}", line), number);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  const std::string& text() const { return text_; }

  // The mistake at its place in the option.
  Diagnostic placed(Diagnostic mistake) const {
    const std::size_t line = std::clamp<std::size_t>(mistake.place.line, 1, origins_.size());
    mistake.place.file = origins_[line - 1].option;
    mistake.place.line = origins_[line - 1].number;
    return mistake;
  }

 private:
  struct Origin {
    const char* option;
    std::uint32_t number;  // of the line in the option
  };
  std::string text_;
  std::vector<Origin> origins_;
};

}  // namespace

bool Reply::numbered() const {
  return send.find(number_mark) != std::string::npos &&
         match.find(number_mark) != std::string::npos;
}

Exchange exchange(const Reply& reply, base::Random& random) {
  const std::string number = std::to_string(100'000'000 + random.next() % 900'000'000);
  return {with_number(reply.send, number), with_number(reply.match, number)};
}

bool Profile::greets_back() const {
  return std::ranges::any_of(greeting,
                             [](const Step& step) { return std::holds_alternative<Send>(step); });
}

bool ProfileWords::empty() const {
  return reply.empty() && greeting.empty() && whenever.empty() && ignore.empty() &&
         isolation.empty() && joined.empty();
}

std::optional<std::string> mistake_in_pattern(const std::string& pattern) {
  const RE2 compiled(pattern, RE2::Quiet);
  if (compiled.ok()) return std::nullopt;
  return fmt::format("this is no regular expression: {}", compiled.error());
}

bool found_in(base::OctetView octets, const re2::RE2& pattern) {
  const std::string_view text = base::as_text(octets);
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

std::shared_ptr<const re2::RE2> compiled(const std::string& pattern) {
  return std::make_shared<const re2::RE2>(pattern, re2::RE2::Quiet);
}

ProfileResult parse_profile(std::string_view text, std::string_view file_name) {
  Source source(text, file_name);
  Profile profile = ProfileParser(source).run();
  return {std::move(profile), source.take_errors()};
}

std::string print(const Profile& profile) {
  std::string out = fmt::format("profile {}\n", quote(profile.title));
  const auto reply = [&](const std::optional<Reply>& one, std::string_view kind) {
    if (one)
      out += fmt::format("  reply {}{} matching {}\n", kind, quote(one->send), quote(one->match));
  };
  reply(profile.reply, "");
  reply(profile.binary_reply, "binary ");
  if (!profile.greeting.empty()) out += "  greeting\n";
  for (const Step& step : profile.greeting) out += fmt::format("    {}\n", print(step));
  for (const Whenever& rule : profile.rules) out += fmt::format("  {}\n", print(Step(rule)));
  for (const Expect& push : profile.pushes) out += fmt::format("  ignore {}\n", print(push));
  if (profile.shared) out += "  isolation shared\n";
  if (!profile.joined.empty()) out += fmt::format("  joined {}\n", quote(profile.joined));
  return out;
}

base::Result<Profile> with_words(Profile profile, const ProfileWords& words) {
  if (words.empty()) return profile;
  // The options are lines of the language too, so they are read by its parser.
  OptionLines lines;
  lines.add("the options", "profile \"options\"");
  if (!words.reply.empty()) {
    if (words.reply.size() != 2)
      return base::fail("a reply is what to send and what to search for");
    lines.add("--reply",
              fmt::format("  reply {} matching {}", quote(words.reply[0]), quote(words.reply[1])));
  }
  if (!words.greeting.empty()) lines.add("--greeting", "  greeting");
  lines.add_all("--greeting", words.greeting);
  for (const std::string& rule : words.whenever)
    lines.add("--whenever", fmt::format("  whenever {}", rule));
  for (const std::string& push : words.ignore) {
    lines.add("--ignore", push.starts_with('<')
                              ? fmt::format("  ignore {}", push)
                              : fmt::format("  ignore < message matching {}", quote(push)));
  }
  if (!words.isolation.empty())
    lines.add("--isolation", fmt::format("  isolation {}", words.isolation));
  if (!words.joined.empty()) lines.add("--joined", fmt::format("  joined {}", quote(words.joined)));
  ProfileResult parsed = parse_profile(lines.text(), "the options");
  if (!parsed.errors.empty()) return base::fail(show(lines.placed(parsed.errors.front())));
  Profile& given = parsed.profile;
  if (given.reply) profile.reply = std::move(given.reply);
  if (!given.greeting.empty()) profile.greeting = std::move(given.greeting);
  std::ranges::move(given.rules, std::back_inserter(profile.rules));
  std::ranges::move(given.pushes, std::back_inserter(profile.pushes));
  if (!words.isolation.empty()) profile.shared = given.shared;
  if (!given.joined.empty()) profile.joined = std::move(given.joined);
  return profile;
}

}  // namespace wsproof::script
