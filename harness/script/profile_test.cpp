// Profiles as a language, and cases played with them against applications that do not echo.
#include "harness/script/profile.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "harness/lab/manners_test.hpp"
#include "harness/lab/world.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::script {
namespace {

constexpr const char* engine =
    "profile \"Engine.IO\"\n"
    "  reply \"42[\\\"echo\\\",\\\"{n}\\\"]\" matching \"^42\\\\[\\\"echo\\\",\\\"{n}\\\"\\\\]$\"\n"
    "  greeting\n"
    "    < text matching \"^0\"\n"
    "    > text \"40\"\n"
    "    < text matching \"^40\"\n"
    "  whenever < text \"2\" > text \"3\"\n"
    "  ignore < text matching \"^42\\\\[\\\"news\\\"\"\n";

Profile profile_of(const std::string& text) {
  ProfileResult parsed = parse_profile(text, "test.profile");
  for (const Diagnostic& error : parsed.errors) ADD_FAILURE() << show(error);
  return std::move(parsed.profile);
}

TEST(Profile, IsPrintedAsItWasWritten) {
  for (const std::string& text :
       {std::string(engine),
        std::string("profile \"All the rest\"\n  reply \"a\" matching \"b\"\n"
                    "  reply binary \"c\" matching \"d\"\n  isolation shared\n  joined \"\\n\"\n"),
        std::string("profile \"\"\n")}) {
    EXPECT_EQ(print(profile_of(text)), text);
  }
}

TEST(Profile, MistakesAreShown) {
  struct Row {
    std::string line, says;
  };
  const Row rows[] = {
      {"replay \"a\" matching \"b\"", "did you mean `reply`?"},
      {"reply \"a\"", "`matching` expected here"},
      {"reply \"a\" matching \"(\"", "this is no regular expression"},
      {"reply \"a\" matching \"b\" x", "does not belong here"},
      {"ignore text any", "`<` expected here"},
      {"ignore < ping any", "only messages are ignored"},
      {"isolation yes", "`shared` or `none`"},
      {"greeting\n    fence", "a greeting holds"},
      {"greeting\n    < maybe text any", "a greeting holds"},
      {"whenever < text \"2\"", "`>`"},
      {"case x", "unknown word `case`"},
  };
  for (const Row& row : rows) {
    const auto parsed = parse_profile("profile \"P\"\n  " + row.line + "\n", "test.profile");
    ASSERT_FALSE(parsed.errors.empty()) << row.line;
    EXPECT_NE(show(parsed.errors.front()).find(row.says), std::string::npos)
        << row.line << "\n"
        << show(parsed.errors.front());
  }
  EXPECT_FALSE(parse_profile("case x\n", "test.profile").errors.empty());
  EXPECT_FALSE(parse_profile("profile \"a\"\nprofile \"b\"\n", "test.profile").errors.empty());
}

TEST(Profile, OptionsAreLinesOfIt) {
  const auto made = with_words(profile_of("profile \"P\"\n  reply \"x\" matching \"y\"\n"),
                               {.reply = {"{\"Num\": {n}}", "\"Num\": ?{n}\\b"},
                                .greeting = "  < text any\n\n  > text \"hi\"\n",
                                .whenever = {"< text \"2\" > text \"3\""},
                                .ignore = {"^tick", "< binary any"},
                                .isolation = "shared",
                                .joined = "\n"});
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(print(*made),
            "profile \"P\"\n"
            "  reply \"{\\\"Num\\\": {n}}\" matching \"\\\"Num\\\": ?{n}\\\\b\"\n"
            "  greeting\n    < text any\n    > text \"hi\"\n"
            "  whenever < text \"2\" > text \"3\"\n"
            "  ignore < message matching \"^tick\"\n  ignore < binary any\n"
            "  isolation shared\n  joined \"\\n\"\n");
  EXPECT_FALSE(with_words({}, {.reply = {"a"}}).has_value());
  EXPECT_FALSE(with_words({}, {.ignore = {"("}}).has_value());
  EXPECT_FALSE(with_words({}, {.isolation = "perhaps"}).has_value());
}

// ── Applications ─────────────────────────────────────────────────────────────────────────────────

// A hub where a message of an earlier client comes first, as it may.
lab::Manners busy_hub() {
  lab::Manners out = lab::hub();
  out.greets = [greets = out.greets](base::Link link) -> std::vector<lab::Say> {
    greets(link);
    return {{link, "what somebody else said"}};
  };
  return out;
}

// A chat that joins what waits in its queue: two messages leave as one.
lab::Manners chat() {
  auto queue = std::make_shared<std::string>();
  lab::Manners out;
  out.answers = [queue](base::Link from, const std::string& text, bool) -> std::vector<lab::Say> {
    if (text.find("first") != std::string::npos) {
      *queue = text + "\n";
      return {};
    }
    return {{from, std::exchange(*queue, "") + text}};
  };
  return out;
}

// Greets, waits for the answer to its own pings, and tells news.
lab::Manners socket_io() {
  struct State {
    bool joined = false, waits = false;
    std::vector<std::string> held;
  };
  auto all = std::make_shared<std::map<base::Link, State>>();
  lab::Manners out;
  out.greets = [](base::Link link) -> std::vector<lab::Say> {
    return {{link, "0{\"sid\":\"x\"}"}};
  };
  out.answers = [all](base::Link from, const std::string& text, bool) -> std::vector<lab::Say> {
    State& state = (*all)[from];
    if (text == "40") {
      state.joined = true;
      return {{from, "40{\"sid\":\"y\"}"}};
    }
    if (!state.joined) return {};  // too early
    if (text == "3" && state.waits) {
      state.waits = false;
      std::vector<lab::Say> said;
      for (const std::string& one : state.held) said.push_back({from, one});
      state.held.clear();
      return said;
    }
    state.waits = true;
    state.held.push_back(text);
    return {{from, "2"}, {from, "42[\"news\",1]"}};
  };
  return out;
}

constexpr const char* simple = "  let $m = message 18\n  > text $m\n  < answer $m\n";
constexpr const char* fragments =
    "  let $m = message 18\n  > text $m part 1/3\n  > ping \"p\"\n  > continuation $m part 2/3\n"
    "  > continuation $m part 3/3\n  < pong \"p\"\n  < answer $m\n";
constexpr const char* twice =
    "  let $m = message\n  let $n = message\n  > text $m\n  > text $n\n  < answer $m\n  < answer "
    "$n\n"
    "  > text $m\n  < answer $m\n  fence\n  > text $n\n  < answer $n\n";
constexpr const char* stray = "  > continuation \"lost\"\n  < failure 1002\n";
constexpr const char* two_links =
    "  let $m = message\n  @b connect\n  @b > text $m\n  @b < answer $m\n  > text $m\n  < answer "
    "$m\n"
    "  @b fence\n";

Play played(const std::string& lines, const lab::Manners& manners, const std::string& profile,
            const std::string& quirk = {}, bool pong = true) {
  const std::string text =
      "section 1 \"Planted\"\n\ncase planted\n  \"Something.\"\n"
      "  checks 6455-5.4-12\n" +
      lines;
  const ParseResult parsed = parse(text, "planted.case", "planted");
  for (const Diagnostic& error : parsed.errors) ADD_FAILURE() << show(error);
  PlaySettings settings;
  settings.echo = false;
  settings.pong = pong;
  settings.profile = profile_of(profile);
  Peer peer(expand(parsed.file.cases.at(0)).at(0), settings);
  endpoint::Quirks quirks;
  if (!quirk.empty()) endpoint::find_quirk(quirk)->apply(quirks);
  lab::Application application(manners, quirks);
  lab::World(peer, application).run(peer);
  EXPECT_TRUE(peer.finished());
  return peer.play();
}

TEST(Profile, CasesComeToTheRightVerdictWithoutAnEcho) {
  const std::string numbered =
      "profile \"\"\n  reply \"{\\\"Num\\\": {n}}\" matching \"\\\"Num\\\": ?{n}\"\n";
  const std::string alike =
      "profile \"\"\n  reply \"{\\\"Num\\\": 7}\" matching \"\\\"Num\\\": ?7\"\n";
  const std::string shared =
      "profile \"\"\n  reply \"hello {n}\" matching \"^hello {n}$\"\n  isolation shared\n";
  const std::string quiet = "profile \"\"\n  reply \"hello {n}\" matching \"^hello {n}$\"\n";
  struct Row {
    std::string lines;
    lab::Manners manners;
    std::string profile, quirk, word, reason;
  };
  const Row rows[] = {
      {simple, lab::json(), numbered, "", "pass", ""},
      {fragments, lab::json(), numbered, "", "pass", ""},
      {twice, lab::json(), numbered, "", "pass", ""},
      {two_links, lab::json(), numbered, "", "pass", ""},
      {simple, lab::json(), alike, "", "pass", ""},
      {twice, lab::json(), alike, "", "pass", ""},
      {fragments, lab::json(), alike, "", "pass", ""},
      {simple, lab::json(), numbered, "slow", "pass", ""},
      {simple, lab::json(), alike, "slow", "pass", ""},
      {stray, lab::json(), numbered, "", "pass", ""},
      {stray, lab::json(), numbered, "ignores-violations", "fail", "went-on"},
      {stray, lab::json(), alike, "ignores-violations", "fail", "went-on"},
      {simple, lab::json(), numbered, "hangs-after-handshake", "fail", "no-reaction"},
      // The wrong answer is none, and the fence shows that nothing more comes.
      {"  let $m = message\n  > text \"{}\"\n  < answer $m\n", lab::json(), numbered, "", "fail",
       "went-on"},
      {"  let $m = message\n  > text \"{}\"\n  < answer $m\n", lab::json(), alike, "", "fail",
       "no-reaction"},
      {simple, busy_hub(), shared, "", "pass", ""},
      {fragments, busy_hub(), shared, "", "pass", ""},
      {two_links, busy_hub(), shared, "", "pass", ""},
      {twice, busy_hub(), shared, "", "pass", ""},
      {stray, busy_hub(), shared, "takes-stray-continuation", "fail", "went-on"},
      {simple, busy_hub(), quiet, "", "fail", "unexpected-text-for-answer"},
      {simple, socket_io(), engine, "", "pass", ""},
      {fragments, socket_io(), engine, "", "pass", ""},
      {two_links, socket_io(), engine, "", "pass", ""},
      {stray, socket_io(), engine, "", "pass", ""},
      {"  handshake\n  < status 101\n", socket_io(), engine, "", "pass", ""},
      {"  handshake\n  < status 101\n  let $m = message\n  > text $m\n  < answer $m\n", socket_io(),
       engine, "", "pass", ""},
      {simple, lab::json(), engine, "", "inconclusive", "no-greeting"},
  };
  for (const Row& row : rows) {
    const Play play = played(row.lines, row.manners, row.profile, row.quirk);
    EXPECT_EQ(name(play.verdict.word), row.word)
        << row.lines << row.profile << row.quirk << ": " << play.evidence.observed;
    EXPECT_EQ(play.verdict.reason, row.reason) << row.lines << row.profile << row.quirk;
  }
}

TEST(Profile, JoinedMessagesAreTakenApart) {
  const std::string lines =
      "  > text \"first\"\n  > text \"second\"\n  < text \"first\"\n  < text \"second\"\n";
  EXPECT_EQ(name(played(lines, chat(), "profile \"\"\n  joined \"\\n\"\n").verdict.word), "pass");
  EXPECT_EQ(name(played(lines, chat(), "profile \"\"\n").verdict.word), "fail");
}

// Without pongs only messages are fences.
TEST(Profile, ARepliedMessageIsAFence) {
  const std::string numbered =
      "profile \"\"\n  reply \"{\\\"Num\\\": {n}}\" matching \"\\\"Num\\\": ?{n}\"\n";
  const Play play =
      played("  > pong \"unasked\"\n  fence\n", lab::json(), numbered, "never-pongs", false);
  EXPECT_EQ(name(play.verdict.word), "pass") << play.evidence.observed;
}

TEST(Profile, ARegularExpressionIsSearchedForInAMessage) {
  const std::string lines = "  > text \"{\\\"Num\\\": 5}\"\n  < text matching \"^.{2}Num\"\n";
  EXPECT_EQ(name(played(lines, lab::json(), "profile \"\"\n").verdict.word), "pass");
  const std::string other = "  > text \"{\\\"Num\\\": 5}\"\n  < text matching \"^Num\"\n";
  EXPECT_EQ(name(played(other, lab::json(), "profile \"\"\n").verdict.word), "fail");
}

}  // namespace
}  // namespace wsproof::script
