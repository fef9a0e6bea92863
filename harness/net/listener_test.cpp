#include "harness/net/listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "harness/net/clock.hpp"
#include "harness/net/scripted_party_test.hpp"

namespace wsproof::net {
namespace {

using base::Link;
using std::chrono::milliseconds;
using test::Echo;
using test::quick;
using test::Scripted;
using test::Serving;
using testing::ElementsAre;

TEST(Listener, LocalhostListensOnBothFamiliesWithOnePort) {
  const Listener listener = Listener::open("localhost", 0).value();
  const std::uint16_t port = listener.port();
  EXPECT_NE(port, 0);
  EXPECT_THAT(listener.addresses(), ElementsAre(Address{"127.0.0.1", port}, Address{"::1", port}));
}

TEST(Listener, TheWildcardIsReachedThroughLoopback) {
  EXPECT_EQ(Listener::open("0.0.0.0", 0)->destination().host, "127.0.0.1");
  EXPECT_EQ(Listener::open("::", 0)->destination().host, "::1");
}

TEST(Listener, ATakenPortIsAnError) {
  const Listener first = Listener::open("127.0.0.1", 0).value();
  const auto second = Listener::open("127.0.0.1", first.port());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().message,
            "cannot listen on " + to_string(first.addresses()[0]) + ": address already in use");
}

TEST(Listener, SomebodyElsesAddressIsAnError) {
  const auto listener = Listener::open("192.0.2.1", 0);
  ASSERT_FALSE(listener.has_value());
  EXPECT_EQ(listener.error().message,
            "cannot listen on 192.0.2.1:0: cannot assign requested address");
}

TEST(Listener, FurtherConnectionsWaitUntilThereIsRoom) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_opened = [](Scripted& me, Link link) { me.write(link, "welcome"); };
  server.on_end = [](Scripted& me, Link link) { me.drop(link); };
  ListenerLimits limits;
  limits.connections = 2;
  Serving serving(server, "127.0.0.1", limits);
  Pump pump(serving.destination(), quick());
  std::vector<std::unique_ptr<Scripted>> clients;
  int welcomed = 0;
  for (int i = 0; i < 20; ++i) {
    Scripted& client = *clients.emplace_back(std::make_unique<Scripted>());
    client.on_received = [](Scripted& me, Link, base::OctetView) { me.done = true; };
    pump.add({&client, [&](const PartyReport& report) {
                welcomed += client.received_text == "welcome" && !report.cut_short() ? 1 : 0;
              }});
  }
  pump.run();
  EXPECT_EQ(welcomed, 20);
  const ListenerReport report = serving.finish();
  EXPECT_EQ(report.accepted, 20);
  EXPECT_LE(report.most_at_once, 2);
}

TEST(Listener, ReadingPausesWhileTooMuchIsUnsent) {
  Echo echo;
  ListenerLimits limits;
  limits.unsent = 100'000;
  Serving serving(echo, "127.0.0.1", limits);
  constexpr std::size_t much = 8 << 20;
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) { me.write(link, std::string(much, 'e')); };
  client.on_received = [](Scripted& me, Link, base::OctetView) {
    me.done = me.received_text.size() == much;
  };
  const PartyReport report = play(client, serving.destination(), quick());
  EXPECT_FALSE(report.cut_short()) << report.why;
  EXPECT_EQ(report.octets_in, much);
}

// One connection asks for much and does not read it; on another one it hears when the server
// notices.
TEST(Listener, WhatIsNotReadClogsItsPartyUntilItIsRead) {
  constexpr std::size_t much = 1 << 20;
  Scripted server;
  std::vector<bool> clogs;
  server.on_start = [](Scripted&) {};
  server.on_received = [](Scripted& me, Link link, base::OctetView octets) {
    if (base::as_text(octets) == "much") me.write(link, std::string(much, 'm'));
  };
  server.on_clogged = [&](Scripted& me, Link link, bool so) {
    clogs.push_back(so);
    if (so) me.write(1 - link, "clogged");
  };
  ListenerLimits limits;
  limits.unsent = 100'000;
  Serving serving(server, "127.0.0.1", limits);
  Scripted client;
  int open = 0;
  std::size_t before = 0;
  client.on_start = [](Scripted& me) {
    me.open(0, true);
    me.open(1);
  };
  client.on_opened = [&open](Scripted& me, Link) {
    if (++open < 2) return;
    me.read(0, false);
    me.write(0, "much");
  };
  client.on_received = [&before](Scripted& me, Link link, base::OctetView) {
    if (link == 1) {
      before = me.received_text.size();
      me.read(0, true);
    }
    me.done = me.received_text.size() == much + before;
  };
  const PartyReport report = play(client, serving.destination(), quick());
  EXPECT_FALSE(report.cut_short()) << report.why;
  EXPECT_EQ(before, std::string("clogged").size());
  serving.finish();
  EXPECT_EQ(clogs, (std::vector{true, false}));
}

TEST(Listener, DeadlinesOfItsPartyAreKept) {
  Scripted server;
  server.on_start = [](Scripted& me) { me.wake_at = now() + milliseconds(10); };
  server.on_woken = [](Scripted& me) {
    me.done = me.woken_times == 3;
    me.wake_at = now() + milliseconds(10);
  };
  Serving serving(server);
  serving.wait();
  EXPECT_EQ(server.woken_times, 3);
}

TEST(Listener, ItDoesNotConnect) {
  Scripted server;
  server.on_start = [](Scripted& me) { me.open(0); };
  Serving serving(server);
  serving.wait();
  EXPECT_THAT(server.refusals, ElementsAre("this side only accepts connections"));
}

TEST(Listener, StoppingDoesNotWaitForAnybody) {
  Echo echo;
  Serving serving(echo);
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) { me.write(link, "x"); };
  client.on_received = [&serving](Scripted&, Link, base::OctetView) { serving.finish(); };
  play(client, serving.destination(), quick());
  EXPECT_THAT(client.endings, ElementsAre(base::Ending::reset));
}

}  // namespace
}  // namespace wsproof::net
