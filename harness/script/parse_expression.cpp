#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/script/expression.hpp"
#include "harness/script/grammar.hpp"
#include "harness/script/text.hpp"

namespace wsproof::script {

namespace {

constexpr std::string_view value_forms =
    "a value is a number, \"text\", hex\"00 ff\", $name or a function";

bool makes_octets(std::string_view function) {
  return function != "length" && function_named(function).has_value();
}

// The name at the front of `text` when a parenthesis follows at once; empty otherwise.
std::string_view called_name(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_variable_character);
  const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  const bool called = end != text.end() && *end == '(';
  return called && !name.empty() && is_letter(name.front()) ? name : std::string_view{};
}

// ── Literals ─────────────────────────────────────────────────────────────────────────────────────

// The size of a "…" literal that begins at the cursor, quotes included; nothing when it has no end.
std::optional<std::size_t> literal_size(const Cursor& cursor) {
  for (std::size_t size = 1; cursor.peek(size) != '\0'; ++size) {
    if (cursor.peek(size) == '"') return size + 1;
    if (cursor.peek(size) == '\\') ++size;
  }
  return std::nullopt;
}

// A text literal's inside, front to back.
struct Unescaping {
  Cursor& cursor;
  std::string_view rest;
  std::size_t offset;  // of `rest` in the line
  base::Octets octets;

  std::nullopt_t fail(std::size_t size, std::string_view message, std::string_view hint = {}) {
    return cursor.fail_at(offset, offset + std::min(size, rest.size()), message, hint);
  }

  void skip(std::size_t size) {
    rest.remove_prefix(size);
    offset += size;
  }

  // \xNN
  std::optional<std::size_t> octet() {
    const auto digits = rest.substr(2, 2);
    if (digits.size() != 2 || !std::ranges::all_of(digits, is_hex_digit)) {
      return fail(4, "`\\x` takes two hex digits", "as in \"\\xff\"");
    }
    octets.push_back((*base::from_hex(digits))[0]);
    return 4;
  }

  // \u{1F600}
  std::optional<std::size_t> code_point() {
    const auto end = rest.find('}');
    const bool closed = rest.substr(2).starts_with('{') && end != std::string_view::npos;
    const auto digits = closed ? rest.substr(3, end - 3) : std::string_view{};
    if (digits.empty() || digits.size() > 6 || !std::ranges::all_of(digits, is_hex_digit)) {
      return fail(closed ? end + 1 : 2, "`\\u` takes one to six hex digits in braces",
                  "as in \"\\u{20AC}\"");
    }
    const std::uint64_t code = *number(fmt::format("0x{}", digits));
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
      return fail(end + 1, fmt::format("{} is no character of Unicode", rest.substr(0, end + 1)),
                  "octets that are not UTF-8 are written as hex\"…\"");
    }
    base::append(octets, to_utf8(static_cast<char32_t>(code)));
    return end + 1;
  }

  // What begins with a backslash; how long it is.
  std::optional<std::size_t> escape() {
    constexpr std::string_view names = "\"\\nrt0";
    constexpr std::string_view meanings{"\"\\\n\r\t\0", 6};
    const char name = rest.size() > 1 ? rest[1] : '\0';
    if (name == 'x') return octet();
    if (name == 'u') return code_point();
    const auto index = names.find(name);
    if (name == '\0' || index == std::string_view::npos) {
      return fail(2, fmt::format("unknown escape `{}`", rest.substr(0, 2)),
                  "the escapes are \\\" \\\\ \\n \\r \\t \\0 \\xff \\u{20AC}");
    }
    octets.push_back(static_cast<std::uint8_t>(meanings[index]));
    return 2;
  }

  std::optional<base::Octets> run() {
    while (!rest.empty()) {
      if (rest.front() == '\\') {
        const auto size = escape();
        if (!size) return std::nullopt;
        skip(*size);
      } else {
        octets.push_back(static_cast<std::uint8_t>(rest.front()));
        skip(1);
      }
    }
    return std::move(octets);
  }
};

std::optional<base::Octets> parse_text_literal(Cursor& cursor) {
  const std::size_t begin = cursor.offset();
  const auto size = literal_size(cursor);
  if (!size) {
    return cursor.fail("this text has no closing quote",
                       "a quote inside of a text is written as \\\"");
  }
  const auto inside = cursor.take_octets(*size).substr(1, *size - 2);
  return Unescaping{.cursor = cursor, .rest = inside, .offset = begin + 1, .octets = {}}.run();
}

std::optional<base::Octets> parse_hex_literal(Cursor& cursor) {
  constexpr std::size_t prefix = std::string_view("hex\"").size();
  const std::size_t begin = cursor.offset();
  std::size_t size = prefix;
  while (cursor.peek(size) != '"' && cursor.peek(size) != '\0') ++size;
  if (cursor.peek(size) == '\0') return cursor.fail("this hex has no closing quote");
  const auto digits = cursor.take_octets(size + 1).substr(prefix, size - prefix);
  auto octets = base::from_hex(digits);
  if (!octets) {
    return cursor.fail_from(begin, "hex takes two digits an octet, with or without blanks between",
                            "as in hex\"81 02 68 69\"");
  }
  return octets;
}

std::optional<std::uint64_t> parse_number(Cursor& cursor) {
  const auto spelling = cursor.ahead(is_variable_character);
  const auto value = number(spelling);
  if (value) {
    cursor.take_octets(spelling.size());
    return value;
  }
  const bool hex = spelling.starts_with("0x") || spelling.starts_with("0X");
  const auto digits = spelling.substr(hex ? 2 : 0);
  if (!digits.empty() && std::ranges::all_of(digits, hex ? is_hex_digit : is_digit)) {
    return cursor.fail(fmt::format("`{}` is too large: numbers go up to 2^64 - 1", spelling));
  }
  return cursor.fail(fmt::format("`{}` is not a number", spelling),
                     "numbers are decimal (65536) or hex (0xff)");
}

// ── Calls ────────────────────────────────────────────────────────────────────────────────────────

std::optional<std::vector<Expression>> parse_arguments(Cursor& cursor) {
  std::vector<Expression> arguments;
  if (cursor.take(")", true)) return arguments;
  while (true) {
    auto argument = parse_expression(cursor);
    if (!argument) return std::nullopt;
    arguments.push_back(std::move(*argument));
    if (cursor.take(")", true)) return arguments;
    if (!cursor.take(",", true)) return cursor.fail("`,` or `)` expected here");
  }
}

std::optional<Call> parse_call(Cursor& cursor, std::string_view name) {
  const std::size_t begin = cursor.offset();
  const auto function = function_named(name);
  if (!function) {
    std::vector<std::string_view> names;
    for (const auto& known : functions()) names.push_back(known.name);
    auto hint = did_you_mean(name, names);
    if (hint.empty()) hint = "the functions are " + list_of(names);
    return cursor.fail_at(begin, begin + name.size(), fmt::format("unknown function `{}`", name),
                          hint);
  }
  cursor.take_octets(name.size());
  cursor.take("(", true);
  cursor.glue();
  auto arguments = parse_arguments(cursor);
  if (!arguments) return std::nullopt;
  if (arguments->size() != function->arguments) {
    return cursor.fail_from(begin,
                            fmt::format("`{}` takes {} value{}, not {}", name, function->arguments,
                                        function->arguments == 1 ? "" : "s", arguments->size()),
                            function->description);
  }
  return Call{.function = std::string(name), .arguments = std::move(*arguments)};
}

std::nullopt_t fail_value(Cursor& cursor) {
  if (cursor.at_end()) return cursor.fail("a value is missing here", value_forms);
  const auto word = cursor.word();
  if (word.empty()) {
    return cursor.fail(fmt::format("a value expected here, not `{}`", cursor.run()), value_forms);
  }
  return cursor.fail(fmt::format("a value expected here, not the word `{}`", cursor.run()),
                     fmt::format("a text stands in quotes: \"{}\"", cursor.run()));
}

std::optional<Expression> parse_parenthesis(Cursor& cursor) {
  cursor.take("(");
  cursor.glue();
  auto inner = parse_expression(cursor);
  if (!inner) return std::nullopt;
  if (!cursor.take(")", true)) return cursor.fail("`)` expected here");
  return inner;
}

}  // namespace

// ── Expressions ──────────────────────────────────────────────────────────────────────────────────

std::optional<std::string> parse_variable(Cursor& cursor, std::string_view what_for) {
  if (cursor.peek() != '$') {
    return cursor.fail(fmt::format("{} expected here, as in `$m`", what_for));
  }
  std::size_t size = 1;
  while (is_variable_character(cursor.peek(size))) ++size;
  if (size == 1) return cursor.fail("a name must follow the `$`, without a blank");
  return std::string(cursor.take_octets(size).substr(1));
}

std::optional<Expression> parse_term(Cursor& cursor) {
  const std::size_t begin = cursor.offset();
  const auto finish = [&](auto value) -> std::optional<Expression> {
    if (!value) return std::nullopt;
    return Expression{.value = std::move(*value), .at = cursor.at(begin)};
  };
  const char first = cursor.peek();
  if (first == '"') return finish(parse_text_literal(cursor));
  if (cursor.looking_at("hex\"")) return finish(parse_hex_literal(cursor));
  if (is_digit(first)) return finish(parse_number(cursor));
  if (first == '$') {
    auto name = parse_variable(cursor, "a variable");
    if (!name) return std::nullopt;
    return Expression{.value = Variable{.name = std::move(*name)}, .at = cursor.at(begin)};
  }
  const auto name = called_name(cursor.run());
  if (first != '(' && name.empty()) return fail_value(cursor);
  if (!cursor.enter()) return cursor.fail("this expression is nested too deep");
  auto result = first == '(' ? parse_parenthesis(cursor) : finish(parse_call(cursor, name));
  cursor.leave();
  return result;
}

std::optional<Expression> parse_expression(Cursor& cursor) {
  const std::size_t begin = cursor.offset();
  auto left = parse_term(cursor);
  std::size_t levels = 0;
  while (left && (cursor.peek() == '+' || cursor.peek() == '-')) {
    ++levels;
    if (!cursor.enter()) {
      left = cursor.fail("this sum has too many terms");
      break;
    }
    const auto operation = std::string(cursor.take_octets(1));
    auto right = parse_term(cursor);
    if (!right) {
      left.reset();
      break;
    }
    Call call{.function = operation, .arguments = {}};
    call.arguments.push_back(std::move(*left));
    call.arguments.push_back(std::move(*right));
    left = Expression{.value = std::move(call), .at = cursor.at(begin)};
  }
  cursor.leave(levels);
  return left;
}

std::optional<std::string> parse_text(Cursor& cursor, std::string_view what_for) {
  if (cursor.peek() != '"') {
    return cursor.fail(fmt::format("{} in quotes expected here", what_for));
  }
  const auto octets = parse_text_literal(cursor);
  if (!octets) return std::nullopt;
  return std::string(base::as_text(*octets));
}

std::optional<std::vector<Range>> parse_ranges(Cursor& cursor, std::string_view what_for) {
  std::vector<Range> ranges;
  do {
    if (cursor.at_end() || cursor.peek() == '[') {
      return cursor.fail(fmt::format("{} expected here", what_for));
    }
    auto first = parse_term(cursor);
    if (!first) return std::nullopt;
    Range range{.first = std::move(*first), .last = {}};
    if (cursor.take("..", true)) {
      cursor.glue();
      range.last = parse_term(cursor);
      if (!range.last) return std::nullopt;
    }
    ranges.push_back(std::move(range));
  } while (looking_at_code(cursor));
  return ranges;
}

bool looking_at_octets(const Cursor& cursor) {
  return cursor.peek() == '"' || cursor.looking_at("hex\"") ||
         makes_octets(called_name(cursor.run()));
}

bool looking_at_code(const Cursor& cursor) {
  const char c = cursor.peek();
  return is_digit(c) || c == '$' || c == '(' || called_name(cursor.run()) == "length";
}

bool begins_with_octets(const Expression& expression) {
  if (std::holds_alternative<base::Octets>(expression.value)) return true;
  const auto* const call = std::get_if<Call>(&expression.value);
  if (call == nullptr) return false;
  if (call->function == "+" || call->function == "-") {
    return !call->arguments.empty() && begins_with_octets(call->arguments.front());
  }
  return makes_octets(call->function);
}

bool begins_like_expression(std::string_view value) {
  return value.starts_with('"') || value.starts_with('$') || value.starts_with('(') ||
         value.starts_with("hex\"") || function_named(called_name(value)).has_value();
}

}  // namespace wsproof::script
