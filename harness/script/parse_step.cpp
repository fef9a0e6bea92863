#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

// ── Handshake edits ──────────────────────────────────────────────────────────────────────────────

// What is left of the line: an expression when it begins like one, else bare text.
std::optional<Expression> parse_edit_value(Cursor& cursor) {
  const std::size_t begin = cursor.offset();
  const auto rest = cursor.ahead([](char) { return true; });
  if (begins_like_expression(rest)) {
    auto value = parse_expression(cursor);
    if (!value || !expect_end(cursor)) return std::nullopt;
    return value;
  }
  // Once it stood behind a blank, where fmt puts it, it would be a comment.
  if (rest.starts_with('#')) {
    return cursor.fail("a value that begins with `#` must stand in quotes", "as in \"#\"");
  }
  if (!rest.empty()) cursor.take_octets(rest.size());
  return Expression{.value = base::octets(rest), .at = cursor.at(begin)};
}

// `Name` of a field; `colon`: with a colon behind it.
std::optional<std::string> parse_field_name(Cursor& cursor, bool colon) {
  const auto name = cursor.ahead(is_token_character);
  if (name.empty()) return cursor.fail("the name of a header field is missing here");
  if (!colon) return std::string(cursor.take_octets(name.size()));
  if (cursor.peek(name.size()) != ':') {
    auto hint = did_you_mean(name, names(edit_words));
    if (hint.empty())
      hint = "an edit is `Name: value`, `+ Name: value`, `- Name`, " + list_of(names(edit_words));
    return cursor.fail(fmt::format("`:` expected behind `{}`", name), hint);
  }
  return std::string(cursor.take_octets(name.size() + 1).substr(0, name.size()));
}

std::optional<HandshakeEdit> parse_edit(Cursor& cursor) {
  using Kind = HandshakeEdit::Kind;
  const std::size_t begin = cursor.offset();
  HandshakeEdit edit;
  const auto word = cursor.word();
  const auto kind = value_named(edit_words, word);
  if (kind && cursor.peek(word.size()) != ':') {
    edit.kind = *kind;
    cursor.take_octets(word.size());
    if (*kind != Kind::reverse && cursor.at_end()) {
      return cursor.fail(fmt::format("the value of `{}` is missing here", word));
    }
  } else {
    edit.kind = cursor.take("+") ? Kind::add : cursor.take("-") ? Kind::remove : Kind::set;
    auto name = parse_field_name(cursor, edit.kind != Kind::remove);
    if (!name) return std::nullopt;
    edit.name = std::move(*name);
  }
  if (edit.kind != Kind::reverse && edit.kind != Kind::remove) {
    edit.value = parse_edit_value(cursor);
    if (!edit.value) return std::nullopt;
  }
  edit.at = cursor.at(begin);
  if (!expect_end(cursor)) return std::nullopt;
  return edit;
}

// ── What is sent ─────────────────────────────────────────────────────────────────────────────────

// Where a line begins, and the connection it names.
struct Head {
  std::size_t begin;
  LinkName link;
};

std::nullopt_t fail_sent_word(Cursor& cursor) {
  auto known = names(frame_words);
  known.insert(known.end(), {"raw", "eof", "reset"});
  const auto word = cursor.word();
  if (word.empty()) {
    const std::string hint = cursor.looking_at_word("") && cursor.peek() == '"'
                                 ? fmt::format("a text message is `> text {}`", cursor.run())
                                 : "such as " + list_of(known);
    return cursor.fail("a word for what is sent must stand behind `>`", hint);
  }
  auto hint = did_you_mean(word, known);
  if (hint.empty()) hint = "what can be sent: " + list_of(known);
  return cursor.fail(fmt::format("unknown word `{}` behind `>`", word), hint);
}

// What is behind `>`.
std::optional<Step> parse_sent(Cursor& cursor, const Head& head) {
  if (cursor.take_word("raw")) {
    auto octets = parse_expression(cursor);
    if (!octets) return std::nullopt;
    return SendRaw{.link = head.link, .octets = std::move(*octets), .at = cursor.at(head.begin)};
  }
  for (const auto& [name, kind] :
       {NamedValue{"eof", SendEnd::Kind::eof}, NamedValue{"reset", SendEnd::Kind::reset}}) {
    if (!cursor.take_word(name)) continue;
    return SendEnd{.link = head.link, .kind = kind, .at = cursor.at(head.begin)};
  }
  const auto word = value_named(frame_words, cursor.word());
  if (!word) return fail_sent_word(cursor);
  cursor.take_octets(cursor.word().size());
  auto frame = parse_frame(cursor, *word, false);
  if (!frame) return std::nullopt;
  return Send{.link = head.link, .frame = std::move(*frame), .at = cursor.at(head.begin)};
}

std::optional<Step> parse_handshake(Cursor& cursor, const Head& head, const Node& node) {
  cursor.take_word("handshake");
  Handshake handshake{.link = head.link, .edits = {}, .at = cursor.at(head.begin)};
  if (!expect_end(cursor)) return std::nullopt;
  auto edits = parse_edits(cursor.source(), node.children);
  if (!edits) return std::nullopt;
  handshake.edits = std::move(*edits);
  return handshake;
}

// ── Blocks ───────────────────────────────────────────────────────────────────────────────────────

constexpr std::string_view batch_rule =
    "a `together` or `writes` block holds `>` lines and `handshake`";

std::optional<Sending> parse_sending(Source& source, const Node& node) {
  Cursor cursor(source, node.line);
  Head head{.begin = cursor.offset(), .link = {}};
  auto link = parse_link(cursor);
  if (!link) return std::nullopt;
  head.link = std::move(*link);
  if (cursor.looking_at_word("handshake")) {
    auto step = parse_handshake(cursor, head, node);
    if (!step) return std::nullopt;
    return std::get<Handshake>(std::move(*step));
  }
  if (cursor.peek() == '<') {
    return cursor.fail("nothing is expected inside of this block: its lines are one write",
                       "put the `<` lines behind it, indented as the block itself is");
  }
  if (!cursor.take(">")) return cursor.fail("only what is sent can stand here", batch_rule);
  auto step = parse_sent(cursor, head);
  if (!step || !expect_end(cursor) || !expect_no_block(source, node)) return std::nullopt;
  if (auto* const send = std::get_if<Send>(&*step)) return std::move(*send);
  if (auto* const raw = std::get_if<SendRaw>(&*step)) return std::move(*raw);
  return cursor.fail_from(head.begin,
                          "`eof` and `reset` are no octets, and stand behind the block");
}

std::optional<Step> parse_batch(Cursor& cursor, const Head& head, const Node& node) {
  Batch batch;
  const std::string word(cursor.word());
  cursor.take_octets(word.size());
  if (word == "writes") {
    batch.write_size = parse_expression(cursor);
    if (!batch.write_size) return std::nullopt;
  }
  batch.at = cursor.at(head.begin);
  if (!expect_end(cursor)) return std::nullopt;
  if (node.children.empty()) {
    return cursor.fail_from(head.begin, fmt::format("`{}` needs deeper lines that are sent", word));
  }
  bool good = true;
  for (const Node& child : node.children) {
    auto line = parse_sending(cursor.source(), child);
    if (!line) {
      good = false;
      continue;
    }
    const auto link_of = [](const auto& sending) { return sending.link; };
    if (!batch.lines.empty() &&
        std::visit(link_of, *line) != std::visit(link_of, batch.lines.front())) {
      cursor.source().report_line(child.line, "all lines of this block go to one connection");
      good = false;
    }
    batch.lines.push_back(std::move(*line));
  }
  if (!good) return std::nullopt;
  return batch;
}

std::optional<Expect> parse_expect_line(Source& source, const Node& node) {
  Cursor cursor(source, node.line);
  const std::size_t begin = cursor.offset();
  auto link = parse_link(cursor);
  if (!link) return std::nullopt;
  if (cursor.peek() == '>') {
    return cursor.fail("an alternative only looks: nothing is sent inside of it");
  }
  if (!cursor.take("<")) {
    return cursor.fail(fmt::format("an alternative holds `<` lines, not `{}`", cursor.run()));
  }
  const auto word = cursor.word();
  auto expect = parse_expect(cursor, std::move(*link), begin);
  if (!expect || !expect_end(cursor) || !expect_no_block(source, node)) return std::nullopt;
  if (is_macro(*expect)) {
    source.report_line(node.line,
                       fmt::format("`{}` has alternatives of its own, and cannot stand "
                                   "inside of one",
                                   word),
                       "`wsproof show` prints what it stands for");
    return std::nullopt;
  }
  return expect;
}

std::optional<Alternative> parse_alternative(Source& source, const Node& node) {
  Cursor cursor(source, node.line);
  const std::size_t begin = cursor.offset();
  cursor.take_octets(cursor.word().size());  // `either` or `or`
  const auto word = cursor.word();
  const auto grade = value_named(grade_words, word);
  if (!grade) {
    auto hint = did_you_mean(word, names(grade_words));
    if (hint.empty()) hint = "the grades are " + list_of(names(grade_words));
    return cursor.fail(word.empty() ? "the grade of this alternative is missing here"
                                    : fmt::format("unknown grade `{}`", word),
                       hint);
  }
  cursor.take_octets(word.size());
  Alternative alternative{.grade = *grade, .note = {}, .lines = {}, .at = {}};
  if (!cursor.at_end()) {
    auto note = parse_text(cursor, "a note");
    if (!note) return std::nullopt;
    alternative.note = std::move(*note);
  }
  alternative.at = cursor.at(begin);
  if (!expect_end(cursor)) return std::nullopt;
  if (node.children.empty()) {
    return cursor.fail_from(begin, "an alternative needs deeper `<` lines");
  }
  bool good = true;
  for (const Node& child : node.children) {
    auto line = parse_expect_line(source, child);
    good = good && line;
    if (line) alternative.lines.push_back(std::move(*line));
  }
  if (!good) return std::nullopt;
  return alternative;
}

std::optional<Step> parse_either(Cursor& cursor, const Head& head,
                                 const std::vector<Node>& siblings, std::size_t& next) {
  Either either;
  either.at = cursor.at(head.begin);
  either.at.width = static_cast<std::uint32_t>(cursor.word().size());
  bool good = true;
  const auto add = [&](const Node& node) {
    auto alternative = parse_alternative(cursor.source(), node);
    good = good && alternative;
    if (alternative) either.alternatives.push_back(std::move(*alternative));
  };
  add(siblings[next - 1]);
  while (next < siblings.size() &&
         Cursor(cursor.source(), siblings[next].line).looking_at_word("or")) {
    add(siblings[next++]);
  }
  if (!good) return std::nullopt;
  return either;
}

// ── Lines of their own ───────────────────────────────────────────────────────────────────────────

std::optional<Step> parse_connect(Cursor& cursor, const Head& head) {
  const bool handshake = cursor.take_word("connect");
  if (!handshake) cursor.take_word("dial");
  const bool plain = !handshake && cursor.take_word("plain");
  std::optional<Expression> count;
  if (!cursor.at_end()) {
    count = parse_expression(cursor);
    if (!count) return std::nullopt;
  }
  return Connect{.link = head.link,
                 .handshake = handshake,
                 .plain = plain,
                 .count = std::move(count),
                 .at = cursor.at(head.begin)};
}

std::optional<Step> parse_pause(Cursor& cursor, const Head& head) {
  cursor.take_word("pause");
  auto milliseconds = parse_expression(cursor);
  if (!milliseconds) return std::nullopt;
  if (!cursor.take_word("ms")) {
    return cursor.fail("`ms` expected here", "a pause is written as `pause 600 ms`");
  }
  return Pause{.milliseconds = std::move(*milliseconds), .at = cursor.at(head.begin)};
}

// Behind `<`: what the target's process uses.
std::optional<Step> parse_growth(Cursor& cursor, const Head& head) {
  const auto word = cursor.word();
  Growth growth{.of = *value_named(growth_words, word), .most = {}, .at = {}};
  cursor.take_octets(word.size());
  const bool memory = growth.of == Growth::Of::memory;
  if (!cursor.take_word(memory ? "grows" : "grow") || !cursor.take_word("at") ||
      !cursor.take_word("most")) {
    return cursor.fail(fmt::format("`{} at most` expected here", memory ? "grows" : "grow"),
                       "as in `< memory grows at most 16 MiB` and `< descriptors grow at most 0`");
  }
  auto most = parse_expression(cursor);
  if (!most) return std::nullopt;
  growth.most = std::move(*most);
  if (memory && !cursor.take_word("MiB")) {
    return cursor.fail("`MiB` expected here", "as in `< memory grows at most 16 MiB`");
  }
  growth.at = cursor.at(head.begin);
  return growth;
}

std::optional<MessageSpec> parse_message_spec(Cursor& cursor) {
  cursor.take_word("message");
  MessageSpec message;
  message.binary = cursor.take_word("binary");
  if (!message.binary) cursor.take_word("text");
  if (cursor.at_end()) return message;
  message.size = parse_expression(cursor);
  if (!message.size) return std::nullopt;
  return message;
}

std::optional<Step> parse_let(Cursor& cursor, const Head& head) {
  cursor.take_word("let");
  auto name = parse_variable(cursor, "the variable");
  if (!name) return std::nullopt;
  if (!cursor.take("=")) return cursor.fail("`=` expected here", "as in `let $m = message`");
  Let let{.name = std::move(*name), .value = {}, .at = {}};
  if (cursor.looking_at_word("message")) {
    auto message = parse_message_spec(cursor);
    if (!message) return std::nullopt;
    let.value = std::move(*message);
  } else {
    auto value = parse_expression(cursor);
    if (!value) return std::nullopt;
    let.value = std::move(*value);
  }
  let.at = cursor.at(head.begin);
  return let;
}

std::optional<Step> parse_whenever(Cursor& cursor, const Head& head) {
  constexpr std::string_view form = "as in `whenever < text \"2\" > text \"3\"`";
  cursor.take_word("whenever");
  const std::size_t when_begin = cursor.offset();
  auto link = parse_link(cursor);
  if (!link) return std::nullopt;
  if (!cursor.take("<")) return cursor.fail("`<` expected here", form);
  auto when = parse_expect(cursor, *link, when_begin);
  if (!when) return std::nullopt;
  if (when->maybe || when->requirement || is_macro(*when)) {
    return cursor.fail_from(when_begin,
                            "a background rule asks for nothing: no `maybe`, no [id], no macro");
  }
  Head then{.begin = cursor.offset(), .link = std::move(*link)};
  if (cursor.peek() == '@') then.link = parse_link(cursor).value_or("a");
  if (!cursor.take(">")) {
    return cursor.fail("`>` and what is sent then expected here", form);
  }
  auto sent = parse_sent(cursor, then);
  if (!sent) return std::nullopt;
  auto* const send = std::get_if<Send>(&*sent);
  if (send == nullptr) return cursor.fail_from(then.begin, "a background rule sends a frame");
  return Whenever{.when = std::move(*when), .then = std::move(*send), .at = cursor.at(head.begin)};
}

std::nullopt_t fail_step(Cursor& cursor) {
  std::vector<std::string_view> known(step_words.begin(), step_words.end());
  known.insert(known.end(), {"let", "whenever"});
  const auto word = cursor.word();
  if (word == "or") return cursor.fail("`or` without an `either` before it");
  if (word == "case" || word == "section" || word == "control") {
    return cursor.fail(fmt::format("`{}` begins at the start of a line", word));
  }
  const bool is_header = std::ranges::find(header_words, word) != header_words.end();
  if (is_header || word == "table" || cursor.peek() == '"') {
    return cursor.fail(fmt::format("{} must stand before the first step",
                                   word.empty() ? "a title" : fmt::format("`{}`", word)));
  }
  auto candidates = known;
  candidates.insert(candidates.end(), header_words.begin(), header_words.end());
  candidates.emplace_back("table");
  auto hint = did_you_mean(word.empty() ? cursor.run() : word, candidates);
  if (value_named(frame_words, word)) {
    hint = fmt::format("sending is `> {0}`, expecting is `< {0}`", word);
  }
  if (hint.empty()) hint = "a step is a `>` or a `<` line, " + list_of(known);
  return cursor.fail(fmt::format("unknown step `{}`", word.empty() ? cursor.run() : word), hint);
}

std::optional<Step> parse_reading(Cursor& cursor, const Head& head) {
  const bool on = cursor.word() == "read";
  cursor.take_octets(cursor.word().size());
  const std::string_view second = on ? "on" : "reading";
  if (!cursor.take_word(second)) {
    return cursor.fail(fmt::format("`{}` expected here", second),
                       "`stop reading` and `read on` are about what comes on a connection");
  }
  return Reading{.link = head.link, .on = on, .at = cursor.at(head.begin)};
}

// Steps that are one line.
std::optional<Step> parse_line(Cursor& cursor, const Head& head) {
  if (cursor.take(">")) return parse_sent(cursor, head);
  const bool linked = cursor.offset() != head.begin;
  if (cursor.take("<")) {
    if (value_named(growth_words, cursor.word())) {
      if (!linked) return parse_growth(cursor, head);
      return cursor.fail("what the target's process uses belongs to no connection");
    }
    auto expect = parse_expect(cursor, head.link, head.begin);
    if (!expect) return std::nullopt;
    return std::move(*expect);
  }
  const auto word = cursor.word();
  if (word == "connect" || word == "dial") return parse_connect(cursor, head);
  if (word == "fence") {
    cursor.take_word("fence");
    return Fence{.link = head.link, .at = cursor.at(head.begin)};
  }
  if (word == "leave") {
    cursor.take_word("leave");
    return Leave{.link = head.link, .at = cursor.at(head.begin)};
  }
  if (word == "stop" || word == "read") return parse_reading(cursor, head);
  const bool linkless = word == "pause" || word == "let" || word == "whenever";
  if (linkless && linked) {
    return cursor.fail(fmt::format("`{}` takes no connection in front of it", word));
  }
  if (word == "pause") return parse_pause(cursor, head);
  if (word == "let") return parse_let(cursor, head);
  if (word == "whenever") return parse_whenever(cursor, head);
  return fail_step(cursor);
}

}  // namespace

std::optional<std::vector<HandshakeEdit>> parse_edits(Source& source,
                                                      const std::vector<Node>& lines) {
  std::vector<HandshakeEdit> edits;
  bool good = true;
  for (const Node& node : lines) {
    Cursor cursor(source, node.line);
    auto edit = parse_edit(cursor);
    good = expect_no_block(source, node) && edit && good;
    if (edit) edits.push_back(std::move(*edit));
  }
  if (!good) return std::nullopt;
  return edits;
}

std::optional<Step> parse_step(Source& source, const std::vector<Node>& siblings,
                               std::size_t& index) {
  const Node& node = siblings[index++];
  Cursor cursor(source, node.line);
  Head head{.begin = cursor.offset(), .link = {}};
  auto link = parse_link(cursor);
  if (!link) return std::nullopt;
  head.link = std::move(*link);
  const auto word = cursor.word();
  if (word == "handshake") return parse_handshake(cursor, head, node);
  if (word == "together" || word == "writes" || word == "either") {
    if (cursor.offset() != head.begin) {
      return cursor.fail(fmt::format("`{}` takes no connection in front of it", word),
                         "it stands in front of the lines inside");
    }
    return word == "either" ? parse_either(cursor, head, siblings, index)
                            : parse_batch(cursor, head, node);
  }
  auto step = parse_line(cursor, head);
  if (!step || !expect_end(cursor) || !expect_no_block(source, node)) return std::nullopt;
  return step;
}

bool expect_no_block(Source& source, const Node& node) {
  if (node.children.empty()) return true;
  source.report_line(
      node.children.front().line,
      "this line is indented deeper than the one above, which takes no lines below it",
      fmt::format("the line above is indented by {}", source.line(node.line).indent));
  return false;
}

bool expect_end(Cursor& cursor) {
  if (cursor.at_end()) return true;
  const auto left = cursor.run();
  const auto word = cursor.word();
  std::string hint;
  const char first = cursor.source().line(cursor.line()).code.front();
  const bool takes_values = first == '>' || first == '<' || first == '@';
  if (takes_values && left == word && !word.empty()) {
    hint = fmt::format("a text stands in quotes: \"{}\"", word);
  }
  if (left.find('-') != std::string_view::npos && is_digit(left.front())) {
    hint = fmt::format("a requirement stands in brackets: [{}]", left);
  }
  cursor.fail(fmt::format("`{}` does not belong here: the line could end before it", left), hint);
  return false;
}

}  // namespace wsproof::script
