#include "harness/run/reach.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

std::string dialled(const std::string& url, const Way& way = {}) {
  const auto destination = destination_of(parse_url(url).value(), way);
  if (!destination) return destination.error().message;
  std::string out = destination->host + (destination->tls ? " over TLS:" : ":");
  for (const net::Address& address : destination->addresses) out += " " + to_string(address);
  return out;
}

TEST(Reach, EveryUrlIsDialledInItsWay) {
  EXPECT_EQ(dialled("ws://127.0.0.1:9001/"), "127.0.0.1: 127.0.0.1:9001");
  EXPECT_EQ(dialled("wss://127.0.0.1/"), "127.0.0.1 over TLS: 127.0.0.1:443");
  EXPECT_EQ(dialled("ws+unix:///run/a.sock:/x"), "localhost: /run/a.sock");
  EXPECT_EQ(dialled("ws+unix://@name"), "localhost: @name");
  EXPECT_EQ(dialled("ws://localhost:1/", {.version = net::IpVersion::v6}), "localhost: [::1]:1");
  EXPECT_EQ(dialled("wss://example.org/", {.unix_socket = "@name"}), "example.org over TLS: @name");
}

TEST(Reach, ANameCanBePinnedToAddresses) {
  const Way way{.resolve = {"other.example:80:192.0.2.9", "Host.example:80:192.0.2.1,[::1],::2",
                            "*:81:192.0.2.3"}};
  EXPECT_EQ(dialled("ws://host.example/", way), "host.example: 192.0.2.1:80 [::1]:80 [::2]:80");
  EXPECT_EQ(dialled("ws://127.0.0.1:81/", way), "127.0.0.1: 192.0.2.3:81");
  EXPECT_EQ(dialled("ws://127.0.0.1:82/", way), "127.0.0.1: 127.0.0.1:82");
  EXPECT_TRUE(check_way({}, way).has_value());
}

TEST(Reach, BadWaysAreErrors) {
  for (const std::string bad : {"", "host", "host:80", "host:80:", "host:x:127.0.0.1", ":80:::1",
                                "host:0:127.0.0.1", "host:80:localhost", "host:80:127.0.0.1,"}) {
    const auto checked = check_way({}, {.resolve = {bad}});
    ASSERT_FALSE(checked.has_value()) << bad;
    EXPECT_NE(checked.error().message.find("example.org:443:127.0.0.1"), std::string::npos);
  }
  EXPECT_FALSE(check_way({}, {.unix_socket = "@"}).has_value());
  const Url socket = parse_url("ws+unix:///a:/").value();
  EXPECT_TRUE(check_way(socket, {}).has_value());
  EXPECT_FALSE(check_way(socket, {.unix_socket = "/b"}).has_value());
  EXPECT_EQ(dialled("wss://127.0.0.1/", {.tls = {.ca_file = "/nonexistent"}}),
            "cannot read the certificates of /nonexistent: no such file or directory");
}

}  // namespace
}  // namespace wsproof::run
