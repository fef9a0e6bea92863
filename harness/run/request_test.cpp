#include "harness/run/request.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "harness/script/opening.hpp"

namespace wsproof::run {
namespace {

// The head of the opening handshake that the words lead to.
std::string head(const RequestWords& words) {
  const auto request = read_request(words);
  if (!request) return "error: " + request.error().message;
  const wire::Head made =
      script::opening_request({"localhost", "/", "the key", request->fields, request->without});
  std::string out;
  for (const wire::HeadLine& line : made.fields) out += line.text + "\n";
  return out;
}

TEST(Request, WithoutWordsIsTheStandardOne) {
  EXPECT_EQ(head({}),
            "Host: localhost\nUpgrade: websocket\nConnection: Upgrade\n"
            "Sec-WebSocket-Key: the key\nSec-WebSocket-Version: 13\n");
}

TEST(Request, HeadersAreCurls) {
  EXPECT_EQ(head({.headers = {"X-A:  1 ", "host: example.org", "X-Empty;",
                              "Sec-WebSocket-Version:", "X-A: 2"}}),
            "host: example.org\nUpgrade: websocket\nConnection: Upgrade\n"
            "Sec-WebSocket-Key: the key\nX-A: 1\nX-Empty:\nX-A: 2\n");
}

TEST(Request, CredentialsOriginAndSubprotocols) {
  EXPECT_EQ(head({.cookies = {"a=1", "b=2; c=3"},
                  .user = "me:open sesame",
                  .origin = "https://example.org",
                  .subprotocols = {"chat, superchat", "v2"}}),
            "Host: localhost\nUpgrade: websocket\nConnection: Upgrade\n"
            "Sec-WebSocket-Key: the key\nSec-WebSocket-Version: 13\n"
            "Origin: https://example.org\nCookie: a=1; b=2; c=3\n"
            "Authorization: Basic bWU6b3BlbiBzZXNhbWU=\n"
            "Sec-WebSocket-Protocol: chat, superchat, v2\n");
}

TEST(Request, MistakesAreToldWithoutTheSecret) {
  struct Row {
    RequestWords words;
    std::string says;
  };
  const Row rows[] = {
      {{.headers = {"Authorization hunter2"}}, "this one has no colon"},
      {{.headers = {"X A: hunter2"}}, "something else than a name"},
      {{.headers = {"X: a\r\nY: hunter2"}}, "line break"},
      {{.headers = {"X; hunter2"}}, "sends the field empty"},
      {{.cookies = {"hunter2"}}, "--cookie takes cookies"},
      {{.user = "hunter2"}, "--user takes 'name:password'"},
      {{.origin = "a\nhunter2"}, "line break"},
      {{.subprotocols = {"a b"}}, "no name of a subprotocol"},
      {{.subprotocols = {"a,"}}, "no name of a subprotocol"},
      {{.subprotocols = {"a", "a"}}, "offered twice"},
  };
  for (const Row& row : rows) {
    const std::string said = head(row.words);
    EXPECT_NE(said.find(row.says), std::string::npos) << said;
    EXPECT_EQ(said.find("hunter2"), std::string::npos) << said;
  }
}

TEST(Request, KnowsItsSecrets) {
  const auto request =
      read_request({.headers = {"Authorization: Basic bWU6b3BlbiBzZXNhbWU=", "X-Api-Key: k-12345",
                                "Accept: text/plain"},
                    .cookies = {"sid=c00kie; theme=dark"},
                    .user = "you:hunter2",
                    .secrets = {"tell nobody"}});
  ASSERT_TRUE(request.has_value()) << request.error().message;
  for (const std::string secret : {"bWU6b3BlbiBzZXNhbWU=", "open sesame", "k-12345", "c00kie",
                                   "hunter2", "you:hunter2", "eW91Omh1bnRlcjI=", "tell nobody"}) {
    EXPECT_EQ(request->secrets.hidden("<" + secret + ">").find(secret), std::string::npos)
        << secret;
  }
  EXPECT_EQ(request->secrets.hidden("text/plain"), "text/plain");
}

TEST(Request, IsTypedAgainWithoutSecrets) {
  const RequestWords words{.headers = {"Authorization: Bearer abc", "Accept: x", "X-Token;"},
                           .cookies = {"sid=abc"},
                           .user = "me:ab",
                           .origin = "null",
                           .subprotocols = {"a,b"}};
  EXPECT_EQ(
      fmt::format("{}", fmt::join(request_arguments(words), "|")),
      "-H|Authorization: **********|-H|Accept: x|-H|X-Token;|--origin|null|-b|sid=***|-u|me:**|"
      "--subprotocol|a,b");
}

TEST(Request, AQueryMayHoldASecret) {
  base::Secrets secrets;
  add_secrets_of_query("/chat?room=7777&access_token=hunter2", secrets);
  EXPECT_EQ(secrets.hidden("/chat?room=7777&access_token=hunter2"),
            "/chat?room=7777&access_token=*******");
}

}  // namespace
}  // namespace wsproof::run
