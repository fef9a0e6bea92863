#include "harness/lab/world.hpp"

#include <gtest/gtest.h>

namespace wsproof::lab {
namespace {

// Does what it is told at the start of a link, and writes down what it hears.
class Scripted final : public base::Party {
 public:
  std::vector<base::Action> at_start, when_opened, when_woken;
  std::optional<base::Time> wake_at;
  base::Octets heard;
  std::vector<base::Ending> endings;
  std::vector<bool> clogs;
  std::size_t pieces = 0;
  bool done = false;

  void start(base::Time /*now*/) override { actions_ = at_start; }
  void opened(base::Link /*link*/, base::Time /*now*/) override { actions_ = when_opened; }
  void refused(base::Link /*link*/, const std::string& /*why*/, base::Time /*now*/) override {}
  void received(base::Link /*link*/, base::OctetView octets, base::Time /*now*/) override {
    base::append(heard, octets);
    ++pieces;
  }
  void ended(base::Link /*link*/, base::Ending ending, base::Time /*now*/) override {
    endings.push_back(ending);
    done = true;
  }
  void clogged(base::Link /*link*/, bool so, base::Time /*now*/) override { clogs.push_back(so); }
  void woken(base::Time /*now*/) override {
    wake_at.reset();
    actions_ = when_woken;
  }
  std::vector<base::Action> take_actions() override { return std::exchange(actions_, {}); }
  std::optional<base::Time> deadline() const override { return wake_at; }
  bool finished() const override { return done; }

 private:
  std::vector<base::Action> actions_;
};

TEST(World, OctetsArriveInOrderHoweverTheyAreCut) {
  for (const auto cut : {Network::Cut::whole, Network::Cut::octets, Network::Cut::random}) {
    Scripted client, server;
    client.at_start = {base::Open{0}};
    client.when_opened = {base::Write{0, base::octets("one ")}, base::Write{0, base::octets("two")},
                          base::EndWrites{0}};
    World world(client, server, {.cut = cut});
    EXPECT_EQ(world.run(server), Stop::finished);
    EXPECT_EQ(base::as_text(server.heard), "one two");
    EXPECT_EQ(server.endings, std::vector{base::Ending::eof});
    EXPECT_EQ(server.pieces == 7, cut == Network::Cut::octets);
  }
}

TEST(World, AResetIsToldAsOne) {
  Scripted client, server;
  client.at_start = {base::Open{0}};
  client.when_opened = {base::Write{0, base::octets("x")}, base::Drop{0, true}};
  EXPECT_EQ(World(client, server).run(server), Stop::finished);
  EXPECT_EQ(server.endings, std::vector{base::Ending::reset});
}

TEST(World, TimeJumpsToTheDeadline) {
  Scripted client, server;
  client.at_start = {base::Open{0}};
  client.wake_at = base::Time{} + std::chrono::hours(1);
  client.when_woken = {base::Drop{0, false}};
  World world(client, server);
  EXPECT_EQ(world.run(server), Stop::finished);
  EXPECT_GE(world.elapsed(), std::chrono::hours(1));
}

TEST(World, WhatIsNotReadWaitsAndClogsWhoWroteIt) {
  Scripted client, server;
  client.at_start = {base::Open{0}};
  client.when_opened = {base::Reading{0, false}};
  client.wake_at = base::Time{} + std::chrono::hours(1);
  for (int n = 0; n < 100; ++n)
    server.when_opened.emplace_back(base::Write{0, base::Octets(1000, 'x')});
  server.when_opened.emplace_back(base::EndWrites{0});
  World world(client, server);
  client.when_woken = {base::Write{0, base::octets("late")}};
  EXPECT_EQ(world.run(client), Stop::stuck);
  EXPECT_TRUE(client.heard.empty());
  EXPECT_EQ(server.clogs, std::vector{true});
  EXPECT_TRUE(server.heard.empty()) << "a server that is clogged is not read";

  Scripted reader, writer;
  reader.at_start = client.at_start;
  reader.when_opened = {base::Reading{0, false}, base::Write{0, base::octets("early")}};
  reader.wake_at = base::Time{} + std::chrono::hours(1);
  reader.when_woken = {base::Write{0, base::octets(", late")}, base::Reading{0, true}};
  writer.when_opened = server.when_opened;
  EXPECT_EQ(World(reader, writer).run(reader), Stop::finished);
  EXPECT_EQ(reader.heard.size(), 100'000U);
  EXPECT_EQ(reader.endings, std::vector{base::Ending::eof});
  EXPECT_EQ(writer.clogs, (std::vector{true, false}));
}

TEST(World, WhoDropsWhatItDoesNotReadSetsTheOtherSideFree) {
  Scripted client, server;
  client.at_start = {base::Open{0}};
  client.when_opened = {base::Reading{0, false}};
  client.wake_at = base::Time{} + std::chrono::hours(1);
  client.when_woken = {base::Drop{0, false}};
  server.when_opened = {base::Write{0, base::Octets(100'000, 'x')}};
  EXPECT_EQ(World(client, server).run(server), Stop::finished);
  EXPECT_EQ(server.clogs, (std::vector{true, false}));
  EXPECT_EQ(server.endings, std::vector{base::Ending::eof});
}

TEST(World, ThatNobodyMovesInIsStuck) {
  Scripted client, server;
  client.at_start = {base::Open{0}};
  EXPECT_EQ(World(client, server).run(client), Stop::stuck);
}

}  // namespace
}  // namespace wsproof::lab
