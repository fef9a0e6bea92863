#include <string>

#include <fmt/format.h>

#include "harness/script/grammar.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

const FrameField* field_named(std::string_view name) {
  for (const FrameField& field : frame_fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

const std::uint64_t* literal_number(const Rare<Expression>& expression) {
  return expression ? std::get_if<std::uint64_t>(&expression->value) : nullptr;
}

// A frame while its pieces come in.
struct FrameParser {
  Cursor& cursor;
  bool expected;
  FrameSpec frame;
  bool any = false;
  bool body = false;  // `body` was there: the payload is a Close's whole body

  bool at_stop() const {
    if (cursor.at_end()) return true;
    const char c = cursor.peek();
    return c == '[' || c == '>' || c == '@' || cursor.looking_at_word("as");
  }

  std::optional<bool> field(std::string_view name) {
    const FrameField* const field = field_named(name);
    if (field == nullptr) {
      auto hint = did_you_mean(name, names(frame_fields));
      if (hint.empty()) hint = "the fields are " + list_of(names(frame_fields));
      return cursor.fail(fmt::format("unknown field `{}` of a frame", name), hint);
    }
    if (frame.*field->member) return cursor.fail(fmt::format("`{}` is given twice", name));
    cursor.take_octets(name.size() + 1);
    cursor.glue();
    frame.*field->member = parse_term(cursor);
    if (!(frame.*field->member)) return std::nullopt;
    return true;
  }

  std::optional<bool> part() {
    const std::size_t begin = cursor.offset();
    cursor.take_word("part");
    auto index = parse_term(cursor);
    if (!index) return std::nullopt;
    if (!cursor.take("/", true)) {
      return cursor.fail_from(begin, "a part is written as `part 1/2`: which one, of how many");
    }
    cursor.glue();
    auto count = parse_term(cursor);
    if (!count) return std::nullopt;
    if (frame.part) return cursor.fail_from(begin, "`part` is given twice");
    frame.part = Part{.index = std::move(*index), .count = std::move(*count)};
    return true;
  }

  std::optional<bool> value() {
    const std::size_t begin = cursor.offset();
    const bool is_close = frame.word == FrameSpec::Word::close;
    const bool can_be_code = is_close && !frame.code && !frame.payload && !body;
    auto expression = parse_expression(cursor);
    if (!expression) return std::nullopt;
    if (any) return cursor.fail_from(begin, "a value behind `any`");
    if (can_be_code && !begins_with_octets(*expression)) {
      frame.code = std::move(*expression);
    } else if (frame.payload) {
      return cursor.fail_from(begin, "a second payload; the first one stands before it",
                              "octets are joined by `+`");
    } else {
      frame.payload = std::move(*expression);
    }
    return true;
  }

  std::optional<bool> take_body() {
    if (frame.code || frame.payload) return cursor.fail("`body` stands for code and reason");
    cursor.take_word("body");
    body = true;
    return value();
  }

  // Whether what comes is `name=`; a blank before the `=` is a mistake worth a word.
  std::optional<std::string_view> field_name() const {
    const auto name = cursor.word();
    if (name.empty() || cursor.peek(name.size()) != '=') return std::nullopt;
    return name;
  }

  std::optional<bool> piece() {
    if (const auto name = field_name()) return field(*name);
    const auto word = cursor.word();
    if (field_named(word) != nullptr && cursor.run() == word) {
      return cursor.fail(fmt::format("`{}` must be followed by `=` and its value", word),
                         fmt::format("as in `{}=1`, without blanks", word));
    }
    if (word == "part") return part();
    if (word == "body" && frame.word == FrameSpec::Word::close) return take_body();
    if (word == "any" && expected && !any && !frame.payload) {
      any = cursor.take_word("any");
      return true;
    }
    return value();
  }

  bool check() {
    if (frame.word == FrameSpec::Word::frame && !frame.opcode && !expected) {
      cursor.fail("`frame` needs an opcode", "as in `frame opcode=3`");
      return false;
    }
    if (const auto mistake = mistake_in(frame)) {
      cursor.source().report(mistake->at, mistake->message);
      return false;
    }
    return true;
  }
};

}  // namespace

std::optional<FrameSpec> parse_frame(Cursor& cursor, FrameSpec::Word word, bool expected) {
  FrameParser parser{.cursor = cursor, .expected = expected, .frame = {}};
  parser.frame.word = word;
  while (!parser.at_stop()) {
    if (!parser.piece()) return std::nullopt;
  }
  if (!parser.check()) return std::nullopt;
  return std::move(parser.frame);
}

std::optional<FrameMistake> mistake_in(const FrameSpec& frame) {
  for (const FrameField& field : frame_fields) {
    const auto& given = frame.*field.member;
    const std::uint64_t* const value = literal_number(given);
    const bool is_form = value != nullptr && (*value == 7 || *value == 16 || *value == 64);
    if (value != nullptr && (*value > field.most || (field.name == "length" && !is_form))) {
      const auto spelling =
          field.name == "key" ? fmt::format("0x{:x}", *value) : std::to_string(*value);
      return FrameMistake{.at = given->at,
                          .message = fmt::format("{}={}: {}", field.name, spelling, field.meaning)};
    }
  }
  if (!frame.part) return std::nullopt;
  const auto* const index = std::get_if<std::uint64_t>(&frame.part->index.value);
  const auto* const count = std::get_if<std::uint64_t>(&frame.part->count.value);
  if (index != nullptr && *index == 0) {
    return FrameMistake{.at = frame.part->index.at, .message = "parts are counted from 1"};
  }
  if (index != nullptr && count != nullptr && *index > *count) {
    return FrameMistake{
        .at = frame.part->index.at,
        .message = fmt::format("part {}/{}: there are only {} parts", *index, *count, *count)};
  }
  return std::nullopt;
}

}  // namespace wsproof::script
