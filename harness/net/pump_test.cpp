#include "harness/net/pump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

#include "harness/net/clock.hpp"
#include "harness/net/scripted_party_test.hpp"

namespace wsproof::net {
namespace {

using base::Ending;
using base::Link;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Echo;
using test::quick;
using test::say_and_hear;
using test::Scripted;
using test::Serving;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Sends 64 KiB every time it may.
class Flood : public Scripted {
 public:
  Flood() {
    on_start = [](Scripted&) {};
    on_opened = [this](Scripted& me, Link link) {
      link_ = link;
      me.wake_at = now();
    };
    on_woken = [this](Scripted& me) {
      me.write(link_, std::string(64 * 1024, 'x'));
      me.wake_at = now();
    };
  }

 private:
  Link link_ = 0;
};

class OverEveryAddress : public testing::TestWithParam<const char*> {};

TEST_P(OverEveryAddress, OctetsGoThereAndBack) {
  Echo echo;
  Serving serving(echo, GetParam());
  Scripted client;
  say_and_hear(client, "hello");
  const PartyReport report = play(client, serving.destination(), quick());
  EXPECT_EQ(report.cut, Cut::none) << report.why;
  EXPECT_EQ(client.received_text, "hello");
  EXPECT_EQ(report.octets_in, 5);
  EXPECT_EQ(report.octets_out, 5);
  ASSERT_EQ(report.links.size(), 1);
  EXPECT_EQ(report.links[0].peer, serving.destination().addresses.front());
  EXPECT_EQ(report.links[0].local->ip, serving.destination().addresses.front().ip);
  EXPECT_NE(report.links[0].local->port, 0);
  EXPECT_EQ(serving.finish().accepted, 1);
}

INSTANTIATE_TEST_SUITE_P(Pump, OverEveryAddress, testing::Values("127.0.0.1", "::1", "localhost"));

TEST(Pump, EveryAddressOfTheDestinationIsTried) {
  Echo echo;
  Serving serving(echo, "::1");
  Destination localhost = resolve("localhost", serving.destination().port).value();
  for (int round = 0; round < 2; ++round) {
    Scripted client;
    say_and_hear(client, "hello");
    const PartyReport report = play(client, localhost, quick());
    EXPECT_EQ(client.received_text, "hello");
    ASSERT_EQ(report.links.size(), 1);
    EXPECT_EQ(report.links[0].peer->ip, "::1");
  }
}

TEST(Pump, NobodyListens) {
  Destination nowhere = [] {
    Echo echo;
    return Serving(echo).destination();
  }();
  Scripted client;
  const PartyReport report = play(client, nowhere, quick());
  EXPECT_FALSE(report.cut_short());
  const std::string why = "cannot connect to " + to_string(nowhere) + ": connection refused";
  EXPECT_THAT(client.refusals, ElementsAre(why));
  ASSERT_TRUE(report.first_refusal());
  EXPECT_EQ(*report.first_refusal(), (Refusal{ECONNREFUSED, false, why}));
  EXPECT_FALSE(report.exhausted());
  EXPECT_FALSE(report.links.at(0).local);
}

TEST(Pump, AfterAHalfCloseTheOtherSideIsStillHeard) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_end = [](Scripted& me, Link link) {
    me.write(link, "goodbye");
    me.drop(link);
    me.done = true;
  };
  Serving serving(server);
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) {
    me.write(link, "hello");
    me.end_writes(link);
    me.write(link, "too late");
  };
  const PartyReport report = play(client, serving.destination(), quick());
  serving.wait();
  EXPECT_EQ(server.received_text, "hello");
  EXPECT_THAT(server.endings, ElementsAre(Ending::eof));
  EXPECT_EQ(client.received_text, "goodbye");
  EXPECT_THAT(client.endings, ElementsAre(Ending::eof));
  EXPECT_FALSE(report.cut_short());
}

TEST(Pump, AResetOfOursReachesTheOtherSide) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  Serving serving(server);
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) {
    me.drop(link, true);
    me.done = true;
  };
  play(client, serving.destination(), quick());
  serving.wait();
  EXPECT_THAT(server.endings, ElementsAre(Ending::reset));
  EXPECT_THAT(client.endings, IsEmpty());
}

TEST(Pump, AResetIsToldAfterTheLastWordsAlsoWhenAWriteMeetsIt) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_received = [](Scripted& me, Link link, base::OctetView) {
    me.write(link, "last words");
    me.drop(link, true);
  };
  Serving serving(server);
  for (int round = 0; round < 100; ++round) {
    Scripted client;
    client.on_opened = [](Scripted& me, Link link) { me.write(link, "?"); };
    client.on_received = [](Scripted& me, Link link, base::OctetView) {
      for (int i = 0; i < 10; ++i) me.write(link, "more");
    };
    play(client, serving.destination(), quick());
    EXPECT_EQ(client.received_text, "last words");
    EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
  }
}

TEST(Pump, WhatWasWrittenBeforeADropArrives) {
  const std::string much(4 << 20, 'm');
  Scripted server;
  server.on_start = [](Scripted&) {};
  Serving serving(server);
  Scripted client;
  client.on_opened = [&much](Scripted& me, Link link) {
    me.write(link, much);
    me.write(link, "end");
    me.drop(link);
    me.done = true;
  };
  const PartyReport report = play(client, serving.destination(), quick());
  serving.wait();
  EXPECT_EQ(server.received_text.size(), much.size() + 3);
  EXPECT_TRUE(server.received_text.ends_with("mend"));
  EXPECT_THAT(server.endings, ElementsAre(Ending::eof));
  EXPECT_EQ(report.octets_out, much.size() + 3);
}

TEST(Pump, WhatAFinishedPartyLeavesOpenIsClosed) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  Serving serving(server);
  Scripted client;
  client.on_opened = [](Scripted& me, Link) { me.done = true; };
  play(client, serving.destination(), quick());
  serving.wait();
  EXPECT_THAT(server.endings, ElementsAre(Ending::eof));
}

TEST(Pump, BothSidesWriteMuchAtTheSameTime) {
  constexpr std::size_t much = 8 << 20;
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_opened = [](Scripted& me, Link link) { me.write(link, std::string(much, 's')); };
  Serving serving(server);
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) { me.write(link, std::string(much, 'c')); };
  client.on_received = [](Scripted& me, Link link, base::OctetView) {
    if (me.received_text.size() == much) me.end_writes(link);
  };
  server.on_end = [](Scripted& me, Link link) {
    me.drop(link);
    me.done = true;
  };
  const PartyReport report = play(client, serving.destination(), quick());
  serving.wait();
  EXPECT_EQ(client.received_text, std::string(much, 's'));
  EXPECT_EQ(server.received_text, std::string(much, 'c'));
  EXPECT_FALSE(report.cut_short()) << report.why;
}

TEST(Pump, AFloodIsCutShort) {
  Flood server;
  Serving serving(server);
  Scripted client;
  Limits limits = quick();
  limits.octets_in = 1 << 20;
  const PartyReport report = play(client, serving.destination(), limits);
  EXPECT_EQ(report.cut, Cut::octets_in);
  EXPECT_EQ(report.why, "more than 1048576 octets received");
  EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
  EXPECT_LE(client.received_text.size(), 1 << 20);
}

TEST(Pump, WhoIsNeverFinishedIsCutShort) {
  Echo echo;
  Serving serving(echo);
  Scripted client;
  client.on_end = [](Scripted&, Link) {};
  Limits limits;
  limits.wall_time = milliseconds(50);
  const PartyReport report = play(client, serving.destination(), limits);
  EXPECT_EQ(report.cut, Cut::wall_time);
  EXPECT_EQ(report.why, "not finished after 50ms");
  EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
}

TEST(Pump, WhoWritesWhatNobodyReadsIsCutShort) {
  const Listener silent = Listener::open("127.0.0.1", 0).value();
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) {
    for (int i = 0; i < 20; ++i) me.write(link, std::string(1 << 20, 'w'));
  };
  Limits limits = quick();
  limits.unsent = 1 << 20;
  const PartyReport report = play(client, silent.destination(), limits);
  EXPECT_EQ(report.cut, Cut::unsent);
  EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
}

TEST(Pump, WhoOpensTooManyLinksIsCutShort) {
  const Listener silent = Listener::open("127.0.0.1", 0).value();
  Scripted client;
  client.on_start = [](Scripted& me) {
    for (Link link = 0; link < 5; ++link) me.open(link);
  };
  Limits limits = quick();
  limits.links = 3;
  const PartyReport report = play(client, silent.destination(), limits);
  EXPECT_EQ(report.cut, Cut::links);
  EXPECT_THAT(client.refusals, testing::SizeIs(3));
}

TEST(Pump, SeveralLinksOfOneParty) {
  Echo echo;
  Serving serving(echo);
  Scripted client;
  client.on_start = [](Scripted& me) {
    for (Link link = 0; link < 3; ++link) {
      me.open(link);
      me.write(link, "before it is open");
    }
  };
  std::vector<std::size_t> heard(3);
  client.on_received = [&heard](Scripted& me, Link link, base::OctetView octets) {
    heard.at(link) += octets.size();
    if (heard[link] == 17) me.drop(link);
    me.done = heard == std::vector<std::size_t>{17, 17, 17};
  };
  const PartyReport report = play(client, serving.destination(), quick());
  EXPECT_THAT(client.endings, IsEmpty()) << "nothing is told about a link that was dropped";
  ASSERT_EQ(report.links.size(), 3);
  for (Link link = 0; link < 3; ++link) {
    EXPECT_EQ(report.links[link].link, link);
    EXPECT_EQ(report.links[link].octets_in, 17);
    EXPECT_EQ(report.links[link].octets_out, 17);
  }
}

TEST(Pump, ADropWhileConnectingIsQuiet) {
  const Listener silent = Listener::open("127.0.0.1", 0).value();
  Scripted client;
  client.on_start = [](Scripted& me) {
    me.open(0);
    me.drop(0);
    me.wake_at = now() + milliseconds(20);
  };
  client.on_woken = [](Scripted& me) { me.done = true; };
  play(client, silent.destination(), quick());
  EXPECT_EQ(client.woken_times, 1);
  EXPECT_THAT(client.endings, IsEmpty());
  EXPECT_THAT(client.refusals, IsEmpty());
}

TEST(Pump, DeadlinesMayMove) {
  Echo echo;
  Serving serving(echo);
  Scripted client;
  const base::Time begin = now();
  client.on_start = [&](Scripted& me) {
    me.open(0);
    me.wake_at = begin + seconds(100);
  };
  client.on_opened = [&](Scripted& me, Link) { me.wake_at = begin + milliseconds(30); };
  client.on_woken = [](Scripted& me) { me.done = true; };
  play(client, serving.destination(), quick());
  EXPECT_EQ(client.woken_times, 1);
  EXPECT_GE(now() - begin, milliseconds(30));
}

// --- many ---

/// Offers `count` parties that say hello, and counts what came of them.
class Offers {
 public:
  explicit Offers(int count) : left_(count) {}

  Offer operator()() {
    if (left_ == 0) return Nothing{};
    --left_;
    auto client = std::make_unique<Scripted>();
    say_and_hear(*client, "hello " + std::to_string(left_));
    Scripted& party = *client;
    return Play{&party, [this, client = std::move(client)](const PartyReport& report) {
                  finished += client->received_text.starts_with("hello ") ? 1 : 0;
                  cut += report.cut_short() ? 1 : 0;
                  after_each();
                }};
  }

  int finished = 0;
  int cut = 0;
  std::function<void()> after_each = [] {};

 private:
  int left_;
};

TEST(Pump, ManyPartiesInFewSlots) {
  Echo echo;
  Serving serving(echo);
  Pump pump(serving.destination(), quick());
  Offers offers(300);
  offers.after_each = [&pump] { EXPECT_LT(pump.in_flight(), 20); };
  pump.run(20, std::ref(offers));
  EXPECT_EQ(offers.finished, 300);
  EXPECT_EQ(offers.cut, 0);
  const ListenerReport report = serving.finish();
  EXPECT_EQ(report.accepted, 300);
}

TEST(Pump, SlotsMayChangeOnTheWay) {
  Echo echo;
  Serving serving(echo);
  Pump pump(serving.destination(), quick());
  Offers offers(100);
  std::size_t most = 0;
  offers.after_each = [&] {
    pump.set_slots(1);
    if (offers.finished > 10) most = std::max(most, pump.in_flight());
  };
  pump.run(10, std::ref(offers));
  EXPECT_EQ(offers.finished, 100);
  EXPECT_EQ(most, 0) << "one at a time: none is left when one has finished";
}

TEST(Pump, WhoHasNothingNowMaySayWhenToAskAgain) {
  Echo echo;
  Serving serving(echo);
  Pump pump(serving.destination(), quick());
  Offers offers(1);
  int asked = 0;
  const base::Time begin = now();
  pump.run(4, [&]() -> Offer {
    if (++asked == 1) return Nothing{begin + milliseconds(30)};
    return offers();
  });
  EXPECT_EQ(offers.finished, 1);
  EXPECT_GE(now() - begin, milliseconds(30));
}

TEST(Pump, AFinishedPartyMayAddTheNext) {
  Echo echo;
  Serving serving(echo);
  Pump pump(serving.destination(), quick());
  Offers offers(3);
  offers.after_each = [&] {
    if (offers.finished < 3) pump.add(std::get<Play>(offers()));
  };
  pump.add(std::get<Play>(offers()));
  pump.run();
  EXPECT_EQ(offers.finished, 3);
}

TEST(Pump, SeveralPumpsInSeveralThreads) {
  Echo echo;
  Serving serving(echo);
  std::vector<std::thread> threads;
  threads.reserve(3);
  std::atomic<int> finished = 0;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      Pump pump(serving.destination(), quick());
      Offers offers(50);
      pump.run(8, std::ref(offers));
      finished += offers.finished;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(finished, 150);
}

TEST(Pump, StoppingCutsEverybodyShortAndAsksNoMore) {
  Echo echo;
  Serving serving(echo);
  StopSource stop;
  Pump pump(serving.destination(), quick(), &stop);
  std::vector<std::unique_ptr<Scripted>> clients;
  std::vector<Cut> cuts;
  std::thread stopper;
  pump.run(3, [&]() -> Offer {
    EXPECT_FALSE(stop.stopped());
    Scripted& client = *clients.emplace_back(std::make_unique<Scripted>());
    // The third one asks another thread to stop.
    client.on_opened = [&, third = clients.size() == 3](Scripted&, Link) {
      if (third) stopper = std::thread([&stop] { stop.stop(); });
    };
    return Play{&client, [&](const PartyReport& report) { cuts.push_back(report.cut); }};
  });
  stopper.join();
  EXPECT_THAT(cuts, ElementsAre(Cut::stopped, Cut::stopped, Cut::stopped));
}

TEST(Pump, APumpThatNeverRunsReportsNothing) {
  const Listener silent = Listener::open("127.0.0.1", 0).value();
  Scripted client;
  Pump pump(silent.destination(), quick());
  pump.add({&client, [](const PartyReport&) { FAIL(); }});
}

TEST(Pump, WantOfDescriptorsIsToldApart) {
  Echo echo;
  Serving serving(echo);
  Pump pump(serving.destination(), quick());
  std::vector<FILE*> all;
  while (FILE* file = std::fopen("/dev/null", "r")) all.push_back(file);
  Scripted client;
  PartyReport result;
  pump.add({&client, [&](const PartyReport& report) { result = report; }});
  pump.run();
  for (FILE* file : all) std::fclose(file);
  EXPECT_TRUE(result.exhausted());
  ASSERT_TRUE(result.first_refusal());
  EXPECT_EQ(result.first_refusal()->error, EMFILE);
  EXPECT_THAT(client.refusals.at(0), HasSubstr("too many open files"));
}

}  // namespace
}  // namespace wsproof::net
