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

TEST(World, ThatNobodyMovesInIsStuck) {
  Scripted client, server;
  client.at_start = {base::Open{0}};
  EXPECT_EQ(World(client, server).run(client), Stop::stuck);
}

}  // namespace
}  // namespace wsproof::lab
