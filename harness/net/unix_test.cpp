// Unix sockets, with a file and abstract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/net/descriptor.hpp"
#include "harness/net/ready.hpp"
#include "harness/net/socket_address.hpp"
#include "harness/net/tls_test.hpp"

namespace wsproof::net {
namespace {

namespace fs = std::filesystem;

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

class UnixSocket : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "wsproof-unix-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ + "/sock";
  }
  void TearDown() override { fs::remove_all(folder_); }

  static void expect_echo(Serving& serving) {
    Scripted client;
    say_and_hear(client, "hello");
    const PartyReport report = play(client, serving.destination(), quick());
    EXPECT_EQ(client.received_text, "hello") << testing::PrintToString(client.refusals);
    ASSERT_EQ(report.links.size(), 1U);
    EXPECT_EQ(report.links[0].peer, serving.destination().addresses.front());
  }
  static std::string refusal(const Destination& destination, base::Duration patience) {
    Scripted client;
    Limits limits = quick();
    limits.connect = patience;
    play(client, destination, limits);
    return client.refusals.size() == 1 ? client.refusals[0] : "";
  }

  std::string folder_, path_;
};

TEST_F(UnixSocket, OctetsGoThereAndBack) {
  Echo echo;
  {
    Serving serving(echo, Listener::open_unix(path_));
    EXPECT_TRUE(fs::is_socket(path_));
    EXPECT_EQ(to_string(serving.destination()), path_);
    expect_echo(serving);
  }
  EXPECT_FALSE(fs::exists(path_)) << "the listener removes its file";
}

TEST_F(UnixSocket, AbstractOnesNeedNoFile) {
  Echo echo;
  const std::string name = "@" + path_;
  Serving serving(echo, Listener::open_unix(name));
  EXPECT_EQ(to_string(serving.destination()), name);
  EXPECT_FALSE(fs::exists(path_));
  expect_echo(serving);
}

TEST_F(UnixSocket, AFreeAbstractNameCanBeHad) {
  Echo echo, other;
  Serving serving(echo, Listener::open_unix("@"));
  Serving second(other, Listener::open_unix("@"));
  EXPECT_NE(to_string(serving.destination()), to_string(second.destination()));
  expect_echo(serving);
}

TEST_F(UnixSocket, TlsGoesOverItToo) {
  Echo echo;
  const test::Tls tls = test::server_tls();
  auto listener = Listener::open_unix(path_);
  ASSERT_TRUE(listener.has_value());
  listener->secure(tls);
  Serving serving(echo, std::move(listener));
  Scripted client;
  say_and_hear(client, "hello");
  play(client, test::over_tls(serving.destination(), test::client_tls(tls)), quick());
  EXPECT_EQ(client.received_text, "hello");
}

TEST_F(UnixSocket, ADeadFileIsReplacedAndALivingOneIsNot) {
  {
    const Descriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    const SocketAddress raw = socket_address({.path = path_}).value();
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(raw.octets.data()),
                     static_cast<socklen_t>(raw.size)),
              0);
  }
  ASSERT_TRUE(fs::is_socket(path_));
  const auto first = Listener::open_unix(path_);
  ASSERT_TRUE(first.has_value()) << first.error().message;
  const auto second = Listener::open_unix(path_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().message,
            "cannot listen on " + path_ + ": somebody listens there already");
  EXPECT_TRUE(fs::is_socket(path_));
}

TEST_F(UnixSocket, AFileOfSomebodyElseStays) {
  std::ofstream(path_) << "precious";
  const auto listener = Listener::open_unix(path_);
  ASSERT_FALSE(listener.has_value());
  EXPECT_THAT(listener.error().message, HasSubstr("there is a file, and it is no socket"));
  EXPECT_TRUE(fs::is_regular_file(path_));

  const std::string other = folder_ + "/other";
  {
    const auto ours = Listener::open_unix(other);
    ASSERT_TRUE(ours.has_value());
    fs::remove(other);
    std::ofstream(other) << "precious";
  }
  EXPECT_TRUE(fs::is_regular_file(other)) << "it was no longer the listener's";
}

TEST_F(UnixSocket, BadNamesAreErrors) {
  const std::pair<std::string, std::string> rows[] = {
      {"", "a Unix socket needs a path or an @NAME"},
      {"@", "a Unix socket needs a path or an @NAME"},
      {"/" + std::string(107, 'x'), "has at most 107 octets, not 108"},
      {"/a" + std::string(1, '\0'), "there is a NUL"},
  };
  for (const auto& [path, says] : rows) {
    const auto address = unix_address(path);
    ASSERT_FALSE(address.has_value()) << path;
    EXPECT_THAT(address.error().message, HasSubstr(says));
  }
  EXPECT_TRUE(unix_address("/" + std::string(106, 'x')).has_value());
  EXPECT_EQ(address_of(std::span(socket_address({.path = "@x"})->octets)
                           .first(socket_address({.path = "@x"})->size))
                ->path,
            "@x");
}

TEST_F(UnixSocket, NobodyThere) {
  EXPECT_EQ(refusal(unix_socket(path_).value(), seconds(5)),
            "cannot connect to " + path_ + ": no such file or directory");
  EXPECT_EQ(answers_http(unix_socket(path_).value(), seconds(5)).saw,
            "cannot connect to " + path_ + ": no such file or directory");
}

TEST_F(UnixSocket, AFullBacklogIsWaitedFor) {
  const Descriptor full(::socket(AF_UNIX, SOCK_STREAM, 0));
  const SocketAddress raw = socket_address({.path = path_}).value();
  const auto* address = reinterpret_cast<const sockaddr*>(raw.octets.data());
  const auto size = static_cast<socklen_t>(raw.size);
  ASSERT_EQ(::bind(full.get(), address, size), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  const Descriptor first(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(first.get(), address, size), 0);
  EXPECT_EQ(refusal(unix_socket(path_).value(), milliseconds(50)),
            "cannot connect to " + path_ + ": connection timed out");

  // With room again, the one who waits gets in.
  Scripted client;
  client.on_start = [](Scripted& me) {
    me.open(0);
    me.wake_at = me.told_at + milliseconds(20);
  };
  client.on_woken = [&](Scripted&) { Descriptor(::accept(full.get(), nullptr, nullptr)); };
  client.on_opened = [](Scripted& me, Link) { me.done = true; };
  play(client, unix_socket(path_).value(), quick());
  EXPECT_TRUE(client.refusals.empty());
}

TEST_F(UnixSocket, TheHostFieldIsLocalhost) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_received = [](Scripted& me, Link link, base::OctetView) {
    me.write(link, "HTTP/1.1 200 OK\r\n\r\n");
  };
  server.on_end = [](Scripted& me, Link link) { me.drop(link); };
  Serving serving(server, Listener::open_unix(path_));
  EXPECT_TRUE(answers_http(serving.destination(), seconds(10)).http);
  serving.finish();
  EXPECT_THAT(server.received_text, HasSubstr("\r\nHost: localhost\r\n"));
}

}  // namespace
}  // namespace wsproof::net
