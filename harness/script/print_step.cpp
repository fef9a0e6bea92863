#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/print.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

bool is_sum(const Expression& expression) {
  const auto* const call = std::get_if<Call>(&expression.value);
  return call != nullptr && (call->function == "+" || call->function == "-");
}

std::string print_call(const Call& call) {
  if ((call.function == "+" || call.function == "-") && call.arguments.size() == 2) {
    // Sums are read from the left, so only the right side may need parentheses.
    return fmt::format("{} {} {}", print(call.arguments[0]), call.function,
                       print_term(call.arguments[1]));
  }
  std::string result = call.function + "(";
  for (std::size_t index = 0; index < call.arguments.size(); ++index) {
    if (index != 0) result += ", ";
    result += print(call.arguments[index]);
  }
  return result + ")";
}

std::string on(const LinkName& link) { return link == "a" ? "" : "@" + link + " "; }

// ── Frames ───────────────────────────────────────────────────────────────────────────────────────

// The body of a Close as the parser tells it from a code.
std::string print_body(const FrameSpec& frame) {
  std::string result;
  if (frame.code) result += " " + print(*frame.code);
  if (!frame.payload) return result;
  const bool plain = frame.code || begins_with_octets(*frame.payload);
  return result + (plain ? " " : " body ") + print(*frame.payload);
}

// All of a frame but its word.
std::string print_frame(const FrameSpec& frame) {
  std::string result;
  if (frame.word == FrameSpec::Word::close) {
    result += print_body(frame);
  } else if (frame.payload) {
    result += " " + print(*frame.payload);
  }
  if (frame.part) {
    result +=
        fmt::format(" part {}/{}", print_term(frame.part->index), print_term(frame.part->count));
  }
  for (const FrameField& field : frame_fields) {
    const auto& value = frame.*field.member;
    if (!value) continue;
    const auto* const number = std::get_if<std::uint64_t>(&value->value);
    const bool as_key = field.name == "key" && number != nullptr;
    result += fmt::format(" {}={}", field.name,
                          as_key ? fmt::format("0x{:08x}", *number) : print_term(*value));
  }
  return result;
}

// ── Handshakes ───────────────────────────────────────────────────────────────────────────────────

// Whether a field's value reads as itself without quotes.
bool can_stand_bare(std::string_view value) {
  if (value.empty() || value.front() == ' ' || value.back() == ' ') return false;
  const std::string quoted = quote(value);
  const auto is_quote = [](char c) { return c == '"'; };
  // Quotes are the only characters that an escape may stand for here.
  const auto quotes = static_cast<std::size_t>(std::ranges::count_if(value, is_quote));
  if (quoted.size() != value.size() + 2 + quotes || begins_like_expression(value)) return false;
  const std::string text = fmt::format("X: {}", value);
  Line line;
  line.text = text;
  split(line);
  return line.code == text;
}

std::string print_value(const Expression& value) {
  if (const auto* const octets = std::get_if<base::Octets>(&value.value)) {
    const auto text = base::as_text(*octets);
    return can_stand_bare(text) ? std::string(text) : literal(*octets);
  }
  const std::string text = print(value);
  return begins_like_expression(text) ? text : "(" + text + ")";
}

std::string print_edit(const HandshakeEdit& edit) {
  using Kind = HandshakeEdit::Kind;
  const std::string value = edit.value ? print_value(*edit.value) : "";
  switch (edit.kind) {
    case Kind::set:
      return fmt::format("{}: {}", edit.name, value);
    case Kind::add:
      return fmt::format("+ {}: {}", edit.name, value);
    case Kind::remove:
      return fmt::format("- {}", edit.name);
    case Kind::reverse:
      return "reverse";
    default:
      return fmt::format("{} {}", name_of(edit_words, edit.kind), value);
  }
}

// ── Expectations ─────────────────────────────────────────────────────────────────────────────────

std::string print_ranges(const std::vector<Range>& ranges) {
  std::string result;
  for (const Range& range : ranges) {
    result += " " + print_term(range.first);
    if (range.last) result += ".." + print_term(*range.last);
  }
  return result;
}

std::string print_pattern(const Pattern& pattern) {
  if (pattern.matching) return "matching " + quote(*pattern.matching);
  return pattern.exactly ? print(*pattern.exactly) : "any";
}

std::string print_compression(const Compression& compression) {
  std::string result;
  const auto add = [&result](std::string_view word) { result += fmt::format(" {}", word); };
  if (compression.form != Compression::Form::any) add(name_of(compression_words, compression.form));
  if (compression.within) add("within " + print_term(*compression.within));
  if (compression.context != Compression::Context::any) {
    add(name_of(context_words, compression.context));
  }
  return result;
}

std::string print_parameters(const std::vector<ParameterTest>& tests) {
  std::string result;
  for (const ParameterTest& test : tests) {
    result += fmt::format(" {} {}{}", test.present ? "with" : "without", test.name,
                          print_ranges(test.values));
  }
  return result;
}

struct PrintExpected {
  std::string operator()(const ExpectMessage& what) const {
    using Type = ExpectMessage::Type;
    const std::string_view word = what.type == Type::text     ? "text"
                                  : what.type == Type::binary ? "binary"
                                                              : "message";
    return fmt::format("{} {}{}", word, print_pattern(what.payload),
                       print_compression(what.compression));
  }
  std::string operator()(const ExpectAnswer& what) const {
    return fmt::format("answer ${}{}", what.message, print_compression(what.compression));
  }
  std::string operator()(const ExpectControl& what) const {
    return fmt::format("{} {}", what.type == ExpectControl::Type::ping ? "ping" : "pong",
                       print_pattern(what.payload));
  }
  std::string operator()(const ExpectClose& what) const {
    std::string result = "close" + print_ranges(what.codes);
    const bool has_word =
        what.body != ExpectClose::Body::codes && what.body != ExpectClose::Body::any;
    if (has_word) result += fmt::format(" {}", name_of(close_words, what.body));
    if (!what.reason.exactly) return result;
    const bool plain = begins_with_octets(*what.reason.exactly);
    return result + (plain ? " " : " reason ") + print(*what.reason.exactly);
  }
  std::string operator()(const ExpectFrame& what) const {
    const bool has_word = what.frame.word != FrameSpec::Word::frame;
    return fmt::format("frame{}{}{}", has_word ? " " : "",
                       has_word ? name_of(frame_words, what.frame.word) : "",
                       print_frame(what.frame));
  }
  std::string operator()(const ExpectEnd& what) const {
    return std::string(name_of(end_words, what.kind));
  }
  std::string operator()(const ExpectStatus& what) const {
    return "status" + print_ranges(what.codes);
  }
  std::string operator()(const ExpectHeader& what) const {
    return fmt::format("header {} {}{}{}", what.name, name_of(header_tests, what.test),
                       what.value ? " " : "", what.value ? print(*what.value) : "");
  }
  std::string operator()(const ExpectExtension& what) const {
    return fmt::format("extension {}{}{}", what.name, what.absent ? " absent" : "",
                       print_parameters(what.parameters));
  }
  std::string operator()(const ExpectGoingOn&) const { return "going-on"; }
  std::string operator()(const ExpectFailure& what) const {
    return "failure" + print_ranges(what.codes);
  }
  std::string operator()(const ExpectRefusal& what) const {
    return "refusal" + print_ranges(what.codes);
  }
  std::string operator()(const ExpectUpgrade&) const { return "upgrade"; }
  std::string operator()(const ExpectAgreed& what) const {
    return fmt::format("agreed {}{}", what.name, print_parameters(what.parameters));
  }
};

LayoutLine line_of(const Expect& expect, std::size_t depth) {
  LayoutLine line{.depth = depth, .text = {}, .tag = {}, .comment = {}};
  line.text = fmt::format("{}< {}{}", on(expect.link), expect.maybe ? "maybe " : "",
                          std::visit(PrintExpected{}, expect.what));
  if (expect.capture) line.text += " as $" + *expect.capture;
  if (expect.requirement) line.tag = "[" + *expect.requirement + "]";
  return line;
}

// ── Steps ────────────────────────────────────────────────────────────────────────────────────────

struct PrintStep {
  std::vector<LayoutLine>& lines;
  std::size_t depth;

  void add(std::string text, std::size_t deeper = 0) {
    lines.push_back({.depth = depth + deeper, .text = std::move(text), .tag = {}, .comment = {}});
  }

  void operator()(const Connect& step) {
    add(on(step.link) + (step.handshake ? "connect" : "dial") + (step.plain ? " plain" : "") +
        (step.count ? " " + print(*step.count) : ""));
  }
  void operator()(const Handshake& step) {
    add(on(step.link) + "handshake");
    for (const HandshakeEdit& edit : step.edits) add(print_edit(edit), 1);
  }
  void operator()(const Send& step) { add(on(step.link) + "> " + print(step.frame)); }
  void operator()(const SendRaw& step) { add(on(step.link) + "> raw " + print(step.octets)); }
  void operator()(const SendEnd& step) {
    add(on(step.link) + (step.kind == SendEnd::Kind::eof ? "> eof" : "> reset"));
  }
  void operator()(const Batch& step) {
    add(step.write_size ? "writes " + print(*step.write_size) : "together");
    PrintStep inner{.lines = lines, .depth = depth + 1};
    for (const Sending& line : step.lines) std::visit(inner, line);
  }
  void operator()(const Pause& step) { add(fmt::format("pause {} ms", print(step.milliseconds))); }
  void operator()(const Growth& step) {
    const bool memory = step.of == Growth::Of::memory;
    add(fmt::format("< {} {} at most {}{}", name_of(growth_words, step.of),
                    memory ? "grows" : "grow", print(step.most), memory ? " MiB" : ""));
  }
  void operator()(const Expect& step) { lines.push_back(line_of(step, depth)); }
  void operator()(const Either& step) {
    bool first = true;
    for (const Alternative& alternative : step.alternatives) {
      add(first ? "either " : "or ");
      head(alternative);
      first = false;
    }
  }
  void operator()(const Fence& step) { add(on(step.link) + "fence"); }
  void operator()(const Leave& step) { add(on(step.link) + "leave"); }
  void operator()(const Reading& step) {
    add(on(step.link) + (step.on ? "read on" : "stop reading"));
  }
  void operator()(const Let& step) {
    std::string value;
    if (const auto* const message = std::get_if<MessageSpec>(&step.value)) {
      value = message->binary ? "message binary" : "message";
      if (message->size) value += " " + print(*message->size);
    } else {
      value = print(std::get<Expression>(step.value));
    }
    add(fmt::format("let ${} = {}", step.name, value));
  }
  void operator()(const Whenever& step) {
    // What is sent goes to the connection that was watched, unless it says another.
    const bool elsewhere = step.then.link != step.when.link;
    add(fmt::format("whenever {} {}> {}", line_of(step.when, 0).text,
                    elsewhere ? "@" + step.then.link + " " : "", print(step.then.frame)));
  }

  // Puts grade and note behind the last line, and the branch's lines below.
  void head(const Alternative& alternative) {
    lines.back().text += name(alternative.grade);
    if (!alternative.note.empty()) lines.back().text += " " + quote(alternative.note);
    for (const Expect& line : alternative.lines) lines.push_back(line_of(line, depth + 1));
  }
};

}  // namespace

std::string print_term(const Expression& expression) {
  return is_sum(expression) ? "(" + print(expression) + ")" : print(expression);
}

std::vector<LayoutLine> lines_of(const Step& step, std::size_t depth) {
  std::vector<LayoutLine> lines;
  std::visit(PrintStep{.lines = lines, .depth = depth}, step);
  return lines;
}

std::string joined(const std::vector<LayoutLine>& lines) {
  std::string result;
  for (const LayoutLine& line : lines) {
    if (!result.empty()) result += '\n';
    result += std::string(2 * line.depth, ' ') + line.text;
    if (!line.tag.empty()) result += " " + line.tag;
  }
  return result;
}

std::string print(const Expression& expression) {
  if (const auto* const number = std::get_if<std::uint64_t>(&expression.value)) {
    // Such a number is a pattern of bits rather than an amount.
    return *number > UINT32_MAX ? fmt::format("0x{:x}", *number) : std::to_string(*number);
  }
  if (const auto* const octets = std::get_if<base::Octets>(&expression.value)) {
    return literal(*octets);
  }
  if (const auto* const variable = std::get_if<Variable>(&expression.value)) {
    return "$" + variable->name;
  }
  return print_call(std::get<Call>(expression.value));
}

std::string print(const FrameSpec& frame) {
  return std::string(name_of(frame_words, frame.word)) + print_frame(frame);
}

std::string print(const Expect& expect) { return joined({line_of(expect, 0)}); }

std::string print(const Step& step) { return joined(lines_of(step, 0)); }

std::string print(const Alternative& alternative) {
  std::vector<LayoutLine> lines(1);
  PrintStep{.lines = lines, .depth = 0}.head(alternative);
  return joined(lines);
}

}  // namespace wsproof::script
