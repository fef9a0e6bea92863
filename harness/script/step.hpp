// All the words of the case language as values: expressions, frames, steps, expectations. Start
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/script/rare.hpp"

namespace wsproof::script {

/// Where something stands in its case file; takes no part in equality, so that a case is the same
/// case wherever it is written.
struct At {
  std::uint32_t line = 0;    ///< from 1
  std::uint32_t column = 0;  ///< from 1, in characters
  std::uint32_t width = 1;   ///< characters to underline

  friend bool operator==(const At&, const At&) { return true; }
};

// ── Expressions ──────────────────────────────────────────────────────────────────────────────────

struct Expression;

/// `$name`: a sweep value, a let, or a capture.
struct Variable {
  std::string name;
  bool operator==(const Variable&) const = default;
};

/// `repeat("p", 125)`. The sum `a + b` is the call of "+". The functions are listed in
/// cases/README.md and implemented in expression.cpp; evaluation happens when a case is played, so
/// that a printed case says `repeat("p", 65536)` and not 65,536 letters.
struct Call {
  std::string function;
  std::vector<Expression> arguments;
  bool operator==(const Call&) const;
};

/// A number, octets ("text" or hex"00 ff"), a variable or a call. What all variants have is written
/// in step.cpp, once, and not compiled anew in every file that has a case in hand; so with
/// Awaited and Step.
struct Term : std::variant<std::uint64_t, base::Octets, Variable, Call> {
  using variant::variant;
  using variant::operator=;
  Term();
  Term(const Term&);
  Term(Term&&) noexcept;
  Term& operator=(const Term&);
  Term& operator=(Term&&) noexcept;
  ~Term();
  bool operator==(const Term&) const;
};

/// A term, and where it stands.
struct Expression {
  Term value;
  At at;
  bool operator==(const Expression&) const = default;
};

// ── What the peer sends ──────────────────────────────────────────────────────────────────────────

/// `part 1/2`: this share of the payload, cut at octets; the last part gets FIN, others do not.
struct Part {
  Expression index, count;
  bool operator==(const Part&) const = default;
};

/// `> text "hi" rsv=4`: one frame. What is not said follows from the word, the payload and the
/// role: FIN=1 (unless a part), RSV 0, the word's opcode, the shortest length form, the true
/// length, masked by a client with a key from the seed and not masked by a server.
struct FrameSpec {
  /// What the line calls it. `frame` is a frame whose opcode must be given by opcode=.
  enum class Word { text, binary, continuation, ping, pong, close, frame };
  Word word = Word::text;
  std::optional<Expression>
      payload;            ///< nothing: empty. Of a Close: the whole body, where `code` is not given
  Rare<Expression> code;  ///< only of a Close: `close 1000 "reason"`
  Rare<Part> part;
  Rare<Expression> fin;       ///< fin=0|1
  Rare<Expression> rsv;       ///< rsv=0..7, RSV1 = 4
  Rare<Expression> opcode;    ///< opcode=0..15
  Rare<Expression> mask;      ///< mask=0|1: whether there is a masking key
  Rare<Expression> key;       ///< key=0x01020304
  Rare<Expression> length;    ///< length=7|16|64: the length form
  Rare<Expression> announce;  ///< announce=N: the length that the header tells
  Rare<Expression> split;     ///< split=N: sent as frames of N octets, the first with the
                              ///< line's opcode and RSV, continuations behind it
  bool operator==(const FrameSpec&) const = default;
};

/// The name of a connection, without its `@`. The first one is "a", and may be left out.
using LinkName = std::string;

struct Send {
  LinkName link = "a";
  FrameSpec frame;
  At at;
  bool operator==(const Send&) const = default;
};

/// `> raw hex"…"`: these octets as they are.
struct SendRaw {
  LinkName link = "a";
  Expression octets;
  At at;
  bool operator==(const SendRaw&) const = default;
};

/// `> eof`: half-close. `> reset`: TCP reset.
struct SendEnd {
  enum class Kind { eof, reset };
  LinkName link = "a";
  Kind kind = Kind::eof;
  At at;
  bool operator==(const SendEnd&) const = default;
};

/// One change to the standard opening handshake, applied in order.
struct HandshakeEdit {
  enum class Kind {
    set,  ///< `Name: value`: replaces all fields of that name in the first one's place (with this
          ///< spelling), or adds it at the end
    add,  ///< `+ Name: value`: one more, at the end
    remove,   ///< `- Name`: all fields of that name
    method,   ///< `method POST`
    target,   ///< `target "/other"`
    version,  ///< `version HTTP/1.0`
    start,    ///< `start "GET  / HTTP/1.1"`: the whole start line, or status line of a server
    raw,  ///< `raw "octets"`: octets put between the last field and the empty line (line ends are
          ///< yours)
    reverse,   ///< `reverse`: the fields in reversed order
    line_end,  ///< `line-end "\n"`: what ends every line
    body,      ///< `body "octets"`: octets behind the empty line
  };
  Kind kind = Kind::set;
  std::string name;                 ///< of set, add, remove
  std::optional<Expression> value;  ///< of all but remove and reverse
  At at;
  bool operator==(const HandshakeEdit&) const = default;
};

/// `handshake`: opens the connection and sends the opening handshake with these changes. The `<`
/// lines behind it look at the answer; where a frame follows without one, a 101 is waited for.
struct Handshake {
  LinkName link = "a";
  std::vector<HandshakeEdit> edits;
  At at;
  bool operator==(const Handshake&) const = default;
};

/// `connect`: opens the connection and completes the standard handshake. A case whose first line is
/// not about opening @a begins with it. `dial`: opens the transport connection only; `dial plain`:
/// without TLS even where the target is reached by TLS. With a number behind it so many
/// connections, which stay idle: `@c connect 1000` opens @c.1 to @c.1000, one after the other.
struct Connect {
  LinkName link = "a";
  bool handshake = true;        ///< false: `dial`
  bool plain = false;           ///< only of `dial`
  Rare<Expression> count = {};  ///< 1..4096
  At at;
  bool operator==(const Connect&) const = default;
};

/// `pause 600 ms`: nothing is sent for this long. Only for cases that are about time.
struct Pause {
  Expression milliseconds;
  At at;
  bool operator==(const Pause&) const = default;
};

/// What may stand in a `together` or `writes` block.
using Sending = std::variant<Send, SendRaw, Handshake>;

/// `together`: the octets of these lines in one write. `writes N`: in writes of N octets each.
struct Batch {
  Rare<Expression> write_size;  ///< nothing: together
  std::vector<Sending> lines;   ///< all on one connection
  At at;
  bool operator==(const Batch&) const = default;
};

// ── What the peer expects ────────────────────────────────────────────────────────────────────────

/// How a deviation or an alternative counts. `unsupported` ends the case: what it is about does not
/// come up with this target.
enum class Grade { pass, info, non_strict, unsupported, fail };

/// What a payload must be: `any`, exactly these octets, or `matching "^a+$"`.
struct Pattern {
  std::optional<Expression> exactly = {};
  std::optional<std::string> matching = {};  ///< an RE2 regular expression that is searched for
  bool operator==(const Pattern&) const = default;
};

/// `compressed within 512 alone`: how permessage-deflate was used for a message (RFC 7692). What is
/// asked about matches holds for an uncompressed message too: it has none.
struct Compression {
  enum class Form { any, compressed, uncompressed };
  enum class Context {
    any,
    alone,     ///< no match reaches to messages before
    reaching,  ///< some match does
  };
  Form form = Form::any;
  Rare<Expression> within;  ///< no match reaches further back than so many octets
  Context context = Context::any;
  bool operator==(const Compression&) const = default;
};

/// `< text "hi"`, `< binary any`, `< message any`: one whole message, however it is fragmented.
struct ExpectMessage {
  enum class Type { text, binary, any };
  Type type = Type::text;
  Pattern payload;
  Compression compression = {};
  bool operator==(const ExpectMessage&) const = default;
};

/// `< answer $m`: the answer that the profile knows for this message (an echo: the same message).
struct ExpectAnswer {
  std::string message;  ///< the variable's name
  Compression compression = {};
  bool operator==(const ExpectAnswer&) const = default;
};

/// `< pong "x"`, `< ping any`.
struct ExpectControl {
  enum class Type { ping, pong };
  Type type = Type::pong;
  Pattern payload;
  bool operator==(const ExpectControl&) const = default;
};

/// Numbers from first to last, both included; one number when `last` is missing.
struct Range {
  Expression first;
  Rare<Expression> last;
  bool operator==(const Range&) const = default;
};

/// `< close 1000 1001..1003 "reason"`, `< close`, `< close empty`, `< close legal`, `< close
/// forbidden`.
struct ExpectClose {
  enum class Body {
    any,        ///< any Close at all
    codes,      ///< one of `codes`
    empty,      ///< no body
    legal,      ///< a code that may be on the wire: 1000-1003, 1007-1014, 3000-4999
    forbidden,  ///< any other code, or a body of one octet
  };
  Body body = Body::any;
  std::vector<Range> codes;
  Pattern reason;
  bool operator==(const ExpectClose&) const = default;
};

/// `< frame text fin=0 "ab"`: one frame of a data message, not a message.
struct ExpectFrame {
  FrameSpec frame;  ///< only what is given is compared; a missing payload means any
  bool operator==(const ExpectFrame&) const = default;
};

/// `< eof`: the connection ends (a reset counts where DESIGN.md §3.3 says so). `< reset`: by a
/// reset. `< goodbye`: it ends, and over TLS a closure alert said so before. `< alert`: a TLS alert
/// comes on a connection that was dialled plain.
struct ExpectEnd {
  enum class Kind { eof, reset, goodbye, alert };
  Kind kind = Kind::eof;
  bool operator==(const ExpectEnd&) const = default;
};

/// `< status 400 426`, `< status 400..499`: an HTTP answer with one of these codes.
struct ExpectStatus {
  std::vector<Range> codes;
  bool operator==(const ExpectStatus&) const = default;
};

/// `< header NAME contains 13`: about the HTTP answer that came last.
struct ExpectHeader {
  enum class Test {
    is,        ///< one field, with exactly this value
    token,     ///< one field, with this value, ASCII case-insensitively
    contains,  ///< the list has this element, ASCII case-insensitively
    lacks,     ///< the list does not have it, or there is no such field
    present,
    absent,
  };
  std::string name;
  Test test = Test::present;
  std::optional<Expression> value;  ///< a number stands for its decimal digits
  bool operator==(const ExpectHeader&) const = default;
};

/// `with server_max_window_bits 8..10`, `without client_no_context_takeover`.
struct ParameterTest {
  bool present = true;  ///< `with`
  std::string name;
  std::vector<Range> values;  ///< its value is one of these; nothing: is not asked
  bool operator==(const ParameterTest&) const = default;
};

/// `< extension permessage-deflate with server_max_window_bits 8..10`, `< extension x absent`: what
/// the HTTP answer that came last says in Sec-WebSocket-Extensions. The extension stands there
/// exactly once, or not at all.
struct ExpectExtension {
  std::string name;
  bool absent = false;
  std::vector<ParameterTest> parameters;
  bool operator==(const ExpectExtension&) const = default;
};

/// `< agreed permessage-deflate without client_no_context_takeover`: macro for a 101 that agrees to
/// it in that way; a case that gets another answer is unsupported.
struct ExpectAgreed {
  std::string name;
  std::vector<ParameterTest> parameters;
  bool operator==(const ExpectAgreed&) const = default;
};

/// `< going-on`: the target answered a fence although it should have failed the connection.
struct ExpectGoingOn {
  bool operator==(const ExpectGoingOn&) const = default;
};

/// `< failure 1002 1007`: macro for the alternatives of "fail the connection" (DESIGN.md §3.4).
struct ExpectFailure {
  std::vector<Range> codes;
  bool operator==(const ExpectFailure&) const = default;
};

/// `< refusal`, `< refusal 400 426`: macro for "abort the handshake with an HTTP error".
struct ExpectRefusal {
  std::vector<Range> codes;
  bool operator==(const ExpectRefusal&) const = default;
};

/// `< upgrade`: macro for a right and complete 101.
struct ExpectUpgrade {
  bool operator==(const ExpectUpgrade&) const = default;
};

/// What may be awaited; written once like Term.
struct Awaited : std::variant<ExpectMessage, ExpectAnswer, ExpectControl, ExpectClose, ExpectFrame,
                              ExpectEnd, ExpectStatus, ExpectHeader, ExpectExtension, ExpectGoingOn,
                              ExpectFailure, ExpectRefusal, ExpectUpgrade, ExpectAgreed> {
  using variant::variant;
  using variant::operator=;
  Awaited();
  Awaited(const Awaited&);
  Awaited(Awaited&&) noexcept;
  Awaited& operator=(const Awaited&);
  Awaited& operator=(Awaited&&) noexcept;
  ~Awaited();
  bool operator==(const Awaited&) const;
};

/// One `<` line.
struct Expect {
  LinkName link = "a";
  Awaited what;
  bool maybe = false;                  ///< `< maybe answer $m`: may be missing
  std::optional<std::string> capture;  ///< `as $x`: the payload, or the header's value
  std::optional<std::string>
      requirement;  ///< `[6455-5.5.2-2]`: what a mismatch here counts against
  At at;
  bool operator==(const Expect&) const = default;
};

/// One branch of an `either`: `either pass`, `or non-strict "drops TCP"`.
struct Alternative {
  Grade grade = Grade::pass;
  std::string note;  ///< why it is graded so; may be empty for pass
  std::vector<Expect> lines;
  At at;
  bool operator==(const Alternative&) const = default;
};

/// `either …` `or …`: one of the branches must come.
struct Either {
  std::vector<Alternative> alternatives;
  At at;
  bool operator==(const Either&) const = default;
};

/// `fence`: shows that what was sent before is dealt with and was ignored: a fresh ping (and a
/// message, where the target answers) is sent and its answer awaited; other data is a mismatch.
struct Fence {
  LinkName link = "a";
  At at;
  bool operator==(const Fence&) const = default;
};

/// `leave`: from here on it does not matter what comes on this connection; it stays open, and
/// nothing is answered.
struct Leave {
  LinkName link = "a";
  At at;
  bool operator==(const Leave&) const = default;
};

/// `stop reading`: from here on we take nothing that comes on this connection, so that what the
/// target writes piles up on its side. `read on`: we take it, and what follows.
struct Reading {
  LinkName link = "a";
  bool on = false;
  At at;
  bool operator==(const Reading&) const = default;
};

// ── The rest ─────────────────────────────────────────────────────────────────────────────────────

/// `message 18`, `message binary`: some message whose answer is known.
struct MessageSpec {
  bool binary = false;
  Rare<Expression> size;  ///< octets; kept only where the target echoes
  bool operator==(const MessageSpec&) const = default;
};

/// `let $m = message 18`, `let $x = repeat("x", 10)`.
struct Let {
  std::string name;
  std::variant<Expression, MessageSpec> value;
  At at;
  bool operator==(const Let&) const = default;
};

/// `whenever < text "2" > text "3"`: a background rule: whenever this comes, that is sent.
struct Whenever {
  Expect when;
  Send then;
  At at;
  bool operator==(const Whenever&) const = default;
};

/// `< memory grows at most 16 MiB`, `< descriptors grow at most 0`: so much more than when the case
/// began does the target's process use now, or before the react budget is over. Only where wsproof
/// started it.
struct Growth {
  enum class Of { memory, descriptors, threads };
  Of of = Of::memory;
  Expression most;  ///< MiB of memory, else a number
  At at;
  bool operator==(const Growth&) const = default;
};

/// One line of a case, with the lines that belong to it.
struct Step : std::variant<Connect, Handshake, Send, SendRaw, SendEnd, Batch, Pause, Expect, Either,
                           Fence, Leave, Reading, Let, Whenever, Growth> {
  using variant::variant;
  using variant::operator=;
  Step();
  Step(const Step&);
  Step(Step&&) noexcept;
  Step& operator=(const Step&);
  Step& operator=(Step&&) noexcept;
  ~Step();
  bool operator==(const Step&) const;
};

}  // namespace wsproof::script
