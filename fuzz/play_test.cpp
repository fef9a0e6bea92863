// How two codecs are compared: what is a difference, and what it is called.
#include "fuzz/play.hpp"

#include <gtest/gtest.h>

namespace wsproof::fuzz {

namespace {

Event message(std::string_view text) { return {WSPROOF_MESSAGE, 1, 0, base::octets(text)}; }
Event ping(std::string_view text) { return {WSPROOF_PING, 0, 0, base::octets(text)}; }
Event failure(unsigned code, std::string_view why = "") {
  return {WSPROOF_FAILURE, 0, code, base::octets(why)};
}

struct Comparison {
  const char* name;
  std::vector<Event> reference, codec;
  std::string difference;
};

TEST(Difference, HasAWordForEachKind) {
  const Comparison all[] = {
      {"the same", {message("a"), ping("p")}, {message("a"), ping("p")}, ""},
      {"nothing", {}, {}, ""},
      {"fails later", {message("a"), failure(1002, "x")}, {message("a")}, ""},
      {"no code", {failure(1002, "x")}, {failure(0)}, ""},
      {"another code", {failure(1007, "x")}, {failure(1002)}, "code: 1002 not 1007: x"},
      {"too big, and wrong besides", {failure(1009, "too big")}, {failure(1007)}, ""},
      {"goes on", {failure(1002, "reserved bit")}, {message("a")}, "accepts: reserved bit"},
      {"refuses", {message("a")}, {failure(1002)}, "refuses: text"},
      {"refuses what is unfinished", {}, {failure(1002)}, "refuses: what came last"},
      {"other octets", {message("a")}, {message("b")}, "differs: text"},
      {"another kind", {message("a")}, {ping("a")}, "says: ping, not text"},
      {"lost", {message("a"), ping("p")}, {message("a")}, "lost: ping"},
      {"made up", {}, {ping("p")}, "makes up: ping"},
  };
  for (const Comparison& one : all) {
    EXPECT_EQ(difference(one.reference, one.codec), one.difference) << one.name;
  }
}

TEST(Difference, KnownOnesAreNamedByTheCodec) {
  const char* const known[] = {"accepts: reserved bit", "code: *", nullptr};
  wsproof_codec codec{};
  EXPECT_FALSE(is_known(codec, "accepts: reserved bit"));
  codec.known = known;
  EXPECT_TRUE(is_known(codec, "accepts: reserved bit"));
  EXPECT_FALSE(is_known(codec, "lost: ping"));
  EXPECT_FALSE(is_known(codec, "accepts: reserved bit too"));
  EXPECT_TRUE(is_known(codec, "code: 1002 not 1007: close code"));
  EXPECT_FALSE(is_known(codec, "by the cut code: 1002 not 1007: close code"));
}

TEST(Reference, TellsWhatCameUpToWhatEndsIt) {
  const wsproof_codec_settings settings{1, 0, 0, 15, 65536};
  const auto octets = *base::from_hex("8901 70 0101 c3 8001 a4 8802 03e8 8901 70");
  const auto whole = play(reference_codec(), settings, octets, {});
  EXPECT_EQ(describe(whole), "ping 70 | text c3a4 | close 1000 ");
  EXPECT_EQ(play(reference_codec(), settings, octets, base::Octets{0}), whole);
  const auto bad = *base::from_hex("c100 8901 70");
  EXPECT_EQ(describe(play(reference_codec(), settings, bad, {})), "failure 1002 (reserved bit)");
}

}  // namespace

}  // namespace wsproof::fuzz
