#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/profile.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

using What = decltype(Expect::what);
template <typename T>
using Parsed = std::optional<T>;

// ── What comes: one function a word, called when the word is taken ───────────────────────────────

Parsed<Pattern> parse_pattern(Cursor& cursor, std::string_view word) {
  if (cursor.take_word("any")) return Pattern{};
  if (cursor.at_end() || cursor.peek() == '[' || cursor.peek() == '>' ||
      cursor.looking_at_word("as")) {
    return cursor.fail(
        "a payload, or `any`, is missing here",
        fmt::format("`{} any` is any payload; `{} \"\"` is an empty one", word, word));
  }
  if (cursor.take_word("matching")) {
    const std::size_t begin = cursor.offset();
    auto expression = parse_text(cursor, "a regular expression");
    if (!expression) return std::nullopt;
    if (const auto mistake = mistake_in_pattern(*expression))
      return cursor.fail_from(begin, *mistake, "it is one as RE2 knows them");
    return Pattern{.matching = std::move(*expression)};
  }
  Pattern pattern{.exactly = parse_expression(cursor)};
  if (!pattern.exactly) return std::nullopt;
  return pattern;
}

// `compressed within 512 alone`: any of these, in this order.
Parsed<Compression> parse_compression(Cursor& cursor) {
  Compression compression;
  if (const auto form = value_named(compression_words, cursor.word())) {
    cursor.take_octets(cursor.word().size());
    compression.form = *form;
  }
  if (cursor.take_word("within")) {
    compression.within = parse_term(cursor);
    if (!compression.within) return std::nullopt;
  }
  if (const auto context = value_named(context_words, cursor.word())) {
    cursor.take_octets(cursor.word().size());
    compression.context = *context;
  }
  return compression;
}

template <ExpectMessage::Type type>
Parsed<What> parse_message(Cursor& cursor) {
  constexpr std::string_view word = type == ExpectMessage::Type::text     ? "text"
                                    : type == ExpectMessage::Type::binary ? "binary"
                                                                          : "message";
  auto pattern = parse_pattern(cursor, word);
  if (!pattern) return std::nullopt;
  auto compression = parse_compression(cursor);
  if (!compression) return std::nullopt;
  return ExpectMessage{
      .type = type, .payload = std::move(*pattern), .compression = std::move(*compression)};
}

template <ExpectControl::Type type>
Parsed<What> parse_control(Cursor& cursor) {
  auto pattern = parse_pattern(cursor, type == ExpectControl::Type::ping ? "ping" : "pong");
  if (!pattern) return std::nullopt;
  return ExpectControl{.type = type, .payload = std::move(*pattern)};
}

Parsed<What> parse_answer(Cursor& cursor) {
  auto name = parse_variable(cursor, "the variable of a message");
  if (!name) return std::nullopt;
  auto compression = parse_compression(cursor);
  if (!compression) return std::nullopt;
  return ExpectAnswer{.message = std::move(*name), .compression = std::move(*compression)};
}

Parsed<What> parse_close(Cursor& cursor) {
  ExpectClose close;
  if (const auto body = value_named(close_words, cursor.word())) {
    cursor.take_octets(cursor.word().size());
    close.body = *body;
  } else if (looking_at_code(cursor)) {
    auto codes = parse_ranges(cursor, "a close code");
    if (!codes) return std::nullopt;
    close.body = ExpectClose::Body::codes;
    close.codes = std::move(*codes);
  }
  if (cursor.take_word("reason") || looking_at_octets(cursor)) {
    close.reason.exactly = parse_expression(cursor);
    if (!close.reason.exactly) return std::nullopt;
  }
  return close;
}

Parsed<What> parse_expected_frame(Cursor& cursor) {
  auto word = FrameSpec::Word::frame;
  if (const auto found = value_named(frame_words, cursor.word())) {
    word = *found;
    cursor.take_octets(cursor.word().size());
  }
  auto frame = parse_frame(cursor, word, true);
  if (!frame) return std::nullopt;
  return ExpectFrame{.frame = std::move(*frame)};
}

template <ExpectEnd::Kind kind>
Parsed<What> parse_end(Cursor&) {
  return ExpectEnd{.kind = kind};
}

Parsed<What> parse_status(Cursor& cursor) {
  auto codes = parse_ranges(cursor, "a status code, as in `status 400 426` or `status 400..499`,");
  if (!codes) return std::nullopt;
  return ExpectStatus{.codes = std::move(*codes)};
}

Parsed<What> parse_header(Cursor& cursor) {
  const auto name = cursor.ahead(is_token_character);
  if (name.empty()) return cursor.fail("the name of a header field is missing here");
  cursor.take_octets(name.size());
  const auto word = cursor.word();
  const auto test = value_named(header_tests, word);
  if (!test) {
    return cursor.fail(word.empty() ? "what is expected of the field is missing here"
                                    : fmt::format("unknown test `{}` of a header field", word),
                       "the tests are " + list_of(names(header_tests)));
  }
  cursor.take_octets(word.size());
  ExpectHeader header{.name = std::string(name), .test = *test, .value = {}};
  if (*test == ExpectHeader::Test::present || *test == ExpectHeader::Test::absent) return header;
  header.value = parse_expression(cursor);
  if (!header.value) return std::nullopt;
  return header;
}

std::optional<std::string> parse_token(Cursor& cursor, std::string_view what) {
  const auto name = cursor.ahead(is_token_character);
  if (name.empty()) return cursor.fail(fmt::format("the name of {} is missing here", what));
  return std::string(cursor.take_octets(name.size()));
}

// `with server_max_window_bits 8..10 without client_no_context_takeover`, up to the end.
Parsed<std::vector<ParameterTest>> parse_parameters(Cursor& cursor) {
  std::vector<ParameterTest> tests;
  const auto at_stop = [&cursor] {
    const char c = cursor.peek();  // `>` and `@`: of a background rule
    return cursor.at_end() || c == '[' || c == '>' || c == '@' || cursor.looking_at_word("as");
  };
  while (!at_stop()) {
    ParameterTest test;
    test.present = cursor.take_word("with");
    if (!test.present && !cursor.take_word("without")) {
      return cursor.fail(fmt::format("`{}` is not `with` or `without`", cursor.run()),
                         "as in `with server_max_window_bits 8..10`");
    }
    auto name = parse_token(cursor, "a parameter");
    if (!name) return std::nullopt;
    test.name = std::move(*name);
    if (test.present && looking_at_code(cursor)) {
      auto values = parse_ranges(cursor, "a value");
      if (!values) return std::nullopt;
      test.values = std::move(*values);
    }
    tests.push_back(std::move(test));
  }
  return tests;
}

Parsed<What> parse_extension(Cursor& cursor) {
  auto name = parse_token(cursor, "an extension");
  if (!name) return std::nullopt;
  ExpectExtension extension{.name = std::move(*name), .absent = {}, .parameters = {}};
  extension.absent = cursor.take_word("absent");
  if (extension.absent) return extension;
  auto tests = parse_parameters(cursor);
  if (!tests) return std::nullopt;
  extension.parameters = std::move(*tests);
  return extension;
}

Parsed<What> parse_agreed(Cursor& cursor) {
  auto name = parse_token(cursor, "an extension");
  if (!name) return std::nullopt;
  auto tests = parse_parameters(cursor);
  if (!tests) return std::nullopt;
  return ExpectAgreed{.name = std::move(*name), .parameters = std::move(*tests)};
}

Parsed<What> parse_going_on(Cursor&) { return ExpectGoingOn{}; }

Parsed<What> parse_failure(Cursor& cursor) {
  auto codes = parse_ranges(cursor, "the close code that is right, as in `failure 1002`,");
  if (!codes) return std::nullopt;
  return ExpectFailure{.codes = std::move(*codes)};
}

Parsed<What> parse_refusal(Cursor& cursor) {
  if (!looking_at_code(cursor)) return ExpectRefusal{};
  auto codes = parse_ranges(cursor, "a status code");
  if (!codes) return std::nullopt;
  return ExpectRefusal{.codes = std::move(*codes)};
}

Parsed<What> parse_upgrade(Cursor&) { return ExpectUpgrade{}; }

using Parser = Parsed<What> (*)(Cursor&);
constexpr std::array expectations = std::to_array<NamedValue<Parser>>({
    {"text", parse_message<ExpectMessage::Type::text>},
    {"binary", parse_message<ExpectMessage::Type::binary>},
    {"message", parse_message<ExpectMessage::Type::any>},
    {"answer", parse_answer},
    {"ping", parse_control<ExpectControl::Type::ping>},
    {"pong", parse_control<ExpectControl::Type::pong>},
    {"close", parse_close},
    {"frame", parse_expected_frame},
    {"eof", parse_end<ExpectEnd::Kind::eof>},
    {"reset", parse_end<ExpectEnd::Kind::reset>},
    {"goodbye", parse_end<ExpectEnd::Kind::goodbye>},
    {"alert", parse_end<ExpectEnd::Kind::alert>},
    {"status", parse_status},
    {"header", parse_header},
    {"extension", parse_extension},
    {"going-on", parse_going_on},
    {"failure", parse_failure},
    {"refusal", parse_refusal},
    {"upgrade", parse_upgrade},
    {"agreed", parse_agreed},
});

// ── What may stand around it ─────────────────────────────────────────────────────────────────────

bool has_a_value(const What& what) {
  return std::holds_alternative<ExpectMessage>(what) ||
         std::holds_alternative<ExpectAnswer>(what) ||
         std::holds_alternative<ExpectControl>(what) || std::holds_alternative<ExpectClose>(what) ||
         std::holds_alternative<ExpectFrame>(what) || std::holds_alternative<ExpectHeader>(what);
}

bool parse_capture(Cursor& cursor, std::string_view word, Expect& expect) {
  const std::size_t begin = cursor.offset();
  if (!cursor.take_word("as")) return true;
  auto name = parse_variable(cursor, "the variable to keep it in");
  if (!name) return false;
  if (!has_a_value(expect.what)) {
    cursor.fail_from(begin, fmt::format("`{}` has no value that `as` could keep", word));
    return false;
  }
  expect.capture = std::move(*name);
  return true;
}

bool parse_requirement(Cursor& cursor, Expect& expect) {
  if (cursor.peek() != '[') return true;
  std::size_t size = 1;
  while (is_label_character(cursor.peek(size))) ++size;
  if (size == 1 || cursor.peek(size) != ']') {
    cursor.fail("between the brackets stands one requirement id", "as in `[6455-5.5.2-2]`");
    return false;
  }
  const auto tag = cursor.take_tag(size + 1);
  expect.requirement = std::string(tag.substr(1, tag.size() - 2));
  return true;
}

std::nullopt_t fail_word(Cursor& cursor) {
  const auto word = cursor.word();
  auto known = names(expectations);
  for (const std::string_view used : names(growth_words)) known.push_back(used);
  if (word.empty()) {
    return cursor.fail(cursor.at_end() ? "what is expected is missing behind `<`"
                                       : "a word for what is expected must stand here",
                       "such as " + list_of(known));
  }
  auto hint = did_you_mean(word, known);
  if (hint.empty()) hint = "what can be expected: " + list_of(known);
  return cursor.fail(fmt::format("unknown word `{}` behind `<`", word), hint);
}

}  // namespace

bool is_macro(const Expect& expect) {
  return std::holds_alternative<ExpectFailure>(expect.what) ||
         std::holds_alternative<ExpectRefusal>(expect.what) ||
         std::holds_alternative<ExpectUpgrade>(expect.what) ||
         std::holds_alternative<ExpectAgreed>(expect.what);
}

std::optional<LinkName> parse_link(Cursor& cursor) {
  if (cursor.peek() != '@') return LinkName("a");
  std::size_t size = 1;
  while (is_variable_character(cursor.peek(size))) ++size;
  if (size == 1) return cursor.fail("a name must follow the `@`, as in `@b`");
  return LinkName(cursor.take_octets(size).substr(1));
}

std::optional<Expect> parse_expect(Cursor& cursor, LinkName link, std::size_t begin) {
  Expect expect;
  expect.link = std::move(link);
  expect.maybe = cursor.take_word("maybe");
  const auto word = cursor.word();
  const std::size_t word_begin = cursor.offset();
  const auto parser = value_named(expectations, word);
  if (!parser) return fail_word(cursor);
  cursor.take_octets(word.size());
  auto what = (*parser)(cursor);
  if (!what) return std::nullopt;
  expect.what = std::move(*what);
  if (expect.maybe && is_macro(expect)) {
    return cursor.fail_at(word_begin, word_begin + word.size(),
                          fmt::format("`{}` cannot be `maybe`", word));
  }
  if (!parse_capture(cursor, word, expect)) return std::nullopt;
  expect.at = cursor.at(begin);  // without the requirement: it is not what was missed
  if (!parse_requirement(cursor, expect)) return std::nullopt;
  return expect;
}

}  // namespace wsproof::script
