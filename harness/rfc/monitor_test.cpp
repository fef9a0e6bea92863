#include "harness/rfc/monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "harness/base/check.hpp"
#include "harness/base/random.hpp"
#include "harness/rfc/conversations.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::rfc {

void PrintTo(const Finding& finding, std::ostream* out) {
  *out << finding.requirement << " (" << finding.explanation << ' ' << base::to_hex(finding.octets)
       << ')';
}

namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

void feed(Monitor& monitor, Turn::By by, base::OctetView octets) {
  switch (by) {
    case Turn::By::watched:
      return monitor.watched_sent(octets);
    case Turn::By::other:
      return monitor.other_sent(octets);
    case Turn::By::end:
      return monitor.watched_ended(base::Ending::eof);
  }
}

std::vector<Finding> judge(const Conversation& conversation) {
  Monitor monitor(conversation.watched);
  for (const Turn& turn : conversation.turns) feed(monitor, turn.by, turn.octets);
  return monitor.findings();
}

// The same with one turn coming in two pieces.
std::vector<Finding> judge_cut(const Conversation& conversation, const Turn& cut, std::size_t at) {
  Monitor monitor(conversation.watched);
  for (const Turn& turn : conversation.turns) {
    const base::OctetView octets(turn.octets);
    feed(monitor, turn.by, &turn == &cut ? octets.first(at) : octets);
    if (&turn == &cut) feed(monitor, turn.by, octets.subspan(at));
  }
  return monitor.findings();
}

std::vector<Finding> judge_octet_by_octet(const Conversation& conversation) {
  Monitor monitor(conversation.watched);
  for (const Turn& turn : conversation.turns) {
    if (turn.by == Turn::By::end) feed(monitor, turn.by, {});
    for (const std::uint8_t& octet : turn.octets) feed(monitor, turn.by, {&octet, 1});
  }
  return monitor.findings();
}

std::vector<std::string> ids(const std::vector<Finding>& findings) {
  std::vector<std::string> result;
  result.reserve(findings.size());
  for (const Finding& finding : findings) result.push_back(finding.requirement);
  return result;
}

// What must hold of findings about anything.
void expect_well_formed(const std::vector<Finding>& findings) {
  std::set<std::string> seen;
  for (const Finding& finding : findings) {
    SCOPED_TRACE(testing::PrintToString(finding));
    EXPECT_NE(find_requirement(finding.requirement), nullptr);
    EXPECT_TRUE(seen.insert(finding.requirement).second) << "each requirement once";
    EXPECT_TRUE(finding.explanation.ends_with('.'));
    EXPECT_LE(finding.explanation.size(), 1000U);
    EXPECT_TRUE(wire::is_utf8(base::as_octets(finding.explanation)));
    EXPECT_TRUE(std::ranges::none_of(finding.explanation, [](char octet) {
      return static_cast<unsigned char>(octet) < 0x20U || octet == 0x7F;
    })) << "target text is escaped";
    EXPECT_LE(finding.octets.size(), 64U);
  }
}

TEST(EveryConversation, ShowsWhatItBreaksAndNothingElse) {
  for (const Conversation& conversation : all_conversations()) {
    const auto findings = judge(conversation);
    EXPECT_THAT(ids(findings), ElementsAreArray(conversation.broken))
        << conversation.name << testing::PrintToString(findings);
    expect_well_formed(findings);
  }
}

TEST(EveryConversation, IsJudgedTheSameHoweverItIsCut) {
  constexpr std::size_t most_cuts = 500;  // beyond them a text only goes on
  std::set<base::Octets> done;            // many conversations begin alike
  for (const Conversation& conversation : all_conversations()) {
    const auto whole = judge(conversation);
    EXPECT_EQ(judge_octet_by_octet(conversation), whole) << conversation.name;
    for (const Turn& turn : conversation.turns) {
      if (!done.insert(turn.octets).second) continue;
      for (std::size_t at = 0; at < std::min(turn.octets.size(), most_cuts); ++at)
        ASSERT_EQ(judge_cut(conversation, turn, at), whole) << conversation.name << " at " << at;
    }
  }
}

TEST(EveryConversation, HasANameOfItsOwn) {
  std::set<std::string> names;
  for (const Conversation& conversation : all_conversations())
    EXPECT_TRUE(names.insert(conversation.name).second) << conversation.name;
}

TEST(EveryConversation, BreaksOnlyWhatBindsTheWatchedSide) {
  for (const Conversation& conversation : all_conversations()) {
    const std::string_view side = conversation.watched == wire::Role::client ? "client" : "server";
    for (const std::string& id : conversation.broken) {
      const Requirement* row = find_requirement(id);
      ASSERT_NE(row, nullptr) << id;
      EXPECT_TRUE(row->binds == "both" || row->binds == side) << id << " binds " << row->binds;
    }
  }
}

// ---------------------------------------------------------------------------------------------

std::string read(const std::string& path) {
  std::ifstream file(std::string(WSPROOF_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Conversations, ProvokeEveryRequirementThatTheMonitorNames) {
  std::set<std::string> provoked;
  for (const Conversation& conversation : all_conversations())
    provoked.insert(conversation.broken.begin(), conversation.broken.end());
  const std::regex id("\"([0-9]{4}-[0-9.]+-[0-9]+)\"");
  std::set<std::string> named;
  for (const std::string part :
       {"", "_deflate", "_extensions", "_frames", "_head", "_request", "_response"}) {
    const std::string source = read("harness/rfc/monitor" + part + ".cpp");
    ASSERT_FALSE(source.empty()) << part;
    for (std::sregex_iterator match(source.begin(), source.end(), id), end; match != end; ++match)
      named.insert((*match)[1]);
  }
  EXPECT_EQ(provoked, named);
}

TEST(Monitor, SaysWhichFrameAndWithWhichNumbers) {
  const base::Octets request = base::octets(good_request());
  base::Octets answer = base::octets(good_response());
  base::append(answer, encode({{.payload = "a"}, {.opcode = 9, .payload = std::string(126, 'x')}},
                              wire::Role::server));
  Monitor monitor(wire::Role::server);
  monitor.other_sent(request);
  monitor.watched_sent(answer);
  ASSERT_EQ(monitor.findings().size(), 1U);
  EXPECT_EQ(monitor.findings()[0].explanation,
            "Frame 2 (ping) announces 126 octets; a control frame has at most 125.");
  EXPECT_EQ(base::to_hex(monitor.findings()[0].octets), "897e007e");
}

TEST(Monitor, ShowsHostileTextEscapedAndShort) {
  Monitor monitor(wire::Role::server);
  monitor.other_sent(base::octets(good_request()));
  const std::string evil = "\xE2\x80\xAE" + std::string(500, 'A');
  monitor.watched_sent(base::octets(good_response("Sec-WebSocket-Protocol: " + evil + "\r\n")));
  expect_well_formed(monitor.findings());
  ASSERT_THAT(ids(monitor.findings()), ElementsAreArray({"6455-4.2.2-12", "6455-4.2.2-15"}));
  EXPECT_THAT(monitor.findings()[1].explanation, testing::HasSubstr("\\u{202e}AAA"));
  EXPECT_LT(monitor.findings()[1].explanation.size(), 200U);
}

TEST(Monitor, DoesNotCallAResetResponseIncomplete) {
  Monitor monitor(wire::Role::server);
  monitor.other_sent(base::octets(good_request()));
  monitor.watched_sent(base::octets("HTTP/1.1 400 Bad"));
  monitor.watched_ended(base::Ending::reset);
  EXPECT_THAT(monitor.findings(), IsEmpty());
}

TEST(Monitor, MayBeMoved) {
  Monitor monitor(wire::Role::server);
  monitor.other_sent(base::octets(good_request()));
  monitor.watched_sent(base::octets(good_response()));
  Monitor moved = std::move(monitor);
  moved.watched_sent(encode({{.rsv = 1}}, wire::Role::server));
  EXPECT_THAT(ids(moved.findings()), ElementsAreArray({"6455-5.2-2"}));
}

TEST(Monitor, TakesLongMessagesInItsStride) {
  Monitor monitor(wire::Role::server);
  monitor.other_sent(base::octets(good_request()));
  monitor.watched_sent(base::octets(good_response()));
  const base::Octets half(std::size_t{4} << 20U, 'x');
  monitor.watched_sent(encode({{.length = 2 * half.size() + 1}}, wire::Role::server));
  monitor.watched_sent(half);
  monitor.watched_sent(half);
  EXPECT_THAT(monitor.findings(), IsEmpty());
  monitor.watched_sent(base::octets("\xFF"));
  EXPECT_THAT(ids(monitor.findings()), ElementsAreArray({"6455-5.6-1"}));
}

// ---------------------------------------------------------------------------------------------

// Octets that often come near to what a monitor looks for.
base::Octets random_octets(base::Random& random, wire::Role sender) {
  switch (random.below(5)) {
    case 0:
      return base::octets(good_request());
    case 1:
      return base::octets(good_response("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
    case 2:
      return encode({{.opcode = static_cast<std::uint8_t>(random.below(16)),
                      .payload = std::string(random.below(200), '\x80'),
                      .fin = random.below(2) == 0,
                      .rsv = static_cast<std::uint8_t>(random.below(8)),
                      .masked = random.below(8) == 0 ? std::optional(true) : std::nullopt}},
                    sender);
    case 3: {
      base::Octets text =
          base::octets(sender == wire::Role::client ? good_request() : good_response());
      for (std::uint64_t left = random.below(4); left > 0; --left)
        text[random.below(text.size())] = static_cast<std::uint8_t>(random.below(256));
      return text;
    }
    default:
      return random.octets(random.below(300));
  }
}

TEST(Monitor, SurvivesNonsense) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    base::Random random(seed);
    const auto watched = random.below(2) == 0 ? wire::Role::client : wire::Role::server;
    Conversation conversation{.name = "", .watched = watched, .turns = {}, .broken = {}};
    for (std::uint64_t left = random.below(8); left > 0; --left) {
      const auto by = random.below(2) == 0 ? Turn::By::watched : Turn::By::other;
      const auto sender = by == Turn::By::watched ? watched : wire::other(watched);
      conversation.turns.push_back({by, random_octets(random, sender)});
    }
    expect_well_formed(judge(conversation));
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

}  // namespace

}  // namespace wsproof::rfc
