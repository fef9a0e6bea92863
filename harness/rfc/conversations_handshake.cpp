// Conversations about the opening handshake.
#include <string_view>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/rfc/conversations.hpp"

namespace wsproof::rfc {

namespace {

constexpr auto client = wire::Role::client;
constexpr auto server = wire::Role::server;

// The text with its only `old` replaced.
std::string with(std::string text, std::string_view old, std::string_view now) {
  const std::size_t at = text.find(old);
  CHECK(at != std::string::npos);
  return text.replace(at, old.size(), now);
}

Turn say(Turn::By by, const std::string& text) { return {by, base::octets(text)}; }

constexpr Turn::By watched_side = Turn::By::watched;
constexpr Turn::By other_side = Turn::By::other;

// A frame that is certainly wrong, whoever sends it: to see whether frames are judged.
std::string bad_frame(wire::Role sender) {
  return std::string(base::as_text(encode({{.opcode = 3}}, sender)));
}

struct Row {
  std::string name;
  std::vector<std::string> broken;
  std::string bad, good;  // what the watched side sends
  std::string ours = {};  // what a watched server answers
};

Conversation of_client(const std::string& name, const std::string& text,
                       const std::vector<std::string>& broken) {
  return {name, client, {say(watched_side, text), {Turn::By::end, {}}}, broken};
}

Conversation of_server(const std::string& name, const std::string& ours, const std::string& text,
                       const std::vector<std::string>& broken) {
  return {
      name, server, {say(other_side, ours), say(watched_side, text), {Turn::By::end, {}}}, broken};
}

std::string req(std::string_view old, std::string_view now) {
  return with(good_request(), old, now);
}
std::string res(std::string_view old, std::string_view now) {
  return with(good_response(), old, now);
}

// A connection on which a request was refused, and the handshake comes as the next one.
Conversation after_refusal(const std::string& name, const std::string& first,
                           const std::string& refusal, const std::string& text,
                           const std::vector<std::string>& broken) {
  return {name,
          server,
          {say(other_side, first),
           say(watched_side, refusal),
           say(other_side, good_request()),
           say(watched_side, text),
           {Turn::By::end, {}}},
          broken};
}

std::vector<Conversation> conversations_after_refusals() {
  const std::string plain = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\noops";
  const std::string chunked =
      "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\noops\r\n0\r\n\r\n";
  const std::string wrong = res("Accept: ", "Accept: x");
  const std::string frames = good_response() + bad_frame(server);
  const std::string until_the_end = "HTTP/1.1 400 Bad Request\r\n\r\noops";
  const std::string of_no_content = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
  return {
      after_refusal("after-refusal/accept", plain, refusal, wrong,
                    {"6455-4.2.2-21", "6455-4.2.2-22"}),
      after_refusal("after-refusal/accept/twin", plain, refusal, good_response(), {}),
      after_refusal("after-refusal/frames", plain, refusal, frames, {"6455-11.8-1"}),
      after_refusal("after-refusal/chunked", plain, chunked, frames, {"6455-11.8-1"}),
      after_refusal("after-refusal/second-refusal", plain, refusal,
                    "HTTP/1.1 400 \r\nServer: a\r\n", {"9112-2.1-1"}),
      after_refusal("after-refusal/without-end", plain, until_the_end, wrong, {}),
      after_refusal("after-refusal/of-head", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", of_no_content,
                    wrong, {}),
      after_refusal("after-refusal/of-connect", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
                    of_no_content, wrong, {}),
      after_refusal("after-refusal/pipelined", plain + plain, refusal, refusal, {}),
  };
}

std::vector<Row> request_rows() {
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string protocol = "Sec-WebSocket-Protocol: ";
  return {
      {"no-colon", {"9112-5.1-2"}, good_request("Cookie\r\n"), good_request("Cookie:\r\n")},
      {"bad-name", {"9112-5.1-2"}, good_request("Coo(kie: 1\r\n"), good_request("Coo|kie: 1\r\n")},
      {"blank-before-colon",
       {"9112-5.1-2"},
       good_request("Cookie : 1\r\n"),
       good_request("Cookie: 1\r\n")},
      {"no-name", {"9112-5.1-2"}, good_request(": 1\r\n"), good_request("_: 1\r\n")},
      {"bare-cr",
       {"9112-2.2-3"},
       good_request("Cookie: 1\r2\r\n"),
       good_request("Cookie: 1\t2\r\n")},
      {"folded",
       {"9112-5.2-2"},
       good_request("Cookie: 1\r\n 2\r\n"),
       good_request("Cookie: 1 2\r\n")},
      {"nul", {"9110-5.5-2"}, good_request(std::string("A: \0\r\n", 6)), good_request("A: 0\r\n")},
      {"control", {"6455-4.1-15"}, good_request("A: \x01\r\n"), good_request("A: \xFF\r\n")},
      {"bare-lf", {"6455-4.1-15"}, good_request("A: 1\n"), good_request("A: 1\r\n")},
      {"no-version", {"6455-4.1-15"}, req(" HTTP/1.1", ""), good_request()},
      {"raw-target", {"6455-11.1.1-2"}, req("/chat", "/\xC3\xA4"), req("/chat", "/%C3%A4")},
      {"leading-line-end", {"9112-2.2-5"}, "\r\n" + good_request(), good_request()},
      {"trailing-line-end", {"9112-2.2-5"}, good_request() + "\r\n", good_request()},
      {"early-frame", {"6455-4.1-33"}, good_request() + bad_frame(client), good_request()},
      {"post", {"6455-4.1-16"}, req("GET", "POST"), good_request()},
      {"http-1.0", {"6455-4.1-17"}, req("HTTP/1.1", "HTTP/1.0"), req("HTTP/1.1", "HTTP/1.2")},
      {"ws-target", {"6455-4.1-18"}, req("/chat", "ws://a/b"), req("/chat", "http://a/b")},
      {"relative-target", {"6455-4.1-18"}, req("/chat", "chat?"), req("/chat", "/?://")},
      {"fragment", {"6455-3-4"}, req("/chat", "/chat#a"), req("/chat", "/chat%23a")},
      {"no-host", {"6455-4.1-19"}, req("Host: server.example.com\r\n", ""), good_request()},
      {"two-hosts", {"6455-4.1-19"}, good_request("Host: b\r\n"), good_request("X-Host: b\r\n")},
      {"user-in-host", {"9112-3.2-6"}, req("Host: ", "Host: me@"), req("Host: ", "Host:\t ")},
      {"no-upgrade", {"6455-4.1-20"}, req("Upgrade: websocket", "A: b"), good_request()},
      {"other-upgrade",
       {"6455-4.1-20"},
       req("websocket", "web-socket"),
       req("websocket", "WebSocket")},
      {"no-connection",
       {"6455-4.1-21"},
       req("Connection: Upgrade", "Connection: close"),
       req("Connection: Upgrade", "Connection: keep-alive, upgrade")},
      {"no-key", {"6455-4.1-22"}, req(key, ""), good_request()},
      {"short-key", {"6455-4.1-22"}, req("dGhl", ""), good_request()},
      {"pad-bits", {"6455-4.1-22"}, req("jZQ==", "jZR=="), req("jZQ==", "jZA==")},
      {"two-keys", {"6455-11.3.1-1"}, good_request(key), good_request()},
      {"no-version-field",
       {"6455-4.1-27"},
       req("Sec-WebSocket-Version: 13\r\n", ""),
       good_request()},
      {"version-8", {"6455-4.1-27"}, req(": 13", ": 8"), req(": 13", ":13 ")},
      {"two-versions",
       {"6455-11.3.5-3"},
       good_request("Sec-WebSocket-Version: 13\r\n"),
       good_request()},
      {"nameless-protocol",
       {"6455-4.1-29"},
       good_request(protocol + "\r\n"),
       good_request(protocol + "a\r\n")},
      {"odd-protocol",
       {"6455-4.1-29"},
       good_request(protocol + "a b\r\n"),
       good_request(protocol + "a, b\r\n" + protocol + "c\r\n")},
      {"protocol-twice",
       {"6455-4.1-30"},
       good_request(protocol + "a, b\r\n" + protocol + "a\r\n"),
       good_request(protocol + "a, A\r\n")},
      {"empty-element",
       {"9110-5.6.1-1"},
       good_request(protocol + "a,, b\r\n"),
       good_request(protocol + "a , b\r\n")},
      {"two-origins",
       {"9110-5.3-1"},
       good_request("Origin: null\r\nOrigin: null\r\n"),
       good_request("Origin: null\r\n")},
      {"content",
       {"9110-9.3.1-1"},
       good_request("Content-Length: 5\r\n"),
       good_request("Content-Length: 0\r\n")},
      {"two-framings",
       {"9112-6.2-1", "9110-9.3.1-1"},
       good_request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
       good_request("Content-Length: 0\r\n")},
  };
}

std::string offering(const std::string& extensions) {
  return good_request("Sec-WebSocket-Extensions: " + extensions + "\r\n");
}
std::string accepting(const std::string& extensions) {
  return good_response("Sec-WebSocket-Extensions: " + extensions + "\r\n");
}

std::vector<Row> offer_rows() {
  const std::string pmd = "permessage-deflate; ";
  return {
      {"unknown-parameter", {"6455-9.1-5"}, offering(pmd + "x"), offering("x; x")},
      {"parameter-twice",
       {"6455-9-4"},
       offering(pmd + "client_max_window_bits; client_max_window_bits"),
       offering("permessage-deflate, " + pmd + "client_max_window_bits")},
      {"server-takeover-value",
       {"7692-7.1.1.1-1"},
       offering(pmd + "server_no_context_takeover=1"),
       offering(pmd + "server_no_context_takeover")},
      {"client-takeover-value",
       {"7692-7.1.1.2-1"},
       offering(pmd + "client_no_context_takeover=15"),
       offering(pmd + "client_no_context_takeover")},
      {"server-bits-missing",
       {"7692-7.1.2.1-2"},
       offering(pmd + "server_max_window_bits"),
       offering(pmd + "server_max_window_bits = \"8\"")},
      {"server-bits-7",
       {"7692-7.1.2.1-2"},
       offering(pmd + "server_max_window_bits=7"),
       offering(pmd + "server_max_window_bits=15")},
      {"client-bits-08",
       {"7692-7.1.2.2-2"},
       offering(pmd + "client_max_window_bits=08"),
       offering(pmd + "client_max_window_bits")},
      {"client-bits-16",
       {"7692-7.1.2.2-2"},
       offering(pmd + "client_max_window_bits=16"),
       offering(pmd + "client_max_window_bits=\"1\\5\"")},
  };
}

std::vector<Row> response_rows() {
  const std::string accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
  const std::string protocol = "Sec-WebSocket-Protocol: ";
  const std::string ab = good_request(protocol + "a, b\r\n");
  return {
      {"malformed-line",
       {"9112-5.1-2"},
       good_response("Server\r\n"),
       good_response("Server:\r\n"),
       good_request()},
      {"bare-lf",
       {"6455-4.2.2-18"},
       good_response("Server: a\n"),
       good_response("Server: a\r\n"),
       good_request()},
      {"http-1.0", {"6455-4.2.2-18"}, res("HTTP/1.1", "HTTP/1.0"), good_response(), good_request()},
      {"lower-case-version",
       {"9112-2.3-1"},
       res("HTTP/1.1", "http/1.1"),
       good_response(),
       good_request()},
      {"status-of-two-digits", {"9112-2.1-1"}, res("101", "10"), good_response(), good_request()},
      {"no-blank-behind-status",
       {"9112-4-1"},
       res(" Switching Protocols", ""),
       res("Switching Protocols", ""),
       good_request()},
      {"no-upgrade",
       {"6455-4.2.2-19"},
       res("websocket", "h2c"),
       res("websocket", "WebSocket"),
       good_request()},
      {"no-connection",
       {"6455-4.2.2-20"},
       res("Connection: Upgrade", "Connection: keep-alive"),
       res("Connection: Upgrade", "connection: keep-alive, UPGRADE"),
       good_request()},
      {"no-accept", {"6455-4.2.2-21"}, res(accept, ""), good_response(), good_request()},
      {"wrong-accept", {"6455-4.2.2-21"}, res("xOo=", "xOs="), good_response(), good_request()},
      {"odd-accept",
       {"6455-4.2.2-21", "6455-4.2.2-22"},
       res("xOo=", "xOo"),
       res("Accept: ", "Accept:"),
       good_request()},
      {"two-accepts", {"6455-11.3.3-1"}, good_response(accept), good_response(), good_request()},
      {"content-length",
       {"9110-8.6-1"},
       good_response("Content-Length: 0\r\n"),
       good_response(),
       good_request()},
      {"transfer-encoding",
       {"9112-6.1-1"},
       good_response("Transfer-Encoding: chunked\r\n") + bad_frame(server),
       good_response(),
       good_request()},
      {"no-challenge",
       {"9110-11.6.1-1"},
       "HTTP/1.1 401 \r\nContent-Length: 0\r\n\r\n",
       "HTTP/1.1 401 \r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
       good_request()},
      {"both-framings",
       {"9112-6.2-1"},
       "HTTP/1.1 400 \r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
       "HTTP/1.1 400 \r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       good_request()},
      {"unasked-protocol",
       {"6455-4.2.2-12"},
       good_response(protocol + "a\r\n"),
       good_response(),
       good_request()},
      {"foreign-protocol",
       {"6455-4.2.2-11"},
       good_response(protocol + "c\r\n"),
       good_response(protocol + "b\r\n"),
       ab},
      {"protocol-in-other-case",
       {"6455-4.2.2-11", "7936-2-1"},
       good_response(protocol + "A\r\n"),
       good_response(protocol + "a\r\n"),
       ab},
      {"nameless-protocol",
       {"6455-4.2.2-14"},
       good_response(protocol + "\r\n"),
       good_response(),
       ab},
      {"list-of-protocols",
       {"6455-4.2.2-15"},
       good_response(protocol + "a, b\r\n"),
       good_response(protocol + "a\r\n"),
       ab},
      {"two-protocols",
       {"6455-11.3.4-2"},
       good_response(protocol + "a\r\n" + protocol + "b\r\n"),
       good_response(protocol + "a\r\n"),
       ab},
      {"open-parameter",
       {"6455-9.1-9"},
       accepting("permessage-deflate;"),
       accepting("permessage-deflate"),
       offering("permessage-deflate")},
      {"no-token-in-quotes",
       {"6455-9.1-9"},
       accepting("permessage-deflate; server_max_window_bits=\" 10\""),
       accepting("permessage-deflate; server_max_window_bits=\"10\""),
       offering("permessage-deflate")},
      {"content-too-short",
       {"9112-8-2"},
       "HTTP/1.1 404 \r\nContent-Length: 5\r\n\r\noops",
       "HTTP/1.1 404 \r\nContent-Length: 4\r\n\r\noops",
       good_request()},
      {"no-last-chunk",
       {"9112-8-2"},
       "HTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\n\r\n4\r\noops\r\n",
       "HTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\n\r\n4\r\noops\r\n0\r\n\r\n",
       good_request()},
      {"empty-element",
       {"9110-5.6.1-1"},
       res("Connection: Upgrade", "Connection: , Upgrade"),
       good_response(),
       good_request()},
      {"incomplete",
       {"9112-2.1-1"},
       "HTTP/1.1 400 Bad Request\r\nServer: a\r\n",
       "HTTP/1.1 400 Bad Request\r\nServer: a\r\n\r\n",
       "GET / HTTP/1.1\r\n\r\n"},
      {"bad-refusal",
       {"9112-2.1-1"},
       "HTTP/1.1 400 Bad Request\nServer: a\n\n",
       "HTTP/1.1 400 Bad Request\r\n\r\n\n",
       good_request()},
      {"answer-before-the-end",
       {"9110-5.3-3"},
       good_response(),
       "HTTP/1.1 408 Request Timeout\r\n\r\n",
       with(good_request(), "13\r\n\r\n", "13\r\n")},
  };
}

std::vector<Row> answer_rows() {
  const std::string pmd = "permessage-deflate";
  const std::string bits = "permessage-deflate; server_max_window_bits";
  const std::string hint = "permessage-deflate; client_max_window_bits";
  const std::string takeover = "permessage-deflate; server_no_context_takeover";
  return {
      {"unasked", {"6455-4.2.2-17"}, accepting(pmd), good_response(), good_request()},
      {"foreign", {"6455-4.2.2-17"}, accepting("y"), accepting(pmd), offering("x, " + pmd)},
      {"twice",
       {"7692-5-9"},
       accepting("permessage-deflate, permessage-deflate"),
       accepting(pmd),
       offering("permessage-deflate, permessage-deflate")},
      {"unknown-parameter", {"6455-9.1-5"}, accepting(pmd + "; x"), accepting(pmd), offering(pmd)},
      {"parameter-twice",
       {"6455-9-4"},
       accepting(takeover + "; server_no_context_takeover"),
       accepting(takeover),
       offering(pmd)},
      {"server-takeover-value",
       {"7692-7.1.1.1-6"},
       accepting(takeover + "=1"),
       accepting(takeover),
       offering(pmd)},
      {"client-takeover-value",
       {"6455-9-4"},
       accepting(pmd + "; client_no_context_takeover=1"),
       accepting(pmd + "; client_no_context_takeover"),
       offering(pmd)},
      {"server-bits-16",
       {"7692-7.1.2.1-7"},
       accepting(bits + "=16"),
       accepting(bits + "=15"),
       offering(pmd)},
      {"client-bits-missing",
       {"7692-7.1.2.2-4"},
       accepting(hint),
       accepting(hint + "=8"),
       offering(hint)},
      {"takeover-not-repeated",
       {"7692-7.1.1.1-2"},
       accepting(pmd),
       accepting(takeover),
       offering(takeover)},
      {"server-bits-raised",
       {"7692-7.1.2.1-3"},
       accepting(bits + "=9"),
       accepting(bits + "=8"),
       offering(bits + "=8")},
      {"server-bits-ignored",
       {"7692-7.1.2.1-3"},
       accepting(pmd),
       accepting(bits + "=10"),
       offering(bits + "=\"10\"")},
      {"client-bits-unasked",
       {"7692-7.1.2.2-5"},
       accepting(hint + "=15"),
       accepting(pmd),
       offering(pmd)},
      {"client-bits-raised",
       {"7692-7.1.2.2-3"},
       accepting(hint + "=11"),
       accepting(hint + "=10"),
       offering(hint + "=10")},
      {"fits-none-of-two",
       {"7692-5-8"},
       accepting(pmd),
       accepting(takeover),
       offering(bits + "=8, " + takeover)},
      {"accepts-unknown-parameter",
       {"7692-7-1"},
       accepting(pmd),
       good_response(),
       offering(pmd + "; x")},
      {"accepts-bad-value",
       {"7692-7-2"},
       accepting(bits + "=8"),
       good_response(),
       offering(bits + "=7")},
      {"accepts-repeated-parameter",
       {"7692-7-3"},
       accepting(takeover),
       good_response(),
       offering(takeover + "; server_no_context_takeover")},
      {"accepts-the-fallback",
       {"7692-7.1.2.2-5"},
       accepting(hint + "=9"),
       accepting(pmd),
       offering(bits + "=7, " + pmd)},
  };
}

}  // namespace

std::vector<Conversation> handshake_conversations() {
  std::vector<Conversation> all;
  for (const auto& rows : {request_rows(), offer_rows()}) {
    for (const Row& row : rows) {
      all.push_back(of_client("request/" + row.name, row.bad, row.broken));
      all.push_back(of_client("request/" + row.name + "/twin", row.good, {}));
    }
  }
  for (const auto& rows : {response_rows(), answer_rows()}) {
    for (const Row& row : rows) {
      all.push_back(of_server("response/" + row.name, row.ours, row.bad, row.broken));
      all.push_back(of_server("response/" + row.name + "/twin", row.ours, row.good, {}));
    }
  }
  for (Conversation& each : conversations_after_refusals()) all.push_back(std::move(each));
  return all;
}

namespace {

// A watched client that sends a wrong frame behind a response that lets it do what it likes.
Conversation client_with_response(const std::string& name, const std::string& answer) {
  return {name,
          client,
          {say(watched_side, good_request()),
           say(other_side, answer),
           say(watched_side, bad_frame(client)),
           {Turn::By::end, {}}},
          {}};
}

}  // namespace

std::vector<Conversation> silent_handshake_conversations() {
  const std::string pmd = "permessage-deflate";
  const std::string refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\n";
  const std::string plain = "GET / HTTP/1.1\r\n\r\n";
  return {
      {"nothing-at-all", server, {}, {}},
      of_client("client-says-nothing", "", {}),
      of_client("client-asks-for-a-page", "POST / HTTP/1.0\nHost\n\n" + bad_frame(client), {}),
      of_client("client-speaks-tls", "\x16\x03\x01\n\n\n\n", {}),
      of_client("client-speaks-http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {}),
      of_client("client-stops-in-the-request", "POST chat HTTP/1.0\r\nUpgrade: websocket\r\n", {}),
      of_server("server-speaks-tls", good_request(), "\x15\x03\x01\n\n\n\n", {}),
      of_server("server-speaks-http2", good_request(), std::string("\0\0\0\4\0\0\0\0\0", 9), {}),
      of_server("server-gives-a-page", plain, "<html>\n\n</html>\n\n", {}),
      of_server("refusal-and-what-follows", good_request(), refusal + "oops" + bad_frame(server),
                {}),
      of_server("continue-first", good_request(), "HTTP/1.1 100 Continue\r\n\r\n" + good_response(),
                {}),
      of_server("another-protocol", with(good_request(), "websocket", "h2c"),
                with(good_response(), "websocket", "h2c") + bad_frame(server), {}),
      of_server("101-to-a-bad-request", with(good_request(), ": 13", ": 14"),
                "HTTP/1.1 101 \r\nSec-WebSocket-Protocol:\r\n\r\n" + bad_frame(server), {}),
      of_server("unknown-extension", offering("x"), accepting("x") + bad_frame(server), {}),
      of_server("unreadable-offer", offering("x y; =, \"a"), accepting(pmd), {}),
      of_server("offer-in-other-case", offering("Permessage-Deflate; Server_Max_Window_Bits=7"),
                accepting(pmd), {}),
      of_server("odd-offer-of-protocols", good_request("Sec-WebSocket-Protocol: a b\r\n"),
                good_response("Sec-WebSocket-Protocol: b\r\n"), {}),
      of_server("upgrade-to-a-list", good_request(),
                with(good_response(), "websocket", "websocket, x"), {}),
      of_server("huge-request", good_request("A: " + std::string(70'000, 'x') + "\r\n"),
                with(good_response(), "Accept: ", "Accept: x"), {}),
      of_server("huge-response", good_request(),
                good_response("A: " + std::string(70'000, 'x') + "\r\nB\r\n") + bad_frame(server),
                {}),
      client_with_response("response-refuses", refusal),
      client_with_response("response-with-wrong-accept",
                           with(good_response(), "Accept: ", "Accept: x")),
      client_with_response("response-with-bare-lf", with(good_response(), "\r\n\r\n", "\n\n")),
      client_with_response("response-with-unasked-extension", accepting(pmd)),
      client_with_response("response-not-complete", "HTTP/1.1 101"),
  };
}

}  // namespace wsproof::rfc
