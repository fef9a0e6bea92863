// The peer's verdicts, one situation a row: a small case against the reference with one quirk.
#include "harness/script/peer.hpp"

#include <gtest/gtest.h>

#include "harness/lab/lab.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::script {
namespace {

// A case of these lines, which begin behind its title.
Case case_of(const std::string& lines, const std::string& checks = "6455-5.4-12") {
  const std::string text =
      "section 1 \"Planted\"\n\ncase planted\n  \"Something is checked.\"\n  checks " + checks +
      "\n" + lines;
  const ParseResult parsed = parse(text, "planted.case", "planted");
  for (const Diagnostic& error : parsed.errors) ADD_FAILURE() << show(error);
  return expand(parsed.file.cases.at(0)).at(0);
}

Play played(const std::string& lines, const std::string& quirks = {},
            const std::string& checks = "6455-5.4-12") {
  lab::Experiment experiment;
  std::string_view rest = quirks;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(' '));
    endpoint::find_quirk(name)->apply(experiment.quirks);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return lab::play(case_of(lines, checks), experiment);
}

constexpr const char* stray = "  > continuation \"lost\"\n  < failure 1002\n";
constexpr const char* echo = "  let $m = message 18\n  > text $m\n  < answer $m\n";

struct Row {
  const char* lines;
  const char* quirk;
  const char* word;
  const char* reason;
  const char* checks = "6455-5.4-12";
};

TEST(Peer, ComesToTheRightVerdict) {
  const Row rows[] = {
      {stray, "", "pass", ""},
      {stray, "fails-without-close", "non-strict", "the-connection-ended-without-a-close"},
      {stray, "fails-with-empty-close", "non-strict", "a-close-without-a-code"},
      {stray, "fails-with-1000", "non-strict", "another-legal-close-code"},
      {stray, "fails-with-1006", "fail", "a-close-code-that-must-not-be-sent"},
      {stray, "resets-after-failure", "pass", ""},
      {stray, "ignores-violations", "fail", "went-on"},
      {stray, "takes-stray-continuation", "fail", "unexpected-binary-for-close-1002"},
      {stray, "leaves-tcp-open-after-failure", "fail", "no-reaction"},
      {stray, "stalls-on-violations", "fail", "no-reaction"},
      {echo, "", "pass", ""},
      {echo, "slow", "pass", ""},
      // What a fence is asked for is no doubt about fences.
      {"  > pong \"unasked\"\n  < going-on\n", "", "pass", ""},
      {"  > ping \"x\"\n  either pass\n    < maybe text \"never\"\n    < pong \"x\"\n", "", "pass",
       ""},
      {echo, "fragments-replies sends-own-pings", "pass", ""},
      {echo, "echoes-twice", "fail", "unexpected-text"},
      {echo, "never-finishes-messages", "fail", "unexpected-strange-for-answer"},
      {echo, "ignores-mask-bit", "pass", ""},
      {echo, "hangs-after-handshake", "fail", "no-reaction"},
      {echo, "closes-after-handshake", "fail", "unexpected-close-1001-for-answer"},
      {echo, "answers-200", "inconclusive", "refused"},
      // A deviation is called what the requirement's class says.
      {"  > ping \"x\"\n  < pong \"y\"\n", "", "non-strict", "went-on", "6455-5.5.2-3"},
      {"  > ping \"x\"\n  < pong \"y\"\n", "", "info", "went-on", "6455-5.5.2-4"},
      {"  > ping \"x\"\n  < pong \"y\" [6455-5.5.2-2]\n", "", "fail", "went-on", "6455-5.5.2-4"},
      // The monitor counts where the case checks what it saw.
      {echo, "sends-longer-length-forms", "pass", ""},
      {echo, "sends-longer-length-forms", "fail", "monitor", "6455-5.2-17"},
  };
  for (const Row& row : rows) {
    const Play play = played(row.lines, row.quirk, row.checks);
    EXPECT_EQ(result::name(play.verdict.word), row.word)
        << row.quirk << ": " << play.evidence.observed;
    EXPECT_EQ(play.verdict.reason, row.reason) << row.quirk << ": " << play.evidence.observed;
  }
}

TEST(Peer, SaysWhatWasWantedAndWhatCame) {
  const Play went_on = played(stray, "ignores-violations");
  EXPECT_EQ(went_on.evidence.expected, "Close 1002, then the end of the connection");
  EXPECT_EQ(went_on.evidence.observed, "the target went on: it answered what was sent afterwards");
  EXPECT_EQ(went_on.evidence.failed_at, (result::Place{"planted.case", 7, 3, 14}));
  EXPECT_EQ(went_on.verdict.requirement, "6455-5.4-12");
  const Play open = played(stray, "leaves-tcp-open-after-failure");
  EXPECT_EQ(open.evidence.expected, "the end of the connection");
}

// DESIGN §3.2: only a true hang costs a whole budget.
TEST(Peer, ATargetThatGoesOnIsFoundQuickly) {
  EXPECT_LT(played(stray, "ignores-violations").evidence.took, std::chrono::seconds(1));
  EXPECT_LT(played(echo, "echoes-as-binary").evidence.took, std::chrono::seconds(1));
  EXPECT_LT(played("  > ping \"x\"\n  < pong \"x\"\n", "never-pongs").evidence.took,
            std::chrono::seconds(1));
  EXPECT_GE(played(stray, "stalls-on-violations").evidence.took, std::chrono::seconds(5));
}

TEST(Peer, EveryConversationEndsWithinItsBudgets) {
  for (const endpoint::Quirk& quirk : endpoint::quirks()) {
    for (const char* lines : {stray, echo}) {
      EXPECT_LT(played(lines, std::string(quirk.name)).evidence.took, std::chrono::seconds(40))
          << quirk.name;
    }
  }
}

TEST(Peer, ALimitOfTheTargetIsNoFailure) {
  const char* large =
      "  needs echo\n  > text repeat(\"x\", 65536)\n  < text repeat(\"x\", 65536)\n";
  const Play limited = played(large, "small-message-limit");
  EXPECT_EQ(limited.verdict.word, result::Word::unsupported);
  EXPECT_EQ(limited.verdict.reason, "limit");
  EXPECT_EQ(played(large, "truncates-at-65535").verdict.word, result::Word::fail);
  EXPECT_EQ(played(large).verdict.word, result::Word::pass);
}

TEST(Peer, PlaysEveryKindOfStep) {
  const char* const cases[] = {
      // glued, cut, several connections
      "  needs echo\n  together\n    > text \"a\"\n    > text \"b\"\n  < text \"a\"\n  < text "
      "\"b\"\n",
      "  needs echo\n  writes 1\n    > text \"ab\"\n    > ping \"p\"\n  < text \"ab\"\n  < pong "
      "\"p\"\n",
      "  needs echo\n  @a connect\n  @b connect\n  @b > text \"b\"\n  @a > text \"a\"\n  @a < text "
      "\"a\"\n  @b < text \"b\"\n",
      "  together\n    handshake\n    > ping \"p\"\n  < status 101\n  < pong \"p\"\n",
      "  handshake\n    + X-Own: $key\n  < upgrade\n  > ping \"p\"\n  < pong \"p\"\n",
      "  dial\n  > raw \"GET / HTTP/1.1\\r\\n\\r\\n\"\n  < refusal\n  < eof\n",
      // captures, background rules, fences, pauses
      "  needs echo\n  > text \"a\"\n  < text any as $x\n  > text $x + \"b\"\n  < text \"ab\"\n",
      "  needs echo\n  whenever < text \"2\" > text \"3\"\n  > text \"2\"\n  < text \"3\"\n",
      "  > pong \"unasked\"\n  fence\n",
      "  pause 50 ms\n  > ping \"p\"\n  < pong \"p\"\n",
      // our own end
      "  manual\n  > close 1000\n  < close 1000\n  < eof\n",
      "  manual\n  > close 1000 \"bye\"\n  either pass\n    < close any\n    < eof\n  or fail\n    "
      "< text any\n",
      "  > eof\n  < eof\n",
      "  > reset\n",
      "  < maybe text \"never\"\n",
      "  needs echo\n  > text \"abc\" part 1/2\n  > continuation \"abc\" part 2/2\n  < text "
      "\"abc\"\n",
      "  needs echo\n  > text \"abc\"\n  < frame text fin=1 rsv=0 \"abc\"\n",
  };
  for (const char* lines : cases) {
    const Play play = played(lines);
    EXPECT_EQ(play.verdict.word, result::Word::pass)
        << lines << play.verdict.reason << ": expected " << play.evidence.expected << "; observed "
        << play.evidence.observed;
  }
}

TEST(Peer, EqualSeedsGiveEqualOctets) {
  const Case c = case_of(echo);
  lab::Experiment one, two;
  two.seed = 2;
  EXPECT_EQ(lab::play(c, one).evidence.transcript, lab::play(c, one).evidence.transcript);
  EXPECT_NE(lab::play(c, one).evidence.transcript, lab::play(c, two).evidence.transcript);
}

// Feeds the peer directly: what no endpoint of ours would do.
class Direct : public ::testing::Test {
 protected:
  static base::Time at(int milliseconds) {
    return base::Time{} + std::chrono::milliseconds(milliseconds);
  }
  static void upgrade(Peer& peer) {
    peer.start(at(0));
    peer.opened(0, at(1));
    peer.received(0, base::octets("HTTP/1.1 101 x\r\n\r\n"), at(2));
  }
};

TEST_F(Direct, AFloodEndsTheCase) {
  Peer peer(case_of(stray), {});
  upgrade(peer);
  base::Octets pings;
  for (int i = 0; i < 1000; ++i) base::append(pings, base::octets(std::string("\x89\x00", 2)));
  for (int i = 0; i < 64 && !peer.finished(); ++i) peer.received(0, pings, at(3));
  EXPECT_TRUE(peer.finished());
  EXPECT_EQ(peer.play().verdict.reason, "flood");
}

TEST_F(Direct, WhatComesBeforeAFloodIsJudgedFirst) {
  Peer peer(case_of(stray), {});
  upgrade(peer);
  peer.received(0, base::Octets(1 << 20, 0), at(3));  // empty continuations
  EXPECT_TRUE(peer.finished());
  EXPECT_EQ(peer.play().verdict.reason, "unexpected-strange-for-close-1002");
}

TEST_F(Direct, AHeadWithoutEndIsNoAnswer) {
  Peer peer(case_of("  handshake\n  < upgrade\n"), {});
  peer.start(at(0));
  peer.opened(0, at(1));
  peer.received(0, base::octets("HTTP/1.1 101 x\r\n"), at(2));
  for (int i = 0; i < 1000 && !peer.finished(); ++i)
    peer.received(0, base::octets("a: " + std::string(95, 'b') + "\r\n"), at(3));
  EXPECT_TRUE(peer.finished());
  EXPECT_EQ(peer.play().verdict.word, result::Word::fail);
  EXPECT_NE(peer.play().evidence.observed.find("has not ended"), std::string::npos)
      << peer.play().evidence.observed;
}

TEST_F(Direct, ADripCannotKeepACaseAlive) {
  Peer peer(case_of(echo), {});
  upgrade(peer);
  int now = 3;
  while (!peer.finished() && now < 120000) {
    now += 1000;
    peer.received(0, base::octets(std::string("\x89\x00", 2)), at(now));
    if (peer.deadline() && *peer.deadline() <= at(now)) peer.woken(at(now));
  }
  EXPECT_TRUE(peer.finished());
  EXPECT_LE(now, 30000);
}

TEST_F(Direct, OctetsThatAreNoHttpAreAnAnswerToo) {
  Peer peer(case_of("  handshake\n  < upgrade\n"), {});
  peer.start(at(0));
  peer.opened(0, at(1));
  peer.received(0, base::octets("\x1b[31mSSH-2.0\r\n\r\n"), at(2));
  ASSERT_TRUE(peer.finished());
  EXPECT_EQ(peer.play().verdict.word, result::Word::fail);
  EXPECT_EQ(peer.play().evidence.observed.find('\x1b'), std::string::npos);
}

TEST_F(Direct, AConnectionThatCannotBeOpenedIsInconclusive) {
  Peer peer(case_of(echo), {});
  peer.start(at(0));
  peer.refused(0, "connection refused", at(1));
  ASSERT_TRUE(peer.finished());
  EXPECT_EQ(peer.play().verdict.word, result::Word::inconclusive);
  EXPECT_EQ(peer.play().verdict.reason, "no-connection");
}

// What an echo server answers to the short text frames that the peer has just sent on a link.
base::Octets echoed(Peer& peer, base::Link link) {
  base::Octets answers;
  for (auto actions = peer.take_actions(); !actions.empty(); actions = peer.take_actions()) {
    for (const base::Action& action : actions) {
      const auto* write = std::get_if<base::Write>(&action);
      if (!write || write->link != link || write->octets.front() != 0x81) continue;
      const base::Octets& sent = write->octets;
      const std::size_t length = sent[1] & 0x7fU;
      answers.insert(answers.end(), {0x81, static_cast<std::uint8_t>(length)});
      for (std::size_t i = 0; i < length; ++i) answers.push_back(sent[6 + i] ^ sent[2 + i % 4]);
    }
  }
  return answers;
}

TEST_F(Direct, AFenceProvesNothingOfAnotherConnection) {
  Peer peer(case_of("  needs echo\n  > text \"x\"\n  @b connect\n  @b > text \"y\"\n"
                    "  < text \"x\"\n  @b < text \"y\"\n"),
            {});
  upgrade(peer);
  const base::Octets x = echoed(peer, 0);
  ASSERT_FALSE(x.empty());
  peer.opened(1, at(3));
  peer.received(1, base::octets("HTTP/1.1 101 x\r\n\r\n"), at(4));
  const auto quiet = [&](int milliseconds) {
    ASSERT_TRUE(peer.deadline());
    ASSERT_LE(*peer.deadline(), at(milliseconds));
    peer.woken(at(milliseconds));
  };
  quiet(500);
  const base::Octets fence = echoed(peer, 0);
  ASSERT_FALSE(fence.empty());
  peer.received(0, x, at(501));
  peer.received(0, fence, at(502));
  quiet(1000);  // nothing of the second connection yet, which has not been asked
  EXPECT_FALSE(peer.finished()) << peer.play().evidence.observed;
  const base::Octets asked = echoed(peer, 1);
  ASSERT_FALSE(asked.empty());
  peer.received(1, asked, at(1001));  // now it has: it went on, and left the message out
  if (!peer.finished()) quiet(1500);
  ASSERT_TRUE(peer.finished());
  EXPECT_EQ(peer.play().verdict.reason, "went-on");
}

}  // namespace
}  // namespace wsproof::script
