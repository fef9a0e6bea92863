#include "harness/endpoint/handshake.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "harness/endpoint/conversation_test.hpp"
#include "harness/endpoint/corpus_test.hpp"
#include "harness/endpoint/head_syntax.hpp"

namespace wsproof::endpoint {
namespace {

using wire::Role;

/// What a server with the subprotocols chat and superchat makes of some octets: its head, how it
/// stands then.
std::string served(base::OctetView octets, const Quirks& quirks = {}) {
  const Settings settings = two_subprotocols();
  Driver driver(Role::server, settings, quirks);
  driver.send(octets);
  driver.pass(std::chrono::seconds(1));
  const auto head = wire::decode_head(driver.seen().octets);
  std::string result;
  if (const auto status = wire::status_line(head)) result = std::to_string(status->code) + " ";
  EXPECT_TRUE(driver.seen().octets.empty() || wire::issues(head).empty());
  return result + shown_end(driver.seen());
}

TEST(Handshake, ServerJudgesRequests) {
  for (const Asked& asked : requests())
    EXPECT_EQ(served(asked.request), asked.answer) << asked.name;
}

TEST(Handshake, CutPositionOfTheRequestDoesNotMatter) {
  for (const Asked& asked : requests()) {
    const base::OctetView octets(asked.request);
    const Settings settings = two_subprotocols();
    Driver whole(Role::server, settings, {});
    whole.send(octets);
    const std::size_t step = octets.size() > 1000 ? 97 : 1;
    for (std::size_t cut = 1; cut < octets.size(); cut += step) {
      Driver parts(Role::server, settings, {});
      parts.send(octets.first(cut));
      parts.send(octets.subspan(cut));
      ASSERT_EQ(parts.seen().octets, whole.seen().octets) << asked.name << ", cut at " << cut;
      ASSERT_EQ(parts.seen().ended, whole.seen().ended) << asked.name << ", cut at " << cut;
    }
  }
}

TEST(Handshake, ServerAnswersTheSampleOfTheRfc) {
  Driver driver(Role::server, {}, {});
  driver.send(request());
  EXPECT_EQ(base::as_text(driver.seen().octets),
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(Handshake, RefusalOfAVersionSaysWhichOneIsUnderstood) {
  Driver driver(Role::server, {}, {});
  driver.send(request({{"Sec-WebSocket-Version", "14"}}));
  EXPECT_EQ(base::as_text(driver.seen().octets),
            "HTTP/1.1 426 Upgrade Required\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade, close\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(Handshake, ServerTakesTheFirstSubprotocolThatItKnows) {
  const Settings settings = two_subprotocols();
  const auto chosen = [&](const char* offered) {
    Driver driver(Role::server, settings, {});
    driver.send(request({{"Sec-WebSocket-Protocol", offered}}));
    return driver.endpoint().agreement().subprotocol;
  };
  EXPECT_EQ(chosen("foo, superchat, chat"), "superchat");
  EXPECT_EQ(chosen("foo\r\nSec-WebSocket-Protocol: chat"), "chat");
  EXPECT_EQ(chosen("CHAT"), "");
}

TEST(Handshake, SilenceEndsWith408) {
  Driver driver(Role::server, {}, {});
  driver.send(base::octets("GET / HTTP/1.1\r\n"));
  driver.pass(std::chrono::seconds(31));
  EXPECT_TRUE(base::as_text(driver.seen().octets).starts_with("HTTP/1.1 408 "));
  driver.pass(std::chrono::seconds(5));
  EXPECT_TRUE(driver.endpoint().finished());
}

TEST(Handshake, HalfARequestIsRefusedAtItsEnd) {
  Driver driver(Role::server, {}, {});
  driver.send(base::octets("GET / HTTP/1.1\r\n"));
  driver.end(base::Ending::eof);
  EXPECT_TRUE(base::as_text(driver.seen().octets).starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(driver.endpoint().finished());
}

TEST(Handshake, ClientSendsARightRequest) {
  Settings settings = two_subprotocols();
  settings.host = "example.org:9001";
  settings.resource = "/a?b";
  Driver driver(Role::client, settings, {});
  const auto head = wire::decode_head(driver.seen().octets);
  EXPECT_TRUE(wire::issues(head).empty());
  EXPECT_EQ(head.start.text, "GET /a?b HTTP/1.1");
  EXPECT_EQ(wire::values(head, "Host"), std::vector<std::string>{"example.org:9001"});
  EXPECT_EQ(wire::values(head, "Sec-WebSocket-Protocol"),
            std::vector<std::string>{"chat, superchat"});
  EXPECT_EQ(wire::values(head, "Sec-WebSocket-Version"), std::vector<std::string>{"13"});
  EXPECT_TRUE(wire::is_well_formed_key(wire::values(head, "Sec-WebSocket-Key").front()));
}

TEST(Handshake, ClientJudgesResponses) {
  const Settings settings = two_subprotocols();
  for (const Answered& answered : responses()) {
    Driver driver(Role::client, settings, {});
    const auto head = wire::decode_head(driver.seen().octets);
    const base::Octets octets =
        response(wire::values(head, "Sec-WebSocket-Key").front(), answered.fields, answered.start);
    for (const std::uint8_t octet : octets) driver.send({&octet, 1});
    EXPECT_EQ(driver.endpoint().failed(), !answered.opens) << answered.name;
    EXPECT_EQ(driver.seen().ended, !answered.opens) << answered.name;
  }
}

TEST(Handshake, ClientWaitsForTheFinalResponse) {
  Driver driver(Role::client, {}, {});
  driver.send(base::octets("HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"));
  shake_hands(driver, Role::client);
  EXPECT_FALSE(driver.endpoint().deadline());
  EXPECT_FALSE(driver.endpoint().failed());
}

TEST(Handshake, ClientGivesUpOnSilenceAndNonsense) {
  Driver silent(Role::client, {}, {});
  silent.pass(std::chrono::seconds(31));
  EXPECT_TRUE(silent.endpoint().finished());
  Driver nonsense(Role::client, {}, {});
  nonsense.send(base::octets("SSH"));
  EXPECT_TRUE(nonsense.seen().ended);
}

TEST(HeadSyntax, ReadsExtensions) {
  const auto read = [](std::string_view value) {
    return extensions(
        wire::decode_head(request({{"Sec-WebSocket-Extensions", std::string(value)}})));
  };
  EXPECT_EQ(extensions(wire::decode_head(request())), std::vector<Extension>{});
  EXPECT_EQ(read("a; b=1; c=\"2\", d"),
            (std::vector<Extension>{{"a", {{"b", "1"}, {"c", "2"}}}, {"d", {}}}));
  EXPECT_EQ(read("a;b=\"x\\y\""), (std::vector<Extension>{{"a", {{"b", "xy"}}}}));
  for (const char* wrong :
       {",", "a b", "a;", "a;;b", "a;b=", "a;b=\"", "a;b=\"x y\"", "a;b=\"\"", "=a", "a;b=c d"}) {
    EXPECT_EQ(read(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace wsproof::endpoint
