// What lint finds in cases that parse.
#include <gtest/gtest.h>

#include "harness/script/case_text_test.hpp"
#include "harness/script/expand.hpp"

namespace wsproof::script {

namespace {

using test::Row;
using test::shown;
using test::with_steps;

class StepLint : public testing::TestWithParam<Row> {};

TEST_P(StepLint, IsShownWithItsPlace) {
  EXPECT_EQ(shown(lint({parse(with_steps(GetParam().text), "x.case", "my").file})),
            GetParam().shown);
}

class FileLint : public testing::TestWithParam<Row> {};

TEST_P(FileLint, IsShownWithItsPlace) {
  EXPECT_EQ(shown(lint({parse(GetParam().text, "x.case", "my").file})), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Steps, StepLint,
    testing::Values(Row{R"~(> text $x
< text any)~",
                        R"~(x.case:10:10: $x has no value here
   |
10 |   > text $x
   |          ^^ it is bound by `let $x = …`, `sweep x = …` or `as $x`
)~"},
                    Row{R"~(let $m = message
> text $mm
< answer $m)~",
                        R"~(x.case:11:10: $mm has no value here
   |
11 |   > text $mm
   |          ^^^ did you mean `$m`?
)~"},
                    Row{R"~(let $m = message
fence)~",
                        R"~(x.case:10:7: $m is never used
   |
10 |   let $m = message
   |       ^^
)~"},
                    Row{R"~(let $m = message
let $m = "x"
> text $m
< answer $m)~",
                        R"~(x.case:11:7: $m is bound already
   |
11 |   let $m = "x"
   |       ^^
)~"},
                    Row{R"~(> text 5
fence)~",
                        R"~(x.case:10:10: octets are wanted here, and 5 is a number
   |
10 |   > text 5
   |          ^ text stands in quotes; repeat("x", 5) is five octets
)~"},
                    Row{R"~(> text "x" rsv="a"
fence)~",
                        R"~(x.case:10:18: a number is wanted here, and "a" is octets
   |
10 |   > text "x" rsv="a"
   |                  ^^^ the octets of a Close's whole body are written as `close body …`
)~"},
                    Row{R"~(> text repeat(5, 5)
fence)~",
                        R"~(x.case:10:17: `repeat` takes octets as its first value
   |
10 |   > text repeat(5, 5)
   |                 ^ repeat(octets, n): the octets n times
)~"},
                    Row{R"~(> text "a" + 1
fence)~",
                        R"~(x.case:10:10: `+` joins octets or adds numbers, and here is one of each
   |
10 |   > text "a" + 1
   |          ^^^^^^^
)~"},
                    Row{R"~(let $b = hex"03"
> close $b
< close any)~",
                        R"~(x.case:11:11: a number is wanted here, and $b is octets
   |
11 |   > close $b
   |           ^^ the octets of a Close's whole body are written as `close body …`
)~"},
                    Row{R"~(let $x = "y"
> text $x
< answer $x)~",
                        R"~(x.case:12:12: $x is no message: its answer is not known
   |
12 |   < answer $x
   |            ^^ `let $x = message` makes one
)~"},
                    Row{R"~(@b > text "x"
fence)~",
                        R"~(x.case:10:3: the connection @b is not open yet
   |
10 |   @b > text "x"
   |   ^^ `@b connect` before this line opens it
)~"},
                    Row{R"~(< eof
< pong "x")~",
                        R"~(x.case:11:3: nothing can come any more: line 10 was the end
   |
11 |   < pong "x"
   |   ^^^^^^^^^^
)~"},
                    Row{R"~(stop reading
< pong "x"
read on
< pong "x")~",
                        R"~(x.case:11:3: nothing is read: line 10 stopped that
   |
11 |   < pong "x"
   |   ^^^^^^^^^^ `read on` before this line takes up what came since
)~"},
                    Row{R"~(> reset
> text "x"
< reset)~",
                        R"~(x.case:11:3: nothing can be sent any more: line 10 ended our side
   |
11 |   > text "x"
   |   ^^^^^^^^^^
x.case:12:3: nothing can come any more: line 10 was the end
   |
12 |   < reset
   |   ^^^^^^^
)~"},
                    Row{R"~(> eof
< eof
> reset
> reset)~",
                        R"~(x.case:13:3: nothing can be sent any more: line 12 ended our side
   |
13 |   > reset
   |   ^^^^^^^
)~"},
                    Row{R"~(> eof
> text "x"
< eof)~",
                        R"~(x.case:11:3: nothing can be sent any more: line 10 ended our side
   |
11 |   > text "x"
   |   ^^^^^^^^^^
)~"},
                    Row{R"~(either pass
  < eof
or fail
  < close any
  < reset
< pong "x")~",
                        R"~(x.case:15:3: nothing can come any more: line 10 was the end
   |
15 |   < pong "x"
   |   ^^^^^^^^^^
)~"},
                    Row{R"~(> text "hi"
< text "hi")~",
                        R"~(x.case:11:3: this is what was sent, so the case `needs echo`
   |
11 |   < text "hi"
   |   ^^^^^^^^^^^ or `let $m = message`, and `< answer $m`: then any server will do
)~"},
                    Row{R"~(> text "he" fin=0
> continuation "llo"
< text "hello")~",
                        R"~(x.case:12:3: this is what was sent, so the case `needs echo`
   |
12 |   < text "hello"
   |   ^^^^^^^^^^^^^^ or `let $m = message`, and `< answer $m`: then any server will do
)~"},
                    Row{R"~(> text "x")~",
                        R"~(x.case:7:6: this case expects nothing, so it can never fail
  |
7 | case c
  |      ^ a `<` line or a `fence` is missing
)~"},
                    Row{R"~(< eof [6455-5.5.2-22])~",
                        R"~(x.case:10:9: unknown requirement 6455-5.5.2-22
   |
10 |   < eof [6455-5.5.2-22]
   |         ^^^^^^^^^^^^^^^ did you mean `6455-5.5.2-2`?
)~"},
                    Row{R"~(< eof [nonsense])~",
                        R"~(x.case:10:9: unknown requirement nonsense
   |
10 |   < eof [nonsense]
   |         ^^^^^^^^^^ `wsproof requirements` lists them
)~"},
                    Row{R"~(> close 1000 1001
< close any)~",
                        R"~(x.case:10:16: octets are wanted here, and 1001 is a number
   |
10 |   > close 1000 1001
   |                ^^^^ text stands in quotes; repeat("x", 5) is five octets
)~"}));

INSTANTIATE_TEST_SUITE_P(
    Files, FileLint,
    testing::Values(
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  fence
)~",
            R"~(x.case:7:6: a case needs a title: one sentence in quotes that says what must happen
  |
7 | case c
  |      ^
x.case:7:6: a case of a suite checks a requirement
  |
7 | case c
  |      ^ as in `checks 6455-5.5.2-2`; `wsproof requirements` lists them
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-11111
  fence
)~",
            R"~(x.case:9:10: unknown requirement 6455-5.2-11111
  |
9 |   checks 6455-5.2-11111
  |          ^^^^^^^^^^^^^^ did you mean `6455-5.2-11`?
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  fence
)~",
            R"~(x.case:7:6: a case of a suite checks a requirement
  |
7 | case c
  |      ^ as in `checks 6455-5.5.2-2`; `wsproof requirements` lists them
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case ok
  "t"
  checks 6455-5.2-1
  fence
)~",
            R"~(x.case:7:6: the id my/s/ok is used twice
  |
7 | case ok
  |      ^^ first in x.case:3
)~"},
        Row{R"~(section s "S"
case c
  "t"
  checks 6455-5.2-1
  > text "x" rsv=1
  < failure 1002
)~",
            R"~(x.case:2:6: a negative case needs a positive control, so that a server that refuses everything does not pass
  |
2 | case c
  |      ^ `control NAME` for the file, or `twin ID` for the case
)~"},
        Row{R"~(section s "S"
control d
case c
  "t"
  checks 6455-5.2-1
  fence
)~",
            R"~(x.case:1:1: the control d is no case of this file
)~"},
        Row{R"~(section s "S"
control c
case c
  "t"
  checks 6455-5.2-1
  < failure 1002
)~",
            R"~(x.case:1:1: the control c is a negative case
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-1
  twin okay
  fence
)~",
            R"~(x.case:10:8: the twin my/s/okay does not exist
   |
10 |   twin okay
   |        ^^^^ did you mean `my/s/ok`?
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-1
  was my/s/ok
  fence
)~",
            R"~(x.case:10:7: my/s/ok is not an earlier id: a case is called so
   |
10 |   was my/s/ok
   |       ^^^^^^^
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-1
  sweep n = 1, 2
  fence
)~",
            R"~(x.case:10:9: $n is never used
   |
10 |   sweep n = 1, 2
   |         ^ all cases of this sweep would be the same
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-1
  sweep n = 6..9
  > text "x" rsv=$n
  fence
)~",
            R"~(x.case:11:18: rsv=8: RSV is three bits: 0..7, where RSV1 is 4
   |
11 |   > text "x" rsv=$n
   |                  ^^
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-1
  table t = n, alias
    a: 1, $n
  > text repeat("x", $n)
  fence
)~",
            R"~(x.case:11:11: a column `alias` holds aliases in quotes, with blanks between them
   |
11 |     a: 1, $n
   |           ^^ as in "autobahn:7.9.1", or "" for none
)~"},
        Row{R"~(section s "S"
control ok
case ok
  "t"
  checks 6455-5.2-1
  fence
case c
  "t"
  checks 6455-5.2-1
  sweep n = 0..99
  sweep m = 0..99
  > text repeat("x", $n + $m)
  fence
)~",
            R"~(x.case:7:6: more than 4096 cases in one
  |
7 | case c
  |      ^
)~"}));

}  // namespace

}  // namespace wsproof::script
