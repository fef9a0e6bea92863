// What is shown for mistakes in files and in the headers of cases.
#include <gtest/gtest.h>

#include "harness/script/case_text_test.hpp"

namespace wsproof::script {

namespace {

using test::Row;
using test::shown;
using test::with_header;

class HeaderError : public testing::TestWithParam<Row> {};

TEST_P(HeaderError, IsShownWithItsPlace) {
  EXPECT_EQ(
      shown(parse(with_header(std::string(GetParam().text) + "\nfence"), "x.case", "my").errors),
      GetParam().shown);
}

class FileError : public testing::TestWithParam<Row> {};

TEST_P(FileError, IsShownWithItsPlace) {
  EXPECT_EQ(shown(parse(GetParam().text, "x.case", "my").errors), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Headers, HeaderError,
    testing::Values(
        Row{R"~(chekcs 6455-5.2-1)~",
            R"~(x.case:9:3: unknown step `chekcs`
  |
9 |   chekcs 6455-5.2-1
  |   ^^^^^^ did you mean `checks`?
)~"},
        Row{R"~(checks)~",
            R"~(x.case:9:9: a requirement id is missing here
  |
9 |   checks
  |         ^
)~"},
        Row{R"~(checks 6455-5.2-1, 6455-5.2-2)~",
            R"~(x.case:9:10: `6455-5.2-1,` is not a requirement id
  |
9 |   checks 6455-5.2-1, 6455-5.2-2
  |          ^^^^^^^^^^^ these stand without commas between them
)~"},
        Row{R"~(needs ehco)~",
            R"~(x.case:9:9: unknown need `ehco`
  |
9 |   needs ehco
  |         ^^^^ did you mean `echo`?
)~"},
        Row{R"~(needs)~",
            R"~(x.case:9:8: what the case needs is missing here
  |
9 |   needs
  |        ^ the needs are answer, echo, pong, deflate, handshake, process or tls
)~"},
        Row{R"~(role sever)~",
            R"~(x.case:9:8: the role of the target expected here
  |
9 |   role sever
  |        ^^^^^ it is server, client or both
)~"},
        Row{R"~(since x)~",
            R"~(x.case:9:9: a version of the catalogue expected here
  |
9 |   since x
  |         ^ as in `since 1.1`
)~"},
        Row{R"~(manual pigs)~",
            R"~(x.case:9:10: `pigs` is not pings, close or end
  |
9 |   manual pigs
  |          ^^^^ did you mean `pings`?
)~"},
        Row{R"~(twin)~",
            R"~(x.case:9:7: the id of a case, or `none`, is missing here
  |
9 |   twin
  |       ^
)~"},
        Row{R"~(twin a b)~",
            R"~(x.case:9:10: `b` does not belong here: the line could end before it
  |
9 |   twin a b
  |          ^
)~"},
        Row{R"~("no end)~",
            R"~(x.case:9:3: this text has no closing quote
  |
9 |   "no end
  |   ^^^ a quote inside of a text is written as \"
)~"},
        Row{R"~("a" b)~",
            R"~(x.case:9:7: `b` does not belong here: the line could end before it
  |
9 |   "a" b
  |       ^
)~"},
        Row{R"~(sweep)~",
            R"~(x.case:9:8: the name of the sweep is missing here
  |
9 |   sweep
  |        ^
)~"},
        Row{R"~(sweep n)~",
            R"~(x.case:9:10: `=` and the values are missing here
  |
9 |   sweep n
  |          ^ as in `sweep n = 0, 1, 125`
)~"},
        Row{R"~(sweep n =)~",
            R"~(x.case:9:12: a sweep needs values
  |
9 |   sweep n =
  |            ^ as in `sweep n = 0, 1, 125`
)~"},
        Row{R"~(sweep $n = 1)~",
            R"~(x.case:9:9: the name of a sweep is written without `$`
  |
9 |   sweep $n = 1
  |         ^^
)~"},
        Row{R"~(sweep bad-name = 1)~",
            R"~(x.case:9:9: a name has only letters, digits and `_`
  |
9 |   sweep bad-name = 1
  |         ^^^^^^^^ `-` would read as a difference
)~"},
        Row{R"~(sweep n = a/b: 1)~",
            R"~(x.case:9:13: `a/b` is not a label
  |
9 |   sweep n = a/b: 1
  |             ^^^ a label has only letters, digits, `.`, `_` and `-`
)~"},
        Row{R"~(sweep n = hex"00")~",
            R"~(x.case:9:13: this value needs a label, which names it in the ids of the cases
  |
9 |   sweep n = hex"00"
  |             ^^^^^^^ as in `name: hex"00"`
)~"},
        Row{R"~(sweep n = 1, 1)~",
            R"~(x.case:9:16: two rows are called `1`
  |
9 |   sweep n = 1, 1
  |                ^ a row gets another name by a label in front: `name: VALUE`
)~"},
        Row{R"~(sweep n = 7..1)~",
            R"~(x.case:9:13: a range goes from a number to a larger one
  |
9 |   sweep n = 7..1
  |             ^^^^ as in `1..7`
)~"},
        Row{R"~(sweep n = 1..70000)~",
            R"~(x.case:9:13: more than 4096 values
  |
9 |   sweep n = 1..70000
  |             ^^^^^^^^
)~"},
        Row{R"~(sweep n = 1, 2 default 3)~",
            R"~(x.case:9:18: no row is called `3`
  |
9 |   sweep n = 1, 2 default 3
  |                  ^^^^^^^^^
)~"},
        Row{R"~(table t = a, b)~",
            R"~(x.case:9:3: a table needs rows: deeper lines `label: VALUE, VALUE`
  |
9 |   table t = a, b
  |   ^^^^^^^^^^^^^^
)~"},
        Row{R"~(table t = a, b
  x: 1)~",
            R"~(x.case:10:5: this row has 1 value, and the table has 2 columns
   |
10 |     x: 1
   |     ^^^^
)~"},
        Row{R"~(table t = a
  x 1)~",
            R"~(x.case:10:5: a row begins with its label: `label: VALUE, VALUE`
   |
10 |     x 1
   |     ^
)~"},
        Row{R"~(table t = a, a
  x: 1, 2)~",
            R"~(x.case:9:16: two columns are called `a`
  |
9 |   table t = a, a
  |                ^
)~"},
        Row{R"~(sweep n = 1
sweep n = 2)~",
            R"~(x.case:10:3: `n` is bound by another sweep or table
   |
10 |   sweep n = 2
   |   ^^^^^^^^^^^
)~"},
        Row{R"~(role server
role client)~",
            R"~(x.case:10:3: a second `role`
   |
10 |   role client
   |   ^^^^
)~"}));

INSTANTIATE_TEST_SUITE_P(
    Files, FileError,
    testing::Values(
        Row{R"~(case c
)~",
            R"~(x.case:1:1: a file begins with its section
  |
1 | case c
  | ^^^^^^ as in `section 5.4 "Fragmentation"`
)~"},
        Row{R"~(> text "x"
)~",
            R"~(x.case:1:1: this line belongs into a case
  |
1 | > text "x"
  | ^^^^^^^^^^ indent it by two below a line `case NAME`
)~"},
        Row{R"~(section
)~",
            R"~(x.case:1:8: the section's name expected here
  |
1 | section
  |        ^ as in `section 5.4 "Fragmentation"`
)~"},
        Row{R"~(section s
)~",
            R"~(x.case:1:10: the section's title in quotes expected here
  |
1 | section s
  |          ^
)~"},
        Row{R"~(section s "S"
section t "T"
)~",
            R"~(x.case:2:1: a second section
  |
2 | section t "T"
  | ^^^^^^^^^^^^^ a file is one section
)~"},
        Row{R"~(section s "S"
control
)~",
            R"~(x.case:2:8: the name of a case of this file expected here
  |
2 | control
  |        ^
)~"},
        Row{R"~(setcion s "S"
)~",
            R"~(x.case:1:1: `section`, `control` or `case` expected here, not `setcion`
  |
1 | setcion s "S"
  | ^^^^^^^ did you mean `section`?
)~"},
        Row{R"~(section s "S"
case
)~",
            R"~(x.case:2:5: the name of the case is missing here
  |
2 | case
  |     ^
)~"},
        Row{R"~(section s "S"
case a b
)~",
            R"~(x.case:2:8: `b` does not belong here: the line could end before it
  |
2 | case a b
  |        ^
)~"},
        Row{"section s \"S\"\ncase c\n\t> text \"x\"\n",
            "x.case:3:1: a tab\n  |\n3 | \\x09> text \"x\"\n  | ^^^^ lines are indented and "
            "aligned with blanks\n"},
        Row{"section s \"S\"\ncase c\n  > text \"a\u00a0b\"\n",
            "x.case:3:12: a character that cannot be seen, U+00A0\n  |\n3 |   > text "
            "\"a\u00a0b\"\n  |            ^ in a text it is written as \\u{A0}\n"},
        Row{R"~(section s "S"
  case c
)~",
            R"~(x.case:2:3: this line is indented deeper than the one above, which takes no lines below it
  |
2 |   case c
  |   ^^^^^^ the line above is indented by 0
)~"},
        Row{R"~(  section s "S"
)~",
            R"~(x.case:1:3: this line is indented, and there is no line above that it could belong to
  |
1 |   section s "S"
  |   ^^^^^^^^^^^^^
)~"},
        Row{R"~(section s "S"
case c
  "t"
      > text "x"
    > text "y"
)~",
            R"~(x.case:4:7: this line is indented deeper than the one above, which takes no lines below it
  |
4 |       > text "x"
  |       ^^^^^^^^^^ the line above is indented by 2
x.case:5:5: this line is indented by 4; the lines above are indented by 2 or by 6
  |
5 |     > text "y"
  |     ^^^^^^^^^^
)~"},
        Row{R"~(section s "S"
case c
  "t"
  > text "x"
   > text "x"
)~",
            R"~(x.case:5:4: this line is indented deeper than the one above, which takes no lines below it
  |
5 |    > text "x"
  |    ^^^^^^^^^^ the line above is indented by 2
)~"},
        Row{R"~(section s "S"
case c
  "t"
  > text "日本" x
)~",
            R"~(x.case:4:15: a value expected here, not the word `x`
  |
4 |   > text "日本" x
  |                 ^ a text stands in quotes: "x"
)~"}));

}  // namespace

}  // namespace wsproof::script
