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
      {"wss://h/a", {"h", 443, "/a", true}, "h"},
      {"wss://h:80/", {"h", 80, "/", true}, "h:80"},
      {"ws://h:443/", {"h", 443, "/"}, "h:443"},
      {"wss://[::1]:9001", {"::1", 9001, "/", true}, "[::1]:9001"},
      {"ws+unix:///run/a.sock:/chat?x=:/y",
       {"localhost", 0, "/chat?x=:/y", false, "/run/a.sock"},
       "localhost"},
      {"ws+unix:///run/a.sock", {"localhost", 0, "/", false, "/run/a.sock"}, "localhost"},
      {"ws+unix:///run/a%20b%3A/c:1.sock:/",
       {"localhost", 0, "/", false, "/run/a b:/c:1.sock"},
       "localhost"},
      {"ws+unix://@name:/x", {"localhost", 0, "/x", false, "@name"}, "localhost"},
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
      {"ws://u:%zz@h/", "behind a % come two hex digits"},
      {"ws://u:%4@h/", "behind a % come two hex digits"},
      {"ws+unix://run/a.sock:/", "ws+unix:///path.sock:/resource"},
      {"ws+unix:///:/", "ws+unix:///path.sock:/resource"},
      {"ws+unix://@:/", "ws+unix:///path.sock:/resource"},
      {"ws+unix:///a.sock?x=1", "stands behind the path and a colon"},
      {"wss+unix:///a.sock:/", "--unix-socket PATH"},
  };
  for (const auto& [text, hint] : rows) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_NE(url.error().message.find(hint), std::string::npos)
        << text << " -> " << url.error().message;
  }
}

TEST(Url, ALoginIsReadAndNeverShown) {
  const std::pair<std::string, Login> rows[] = {
      {"ws://user:secret@h/", {"user", "secret"}},
      {"wss://user:s%40c%3Aret%25@h/", {"user", "s@c:ret%"}},
      {"ws://user:sec@ret:x@h/", {"user", "sec@ret:x"}},
      {"ws://secret@h/", {"secret", ""}},
      {"ws://:secret@h/", {"", "secret"}},
  };
  for (const auto& [text, login] : rows) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url.has_value()) << text << ": " << url.error().message;
    EXPECT_EQ(url->login, login) << text;
    EXPECT_EQ(url->host, "h") << text;
    EXPECT_EQ(to_string(*url), url->tls ? "wss://h/" : "ws://h/");
    EXPECT_EQ(without_login(text), (url->tls ? "wss://***@h/" : "ws://***@h/"));
  }
  EXPECT_EQ(without_login("ws://h/chat@v2"), "ws://h/chat@v2");
  EXPECT_EQ(without_login("rfc6455/5.4"), "rfc6455/5.4");
  EXPECT_EQ(without_login("ws+unix://@name:/"), "ws+unix://@name:/");
  for (const std::string bad :
       {"ws://u:secret@h:0/", "ws://u:sec/secret@h/", "http://u:secret@h/", "u:secret@h",
        "ws://u:secret%@h/", "ws://u:secret@h/ ", "ws://u:?secret@h/", "ws://u:#secret@h/"}) {
    const auto url = parse_url(bad);
    ASSERT_FALSE(url.has_value()) << bad;
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos) << url.error().message;
  }
}

TEST(Url, FromAStrangerIsEscapedInTheError) {
  const auto url = parse_url("\x1b[31mws://h");
  ASSERT_FALSE(url.has_value());
  EXPECT_EQ(url.error().message.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace wsproof::run
