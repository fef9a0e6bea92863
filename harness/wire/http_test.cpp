#include "harness/wire/http.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ostream>
#include <set>

#include "harness/base/random.hpp"

namespace wsproof::wire {

void PrintTo(const HeadIssue& issue, std::ostream* out) {
  *out << issue.line << ':' << issue.column << ' ' << name(issue.kind);
}

void PrintTo(const RequestLine& line, std::ostream* out) {
  *out << '[' << line.method << "][" << line.target << "][" << line.version << ']';
}

void PrintTo(const StatusLine& line, std::ostream* out) {
  *out << '[' << line.version << "][" << line.code << "][" << line.reason << ']';
}

void PrintTo(const Field& field, std::ostream* out) {
  *out << '[' << field.name << "][" << field.value << ']';
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Kind = HeadIssue::Kind;

std::optional<std::size_t> size_of(std::string_view text) {
  return head_size(base::as_octets(text));
}

Head head_of(std::string_view text) { return decode_head(base::as_octets(text)); }

std::vector<HeadIssue> issues_of(std::string_view text) { return issues(head_of(text)); }

// A head with the given field lines and nothing else wrong.
Head head_with(std::initializer_list<std::string> fields) {
  Head head{.start = {"GET / HTTP/1.1"}, .fields = {}, .end = {}};
  for (const std::string& field : fields) head.fields.push_back({field});
  return head;
}

constexpr std::string_view handshake =
    "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n\r\n";

// Octets of which heads are made, so that chance often comes near to one.
base::Octets random_head(base::Random& random, std::size_t size) {
  constexpr std::string_view octets = "\r\n\r\n\r\n \t:,\"\\aB1/.\x7f\xff";
  base::Octets head;
  while (head.size() < size) {
    head.push_back(static_cast<std::uint8_t>(octets.at(random.below(octets.size()))));
  }
  return head;
}

}  // namespace

TEST(HeadSize, EndsBehindTheFirstEmptyLine) {
  struct Row {
    std::string_view text;
    std::optional<std::size_t> size;
  };
  for (const Row& row : {
           Row{"", std::nullopt},
           Row{"GET / HTTP/1.1", std::nullopt},
           Row{"GET / HTTP/1.1\r\n", std::nullopt},
           Row{"GET / HTTP/1.1\r\n\r", std::nullopt},
           Row{"GET / HTTP/1.1\r\n\r\n", 18},
           Row{"GET / HTTP/1.1\r\nA: b\r\n\r\n", 24},
           Row{"GET / HTTP/1.1\r\nA: b\r\n\r\nmore\r\n\r\n", 24},
           Row{"a\n\n", 3},
           Row{"a\r\n\n", 4},
           Row{"a\n\r\n", 4},
           Row{"a\nb\n\r\n\n", 6},
           Row{"a\r\r\n\r\n", 6},
           Row{"a\r\n\r\r\n", std::nullopt},  // a line that holds a CR is not empty
           Row{"a\r\r", std::nullopt},
           Row{"a\r\n \r\n\r\n", 8},  // nor is one that holds a blank
           // The first line is the start line, be it empty.
           Row{"\r\n", std::nullopt},
           Row{"\n", std::nullopt},
           Row{"\n\n", 2},
           Row{"\r\n\r\n", 4},
           Row{"\r\nGET / HTTP/1.1\r\n\r\n", 20},
           Row{"\n\nGET / HTTP/1.1\r\n\r\n", 2},
       }) {
    EXPECT_EQ(size_of(row.text), row.size) << testing::PrintToString(row.text);
  }
}

TEST(HeadSize, IsTheSameHoweverTheOctetsArrive) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    base::Random random(seed);
    const base::Octets octets = random_head(random, random.below(40));
    const auto expected = head_size(octets);
    std::size_t seen = 0;
    std::optional<std::size_t> found;
    while (!found && seen < octets.size()) {
      const std::size_t size = std::min(octets.size(), seen + 1 + random.below(4));
      found = head_size(base::OctetView(octets).first(size), seen);
      seen = size;
    }
    EXPECT_EQ(found, expected) << "seed " << seed << ", " << base::to_hex(octets);
  }
}

TEST(HeadSize, IsWhereDecodingFindsTheEnd) {
  int complete = 0;
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    base::Random random(seed);
    const base::Octets octets = random_head(random, random.below(30));
    for (std::size_t size = 0; size <= octets.size(); ++size) {
      const base::OctetView front = base::OctetView(octets).first(size);
      const Head head = decode_head(front);
      const bool has_end = !head.end.end.empty();
      const bool end_comes_first =
          std::ranges::none_of(head.fields, [](const HeadLine& line) { return line.text.empty(); });
      const bool whole = has_end && end_comes_first;
      ASSERT_EQ(head_size(front) == size, whole) << "seed " << seed << ", " << base::to_hex(front);
      complete += whole ? 1 : 0;
    }
  }
  EXPECT_GT(complete, 1'000);
}

TEST(Head, KeepsLinesAndTheirEnds) {
  const Head head = head_of("GET / HTTP/1.1\r\nA:  b\t\n folded\r\nno end");
  EXPECT_EQ(head, (Head{.start = {"GET / HTTP/1.1", "\r\n"},
                        .fields = {{"A:  b\t", "\n"}, {" folded", "\r\n"}, {"no end", ""}},
                        .end = {"", ""}}));
  EXPECT_EQ(head_of(handshake), (Head{.start = {"GET /chat HTTP/1.1"},
                                      .fields = {{"Host: example.com"}, {"Upgrade: websocket"}},
                                      .end = {}}));
}

TEST(Head, AnyOctetsAreWrittenAgainAsTheyWere) {
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    base::Random random(seed);
    const std::size_t size = random.below(200);
    const base::Octets octets =
        random.below(4) == 0 ? random.octets(size) : random_head(random, size);
    const Head head = decode_head(octets);
    ASSERT_EQ(encode(head), octets) << "seed " << seed;
    ASSERT_EQ(head.end.text, "") << "seed " << seed;
  }
}

TEST(Head, WhatFollowsTheEndIsKeptAsLines) {
  const Head head = head_of("a\r\n\r\nbody\n\n");
  EXPECT_EQ(head,
            (Head{.start = {"a"}, .fields = {{"", "\r\n"}, {"body", "\n"}}, .end = {"", "\n"}}));
}

TEST(RequestLine, IsCutAtItsSingleBlanks) {
  const auto line = [](std::string_view text) { return request_line(head_of(text)); };
  EXPECT_EQ(line("GET /chat?x=1 HTTP/1.1\r\n"), (RequestLine{"GET", "/chat?x=1", "HTTP/1.1"}));
  EXPECT_EQ(line("M-SEARCH * HTTP/1.0\n"), (RequestLine{"M-SEARCH", "*", "HTTP/1.0"}));
  EXPECT_EQ(line("get \xff# HTTP/9.9"), (RequestLine{"get", "\xff#", "HTTP/9.9"}));
  for (const std::string_view text : {"",
                                      " ",
                                      "  ",
                                      "GET",
                                      "GET /",
                                      "GET / ",
                                      "GET  HTTP/1.1",
                                      "GET  / HTTP/1.1",
                                      "GET /  HTTP/1.1",
                                      "GET / HTTP/1.1 ",
                                      " GET / HTTP/1.1",
                                      " / HTTP/1.1",
                                      "GET\t/ HTTP/1.1",
                                      "GET / x HTTP/1.1",
                                      "G(T / HTTP/1.1",
                                      "GET / http/1.1",
                                      "GET / HTTP/1",
                                      "GET / HTTP/1.10",
                                      "GET / HTTP/11",
                                      "GET / HTTP/1,1",
                                      "GET / FOO/1.1",
                                      "HTTP/1.1 101 Switching"}) {
    EXPECT_EQ(line(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(StatusLine, HasThreeDigitsAndMaybeAReason) {
  const auto line = [](std::string_view text) { return status_line(head_of(text)); };
  EXPECT_EQ(line("HTTP/1.1 101 Switching Protocols\r\n"),
            (StatusLine{"HTTP/1.1", 101, "Switching Protocols"}));
  EXPECT_EQ(line("HTTP/1.0 200 \r\n"), (StatusLine{"HTTP/1.0", 200, ""}));
  EXPECT_EQ(line("HTTP/1.1 404"), (StatusLine{"HTTP/1.1", 404, ""}));
  EXPECT_EQ(line("HTTP/1.1 007  \xff"), (StatusLine{"HTTP/1.1", 7, " \xff"}));
  for (const std::string_view text :
       {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 10", "HTTP/1.1 1010", "HTTP/1.1 101OK",
        "HTTP/1.1  101 OK", "HTTP/1.1 1x1 OK", "HTTP/1.1 -10 OK", "http/1.1 101 OK",
        "HTTP/1 101 OK", "HTTP/1.1\t101 OK", "HTTP/1.1 101\tOK", " HTTP/1.1 101 OK",
        "GET / HTTP/1.1"}) {
    EXPECT_EQ(line(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(FieldLine, IsCutAtTheFirstColonWithoutWhiteSpaceAroundTheValue) {
  EXPECT_EQ(field({"Host: example.com:80"}), (Field{"Host", "example.com:80"}));
  EXPECT_EQ(field({"Upgrade:websocket"}), (Field{"Upgrade", "websocket"}));
  EXPECT_EQ(field({"A:\t \tb c\t "}), (Field{"A", "b c"}));
  EXPECT_EQ(field({"A:"}), (Field{"A", ""}));
  EXPECT_EQ(field({"A: \t"}), (Field{"A", ""}));
  EXPECT_EQ(field({": x"}), (Field{"", "x"}));
  EXPECT_EQ(field({"A : x"}), (Field{"A ", "x"}));
  EXPECT_EQ(field({"no colon"}), std::nullopt);
  EXPECT_EQ(field({""}), std::nullopt);
}

TEST(Values, AreThoseOfEveryFieldOfTheNameInOrder) {
  const Head head = head_with({"X: 1", "y: 2", "x:3", "X : 4", "x"});
  EXPECT_THAT(values(head, "x"), ElementsAre("1", "3"));
  EXPECT_THAT(values(head, "Y"), ElementsAre("2"));
  EXPECT_THAT(values(head, "z"), IsEmpty());
}

TEST(Values, FoldedLinesBelongToTheFieldBefore) {
  const Head head =
      head_with({" x: 0", "x: 1", "\t2", "  3 ", "y: 4", " x: 5", "x: 6", "broken", " 7"});
  EXPECT_THAT(values(head, "x"), ElementsAre("1 2 3", "6"));
  EXPECT_THAT(values(head, "y"), ElementsAre("4 x: 5"));
  EXPECT_THAT(values(head, " x"), IsEmpty());
}

TEST(ListValues, AreTheElementsOfAllFieldsOfTheName) {
  const Head head = head_with({"L: a, b ,\tc", "other: x", "l:d"});
  EXPECT_THAT(list_values(head, "L"), ElementsAre("a", "b", "c", "d"));
}

TEST(ListValues, EmptyElementsAreLeftOut) {
  EXPECT_THAT(list_values(head_with({"L: , a,, ,\t,b ,"}), "L"), ElementsAre("a", "b"));
  EXPECT_THAT(list_values(head_with({"L:", "L: ,", "L: , ,"}), "L"), IsEmpty());
}

TEST(ListValues, CommasInsideQuotedStringsDoNotSeparate) {
  const auto list = [](const std::string& value) {
    return list_values(head_with({"L: " + value}), "L");
  };
  EXPECT_THAT(list(R"(a; p="x,y", b)"), ElementsAre(R"(a; p="x,y")", "b"));
  EXPECT_THAT(list(R"("a\",b", c)"), ElementsAre(R"("a\",b")", "c"));
  EXPECT_THAT(list(R"("a\\",b)"), ElementsAre(R"("a\\")", "b"));
  EXPECT_THAT(list(R"(a\,b)"), ElementsAre(R"(a\)", "b"));  // no escape outside of quotes
  EXPECT_THAT(list(R"("", a)"), ElementsAre(R"("")", "a"));
}

TEST(ListValues, AQuotedStringThatNeverEndsEndsWithItsField) {
  EXPECT_THAT(list_values(head_with({R"(L: a, "b, c)", "L: d"}), "L"),
              ElementsAre("a", R"("b, c)", "d"));
  EXPECT_THAT(list_values(head_with({R"(L: "a\)", "L: b"}), "L"), ElementsAre(R"("a\)", "b"));
}

TEST(ListHasToken, ComparesWholeElementsWithoutCase) {
  const Head head = head_with({"Connection: keep-alive, UPGRADE"});
  EXPECT_TRUE(list_has_token(head, "connection", "Upgrade"));
  EXPECT_TRUE(list_has_token(head, "Connection", "Keep-Alive"));
  EXPECT_FALSE(list_has_token(head, "Connection", "Upgrad"));
  EXPECT_FALSE(list_has_token(head, "Connection", "Upgrades"));
  EXPECT_FALSE(list_has_token(head, "Connect", "Upgrade"));
}

TEST(SameToken, FoldsTheAsciiLettersAndNothingElse) {
  EXPECT_TRUE(same_token("WebSocket", "wEBsOCKET"));
  EXPECT_FALSE(same_token("websocket", "websockets"));
  EXPECT_FALSE(same_token("web\xc5\xbfocket", "websocket"));  // U+017F folds to s in Unicode
  int same = 0;
  for (int left = 0; left < 256; ++left) {
    for (int right = 0; right < 256; ++right) {
      const std::array<char, 2> octets{static_cast<char>(left), static_cast<char>(right)};
      same += same_token({octets.data(), 1}, {octets.data() + 1, 1}) ? 1 : 0;
    }
  }
  EXPECT_EQ(same, 256 + 2 * 26);
}

TEST(Issues, AGoodHeadHasNone) {
  EXPECT_THAT(issues_of(handshake), IsEmpty());
  EXPECT_THAT(issues_of("HTTP/1.1 101 \xc3\x9c\tber\r\nX-1!#$%&'*+-.^_`|~: \xff\t\"\r\nE:\r\n\r\n"),
              IsEmpty());
}

TEST(Issues, AreFoundWhereTheyStand) {
  struct Row {
    std::string text;
    std::vector<HeadIssue> issues;
  };
  const std::string get = "GET / HTTP/1.1\r\n";
  const std::vector<Row> rows = {
      {"", {{Kind::bad_start_line, 0, 0}, {Kind::missing_end, 1, 0}}},
      {"GET /\r\n\r\n", {{Kind::bad_start_line, 0, 0}}},
      {"\r\n" + get + "\r\n", {{Kind::bad_start_line, 0, 0}, {Kind::no_colon, 1, 14}}},
      {"GET /a\x01 HTTP/1.1\r\n\r\n", {{Kind::bad_start_line, 0, 6}}},
      {"GET /\tb HTTP/1.1\r\n\r\n", {{Kind::bad_start_line, 0, 5}}},
      {"GET /\xc3\xbc HTTP/1.1\r\n\r\n", {{Kind::bad_start_line, 0, 5}}},
      {"GET /\x7f HTTP/1.1\r\n\r\n", {{Kind::bad_start_line, 0, 5}}},
      {"GET /a\rb HTTP/1.1\r\n\r\n", {{Kind::bare_cr, 0, 6}}},
      {"HTTP/1.1 101 a\x1b[m\r\n\r\n", {{Kind::bad_start_line, 0, 14}}},
      {"GET / HTTP/1.1\n\n", {{Kind::bare_lf, 0, 14}, {Kind::bare_lf, 1, 0}}},
      {get + "A: b\r\n", {{Kind::missing_end, 2, 0}}},
      {get + "A: b", {{Kind::missing_end, 2, 0}}},
      {get + "A: b\nC: d\r\n\r\n", {{Kind::bare_lf, 1, 4}}},
      {get + "A: b\rc\rd\r\n\r\n", {{Kind::bare_cr, 1, 4}}},
      {get + "A: b\r\r\n\r\n", {{Kind::bare_cr, 1, 4}}},
      {get + "A\r: b\r\n\r\n", {{Kind::bare_cr, 1, 1}}},
      {get + "\r\r\n\r\n", {{Kind::bare_cr, 1, 0}, {Kind::no_colon, 1, 1}}},
      {get + "No colon\r\n\r\n", {{Kind::no_colon, 1, 8}}},
      {get + ": x\r\n\r\n", {{Kind::empty_name, 1, 0}}},
      {get + "A: b\r\nA : b\r\n\r\n", {{Kind::blank_before_colon, 2, 1}}},
      {get + "A \t: b\r\n\r\n", {{Kind::blank_before_colon, 1, 1}}},
      {get + "A B: c\r\n\r\n", {{Kind::bad_name_octet, 1, 1}}},
      {get + "A(B) : c\r\n\r\n", {{Kind::bad_name_octet, 1, 1}, {Kind::blank_before_colon, 1, 4}}},
      {get + "\xc3\xbc: c\r\n\r\n", {{Kind::bad_name_octet, 1, 0}}},
      {get + " A: b\r\n\r\n", {{Kind::folded, 1, 0}}},
      {get + "A: b\r\n\tc\x01\r\n\r\n", {{Kind::folded, 2, 0}, {Kind::control_in_value, 2, 2}}},
      {get + "A: b\x7f\r\n\r\n", {{Kind::control_in_value, 1, 4}}},
      {get + std::string("A:\0\0\r\n\r\n", 8), {{Kind::control_in_value, 1, 2}}},
      {get + std::string("A(\0: \x01\r\n\n", 9),
       {{Kind::bad_name_octet, 1, 1}, {Kind::control_in_value, 1, 5}, {Kind::bare_lf, 2, 0}}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(issues_of(row.text), row.issues) << testing::PrintToString(row.text);
  }
}

TEST(Issues, WithoutThemAHeadHasItsShape) {
  // Damage one octet of a good head: either it is still good and has its shape, or it is reported.
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    base::Random random(seed);
    base::Octets octets = base::octets(handshake);
    octets.at(random.below(octets.size())) = static_cast<std::uint8_t>(random.below(256));
    const Head head = decode_head(octets);
    const bool line = request_line(head).has_value();
    const bool fields = std::ranges::all_of(
        head.fields, [](const HeadLine& one) { return field(one).has_value(); });
    const bool whole = head_size(octets) == octets.size();
    ASSERT_TRUE(!issues(head).empty() || (line && fields && whole))
        << "seed " << seed << ", " << testing::PrintToString(base::as_text(octets));
  }
}

TEST(Issues, EveryKindHasAName) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(Kind::control_in_value); ++kind) {
    names.insert(name(static_cast<Kind>(kind)));
  }
  EXPECT_EQ(names.size(), 10U);
  EXPECT_FALSE(names.contains(""));
}

TEST(Http, AMegabyteOfAnythingTakesNoTime) {
  constexpr std::size_t size = 1U << 20U;
  for (const std::string_view unit :
       {"\n", "\r", "\r\n", "a", "a\n", "a\r\n", ":", " \n", "a: \"\n", ",", "\"", "\\", "a:,\n",
        "x: ,\"\\\",\n", "\r\r\n"}) {
    std::string text = "GET / HTTP/1.1\r\nL: ";
    while (text.size() < size) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    const Head head = head_of(text);
    ASSERT_EQ(encode(head), base::octets(text));
    (void)issues(head);
    (void)list_values(head, "L");
    (void)list_values(head, "a");
    for (std::size_t seen = 0; seen < size; ++seen) {
      if (head_size(base::as_octets(text).first(seen + 1), seen)) break;
    }
    // Quadratic work would take minutes; the bound is wide so that a busy machine does not fail.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10))
        << testing::PrintToString(unit);
  }
}

}  // namespace wsproof::wire
