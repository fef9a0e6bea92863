// The words of the case language about permessage-deflate.
#include <gtest/gtest.h>

#include <string>

#include "harness/lab/lab.hpp"
#include "harness/script/expand.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/parser.hpp"

namespace wsproof::script {
namespace {

Case case_of(const std::string& lines) {
  const std::string text =
      "section 1 \"Planted\"\n\ncase planted\n  \"Something is checked.\"\n"
      "  checks 7692-6.1-1\n" +
      lines;
  const ParseResult parsed = parse(text, "planted.case", "planted");
  for (const Diagnostic& error : parsed.errors) ADD_FAILURE() << show(error);
  return expand(parsed.file.cases.at(0)).at(0);
}

// The verdict against the reference with these quirks: "pass", "fail: why".
std::string verdict(const std::string& lines, const std::string& quirk = {},
                    wire::Role target = wire::Role::server) {
  lab::Experiment experiment;
  experiment.target = target;
  experiment.settings.extension_offer = "permessage-deflate; client_max_window_bits";
  if (!quirk.empty()) endpoint::find_quirk(quirk)->apply(experiment.quirks);
  const Play play = lab::play(case_of(lines), experiment);
  std::string words(result::name(play.verdict.word));
  return play.verdict.reason.empty() ? words : words + ": " + play.verdict.reason;
}

constexpr const char* hello = "  needs  deflate echo\n  > text hex\"f2 48 cd c9 c9 07 00\" rsv=4\n";

TEST(DeflateWords, ACompressedMessageIsComparedInflated) {
  for (const wire::Role target : {wire::Role::server, wire::Role::client}) {
    EXPECT_EQ(verdict(std::string(hello) + "  < text \"Hello\"\n", "", target), "pass");
    EXPECT_EQ(verdict(std::string(hello) + "  < text \"Hallo\"\n", "", target),
              "fail: unexpected-text-for-text");
  }
  EXPECT_EQ(verdict(std::string(hello) + "  < text \"Hello\"\n", "leaves-the-tail"),
            "fail: unexpected-strange-for-text");
}

TEST(DeflateWords, WhatANeedIsNotMetIsUnsupported) {
  EXPECT_EQ(verdict(std::string(hello) + "  < text \"Hello\"\n", "declines-deflate"),
            "unsupported: needs-deflate");
}

TEST(DeflateWords, ALineCanAskHowAMessageWasCompressed) {
  const std::string again = std::string(hello) + "  < text \"Hello\"\n  > text \"Hello\"\n";
  EXPECT_EQ(verdict(again + "  < text \"Hello\" compressed\n"), "pass");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" compressed\n", "never-compresses"),
            "fail: unexpected-text-for-text");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" uncompressed\n"), "fail: unexpected-text-for-text");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" uncompressed\n", "never-compresses"), "pass");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" alone\n"), "fail: unexpected-text-for-text");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" alone\n", "forgets-sent-context"), "pass");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" reaching\n"), "pass");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" within 5\n"), "pass");
  EXPECT_EQ(verdict(again + "  < text \"Hello\" within 4\n"), "fail: unexpected-text-for-text");
}

TEST(DeflateWords, AnExtensionIsLookedAtPartByPart) {
  const std::string offer =
      "  needs  handshake\n  handshake\n    Sec-WebSocket-Extensions: permessage-deflate; "
      "server_max_window_bits=10\n  < status 101\n  < extension ";
  EXPECT_EQ(verdict(offer + "permessage-deflate\n"), "pass");
  EXPECT_EQ(verdict(offer + "permessage-deflate with server_max_window_bits\n"), "pass");
  EXPECT_EQ(verdict(offer + "permessage-deflate with server_max_window_bits 8..10\n"), "pass");
  EXPECT_EQ(verdict(offer + "permessage-deflate with server_max_window_bits 8..9 15\n"),
            "fail: unexpected-status-101-for-extension");
  EXPECT_EQ(verdict(offer + "permessage-deflate without server_max_window_bits\n"),
            "fail: unexpected-status-101-for-extension");
  EXPECT_EQ(verdict(offer + "permessage-deflate without client_max_window_bits\n"), "pass");
  EXPECT_EQ(verdict(offer + "permessage-deflate absent\n"),
            "fail: unexpected-status-101-for-extension");
  EXPECT_EQ(verdict(offer + "permessage-deflate absent\n", "declines-deflate"), "pass");
  EXPECT_EQ(verdict(offer + "permessage-deflate\n", "answers-deflate-twice"),
            "fail: unexpected-status-101-for-extension");
  EXPECT_EQ(verdict(offer + "permessage-deflate with server_max_window_bits 8..10\n",
                    "answers-window-bits-with-zero"),
            "fail: unexpected-status-101-for-extension");
}

TEST(DeflateWords, AgreedIsAPreconditionAndNoVerdict) {
  const std::string lines =
      "  needs  echo\n  handshake\n    Sec-WebSocket-Extensions: permessage-deflate\n"
      "  < agreed permessage-deflate without client_no_context_takeover\n"
      "  > text hex\"f2 48 cd c9 c9 07 00\" rsv=4\n  < text \"Hello\"\n";
  EXPECT_EQ(verdict(lines), "pass");
  EXPECT_EQ(verdict(lines, "declines-deflate"), "unsupported: does-not-agree-to-this");
  EXPECT_EQ(verdict(lines, "asks-for-no-context-takeover"), "unsupported: does-not-agree-to-this");
}

base::Result<Value> value_of(const std::string& expression) {
  const Case c =
      case_of("  needs  echo\n  let $x = " + expression + "\n  > text $x\n  < text $x\n");
  base::Random random(1);
  return evaluate(std::get<Expression>(std::get<Let>(c.steps.at(0)).value), {}, random);
}

std::string hex_of(const std::string& expression) {
  const auto value = value_of(expression);
  return value ? base::to_hex(to_octets(*value)) : value.error().message;
}

std::string text_of(const std::string& expression) {
  const auto value = value_of(expression);
  return value ? std::string(base::as_text(to_octets(*value))) : value.error().message;
}

TEST(DeflateFunctions, TheyMakeCompressedMessages) {
  EXPECT_EQ(hex_of("deflate(\"Hello\")"), "f248cdc9c90700");
  EXPECT_EQ(hex_of("deflate_after(\"Hello\", \"Hello\")"), "f200110000");
  EXPECT_EQ(hex_of("deflate(\"\")"), "00");
  EXPECT_EQ(text_of("inflate(deflate_flushed(\"Hello\", 2))"), "Hello");
  EXPECT_EQ(text_of("inflate(deflate_window(\"Hello\", 8))"), "Hello");
}

TEST(DeflateFunctions, BlocksAreJoinedByPlus) {
  EXPECT_EQ(hex_of("blocks(fixed(literals(\"Hello\")))"), "f248cdc9c90700");
  EXPECT_EQ(hex_of("blocks(final(fixed(literals(\"Hello\"))))"), "f348cdc9c9070000");
  EXPECT_EQ(hex_of("blocks(stored(\"Hello\"))"), "000500faff48656c6c6f00");
  EXPECT_EQ(text_of("inflate(blocks(stored(\"ab\") + dynamic(literals(\"c\") + match(6, 3)) + "
                    "final(stored(\"\")) + fixed(match(3, 9))))"),
            "abcabcabcabc");
}

TEST(DeflateFunctions, MistakesAreExplained) {
  EXPECT_EQ(text_of("match(2, 1)"), "match: a length of 2 is not one of 3..258");
  EXPECT_EQ(text_of("match(3, 32769)"), "match: a distance of 32769 is not one of 1..32768");
  EXPECT_EQ(text_of("fixed(\"Hello\")"),
            "fixed: what stands inside of it is literals(…) and match(…)");
  EXPECT_EQ(text_of("blocks(\"Hello\")"),
            "blocks: what stands inside of it is stored(…), fixed(…) and dynamic(…)");
  EXPECT_EQ(text_of("final(literals(\"Hello\"))"),
            "final: it takes one block: stored(…), fixed(…) or dynamic(…)");
  EXPECT_EQ(text_of("inflate(\"Hello\")").substr(0, 49),
            "inflate: these octets are no whole compressed mes");
  EXPECT_EQ(text_of("deflate_window(\"Hello\", 16)"),
            "deflate_window: 16 is not one of the window bits 8..15");
}

}  // namespace
}  // namespace wsproof::script
