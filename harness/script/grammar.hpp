// The parser's parts: each takes its piece of a line, or reports what is wrong and gives nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/script/case.hpp"
#include "harness/script/lexer.hpp"

namespace wsproof::script {

// ── parse_expression.cpp ─────────────────────────────────────────────────────────────────────────

/// `repeat("p", $n) + hex"00"`.
std::optional<Expression> parse_expression(Cursor& cursor);
/// One operand: a literal, a variable, a call, or an expression in parentheses.
std::optional<Expression> parse_term(Cursor& cursor);
/// `"text"`; what it is for goes into the message when there is none.
std::optional<std::string> parse_text(Cursor& cursor, std::string_view what_for);
/// `$name`, without the `$`.
std::optional<std::string> parse_variable(Cursor& cursor, std::string_view what_for);
/// `1002 1007..1009`: as many terms or ranges as there are; the first is required.
std::optional<std::vector<Range>> parse_ranges(Cursor& cursor, std::string_view what_for);
/// Whether what stands here must be octets: a text, hex, or a function that makes octets.
bool looking_at_octets(const Cursor& cursor);
/// Whether what stands here can be a code: a number, a variable, a parenthesis, `length(`.
bool looking_at_code(const Cursor& cursor);
/// Whether an expression, as it would be printed, begins with something of that kind.
bool begins_with_octets(const Expression& expression);
/// Whether a handshake field's value that begins like this is an expression and not bare text.
bool begins_like_expression(std::string_view value);

// ── parse_frame.cpp ──────────────────────────────────────────────────────────────────────────────

/// What is behind the frame's word, in any order: payload, part, fields. Stops at `[`, `as`, `>`,
/// `@`, or the end. `any` as payload means the same as none, and is known only where it is
/// expected.
std::optional<FrameSpec> parse_frame(Cursor& cursor, FrameSpec::Word word, bool expected);

/// What is wrong with a field or part of a frame as far as literal numbers tell.
struct FrameMistake {
  At at;
  std::string message;
};
std::optional<FrameMistake> mistake_in(const FrameSpec& frame);

// ── parse_expect.cpp ─────────────────────────────────────────────────────────────────────────────

/// `@b`, without the `@`, if it stands here; "a" otherwise.
std::optional<LinkName> parse_link(Cursor& cursor);
/// `failure`, `refusal`, `upgrade`, `agreed`.
bool is_macro(const Expect& expect);
/// What is behind `<`. `begin` is where the line's place begins.
std::optional<Expect> parse_expect(Cursor& cursor, LinkName link, std::size_t begin);

// ── parse_step.cpp ───────────────────────────────────────────────────────────────────────────────

/// A step with the lines below it; `or` lines belong to the `either` before them, so `siblings` are
/// all lines of the block and `index` the first one that is not dealt with; it is moved on, also
/// when something is wrong.
std::optional<Step> parse_step(Source& source, const std::vector<Node>& siblings,
                               std::size_t& index);

/// `handshake` and its edits.
std::optional<std::vector<HandshakeEdit>> parse_edits(Source& source,
                                                      const std::vector<Node>& lines);

/// Reports the lines below one that takes none; false when there are any.
bool expect_no_block(Source& source, const Node& node);
/// Reports what is left of a line; false when there is something.
bool expect_end(Cursor& cursor);

// ── parse_axis.cpp ───────────────────────────────────────────────────────────────────────────────

/// What is behind `sweep`, or behind `table` with its rows.
std::optional<Axis> parse_sweep(Cursor& cursor);
std::optional<Axis> parse_table(Cursor& cursor, const std::vector<Node>& rows);

// ── parse_case.cpp ───────────────────────────────────────────────────────────────────────────────

/// `case NAME` with everything below it. Suite, section and place are the caller's.
std::optional<Case> parse_case(Source& source, const Node& node);

// ── parser.cpp ───────────────────────────────────────────────────────────────────────────────────

/// The whole file; what is wrong is in the source.
CaseFile parse(Source& source, std::string_view suite);

}  // namespace wsproof::script
