#include "harness/run/url.hpp"

#include <gtest/gtest.h>

namespace wsproof::run {
namespace {

TEST(Url, IsTakenApart) {
  struct Row {
    std::string text;
    Url url;
    std::string host;
  };
  const Row rows[] = {
      {"ws://localhost:9001/chat", {"localhost", 9001, "/chat"}, "localhost:9001"},
      {"ws://localhost", {"localhost", 80, "/"}, "localhost"},
      {"WS://h:80/a?b=c", {"h", 80, "/a?b=c"}, "h"},
      {"ws://h?x=1", {"h", 80, "/?x=1"}, "h"},
      {"ws://[::1]:9001/", {"::1", 9001, "/"}, "[::1]:9001"},
      {"ws://[::1]", {"::1", 80, "/"}, "[::1]"},
  };
  for (const Row& row : rows) {
    const auto url = parse_url(row.text);
    ASSERT_TRUE(url.has_value()) << row.text << ": " << url.error().message;
    EXPECT_EQ(*url, row.url) << row.text;
    EXPECT_EQ(host_field(*url), row.host) << row.text;
    EXPECT_EQ(parse_url(to_string(*url)), *url) << row.text;
  }
}

TEST(Url, ThatIsNoneGetsAHint) {
  const std::pair<std::string, std::string> rows[] = {
      {"http://localhost:9001/", "try ws://localhost:9001/"},
      {"https://h/", "try wss://h/"},
      {"localhost:9001", "try ws://localhost:9001"},
      {"ws://", "it names no host"},
      {"ws://:80/", "it names no host"},
      {"ws://h:0/", "a port is a number from 1 to 65535"},
      {"ws://h:65536/", "a port is a number from 1 to 65535"},
      {"ws://h:x/", "a port is a number from 1 to 65535"},
      {"ws://h:/", "the port behind the : is missing"},
      {"ws://::1/", "an IPv6 address stands in brackets"},
      {"ws://[::1/", "the ] behind the IPv6 address is missing"},
      {"ws://[::1]x/", "behind the ]"},
      {"ws://h/#x", "a WebSocket URL has no fragment"},
      {"ws://h/a b", "a blank or a control character"},
      {"ws://u:p@h/", "user names and passwords"},
      {"wss://h/", "issue 3"},
  };
  for (const auto& [text, hint] : rows) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_NE(url.error().message.find(hint), std::string::npos)
        << text << " -> " << url.error().message;
  }
}

TEST(Url, FromAStrangerIsEscapedInTheError) {
  const auto url = parse_url("\x1b[31mws://h");
  ASSERT_FALSE(url.has_value());
  EXPECT_EQ(url.error().message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace wsproof::run
