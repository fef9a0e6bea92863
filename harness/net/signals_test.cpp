#include "harness/net/signals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "harness/net/scripted_party_test.hpp"

namespace wsproof::net {
namespace {

using base::Link;
using test::Echo;
using test::quick;
using test::Scripted;
using test::Serving;

TEST(StopSource, StaysStoppedAndKnowsTheFirstSignal) {
  StopSource stop;
  EXPECT_FALSE(stop.stopped());
  stop.stop_for_signal(SIGTERM);
  stop.stop_for_signal(SIGINT);
  EXPECT_TRUE(stop.stopped());
  EXPECT_EQ(stop.signal(), SIGTERM);
}

TEST(StopSource, OneStopsSeveral) {
  StopSource stop;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&stop] {
      Scripted server;
      server.on_start = [](Scripted&) {};
      Listener::open("127.0.0.1", 0)->serve(server, stop);
    });
  }
  stop.stop();
  for (std::thread& thread : threads) thread.join();
}

TEST(SignalGuard, ASignalStopsAPump) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Echo echo;
    Serving serving(echo);
    StopSource stop;
    const SignalGuard guard(stop);
    Scripted client;
    client.on_opened = [signal](Scripted&, Link) { std::raise(signal); };
    const PartyReport report = play(client, serving.destination(), quick(), &stop);
    EXPECT_EQ(report.cut, Cut::stopped);
    EXPECT_EQ(stop.signal(), signal);
  }
}

TEST(SignalGuard, TheSecondSignalEndsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        StopSource stop;
        const SignalGuard guard(stop);
        std::raise(SIGINT);
        if (stop.stopped()) std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(Signals, TheDescriptorLimitIsRaised) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 256;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  const std::uint64_t limit = raise_descriptor_limit();
  EXPECT_GT(limit, 256);
  EXPECT_LE(limit, 65'536);
  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, limit);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace wsproof::net
