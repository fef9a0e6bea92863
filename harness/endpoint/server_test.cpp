#include "harness/endpoint/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "harness/endpoint/corpus_test.hpp"

namespace wsproof::endpoint {
namespace {

using wire::Role;

constexpr base::Time start_time{};

/// What the actions write on one link.
base::Octets written(const std::vector<base::Action>& actions, base::Link link) {
  base::Octets all;
  for (const base::Action& action : actions) {
    const auto* write = std::get_if<base::Write>(&action);
    if (write != nullptr && write->link == link) base::append(all, write->octets);
  }
  return all;
}

bool drops(const std::vector<base::Action>& actions, const base::Drop& drop) {
  return std::ranges::find(actions, base::Action(drop)) != actions.end();
}

void connect(EchoServer& server, base::Link link) {
  server.opened(link, start_time);
  server.received(link, request(), start_time);
}

TEST(EchoServer, ServesManyLinks) {
  EchoServer server({});
  server.start(start_time);
  for (base::Link link = 0; link < 3; ++link) connect(server, link);
  static_cast<void>(server.take_actions());
  for (base::Link link = 0; link < 3; ++link) {
    server.received(link, encode(Role::server, text(std::to_string(link))), start_time);
  }
  const auto actions = server.take_actions();
  for (base::Link link = 0; link < 3; ++link) {
    EXPECT_EQ(shown_frames(written(actions, link), Role::server), "text " + std::to_string(link));
  }
  EXPECT_TRUE(server.take_actions().empty());
  EXPECT_FALSE(server.finished());
}

TEST(EchoServer, FreesClosedLinks) {
  EchoServer server({});
  connect(server, 0);
  connect(server, 1);
  server.received(0, encode(Role::server, close(1000)), start_time);
  EXPECT_EQ(server.links(), 2U);
  server.ended(0, base::Ending::eof, start_time);
  EXPECT_EQ(server.links(), 1U);
  EXPECT_TRUE(drops(server.take_actions(), {0}));
  server.received(0, encode(Role::server, text("a")), start_time);
  EXPECT_TRUE(server.take_actions().empty());
}

TEST(EchoServer, DropsLinksAboveItsLimit) {
  Settings settings;
  settings.max_links = 2;
  EchoServer server(settings);
  for (base::Link link = 0; link < 3; ++link) connect(server, link);
  EXPECT_EQ(server.links(), 2U);
  EXPECT_TRUE(drops(server.take_actions(), {2}));
}

TEST(EchoServer, WakesTheLinkThatIsDue) {
  EchoServer server({});
  server.opened(0, start_time);
  server.opened(1, start_time + std::chrono::seconds(5));
  ASSERT_EQ(server.deadline(), start_time + std::chrono::seconds(30));
  server.woken(start_time + std::chrono::seconds(30));
  const auto actions = server.take_actions();
  EXPECT_TRUE(base::as_text(written(actions, 0)).starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(written(actions, 1).empty());
}

TEST(EchoServer, GoesOnAfterAFailureUnlessAQuirkSaysOtherwise) {
  for (const Check survival : {Check::on, Check::off}) {
    Quirks quirks;
    quirks.failure.survival = survival;
    EchoServer server({}, quirks);
    connect(server, 0);
    connect(server, 1);
    server.received(0, encode(Role::server, coded(3)), start_time);
    connect(server, 2);
    const bool dead = survival == Check::off;
    EXPECT_EQ(server.links(), dead ? 0U : 3U);
    const auto actions = server.take_actions();
    EXPECT_EQ(drops(actions, {1, true}), dead);
    EXPECT_EQ(drops(actions, {2, true}), dead);
  }
}

Quirks unread(Unread what) {
  Quirks quirks;
  quirks.server.unread = what;
  return quirks;
}

TEST(EchoServer, AResetBeforeTheAnswerCouldComeIsDeadlyByAQuirkOnly) {
  for (const bool deadly : {false, true}) {
    Quirks quirks;
    if (deadly) quirks.server.lost_answers = Check::off;
    EchoServer server({}, quirks);
    connect(server, 0);
    server.ended(0, base::Ending::reset, start_time + std::chrono::milliseconds(1));
    connect(server, 1);
    connect(server, 2);
    server.received(1, encode(Role::server, text("a")), start_time);
    server.ended(1, base::Ending::reset, start_time);
    EXPECT_EQ(drops(server.take_actions(), {2, true}), deadly);
  }
}

TEST(EchoServer, WhoDoesNotReadKeepsNobodyWaitingUnlessAQuirkSaysSo) {
  for (const Unread what : {Unread::kept, Unread::waited_for}) {
    EchoServer server({}, unread(what));
    connect(server, 0);
    connect(server, 1);
    static_cast<void>(server.take_actions());
    server.clogged(0, true, start_time);
    server.received(1, encode(Role::server, text("a")), start_time);
    server.received(1, encode(Role::server, text("b")), start_time);
    const bool waits = what == Unread::waited_for;
    EXPECT_EQ(shown_frames(written(server.take_actions(), 1), Role::server),
              waits ? "" : "text a | text b");
    server.clogged(0, false, start_time);
    EXPECT_EQ(shown_frames(written(server.take_actions(), 1), Role::server),
              waits ? "text a | text b" : "");
  }
}

TEST(EchoServer, WhoDoesNotReadMayBeGivenUp) {
  for (const Unread what : {Unread::kept, Unread::reset, Unread::closed}) {
    EchoServer server({}, unread(what));
    connect(server, 0);
    server.clogged(0, true, start_time);
    EXPECT_EQ(server.links(), what == Unread::kept ? 1U : 0U);
    const auto actions = server.take_actions();
    EXPECT_EQ(drops(actions, {0, true}), what == Unread::reset);
    EXPECT_EQ(drops(actions, {0, false}), what == Unread::closed);
  }
}

TEST(EchoServer, WhatIsNotReadIsLostByAQuirkOnly) {
  for (const Unread what : {Unread::kept, Unread::lost}) {
    EchoServer server({}, unread(what));
    connect(server, 0);
    server.clogged(0, true, start_time);
    server.clogged(0, false, start_time);
    static_cast<void>(server.take_actions());
    const base::Octets sent = encode(Role::server, text("abcdef"));
    server.received(0, sent, start_time);
    EXPECT_EQ(written(server.take_actions(), 0).size(), what == Unread::kept ? 8U : 4U);
  }
}

TEST(EchoClient, OpensOneLinkAndEchoes) {
  EchoClient client({});
  client.start(start_time);
  EXPECT_EQ(client.take_actions(), std::vector<base::Action>{base::Open{0}});
  client.opened(0, start_time);
  const base::Octets asked = written(client.take_actions(), 0);
  const auto key = wire::values(wire::decode_head(asked), "Sec-WebSocket-Key");
  base::Octets answer = response(key.front());
  base::append(answer, encode(Role::client, text("hi")));
  client.received(0, answer, start_time);
  EXPECT_EQ(shown_frames(written(client.take_actions(), 0), Role::client), "text hi");
  client.received(0, encode(Role::client, close(1000)), start_time);
  EXPECT_EQ(shown_frames(written(client.take_actions(), 0), Role::client), "close 1000");
  EXPECT_FALSE(client.finished());
  client.ended(0, base::Ending::eof, start_time);
  EXPECT_TRUE(drops(client.take_actions(), {0}));
  EXPECT_TRUE(client.finished());
  EXPECT_FALSE(client.failed());
}

TEST(EchoClient, IsFinishedWhenRefused) {
  EchoClient client({});
  client.start(start_time);
  client.refused(0, "nobody listens", start_time);
  EXPECT_TRUE(client.finished());
  EXPECT_TRUE(client.failed());
  EXPECT_FALSE(client.deadline());
}

/// Two parties, octets carried at once: the reference talks to itself.
TEST(EchoServer, AndEchoClientUnderstandEachOther) {
  EchoServer server({});
  EchoClient client({});
  client.start(start_time);
  static_cast<void>(client.take_actions());
  server.opened(0, start_time);
  client.opened(0, start_time);
  server.received(0, written(client.take_actions(), 0), start_time);
  client.received(0, written(server.take_actions(), 0), start_time);
  EXPECT_FALSE(client.failed());
  EXPECT_FALSE(client.deadline());
}

}  // namespace
}  // namespace wsproof::endpoint
