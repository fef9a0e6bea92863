#include "harness/run/hostile_behaviours_test.hpp"

#include <array>

namespace wsproof::run::test {

namespace {

using wire::opcode::binary;
using wire::opcode::close;
using wire::opcode::continuation;
using wire::opcode::ping;
using wire::opcode::pong;
using wire::opcode::text;

constexpr std::size_t kilobyte = 1024;
constexpr std::uint64_t longest = (1ULL << 63U) - 1;

const std::string ok = "HTTP/1.1 200 OK\r\n";

// Serves the probe and the first control; of every later answer one octet more than of the last.
void sweep(Link& link, std::size_t nth) { converse_until(link, nth < 12 ? SIZE_MAX : nth - 11); }

void change_at_random(Link& link, std::size_t nth);

// The table: a name, what it does with its nth connection, and what the run says of it.
const Behaviour table[] = {
    // Before there is an answer.
    {"never-answers", [](Link& l, std::size_t) { l.drain(); }, "no answer within", 3},
    {"never-reads-nor-answers", [](Link& l, std::size_t) { l.hold(); }, "no answer within", 3},
    {"accepts-and-closes", [](Link&, std::size_t) {}, "without an answer", 3},
    {"accepts-and-resets", [](Link& l, std::size_t) { l.reset(); }, "without an answer", 3},
    {"reads-and-resets",
     [](Link& l, std::size_t) {
       request(l);
       l.reset();
     },
     "without an answer", 3},
    {"half-closes-before-it-answers",
     [](Link& l, std::size_t) {
       l.end_writes();
       l.drain();
     },
     "without an answer", 3},
    {"drips-its-answer", [](Link& l, std::size_t) { drip(l, switching(request(l))); },
     "no answer within", 3},
    {"status-line-without-end",
     [](Link& l, std::size_t) {
       l.send("HTTP/1.1 101 ");
       forever(l, many("A", kilobyte));
     },
     "has not ended after"},
    {"hundred-megabytes-of-headers",
     [](Link& l, std::size_t) {
       request(l);
       l.send("HTTP/1.1 101 Switching\r\n");
       for (int i = 0; i < 1600; ++i)
         l.send(many("X-Filler: " + std::string(52, 'x') + "\r\n", 1000));
     },
     "has not ended after"},
    {"a-million-headers",
     [](Link& l, std::size_t) {
       request(l);
       l.send(ok);
       for (int i = 0; i < 1000; ++i) l.send(many("a:b\r\n", 1000));
       l.send("\r\n");
     },
     "has not ended after"},
    {"header-line-of-100-megabytes",
     [](Link& l, std::size_t) {
       request(l);
       l.send(ok + "X-Long: ");
       for (int i = 0; i < 1600; ++i) l.send(std::string(64 * kilobyte, 'x'));
     },
     "has not ended after"},
    {"continues-for-ever",
     [](Link& l, std::size_t) {
       request(l);
       while (l.send("HTTP/1.1 100 Continue\r\n\r\n") && l.pause(5ms)) {
       }
     },
     "was not answered in time"},
    {"flood-of-interim-answers",
     [](Link& l, std::size_t) {
       request(l);
       forever(l, many("HTTP/1.1 103 E\r\n\r\n", 4000));
     },
     "far more than was asked for"},
    {"nul-octets-for-ever",
     [](Link& l, std::size_t) { forever(l, std::string(64 * kilobyte, '\0')); }, "is not HTTP", 3},

    // Other answers.
    {"redirects-to-itself",
     [](Link& l, std::size_t) {
       answer(l, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
     },
     "302"},
    {"chunks-without-end",
     [](Link& l, std::size_t) {
       request(l);
       l.send("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n");
       forever(l, many("4000\r\n" + std::string(0x4000, 'x') + "\r\n", 4));
     },
     "400"},
    {"body-of-a-gigabyte",
     [](Link& l, std::size_t) {
       request(l);
       l.send(ok + "Content-Length: 1000000000\r\n\r\n");
       for (int i = 0; i < 16000; ++i)
         if (!l.send(std::string(62500, 'x'))) return;
     },
     "200"},
    {"too-many-requests",
     [](Link& l, std::size_t) {
       answer(l, "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
     },
     "429"},
    {"unavailable-for-a-day",
     [](Link& l, std::size_t) {
       answer(
           l,
           "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 99999\r\nContent-Length: 0\r\n\r\n");
     },
     "503"},
    {"forbids-everything",
     [](Link& l, std::size_t) { answer(l, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"); },
     "403"},
    {"switches-for-everybody",
     [](Link& l, std::size_t) {
       request(l);
       l.send(switching({}));
       l.drain();
     },
     "Sec-WebSocket-Accept"},
    {"wrong-accept-key",
     [](Link& l, std::size_t) {
       converse(l, [&](std::string octets) {
         if (const auto at = octets.find("Accept: "); at != std::string::npos) octets[at + 8] ^= 1;
         return l.send(octets);
       });
     },
     "Sec-WebSocket-Accept"},
    {"answers-twice",
     [](Link& l, std::size_t) {
       const wire::Head r = request(l);
       l.send(switching(r) + switching(r));
       l.drain();
     },
     ""},

    // Other protocols.
    {"speaks-tls", [](Link& l, std::size_t) { answer(l, "\x15\x03\x01\x00\x02\x02\x46"sv); },
     "that is TLS", 3},
    {"speaks-http-2",
     [](Link& l, std::size_t) {
       answer(l, "\0\0\0\4\0\0\0\0\0\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\1"sv);
     },
     "is not HTTP", 3},
    {"speaks-ssh",
     [](Link& l, std::size_t) {
       l.send("SSH-2.0-OpenSSH_9.2\r\n");
       l.drain();
     },
     "SSH-2.0", 3},
    {"speaks-smtp",
     [](Link& l, std::size_t) {
       l.send("220 mail.example ESMTP\r\n");
       while (!l.receive().empty() && l.send("500 5.5.2 unrecognized command\r\n")) {
       }
     },
     "220 mail", 3},
    {"speaks-http-0.9", [](Link& l, std::size_t) { answer(l, "<html>hello</html>"); },
     "is not HTTP", 3},
    {"says-garbage",
     [](Link& l, std::size_t nth) {
       l.send(base::as_text(base::Random(nth).octets(4096)));
       l.drain();
     },
     "is not HTTP", 3},
    {"says-garbage-behind-its-101",
     [](Link& l, std::size_t nth) {
       upgrade(l, base::as_text(base::Random(nth).octets(4096)));
       l.drain();
     },
     ""},

    // Frames without end.
    {"frame-without-end",
     [](Link& l, std::size_t) {
       if (upgrade(l, frame(binary, "", true, 0, longest)))
         forever(l, std::string(64 * kilobyte, 'x'));
     },
     "far more than was asked for"},
    {"frame-that-never-comes",
     [](Link& l, std::size_t) {
       upgrade(l, frame(binary, "", true, 0, longest + 1));
       l.drain();
     },
     "in time"},
    {"flood-of-texts",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(text, "hello"), 9000));
     },
     "hello"},
    {"flood-of-binaries",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, frame(binary, std::string(64 * kilobyte, 'b')));
     },
     "binary"},
    {"flood-of-empty-fragments",
     [](Link& l, std::size_t) {
       if (upgrade(l, frame(text, "", false)))
         forever(l, many(frame(continuation, "", false), 9000));
     },
     "far more than was asked for"},
    {"flood-of-large-fragments",
     [](Link& l, std::size_t) {
       if (upgrade(l, frame(text, "", false)))
         forever(l, frame(continuation, std::string(64 * kilobyte, 'f'), false));
     },
     "far more than was asked for"},
    {"flood-of-pings",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(ping, ""), 9000));
     },
     "far more than was asked for"},
    {"flood-of-full-pings",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(ping, std::string(125, 'p')), 500));
     },
     "far more than was asked for"},
    {"flood-of-oversized-pings",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, frame(ping, std::string(64 * kilobyte, 'p')));
     },
     "far more than was asked for"},
    {"flood-of-pongs",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(pong, "x"), 9000));
     },
     "far more than was asked for"},
    {"flood-of-closes",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(close, "\x03\xe8"), 9000));
     },
     "although one was already sent"},
    {"flood-of-reserved-opcodes",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(11, ""), 9000));
     },
     "reserved opcode 11"},
    {"flood-of-compressed-zeros",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, compressed_zeros());
     },
     "RSV1"},
    {"flood-of-compressed-zeros-agreed-on",
     [](Link& l, std::size_t) {
       l.send(
           switching(request(l), "Switching", "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
       forever(l, compressed_zeros());
     },
     "not offered"},
    {"pings-without-reading",
     [](Link& l, std::size_t) {
       if (upgrade(l)) forever(l, many(frame(ping, "are you there"), 500));
     },
     "far more than was asked for"},
    {"pings-now-and-then-for-ever",
     [](Link& l, std::size_t) {
       if (!upgrade(l)) return;
       while (l.send(frame(ping, "x")) && l.pause(20ms)) {
       }
     },
     "in time"},
    {"drips-pings",
     [](Link& l, std::size_t) {
       if (upgrade(l)) drip(l, many(frame(ping, "drop"), 1000));
     },
     "in time"},

    // Wrong answers.
    {"nothing-after-the-101",
     [](Link& l, std::size_t) {
       upgrade(l);
       l.drain();
     },
     "in time"},
    {"half-closes-after-the-101",
     [](Link& l, std::size_t) {
       upgrade(l);
       l.end_writes();
       l.drain();
     },
     ""},
    {"never-reads-after-the-101",
     [](Link& l, std::size_t) {
       upgrade(l);
       l.hold();
     },
     "in time"},
    {"echoes-wrong",
     [](Link& l, std::size_t) {
       converse(l, [&](std::string octets) {
         if (!octets.starts_with("HTTP") && !octets.empty()) octets.back() ^= 1;
         return l.send(octets);
       });
     },
     "Messages are not echoed"},
    {"echoes-a-million-times",
     [](Link& l, std::size_t) {
       converse(l, [&](const std::string& octets) {
         const bool one = octets.empty() || octets.starts_with("HTTP");
         for (int i = 0; i < (one ? 1 : 1'000'000); ++i)
           if (!l.send(octets)) return false;
         return true;
       });
     },
     ""},
    {"answers-pings-with-a-million-pongs",
     [](Link& l, std::size_t) {
       if (!upgrade(l)) return;
       while (!l.receive().empty()) {
         for (int i = 0; i < 1000; ++i)
           if (!l.send(many(frame(pong, "pong"), 1000))) return;
       }
     },
     "far more than was asked for"},
    {"keeps-tcp-open-after-its-close",
     [](Link& l, std::size_t) {
       Reference reference;
       for (std::string got = l.receive(); !got.empty(); got = l.receive())
         l.send(reference.answer(got));
     },
     "in time"},
    {"closes-twice-and-goes-on",
     [](Link& l, std::size_t) {
       answer_all(l, frame(close, "\x03\xe8") + frame(close, "\x03\xe9") + frame(text, "on"));
     },
     "Close"},
    {"closes-with-nasty-reasons",
     [](Link& l, std::size_t) { answer_all(l, frame(close, "\x03\xe8" + std::string(nasty))); },
     "script"},
    {"echoes-nasty-texts", [](Link& l, std::size_t) { answer_all(l, frame(text, nasty)); },
     "script"},
    {"nasty-101",
     [](Link& l, std::size_t) {
       l.send(switching(request(l), nasty, nasty_fields()));
       l.drain();
     },
     "script"},
    {"nasty-refusal",
     [](Link& l, std::size_t) {
       answer(l, "HTTP/1.1 400 " + std::string(nasty) + "\r\n" + nasty_fields() + "\r\n" +
                     std::string(nasty));
     },
     "400"},
    {"nasty-and-no-http", [](Link& l, std::size_t) { answer(l, nasty); }, "script", 3},

    // Endings.
    {"closes-at-every-octet", [](Link& l, std::size_t nth) { sweep(l, nth); }, "stops in its head"},
    {"resets-at-every-octet",
     [](Link& l, std::size_t nth) {
       sweep(l, nth);
       l.reset();
     },
     "stops in its head"},
    {"half-closes-at-every-octet",
     [](Link& l, std::size_t nth) {
       sweep(l, nth);
       l.end_writes();
       l.drain();
     },
     "stops in its head"},
    {"falls-silent-at-every-octet",
     [](Link& l, std::size_t nth) {
       sweep(l, nth);
       l.drain();
     },
     "all that came was"},
    {"serves-forty-and-listens-no-more",
     [](Link& l, std::size_t nth) {
       if (nth == 40) l.server().stop_listening();
       converse(l);
     },
     "refused"},
    {"serves-forty-and-falls-silent",
     [](Link& l, std::size_t nth) { nth < 40 ? converse(l) : l.drain(); }, "stopped answering"},
    {"serves-forty-and-closes",
     [](Link& l, std::size_t nth) {
       if (nth < 40) converse(l);
     },
     "stopped answering"},
    {"serves-every-other",
     [](Link& l, std::size_t nth) {
       if (nth % 2 == 0) converse(l);
     },
     ""},
    {"writes-on-whatever-comes",
     [](Link& l, std::size_t) {
       upgrade(l);
       while (l.pause(1ms)) l.send(frame(text, "still here"));
     },
     "still here"},
    {"changes-at-random", change_at_random, ""},

    // Odd, and right.
    {"one-after-the-other", [](Link& l, std::size_t) { converse(l); }, "", 0, false, 1.0},
    {"one-octet-segments",
     [](Link& l, std::size_t) {
       converse(l, [&](const std::string& octets) {
         for (const char octet : octets)
           if (!l.send({&octet, 1})) return false;
         return true;
       });
     },
     "", 0, true, 1.0},
};

void change_at_random(Link& link, std::size_t nth) {
  const std::size_t other = base::Random(nth).below(std::size(table));
  if (table[other].serve != change_at_random) table[other].serve(link, nth);
}

}  // namespace

std::span<const Behaviour> behaviours() { return table; }

}  // namespace wsproof::run::test
