#include "harness/endpoint/corpus_test.hpp"

#include <string>
#include <utility>

namespace wsproof::endpoint {

namespace {

using wire::LengthForm;
using wire::Role;

std::string repeated(std::size_t count, char octet = 'a') { return std::string(count, octet); }

TestFrame formed(TestFrame frame, LengthForm form) {
  frame.form = form;
  return frame;
}

TestFrame with_rsv(TestFrame frame, std::uint8_t rsv) {
  frame.rsv = rsv;
  return frame;
}

TestFrame wrongly_masked(TestFrame frame) {
  frame.wrong_mask = true;
  return frame;
}

}  // namespace

TestFrame coded(std::uint8_t opcode, std::string payload) {
  return {.opcode = opcode, .payload = std::move(payload)};
}

TestFrame announced(TestFrame frame, std::uint64_t length) {
  frame.length = length;
  return frame;
}

std::string expected(const Talk& talk, Role role) {
  constexpr std::string_view by_role = "end";
  if (!talk.answer.ends_with(by_role)) return talk.answer;
  return talk.answer.substr(0, talk.answer.size() - by_role.size()) +
         (role == Role::server ? "eof" : "open");
}

Settings two_subprotocols() {
  Settings settings;
  settings.subprotocols = {"chat", "superchat"};
  return settings;
}

const std::vector<Talk>& talks() {
  static const std::vector<Talk> all{
      // messages
      {"a text", {text("hi")}, "text hi | open"},
      {"a binary", {binary("hi")}, "binary hi | open"},
      {"an empty text", {text("")}, "text | open"},
      {"two messages", {text("a"), binary("b")}, "text a | binary b | open"},
      {"125 octets", {text(repeated(125))}, "text 125 octets 616161616161616161616161 | open"},
      {"126 octets", {text(repeated(126))}, "text 126 octets 616161616161616161616161 | open"},
      {"65535 octets",
       {text(repeated(65535))},
       "text 65535 octets 616161616161616161616161 | open"},
      {"65536 octets",
       {text(repeated(65536))},
       "text 65536 octets 616161616161616161616161 | open"},
      // fragments
      {"fragments", {start(text("a")), more("b"), last("c")}, "text abc | open"},
      {"empty fragments", {start(binary("")), more(""), last("")}, "binary | open"},
      {"an unfinished message", {start(text("a")), more("b")}, "open"},
      {"a ping between fragments",
       {start(text("a")), ping("p"), last("b")},
       "pong p | text ab | open"},
      {"a Close between fragments", {start(text("a")), close(1000)}, "close 1000 | end"},
      {"a continuation of nothing", {last("a")}, "close 1002 | eof"},
      {"a continuation behind a message", {text("a"), last("b")}, "text a | close 1002 | eof"},
      {"a message inside a message", {start(text("a")), text("b")}, "close 1002 | eof"},
      // pings and pongs
      {"a ping", {ping("p")}, "pong p | open"},
      {"an empty ping", {ping("")}, "pong | open"},
      {"a long ping",
       {ping(repeated(125, 'p'))},
       "pong 125 octets 707070707070707070707070 | open"},
      {"a pong", {pong("p"), text("a")}, "text a | open"},
      {"a ping too long", {ping(repeated(126, 'p'))}, "close 1002 | eof"},
      {"a pong too long", {pong(repeated(126, 'p'))}, "close 1002 | eof"},
      {"a fragmented ping", {start(ping("p"))}, "close 1002 | eof"},
      {"a fragmented Close", {start(close(1000))}, "close 1002 | eof"},
      // closing
      {"an empty Close", {close()}, "close | end"},
      {"a Close", {close(1000)}, "close 1000 | end"},
      {"a Close with a reason", {close(1001, "bye")}, "close 1001 | end"},
      {"a private Close", {close(4999)}, "close 4999 | end"},
      {"a registered Close", {close(1012)}, "close 1012 | end"},
      {"a message behind a Close", {close(1000), text("a")}, "close 1000 | end"},
      {"a second Close", {close(1000), close(1000)}, "close 1000 | end"},
      {"a Close of one octet", {close("x")}, "close 1002 | eof"},
      {"a Close of 126 octets", {close(1000, repeated(124))}, "close 1002 | eof"},
      {"close code 0", {close(0)}, "close 1002 | eof"},
      {"close code 999", {close(999)}, "close 1002 | eof"},
      {"close code 1004", {close(1004)}, "close 1002 | eof"},
      {"close code 1005", {close(1005)}, "close 1002 | eof"},
      {"close code 1006", {close(1006)}, "close 1002 | eof"},
      {"close code 1015", {close(1015)}, "close 1002 | eof"},
      {"close code 1016", {close(1016)}, "close 1002 | eof"},
      {"close code 2999", {close(2999)}, "close 1002 | eof"},
      {"close code 5000", {close(5000)}, "close 1002 | eof"},
      {"close code 65535", {close(65535)}, "close 1002 | eof"},
      {"a bad close reason", {close(1000, "\xC3")}, "close 1007 | eof"},
      // framing
      {"RSV1", {with_rsv(text("a"), 4)}, "close 1002 | eof"},
      {"RSV2 on a ping", {with_rsv(ping("a"), 2)}, "close 1002 | eof"},
      {"RSV3 on a continuation", {start(text("a")), with_rsv(last("a"), 1)}, "close 1002 | eof"},
      {"opcode 3", {coded(3)}, "close 1002 | eof"},
      {"opcode 7", {coded(7, "a")}, "close 1002 | eof"},
      {"opcode 11", {coded(11)}, "close 1002 | eof"},
      {"opcode 15", {coded(15, "a")}, "close 1002 | eof"},
      {"125 in 16 bits", {formed(text(repeated(125)), LengthForm::sixteen)}, "close 1002 | eof"},
      {"5 in 64 bits", {formed(text("hello"), LengthForm::sixty_four)}, "close 1002 | eof"},
      {"65535 in 64 bits",
       {formed(text(repeated(65535)), LengthForm::sixty_four)},
       "close 1002 | eof"},
      {"a ping in 16 bits", {formed(ping("p"), LengthForm::sixteen)}, "close 1002 | eof"},
      {"the top bit",
       {announced(text("hello"), (std::uint64_t{1} << 63U) + 5)},
       "close 1002 | eof"},
      {"too large a frame",
       {announced(text("hello"), std::uint64_t{1} << 40U)},
       "close 1009 | eof"},
      {"the wrong mask", {wrongly_masked(text("a"))}, "close 1002 | eof"},
      {"a key of zeros", {{.payload = "a", .zero_key = true}}, "text a | open"},
      {"a message behind a failure",
       {coded(3), text("a"), ping("p"), close(1000)},
       "close 1002 | eof"},
      // text
      {"two to four octets",
       {text("\xC2\x80\xEF\xBF\xBF\xF4\x8F\xBF\xBF")},
       "text 9 octets c280efbfbff48fbfbf | open"},
      {"a byte order mark", {text("\xEF\xBB\xBF")}, "text 3 octets efbbbf | open"},
      {"a NUL", {text(std::string(1, '\0'))}, "text 1 octets 00 | open"},
      {"a split character", {start(text("\xC3")), last("\xA4")}, "text 2 octets c3a4 | open"},
      {"a wrong octet", {text("a\xFFz")}, "close 1007 | eof"},
      {"a wrong octet early", {start(text("\xFF")), more("a")}, "close 1007 | eof"},
      {"a wrong octet in binary", {binary("\xFF")}, "binary 1 octets ff | open"},
      {"a wrong octet in the end", {start(text("a")), last("\xFF")}, "close 1007 | eof"},
      {"a surrogate", {text("\xED\xA0\x80")}, "close 1007 | eof"},
      {"an overlong form", {text("\xC0\xAF")}, "close 1007 | eof"},
      {"above Unicode", {text("\xF4\x90\x80\x80")}, "close 1007 | eof"},
      {"a character cut off", {text("a\xE2\x82")}, "close 1007 | eof"},
      {"a character cut off by a fragment",
       {start(text("\xE2\x82")), last("a")},
       "close 1007 | eof"},
  };
  return all;
}

const std::vector<Asked>& requests() {
  const auto with = [](const char* name, const char* value) { return request({{name, value}}); };
  const auto line = [](std::string_view start) { return request({}, start); };
  static const std::vector<Asked> all{
      {"good", request(), "101 open"},
      {"absolute target", line("GET http://localhost:80/chat?a=%20 HTTP/1.1"), "101 open"},
      {"HTTP/1.2", line("GET / HTTP/1.2"), "101 open"},
      {"empty line first", base::octets("\r\n" + std::string(base::as_text(request()))),
       "101 open"},
      {"other case",
       request({{"HOST", "h"}, {"upgrade", "WebSocket"}, {"CONNECTION", "keep-alive, UPGRADE"}}),
       "101 open"},
      {"connection list", with("Connection", "Upgrade , keep-alive"), "101 open"},
      {"two connections", with("Connection", "Upgrade\r\nConnection: keep-alive"), "101 open"},
      {"upgrade list", with("Upgrade", "foo, websocket"), "101 open"},
      {"unknown field", with("X-Foo", "bar"), "101 open"},
      {"half a name", with("Upgra", "bar"), "101 open"},
      {"more than a name", with("Sec-WebSocket-Keys", "bar"), "101 open"},
      {"subprotocols", with("Sec-WebSocket-Protocol", "foo, superchat"), "101 open"},
      {"unknown extension", with("Sec-WebSocket-Extensions", "foo; a=\"b\", bar;c"), "101 open"},
      {"tabs in an extension", with("Sec-WebSocket-Extensions", "foo\t;\ta"), "101 open"},
      {"no body", with("Content-Length", "0"), "101 open"},
      {"IPv6 host", with("Host", "[::1]:8080"), "101 open"},
      {"POST", line("POST / HTTP/1.1"), "405 eof"},
      {"get", line("get / HTTP/1.1"), "405 eof"},
      {"GETS", line("GETS / HTTP/1.1"), "405 eof"},
      {"endless method", line(std::string(1000, 'A') + " / HTTP/1.1"), "501 eof"},
      {"HTTP/1.0", line("GET / HTTP/1.0"), "505 eof"},
      {"HTTP/2.0", line("GET / HTTP/2.0"), "505 eof"},
      {"http/1.1", line("GET / http/1.1"), "400 eof"},
      {"two blanks", line("GET  / HTTP/1.1"), "400 eof"},
      {"no version", line("GET /"), "400 eof"},
      {"fragment in target", line("GET /#a HTTP/1.1"), "400 eof"},
      {"bad percent", line("GET /%zz HTTP/1.1"), "400 eof"},
      {"asterisk", line("GET * HTTP/1.1"), "400 eof"},
      {"authority", line("GET localhost:80 HTTP/1.1"), "400 eof"},
      {"ws target", line("GET ws://localhost/ HTTP/1.1"), "400 eof"},
      {"long target", line("GET /" + std::string(7900, 'a') + " HTTP/1.1"), "101 open"},
      {"too long a target", line("GET /" + std::string(20000, 'a') + " HTTP/1.1"), "414 eof"},
      {"too long a field", with("X-Foo", std::string(20000, 'a').c_str()), "431 eof"},
      {"no Host", with("Host", ""), "400 eof"},
      {"bad Host", with("Host", "a b"), "400 eof"},
      {"user in Host", with("Host", "u@h"), "400 eof"},
      {"bad port", with("Host", "h:x"), "400 eof"},
      {"two Hosts",
       base::octets("GET / HTTP/1.1\r\nHost: b\r\n" +
                    std::string(base::as_text(request())).substr(20)),
       "400 eof"},
      {"no Upgrade", with("Upgrade", ""), "426 open"},
      {"a field behind a bare CR", with("Upgrade", "\rUpgrade: websocket"), "400 eof"},
      {"a field in a folded line", with("Upgrade", "a\r\n X-Foo: b"), "400 eof"},
      {"other Upgrade", with("Upgrade", "websockets"), "426 eof"},
      {"a no-break space", with("Upgrade", "websocket\xA0"), "426 eof"},
      {"no Connection", with("Connection", ""), "400 eof"},
      {"other Connection", with("Connection", "keep-alive"), "400 eof"},
      {"near Connection", with("Connection", "Upgrade-Insecure"), "400 eof"},
      {"no key", with("Sec-WebSocket-Key", ""), "400 eof"},
      {"short key", with("Sec-WebSocket-Key", "AAAA"), "400 eof"},
      {"no version field", with("Sec-WebSocket-Version", ""), "400 eof"},
      {"version 12", with("Sec-WebSocket-Version", "12"), "426 eof"},
      {"version 013", with("Sec-WebSocket-Version", "013"), "400 eof"},
      {"version 256", with("Sec-WebSocket-Version", "256"), "400 eof"},
      {"two versions", with("Sec-WebSocket-Version", "13\r\nSec-WebSocket-Version: 13"), "400 eof"},
      {"two keys",
       with("Sec-WebSocket-Key",
            "AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="),
       "400 eof"},
      {"empty subprotocols", with("Sec-WebSocket-Protocol", ","), "400 eof"},
      {"bad subprotocol", with("Sec-WebSocket-Protocol", "a b"), "400 eof"},
      {"bad extension", with("Sec-WebSocket-Extensions", "foo; ;"), "400 eof"},
      {"body", with("Content-Length", "5"), "400 eof"},
      {"bad body length", with("Content-Length", "+0"), "400 eof"},
      {"chunked body", with("Transfer-Encoding", "chunked"), "400 eof"},
      {"unknown coding", with("Transfer-Encoding", "foo"), "501 eof"},
      {"blank before colon", with("X-Foo", "a\r\nX-Bar : a"), "400 eof"},
      {"folded field", with("X-Foo", "a\r\n b"), "400 eof"},
      {"bare LF", with("X-Foo", "a\nX-Bar: a"), "400 eof"},
      {"bare CR", with("X-Foo", "a\rb"), "400 eof"},
      {"NUL in value", base::octets(std::string_view("GET / HTTP/1.1\r\nX: \0\r\n\r\n", 24)),
       "400 eof"},
      {"a frame", {0x81, 0x82, 1, 2, 3, 4, 5, 6}, "400 eof"},
      {"TLS", {0x16, 0x03, 0x01, 0x02, 0x00}, "400 eof"},
      {"half a request", base::octets("GET / HTTP/1.1\r\nHost: a\r\n"), "open"},
  };
  return all;
}

const std::vector<Answered>& responses() {
  static const std::vector<Answered> all{
      {"good", {}, true},
      {"other case", {{"UPGRADE", "WEBSOCKET"}, {"connection", "keep-alive, upgrade"}}, true},
      {"other reason", {}, true, "HTTP/1.1 101 Nope"},
      {"no reason", {}, true, "HTTP/1.1 101 "},
      {"subprotocol", {{"Sec-WebSocket-Protocol", "chat"}}, true},
      {"unknown field", {{"X-Foo", "bar"}}, true},
      {"folded field", {{"X-Foo", "bar\r\n baz"}}, true},
      {"200", {}, false, "HTTP/1.1 200 OK"},
      {"404", {}, false, "HTTP/1.1 404 Not Found"},
      {"HTTP/1.0", {}, false, "HTTP/1.0 101 Switching Protocols"},
      {"no Upgrade", {{"Upgrade", ""}}, false},
      {"other Upgrade", {{"Upgrade", "h2c"}}, false},
      {"no Connection", {{"Connection", ""}}, false},
      {"other Connection", {{"Connection", "close"}}, false},
      {"no accept", {{"Sec-WebSocket-Accept", ""}}, false},
      {"other accept", {{"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}, false},
      {"unoffered subprotocol", {{"Sec-WebSocket-Protocol", "foo"}}, false},
      {"near Upgrade", {{"Upgrade", "websockets"}}, false},
      {"near Connection", {{"Connection", "Upgraded"}}, false},
      {"accept in capitals", {{"Sec-WebSocket-Accept", "<ACCEPT>"}}, false},
      {"two accepts",
       {{"Sec-WebSocket-Accept", "<accept>\r\nSec-WebSocket-Accept: <accept>"}},
       false},
      {"accept among blanks", {{"Sec-WebSocket-Accept", " \t<accept>\t "}}, true},
      {"two subprotocols", {{"Sec-WebSocket-Protocol", "chat, superchat"}}, false},
      {"extension", {{"Sec-WebSocket-Extensions", "permessage-deflate"}}, false},
      {"malformed field", {{"X-Foo", "a\r\nb"}}, false},
  };
  return all;
}

}  // namespace wsproof::endpoint
