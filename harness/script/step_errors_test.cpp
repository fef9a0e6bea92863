// What is shown for mistakes in steps: place, line, caret, and what was meant.
#include <gtest/gtest.h>

#include "harness/script/case_text_test.hpp"

namespace wsproof::script {

namespace {

using test::Row;
using test::shown;
using test::with_steps;

class StepError : public testing::TestWithParam<Row> {};

TEST_P(StepError, IsShownWithItsPlace) {
  EXPECT_EQ(shown(parse(with_steps(GetParam().text), "x.case", "my").errors), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, StepError,
    testing::Values(
        Row{R"~(> text hello)~",
            R"~(x.case:10:10: a value expected here, not the word `hello`
   |
10 |   > text hello
   |          ^^^^^ a text stands in quotes: "hello"
)~"},
        Row{R"~(> "hi")~",
            R"~(x.case:10:5: a word for what is sent must stand behind `>`
   |
10 |   > "hi"
   |     ^^^^ a text message is `> text "hi"`
)~"},
        Row{R"~(stop)~",
            R"~(x.case:10:7: `reading` expected here
   |
10 |   stop
   |       ^ `stop reading` and `read on` are about what comes on a connection
)~"},
        Row{R"~(> txet "hi")~",
            R"~(x.case:10:5: unknown word `txet` behind `>`
   |
10 |   > txet "hi"
   |     ^^^^ did you mean `text`?
)~"},
        Row{R"~(> text "hi" rvs=4)~",
            R"~(x.case:10:15: unknown field `rvs` of a frame
   |
10 |   > text "hi" rvs=4
   |               ^^^^^ did you mean `rsv`?
)~"},
        Row{R"~(> text "hi" rsv = 4)~",
            R"~(x.case:10:15: `rsv` must be followed by `=` and its value
   |
10 |   > text "hi" rsv = 4
   |               ^^^ as in `rsv=1`, without blanks
)~"},
        Row{R"~(> text "hi" rsv=9)~",
            R"~(x.case:10:19: rsv=9: RSV is three bits: 0..7, where RSV1 is 4
   |
10 |   > text "hi" rsv=9
   |                   ^
)~"},
        Row{R"~(> text "hi" fin=2)~",
            R"~(x.case:10:19: fin=2: FIN is one bit: 0 or 1
   |
10 |   > text "hi" fin=2
   |                   ^
)~"},
        Row{R"~(> text "hi" opcode=16)~",
            R"~(x.case:10:22: opcode=16: an opcode is four bits: 0..15
   |
10 |   > text "hi" opcode=16
   |                      ^^
)~"},
        Row{R"~(> text "hi" length=8)~",
            R"~(x.case:10:22: length=8: the length forms are 7, 16 and 64 bits
   |
10 |   > text "hi" length=8
   |                      ^
)~"},
        Row{R"~(> text "hi" key=0x1ffffffff)~",
            R"~(x.case:10:19: key=0x1ffffffff: a masking key is four octets: 0x00000000..0xffffffff
   |
10 |   > text "hi" key=0x1ffffffff
   |                   ^^^^^^^^^^^
)~"},
        Row{R"~(> text "hi" rsv=1 rsv=2)~",
            R"~(x.case:10:21: `rsv` is given twice
   |
10 |   > text "hi" rsv=1 rsv=2
   |                     ^^^^^
)~"},
        Row{R"~(> text "a" "b")~",
            R"~(x.case:10:14: a second payload; the first one stands before it
   |
10 |   > text "a" "b"
   |              ^^^ octets are joined by `+`
)~"},
        Row{R"~(> text "hi" part 3/2)~",
            R"~(x.case:10:20: part 3/2: there are only 2 parts
   |
10 |   > text "hi" part 3/2
   |                    ^
)~"},
        Row{R"~(> text "hi" part 0/2)~",
            R"~(x.case:10:20: parts are counted from 1
   |
10 |   > text "hi" part 0/2
   |                    ^
)~"},
        Row{R"~(> text "hi" part 1)~",
            R"~(x.case:10:15: a part is written as `part 1/2`: which one, of how many
   |
10 |   > text "hi" part 1
   |               ^^^^^^
)~"},
        Row{R"~(> frame "x")~",
            R"~(x.case:10:14: `frame` needs an opcode
   |
10 |   > frame "x"
   |              ^ as in `frame opcode=3`
)~"},
        Row{R"~(> close 1000 body "x")~",
            R"~(x.case:10:16: `body` stands for code and reason
   |
10 |   > close 1000 body "x"
   |                ^^^^
)~"},
        Row{R"~(> text repaet("x", 3))~",
            R"~(x.case:10:10: unknown function `repaet`
   |
10 |   > text repaet("x", 3)
   |          ^^^^^^ did you mean `repeat`?
)~"},
        Row{R"~(> text nonsense(1))~",
            R"~(x.case:10:10: unknown function `nonsense`
   |
10 |   > text nonsense(1)
   |          ^^^^^^^^ the functions are repeat, random, count, utf8, slice, code, length, accept, other_case, deflate, deflate_after, deflate_window, deflate_flushed, inflate, blocks, stored, fixed, dynamic, final, literals or match
)~"},
        Row{R"~(> text repeat("x"))~",
            R"~(x.case:10:10: `repeat` takes 2 values, not 1
   |
10 |   > text repeat("x")
   |          ^^^^^^^^^^^ repeat(octets, n): the octets n times
)~"},
        Row{R"~(> text repeat("x", 3)~",
            R"~(x.case:10:23: `,` or `)` expected here
   |
10 |   > text repeat("x", 3
   |                       ^
)~"},
        Row{R"~(> text 99999999999999999999)~",
            R"~(x.case:10:10: `99999999999999999999` is too large: numbers go up to 2^64 - 1
   |
10 |   > text 99999999999999999999
   |          ^^^^^^^^^^^^^^^^^^^^
)~"},
        Row{R"~(> text 18ms)~",
            R"~(x.case:10:10: `18ms` is not a number
   |
10 |   > text 18ms
   |          ^^^^ numbers are decimal (65536) or hex (0xff)
)~"},
        Row{R"~(> text "open)~",
            R"~(x.case:10:10: this text has no closing quote
   |
10 |   > text "open
   |          ^^^^^ a quote inside of a text is written as \"
)~"},
        Row{R"~(> text "\q")~",
            R"~(x.case:10:11: unknown escape `\q`
   |
10 |   > text "\q"
   |           ^^ the escapes are \" \\ \n \r \t \0 \xff \u{20AC}
)~"},
        Row{R"~(> text "\xg0")~",
            R"~(x.case:10:11: `\x` takes two hex digits
   |
10 |   > text "\xg0"
   |           ^^^^ as in "\xff"
)~"},
        Row{R"~(> text "\u{D800}")~",
            R"~(x.case:10:11: \u{D800} is no character of Unicode
   |
10 |   > text "\u{D800}"
   |           ^^^^^^^^ octets that are not UTF-8 are written as hex"…"
)~"},
        Row{R"~(> text "\u20AC")~",
            R"~(x.case:10:11: `\u` takes one to six hex digits in braces
   |
10 |   > text "\u20AC"
   |           ^^ as in "\u{20AC}"
)~"},
        Row{R"~(> text hex"0")~",
            R"~(x.case:10:10: hex takes two digits an octet, with or without blanks between
   |
10 |   > text hex"0"
   |          ^^^^^^ as in hex"81 02 68 69"
)~"},
        Row{R"~(> text hex"00)~",
            R"~(x.case:10:10: this hex has no closing quote
   |
10 |   > text hex"00
   |          ^^^^^^
)~"},
        Row{R"~(> text $)~",
            R"~(x.case:10:10: a name must follow the `$`, without a blank
   |
10 |   > text $
   |          ^
)~"},
        Row{R"~(> text "ü€" x)~",
            R"~(x.case:10:15: a value expected here, not the word `x`
   |
10 |   > text "ü€" x
   |               ^ a text stands in quotes: "x"
)~"},
        Row{R"~(text "hi")~",
            R"~(x.case:10:3: unknown step `text`
   |
10 |   text "hi"
   |   ^^^^ sending is `> text`, expecting is `< text`
)~"},
        Row{R"~(>)~",
            R"~(x.case:10:4: a word for what is sent must stand behind `>`
   |
10 |   >
   |    ^ such as text, binary, continuation, ping, pong, close, frame, raw, eof or reset
)~"},
        Row{R"~(<)~",
            R"~(x.case:10:4: what is expected is missing behind `<`
   |
10 |   <
   |    ^ such as text, binary, message, answer, ping, pong, close, frame, eof, reset, goodbye, alert, status, header, extension, going-on, failure, refusal, upgrade, agreed, memory, descriptors or threads
)~"},
        Row{R"~(< pnog "x")~",
            R"~(x.case:10:5: unknown word `pnog` behind `<`
   |
10 |   < pnog "x"
   |     ^^^^ did you mean `pong`?
)~"},
        Row{R"~(< pong)~",
            R"~(x.case:10:9: a payload, or `any`, is missing here
   |
10 |   < pong
   |         ^ `pong any` is any payload; `pong ""` is an empty one
)~"},
        Row{R"~(< text hello)~",
            R"~(x.case:10:10: a value expected here, not the word `hello`
   |
10 |   < text hello
   |          ^^^^^ a text stands in quotes: "hello"
)~"},
        Row{R"~(< pong "x" 6455-5.5.2-2)~",
            R"~(x.case:10:14: `6455-5.5.2-2` does not belong here: the line could end before it
   |
10 |   < pong "x" 6455-5.5.2-2
   |              ^^^^^^^^^^^^ a requirement stands in brackets: [6455-5.5.2-2]
)~"},
        Row{R"~(< pong "x" [6455)~",
            R"~(x.case:10:14: between the brackets stands one requirement id
   |
10 |   < pong "x" [6455
   |              ^^^^^ as in `[6455-5.5.2-2]`
)~"},
        Row{R"~(< close 1000..)~",
            R"~(x.case:10:17: a value is missing here
   |
10 |   < close 1000..
   |                 ^ a value is a number, "text", hex"00 ff", $name or a function
)~"},
        Row{R"~(< status)~",
            R"~(x.case:10:11: a status code, as in `status 400 426` or `status 400..499`, expected here
   |
10 |   < status
   |           ^
)~"},
        Row{R"~(< failure)~",
            R"~(x.case:10:12: the close code that is right, as in `failure 1002`, expected here
   |
10 |   < failure
   |            ^
)~"},
        Row{R"~(< maybe failure 1002)~",
            R"~(x.case:10:11: `failure` cannot be `maybe`
   |
10 |   < maybe failure 1002
   |           ^^^^^^^
)~"},
        Row{R"~(< failure 1002 as $x)~",
            R"~(x.case:10:18: `failure` has no value that `as` could keep
   |
10 |   < failure 1002 as $x
   |                  ^^^^^
)~"},
        Row{R"~(< header)~",
            R"~(x.case:10:11: the name of a header field is missing here
   |
10 |   < header
   |           ^
)~"},
        Row{R"~(< header Upgrade contians "x")~",
            R"~(x.case:10:20: unknown test `contians` of a header field
   |
10 |   < header Upgrade contians "x"
   |                    ^^^^^^^^ the tests are is, token, contains, lacks, present or absent
)~"},
        Row{R"~(< header Upgrade contains)~",
            R"~(x.case:10:28: a value is missing here
   |
10 |   < header Upgrade contains
   |                            ^ a value is a number, "text", hex"00 ff", $name or a function
)~"},
        Row{R"~(< answer m)~",
            R"~(x.case:10:12: the variable of a message expected here, as in `$m`
   |
10 |   < answer m
   |            ^
)~"},
        Row{R"~(< eof as $x)~",
            R"~(x.case:10:9: `eof` has no value that `as` could keep
   |
10 |   < eof as $x
   |         ^^^^^
)~"},
        Row{R"~(@ > text "x")~",
            R"~(x.case:10:3: a name must follow the `@`, as in `@b`
   |
10 |   @ > text "x"
   |   ^
)~"}));

INSTANTIATE_TEST_SUITE_P(
    Blocks, StepError,
    testing::Values(
        Row{R"~(together)~",
            R"~(x.case:10:3: `together` needs deeper lines that are sent
   |
10 |   together
   |   ^^^^^^^^
)~"},
        Row{R"~(together
  < pong "x")~",
            R"~(x.case:11:5: nothing is expected inside of this block: its lines are one write
   |
11 |     < pong "x"
   |     ^ put the `<` lines behind it, indented as the block itself is
)~"},
        Row{R"~(together
  > eof)~",
            R"~(x.case:11:5: `eof` and `reset` are no octets, and stand behind the block
   |
11 |     > eof
   |     ^^^^^
)~"},
        Row{R"~(together
  > text "x"
  @b > text "y")~",
            R"~(x.case:12:5: all lines of this block go to one connection
   |
12 |     @b > text "y"
   |     ^^^^^^^^^^^^^
)~"},
        Row{R"~(@b together
  > text "x")~",
            R"~(x.case:10:6: `together` takes no connection in front of it
   |
10 |   @b together
   |      ^^^^^^^^ it stands in front of the lines inside
)~"},
        Row{R"~(writes
  > text "x")~",
            R"~(x.case:10:9: a value is missing here
   |
10 |   writes
   |         ^ a value is a number, "text", hex"00 ff", $name or a function
)~"},
        Row{R"~(either
  < eof)~",
            R"~(x.case:10:9: the grade of this alternative is missing here
   |
10 |   either
   |         ^ the grades are pass, info, non-strict, unsupported or fail
)~"},
        Row{R"~(either pas
  < eof)~",
            R"~(x.case:10:10: unknown grade `pas`
   |
10 |   either pas
   |          ^^^ did you mean `pass`?
)~"},
        Row{R"~(either pass)~",
            R"~(x.case:10:3: an alternative needs deeper `<` lines
   |
10 |   either pass
   |   ^^^^^^^^^^^
)~"},
        Row{R"~(either pass
  > text "x")~",
            R"~(x.case:11:5: an alternative only looks: nothing is sent inside of it
   |
11 |     > text "x"
   |     ^
)~"},
        Row{R"~(either pass
  < failure 1002)~",
            R"~(x.case:11:5: `failure` has alternatives of its own, and cannot stand inside of one
   |
11 |     < failure 1002
   |     ^^^^^^^^^^^^^^ `wsproof show` prints what it stands for
)~"},
        Row{R"~(either pass "a" "b"
  < eof)~",
            R"~(x.case:10:19: `"b"` does not belong here: the line could end before it
   |
10 |   either pass "a" "b"
   |                   ^^^
)~"},
        Row{R"~(or pass
  < eof)~",
            R"~(x.case:10:3: `or` without an `either` before it
   |
10 |   or pass
   |   ^^
)~"},
        Row{R"~(pause 600)~",
            R"~(x.case:10:12: `ms` expected here
   |
10 |   pause 600
   |            ^ a pause is written as `pause 600 ms`
)~"},
        Row{R"~(pause ms)~",
            R"~(x.case:10:9: a value expected here, not the word `ms`
   |
10 |   pause ms
   |         ^^ a text stands in quotes: "ms"
)~"},
        Row{R"~(let m = message)~",
            R"~(x.case:10:7: the variable expected here, as in `$m`
   |
10 |   let m = message
   |       ^
)~"},
        Row{R"~(let $m message)~",
            R"~(x.case:10:10: `=` expected here
   |
10 |   let $m message
   |          ^^^^^^^ as in `let $m = message`
)~"},
        Row{R"~(whenever < text any)~",
            R"~(x.case:10:22: `>` and what is sent then expected here
   |
10 |   whenever < text any
   |                      ^ as in `whenever < text "2" > text "3"`
)~"},
        Row{R"~(whenever < maybe text any > text "x")~",
            R"~(x.case:10:12: a background rule asks for nothing: no `maybe`, no [id], no macro
   |
10 |   whenever < maybe text any > text "x"
   |            ^^^^^^^^^^^^^^^^
)~"},
        Row{R"~(fnece)~",
            R"~(x.case:10:3: unknown step `fnece`
   |
10 |   fnece
   |   ^^^^^ did you mean `fence`?
)~"},
        Row{R"~(> text "a"
    < text "a")~",
            R"~(x.case:11:7: this line is indented deeper than the one above, which takes no lines below it
   |
11 |       < text "a"
   |       ^^^^^^^^^^ the line above is indented by 2
)~"},
        Row{R"~(  > text "a"
 > text "b")~",
            R"~(x.case:10:5: this line is indented deeper than the one above, which takes no lines below it
   |
10 |     > text "a"
   |     ^^^^^^^^^^ the line above is indented by 2
x.case:11:4: this line is indented by 3; the lines above are indented by 2 or by 4
   |
11 |    > text "b"
   |    ^^^^^^^^^^
)~"},
        Row{R"~(handshake
  Host localhost)~",
            R"~(x.case:11:5: `:` expected behind `Host`
   |
11 |     Host localhost
   |     ^^^^ an edit is `Name: value`, `+ Name: value`, `- Name`, method, target, version, start, raw, reverse, line-end or body
)~"},
        Row{R"~(handshake
  methd POST)~",
            R"~(x.case:11:5: `:` expected behind `methd`
   |
11 |     methd POST
   |     ^^^^^ did you mean `method`?
)~"},
        Row{R"~(handshake
  method)~",
            R"~(x.case:11:11: the value of `method` is missing here
   |
11 |     method
   |           ^
)~"},
        Row{R"~(handshake
  Host: "a" b)~",
            R"~(x.case:11:15: `b` does not belong here: the line could end before it
   |
11 |     Host: "a" b
   |               ^
)~"},
        Row{R"~(handshake x)~",
            R"~(x.case:10:13: `x` does not belong here: the line could end before it
   |
10 |   handshake x
   |             ^
)~"},
        Row{R"~(connect x)~",
            R"~(x.case:10:11: a value expected here, not the word `x`
   |
10 |   connect x
   |           ^ a text stands in quotes: "x"
)~"},
        Row{R"~(fence
checks 6455-5.2-1)~",
            R"~(x.case:11:3: `checks` must stand before the first step
   |
11 |   checks 6455-5.2-1
   |   ^^^^^^
)~"}));

}  // namespace

}  // namespace wsproof::script
