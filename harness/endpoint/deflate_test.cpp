// permessage-deflate at the endpoint: what is agreed on, and what that means for messages.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/endpoint/conversation_test.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_inspector.hpp"

namespace wsproof::endpoint {
namespace {

using wire::Role;

constexpr std::string_view field_name = "Sec-WebSocket-Extensions";

// What a server answers to this offer; "-": no extension, "400" and the like: a refusal.
std::string answered(const std::string& offer, const Quirks& quirks = {}) {
  Driver driver(Role::server, {}, quirks);
  driver.send(request({{std::string(field_name), offer}}));
  const auto head = wire::decode_head(driver.seen().octets);
  const auto status = wire::status_line(head);
  if (!status || status->code != 101) return status ? std::to_string(status->code) : "nothing";
  const auto values = wire::values(head, field_name);
  return values.empty() ? "-" : values.front();
}

TEST(Deflate, AServerAnswersEveryOfferByTheRules) {
  const std::string name = "permessage-deflate";
  const struct {
    const char* offer;
    const char* answer;
  } rows[] = {
      {"permessage-deflate", ""},
      {"permessage-deflate; server_no_context_takeover", "; server_no_context_takeover"},
      {"permessage-deflate; client_no_context_takeover", ""},
      {"permessage-deflate; server_max_window_bits=8", "; server_max_window_bits=8"},
      {"permessage-deflate; server_max_window_bits=10", "; server_max_window_bits=10"},
      {"permessage-deflate; server_max_window_bits=\"10\"", "; server_max_window_bits=10"},
      {"permessage-deflate; server_max_window_bits=15", "; server_max_window_bits=15"},
      {"permessage-deflate; client_max_window_bits", ""},
      {"permessage-deflate; client_max_window_bits=8", ""},
      {"permessage-deflate; server_max_window_bits", "-"},
      {"permessage-deflate; server_max_window_bits=7", "-"},
      {"permessage-deflate; server_max_window_bits=16", "-"},
      {"permessage-deflate; server_max_window_bits=08", "-"},
      {"permessage-deflate; server_max_window_bits=+9", "-"},
      {"permessage-deflate; server_max_window_bits=99999999999999999999", "-"},
      {"permessage-deflate; client_max_window_bits=7", "-"},
      {"permessage-deflate; client_max_window_bits=016", "-"},
      {"permessage-deflate; server_no_context_takeover=1", "-"},
      {"permessage-deflate; client_no_context_takeover=true", "-"},
      {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", "-"},
      {"permessage-deflate; client_max_window_bits=9; client_max_window_bits", "-"},
      {"permessage-deflate; foo", "-"},
      {"permessage-deflate; Server_No_Context_Takeover", "-"},
      {"Permessage-Deflate", "-"},
      {"permessage-bzip2", "-"},
      {"permessage-deflate; foo, permessage-deflate", ""},
      {"x-foo, permessage-deflate; server_max_window_bits=9, permessage-deflate",
       "; server_max_window_bits=9"},
  };
  for (const auto& row : rows) {
    const std::string expected = std::string(row.answer) == "-" ? "-" : name + row.answer;
    EXPECT_EQ(answered(row.offer), expected) << row.offer;
  }
}

// A server that has agreed to this offer, or a client that got it as the answer.
class Talker {
 public:
  Talker(Role role, const std::string& agreed, const Quirks& quirks = {}, Settings settings = {})
      : role_(role), driver_(role, with_offer(std::move(settings), agreed), quirks) {
    if (role == Role::server) {
      driver_.send(request({{std::string(field_name), agreed}}));
    } else {
      const auto head = wire::decode_head(driver_.seen().octets);
      seen_ = driver_.seen().octets.size();
      driver_.send(response(wire::values(head, "Sec-WebSocket-Key").front(),
                            {{std::string(field_name), agreed}}));
      return;
    }
    seen_ = driver_.seen().octets.size();
  }

  // What comes back for this frame.
  std::string send(const TestFrame& frame) {
    driver_.send(encode(role_, frame));
    const base::OctetView fresh = base::OctetView(driver_.seen().octets).subspan(seen_);
    seen_ = driver_.seen().octets.size();
    return shown_frames({fresh.begin(), fresh.end()}, role_);
  }
  std::string send(std::string_view hex) {
    return send({.payload = std::string(base::as_text(*base::from_hex(hex))), .rsv = 4});
  }

 private:
  static Settings with_offer(Settings settings, const std::string& agreed) {
    settings.extension_offer = agreed;
    return settings;
  }

  Role role_;
  Driver driver_;
  std::size_t seen_ = 0;
};

TEST(Deflate, MessagesGoBothWaysInBothRoles) {
  for (const Role role : {Role::server, Role::client}) {
    Talker talker(role, "permessage-deflate");
    const std::string hello = "rsv4 text 7 octets f248cdc9c90700";
    EXPECT_EQ(talker.send("f248cdc9c90700"), hello);
    EXPECT_EQ(talker.send("f200110000"), "rsv4 text 5 octets f200110000");  // both contexts go on
    EXPECT_EQ(talker.send(text("Hello")), "rsv4 text 4 octets 02130000");
    EXPECT_EQ(talker.send(ping("p")), "pong p");
    EXPECT_EQ(talker.send("00"), "rsv4 text 1 octets 00");
    EXPECT_EQ(talker.send(text("")), "rsv4 text 1 octets 00");
    EXPECT_EQ(talker.send("f348cdc9c9070000"), "rsv4 text 4 octets 02130000");
  }
}

TEST(Deflate, ContextsAreForgottenAsAgreed) {
  const std::string hello = "rsv4 text 7 octets f248cdc9c90700";
  Talker server(Role::server, "permessage-deflate; server_no_context_takeover");
  EXPECT_EQ(server.send("f248cdc9c90700"), hello);
  EXPECT_EQ(server.send("f200110000"), hello);
  Quirks asking;
  asking.deflate.asks_to_forget = Check::on;
  Talker forgetful(Role::server, "permessage-deflate", asking);
  EXPECT_EQ(forgetful.send("f248cdc9c90700"), hello);
  EXPECT_EQ(forgetful.send("f200110000"), "close 1007");
}

TEST(Deflate, WhatDoesNotInflateFailsTheConnection) {
  for (const char* broken : {"06", "f248cd", "0001000000", "", "f3 48 cd c9 c9 07 00"}) {
    Talker talker(Role::server, "permessage-deflate");
    EXPECT_EQ(talker.send(broken), "close 1007") << broken;
  }
}

TEST(Deflate, TheCompressedBitStandsOnFirstFramesOnly) {
  EXPECT_EQ(Talker(Role::server, "permessage-deflate").send({.opcode = 9, .payload = "", .rsv = 4}),
            "close 1002");
  Talker talker(Role::server, "permessage-deflate");
  EXPECT_EQ(talker.send(start(text("a"))), "");
  EXPECT_EQ(talker.send({.opcode = 0, .payload = "b", .rsv = 4}), "close 1002");
  EXPECT_EQ(Talker(Role::server, "x-foo").send("f248cdc9c90700"), "close 1002");
}

TEST(Deflate, TheLimitCountsTheContent) {
  Settings settings;
  settings.max_message = 1000;
  for (const std::size_t size : {1000U, 1001U}) {
    Talker talker(Role::server, "permessage-deflate", {}, settings);
    const base::Octets bomb = wire::Deflater().message(base::Octets(size, 'a'));
    const std::string back = talker.send(base::to_hex(bomb));
    EXPECT_EQ(back == "close 1009", size > 1000) << back;
  }
}

TEST(Deflate, TextBeforeTheLimitIsJudgedFirst) {
  Settings settings;
  settings.max_message = 1000;
  Talker talker(Role::server, "permessage-deflate", {}, settings);
  const base::Octets content = base::octets("\xFF" + std::string(2000, 'a'));
  EXPECT_EQ(talker.send(base::to_hex(wire::Deflater().message(content))), "close 1007");
}

TEST(Deflate, CompressedTextIsJudgedWhenItIsInflated) {
  const auto hex = [](std::string_view content) {
    return base::to_hex(wire::Deflater().message(base::as_octets(content)));
  };
  EXPECT_TRUE(Talker(Role::server, "permessage-deflate").send(hex("\u20AC")).starts_with("rsv4"));
  EXPECT_EQ(Talker(Role::server, "permessage-deflate").send(hex("\xE2\x82")), "close 1007");
}

}  // namespace
}  // namespace wsproof::endpoint
