#include "harness/net/ready.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "harness/net/clock.hpp"
#include "harness/net/scripted_party_test.hpp"

namespace wsproof::net {
namespace {

using base::Link;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Scripted;
using test::Serving;
using testing::HasSubstr;
using testing::StartsWith;

/// Answers every request with the same octets, and closes.
class Answers : public Scripted {
 public:
  explicit Answers(const std::string& answer) {
    on_start = [](Scripted&) {};
    on_received = [answer](Scripted& me, Link link, base::OctetView) {
      if (!me.received_text.ends_with("\r\n\r\n")) return;
      me.write(link, answer);
      me.drop(link);
    };
    on_end = [](Scripted&, Link) {};
  }
};

Destination at(std::uint16_t port) { return resolve("127.0.0.1", port).value(); }

TEST(Ready, AFreePortCanBeListenedOn) {
  for (int round = 0; round < 20; ++round) {
    const std::uint16_t port = free_port().value();
    EXPECT_FALSE(port_is_taken(at(port)));
    EXPECT_TRUE(Listener::open("localhost", port).has_value());
  }
}

TEST(Ready, APortIsTakenWhereSomebodyListens) {
  const Listener listener = Listener::open("::1", 0).value();
  EXPECT_TRUE(port_is_taken(listener.destination()));
  EXPECT_TRUE(port_is_taken(resolve("localhost", listener.port()).value()));
  EXPECT_FALSE(port_is_taken(at(listener.port())));
}

TEST(Ready, AnAnswerInHttpIsOneWhateverItSays) {
  Answers server("HTTP/1.1 426 Upgrade Required\r\n\r\n");
  Serving serving(server);
  const HttpAnswer answer = answers_http(serving.destination(), seconds(10), "/chat?x=1");
  EXPECT_TRUE(answer.http);
  EXPECT_EQ(answer.saw, "HTTP/1.1 426 Upgrade Required");
  serving.finish();
  EXPECT_THAT(server.received_text, StartsWith("GET /chat?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST(Ready, AnAnswerMayComeOctetByOctet) {
  Scripted server;
  const std::string answer = "HTTP/1.0 200 OK\r\n";
  server.on_start = [](Scripted&) {};
  server.on_opened = [](Scripted& me, Link) { me.wake_at = now(); };
  server.on_woken = [&, sent = std::size_t{0}](Scripted& me) mutable {
    me.write(0, answer.substr(sent, 1));
    if (++sent < answer.size()) me.wake_at = now() + milliseconds(1);
  };
  server.on_end = [](Scripted&, Link) {};
  Serving serving(server);
  EXPECT_EQ(answers_http(serving.destination(), seconds(10)).saw, "HTTP/1.0 200 OK");
}

TEST(Ready, WhatIsNotHttpIsNoAnswer) {
  struct Row {
    std::string answer;
    std::string saw;
  };
  for (const Row& row : {
           Row{"\x15\x03\x01\x1b[2J", "the answer is not HTTP: \\x15\\x03\\x01\\x1b[2J"},
           Row{"SSH-2.0-x", "the answer is not HTTP: SSH-2.0-x"},
           Row{"HTTP/2", "the answer is not HTTP: HTTP/2"},
           Row{"HTTP", "connected, but the connection was closed after HTTP"},
           Row{"", "connected, but the connection was closed without an answer"},
       }) {
    Answers server(row.answer);
    Serving serving(server);
    const HttpAnswer answer = answers_http(serving.destination(), seconds(10));
    EXPECT_FALSE(answer.http);
    EXPECT_THAT(answer.saw, HasSubstr(row.saw));
  }
}

TEST(Ready, AnOpenPortIsNotReady) {
  const Listener silent = Listener::open("127.0.0.1", 0).value();
  const HttpAnswer once = answers_http(silent.destination(), milliseconds(50));
  EXPECT_FALSE(once.http);
  EXPECT_EQ(once.saw, "connected, but no answer within 50ms");
  const HttpAnswer often = wait_for_http(silent.destination(), milliseconds(50));
  EXPECT_FALSE(often.http);
  EXPECT_EQ(often.saw, "connected, but no answer within 50ms");
}

TEST(Ready, WaitsLongerForAServerThatNeedsLongerThanTheFirstQuestion) {
  Scripted server;
  Link newest = 0;
  server.on_start = [](Scripted&) {};
  server.on_opened = [&](Scripted& me, Link link) {
    newest = link;
    me.wake_at = now() + milliseconds(1200);
  };
  server.on_woken = [&](Scripted& me) { me.write(newest, "HTTP/1.1 200 OK\r\n\r\n"); };
  server.on_end = [](Scripted&, Link) {};
  Serving serving(server);
  const HttpAnswer answer = wait_for_http(serving.destination(), seconds(60));
  EXPECT_TRUE(answer.http) << answer.saw;
}

TEST(Ready, NobodyThere) {
  const Destination nowhere = at(free_port().value());
  const std::string why = "cannot connect to " + to_string(nowhere) + ": connection refused";
  EXPECT_EQ(answers_http(nowhere, seconds(10)).saw, why);
  EXPECT_EQ(wait_for_http(nowhere, milliseconds(100)).saw, why);
}

TEST(Ready, WaitsForAServerThatIsStillStarting) {
  const std::uint16_t port = free_port().value();
  Answers server("HTTP/1.1 200 OK\r\n\r\n");
  StopSource stop;
  std::thread thread;
  int looks = 0;
  // The server appears after the third look.
  const HttpAnswer answer = wait_for_http(at(port), seconds(20), "/", [&] {
    if (++looks == 3) {
      thread = std::thread([&] {
        base::Result<Listener> listener = Listener::open("127.0.0.1", port);
        if (listener) listener->serve(server, stop);
      });
    }
    return false;
  });
  EXPECT_TRUE(answer.http) << answer.saw;
  stop.stop();
  thread.join();
}

TEST(Ready, GivesUpWhenTheServerHasExited) {
  int looks = 0;
  const HttpAnswer answer =
      wait_for_http(at(free_port().value()), seconds(60), "/", [&looks] { return ++looks == 3; });
  EXPECT_FALSE(answer.http);
  EXPECT_EQ(looks, 3);
}

TEST(Ready, GivesUpWhenStopped) {
  StopSource stop;
  stop.stop();
  const HttpAnswer answer = wait_for_http(at(free_port().value()), seconds(60), "/", {}, &stop);
  EXPECT_FALSE(answer.http);
  EXPECT_EQ(answer.saw, "stopped");
}

}  // namespace
}  // namespace wsproof::net
