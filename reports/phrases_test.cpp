#include "reports/phrases.hpp"

#include <gmock/gmock.h>

#include <set>

namespace wsproof::reports {
namespace {

using namespace std::chrono_literals;
using result::CaseResult;
using result::Word;

TEST(Phrases, EveryWordHasItsOwnMarkAndMeaning) {
  std::set<std::string_view> marks;
  std::set<std::string_view> meanings;
  EXPECT_EQ(words_by_weight().size(), static_cast<std::size_t>(Word::not_run) + 1);
  for (const Word word : words_by_weight()) {
    EXPECT_TRUE(marks.insert(mark(word)).second);
    EXPECT_TRUE(meanings.insert(meaning(word)).second);
    EXPECT_EQ(character_count(mark(word)), 1U);
  }
}

TEST(Phrases, AlarmingWordsComeFirst) {
  bool alarming = true;
  for (const Word word : words_by_weight()) {
    EXPECT_LE(is_alarming(word), alarming);
    alarming = is_alarming(word);
  }
}

TEST(Phrases, TimesAreShort) {
  EXPECT_EQ(seconds(4ms), "0.00 s");
  EXPECT_EQ(seconds(114ms), "0.11 s");
  EXPECT_EQ(seconds(12'345ms), "12.3 s");
  EXPECT_EQ(seconds(123s), "2 min 03 s");
  EXPECT_EQ(brief_time(432us), "0.4 ms");
  EXPECT_EQ(brief_time(11'200us), "11 ms");
  EXPECT_EQ(brief_time(5'021ms), "5.02 s");
  EXPECT_EQ(since_begin(432us), "+0.4 ms");
  EXPECT_EQ(since_begin(5021ms), "+5021 ms");
}

TEST(Phrases, FrontCountsCharactersAndNeverCutsOne) {
  EXPECT_EQ(front("grün", 4), "grün");
  EXPECT_EQ(front("grünlich", 4), "grü…");
  EXPECT_EQ(front("grünlich", 1), "…");
  EXPECT_EQ(front("grünlich", 0), "");
  EXPECT_EQ(front("", 3), "");
  EXPECT_EQ(character_count("a…é"), 3U);
  EXPECT_EQ(octets_of("a…é", 2), 4U);
  EXPECT_EQ(octets_of("a…é", 9), 6U);
  EXPECT_EQ(octets_of("a…é", 0), 0U);
}

TEST(Phrases, AFrameIsShownInItsParts) {
  result::Entry entry;
  entry.octets = {0xc1, 0x82, 0x1f, 0x2e, 0x3d, 0x4c, 0x77, 0x47};
  entry.size = 8;
  entry.header_size = 6;
  EXPECT_EQ(frame_hex(entry, 100), "c1 82 1f2e3d4c 7747");
  EXPECT_EQ(frame_hex(entry, 7), "c1 82 1f2e3d4c 77…");
  entry = {};
  entry.octets = {0x81, 0x7e, 0x00, 0x80, 0x61};
  entry.size = 132;
  entry.header_size = 4;
  EXPECT_EQ(frame_hex(entry, 100), "81 7e 0080 61…");
  entry.header_size = 60'000;  // from a results file that nobody wrote
  EXPECT_EQ(frame_hex(entry, 100), "81 7e 008061…");
  entry.octets.clear();
  EXPECT_EQ(frame_hex(entry, 100), "…");
}

TEST(Phrases, TheFailingLineIsFoundInTheScript) {
  CaseResult played;
  played.place = {.file = "a.case", .line = 40, .column = 1, .width = 0};
  played.script = "case x\n  > text \"hi\" rsv=$rsv\n  < failure 1002\n";
  auto& at = played.evidence.failed_at;
  const auto found = [&](result::Place place) {
    at = std::move(place);
    const auto failing = failing_line(played);
    return failing ? std::vector<std::size_t>{failing->index, failing->column, failing->width}
                   : std::vector<std::size_t>{};
  };
  using Place = std::vector<std::size_t>;
  EXPECT_EQ(found({"a.case", 42, 5, 7}), (Place{2, 4, 7}));
  EXPECT_EQ(found({"a.case", 42, 5, 0}), (Place{2, 4, 12}));
  EXPECT_EQ(found({"a.case", 42, 5, 999}), (Place{2, 4, 12}));
  EXPECT_EQ(found({"a.case", 42, 0, 0}), (Place{2, 2, 14}));
  EXPECT_EQ(found({"a.case", 42, 999, 0}), (Place{2, 2, 14}));
  EXPECT_EQ(found({"a.case", 43, 1, 1}), Place{});
  EXPECT_EQ(found({"a.case", 39, 1, 1}), Place{});
  EXPECT_EQ(found({"a.case", 0, 0, 0}), Place{});
  EXPECT_EQ(found({"b.case", 42, 5, 7}), Place{});
}

TEST(Phrases, OnlyWhatTheScriptSentIsToldAsSent) {
  CaseResult played;
  const auto entry = [](std::string text, std::uint32_t line) {
    result::Entry sent;
    sent.kind = result::Entry::Kind::sent;
    sent.text = std::move(text);
    sent.script_line = line;
    return sent;
  };
  EXPECT_EQ(what_was_sent(played), "");
  played.evidence.transcript.entries = {entry("GET / HTTP/1.1", 0), entry("ping", 3),
                                        entry("close 1000", 4)};
  EXPECT_EQ(what_was_sent(played), "ping, then close 1000");
  for (int more = 0; more < 5; ++more)
    played.evidence.transcript.entries.push_back(entry("text", 5));
  EXPECT_EQ(what_was_sent(played), "ping, then close 1000, then text, and 4 more");
}

TEST(Phrases, TheCommandIsOneForAShell) {
  result::Target target;
  EXPECT_EQ(rerun_command(target, "rfc6455/5.5.2/ping"), "wsproof run rfc6455/5.5.2/ping -vv");
  target.arguments = {"ws://127.0.0.1:9001/"};
  EXPECT_EQ(rerun_command(target, "rfc6455/5.2/reserved-bits/rsv=4"),
            "wsproof run rfc6455/5.2/reserved-bits/rsv=4 ws://127.0.0.1:9001/ -vv");
  target.arguments = {"-H", "Origin: it's", "ws://h/?a=1&b=2"};
  EXPECT_EQ(rerun_command(target, "$(rm -rf)"),
            R"(wsproof run '$(rm -rf)' -H 'Origin: it'\''s' 'ws://h/?a=1&b=2' -vv)");
}

}  // namespace
}  // namespace wsproof::reports
