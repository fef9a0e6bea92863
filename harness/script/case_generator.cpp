#include "harness/script/case_generator.hpp"

#include <functional>
#include <utility>

#include "harness/script/expression.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

// Draws values of every type; one object makes one case.
class Generator {
 public:
  explicit Generator(base::Random& random) : random_(random) {}

  // ── Dice ──

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }

  template <typename Table>
  const auto& one_of(const Table& table) {
    return table[below(std::size(table))];
  }

  template <typename T>
  std::vector<T> some(std::uint64_t least, std::uint64_t most, const std::function<T()>& make) {
    std::vector<T> result;
    for (std::uint64_t count = least + below(most - least + 1); count > 0; --count) {
      result.push_back(make());
    }
    return result;
  }

  std::string word_of(std::string_view letters, std::uint64_t most) {
    std::string result;
    for (std::uint64_t count = 1 + below(most); count > 0; --count) result += one_of(letters);
    return result;
  }

  std::string label() { return word_of("abcXYZ019._-", 8); }
  std::string variable() { return word_of("abcXYZ019_", 6); }
  std::string link() { return chance(3) ? variable() : "a"; }
  std::string id() { return "s/" + word_of("ab19._-", 5) + (chance(2) ? "/n=1" : ""); }

  // Texts with everything that quoting has to get right.
  std::string text() {
    static constexpr std::string_view pieces[] = {
        "a",  "hi there", "\"",      "\\", "\n",     "\r\n",   "\t",   "#",    " # ",
        "$x", "ü",        "€",       "😀", "\u202e", "\u00a0", "\xff", "\xc3", "\x01",
        " ",  "hex\"",    "repeat(", "'",  "=",      ":",      "("};
    std::string result;
    for (std::uint64_t count = below(5); count > 0; --count) result += one_of(pieces);
    return chance(8) ? result + std::string(1, '\0') : result;
  }

  // ── Expressions ──

  std::uint64_t number() {
    static constexpr std::uint64_t odd[] = {0, 1, 125, 65'536, 0xFFFFFFFF, 0x100000000, UINT64_MAX};
    return chance(2) ? one_of(odd) : below(1000);
  }

  static Expression literal(std::uint64_t value) { return {.value = value, .at = {}}; }

  base::Octets octets() { return chance(3) ? random_.octets(below(6)) : base::octets(text()); }

  Expression call(std::size_t depth) {
    static const std::vector<Function> all = functions();
    const auto pick = below(all.size() + 2);
    Call result{.function = pick == all.size() ? "+" : "-", .arguments = {}};
    std::size_t arguments = 2;
    if (pick < all.size()) {
      result.function = all[pick].name;
      arguments = all[pick].arguments;
    }
    for (; arguments > 0; --arguments) result.arguments.push_back(expression(depth + 1));
    return {.value = std::move(result), .at = {}};
  }

  Expression expression(std::size_t depth = 0) {
    switch (below(depth < 4 ? 4 : 3)) {
      case 0:
        return literal(number());
      case 1:
        return {.value = octets(), .at = {}};
      case 2:
        return {.value = Variable{variable()}, .at = {}};
      default:
        return call(depth);
    }
  }

  // Whatever a parser would take for octets, or not.
  static bool reads_as_octets(const Expression& e) {
    if (std::holds_alternative<base::Octets>(e.value)) return true;
    const auto* const made = std::get_if<Call>(&e.value);
    if (made == nullptr) return false;
    const bool sum = made->function == "+" || made->function == "-";
    return sum ? reads_as_octets(made->arguments.front()) : made->function != "length";
  }

  Expression code() {
    while (true) {
      Expression result = expression();
      if (!reads_as_octets(result)) return result;
    }
  }

  std::optional<Expression> maybe_expression() {
    return chance(2) ? std::optional(expression()) : std::nullopt;
  }

  // ── Frames ──

  void fields(FrameSpec& frame) {
    for (const FrameField& field : frame_fields) {
      if (!chance(4)) continue;
      std::uint64_t value = field.most == UINT64_MAX ? number() : below(field.most + 1);
      if (field.name == "length") value = one_of(length_forms);
      frame.*field.member =
          chance(2) ? literal(value) : Expression{.value = Variable{variable()}, .at = {}};
    }
  }

  FrameSpec frame(bool expected) {
    FrameSpec result;
    result.word = one_of(frame_words).value;
    fields(result);
    if (chance(2)) result.payload = expression();
    if (result.word == FrameSpec::Word::close && chance(2)) result.code = code();
    if (chance(4)) {
      const std::uint64_t count = 1 + below(5);
      result.part = chance(2) ? Part{literal(1 + below(count)), literal(count)}
                              : Part{call(3), Expression{.value = Variable{variable()}, .at = {}}};
    }
    if (result.word == FrameSpec::Word::frame && !expected && !result.opcode) {
      result.opcode = literal(below(16));
    }
    return result;
  }

  HandshakeEdit edit() {
    using Kind = HandshakeEdit::Kind;
    static constexpr Kind named[] = {Kind::set, Kind::add, Kind::remove};
    HandshakeEdit result;
    result.kind = chance(2) ? one_of(named) : one_of(edit_words).value;
    const bool has_name =
        result.kind == Kind::set || result.kind == Kind::add || result.kind == Kind::remove;
    if (has_name) result.name = chance(4) ? "raw" : word_of("ABxyz-019_", 9);
    if (has_name && result.name.front() == '-') result.name.front() = 'X';
    if (result.kind != Kind::remove && result.kind != Kind::reverse) result.value = expression();
    return result;
  }

  // ── Expectations ──

  Pattern pattern() {
    static constexpr std::string_view patterns[] = {"", "^a+$", "\\bx \"y\"", "[\u00b5#]"};
    if (chance(6)) return {.matching = std::string(one_of(patterns))};
    return {.exactly = maybe_expression()};
  }

  std::vector<Range> ranges(std::uint64_t least) {
    return some<Range>(least, 3, [this] {
      Range range{.first = code(), .last = {}};
      if (chance(3)) range.last = code();
      return range;
    });
  }

  Compression compression() {
    if (chance(2)) return {};
    return {.form = chance(2) ? Compression::Form::any : one_of(compression_words).value,
            .within = chance(2) ? std::nullopt : std::optional(expression()),
            .context = chance(2) ? Compression::Context::any : one_of(context_words).value};
  }

  std::vector<ParameterTest> parameters() {
    return some<ParameterTest>(0, 3, [this] {
      ParameterTest test{.present = chance(2), .name = word_of("ab_-1", 6), .values = {}};
      if (test.present) test.values = ranges(0);
      return test;
    });
  }

  decltype(Expect::what) what(bool macros) {
    switch (below(macros ? 14 : 10)) {
      case 0:
        return ExpectMessage{one_of(message_types), pattern(), compression()};
      case 1:
        return ExpectAnswer{variable(), compression()};
      case 2:
        return ExpectControl{chance(2) ? ExpectControl::Type::ping : ExpectControl::Type::pong,
                             pattern()};
      case 3: {
        ExpectClose close{.body = one_of(close_words).value,
                          .codes = {},
                          .reason = {.exactly = maybe_expression()}};
        if (!chance(2)) return close;
        close.body = ExpectClose::Body::codes;
        close.codes = ranges(1);
        return close;
      }
      case 4:
        return ExpectFrame{frame(true)};
      case 5:
        return ExpectEnd{end_words[below(end_words.size())].value};
      case 6:
        return ExpectStatus{ranges(1)};
      case 7: {
        ExpectHeader header{.name = "X-" + word_of("ab-", 4),
                            .test = one_of(header_tests).value,
                            .value = expression()};
        const bool bare =
            header.test == ExpectHeader::Test::present || header.test == ExpectHeader::Test::absent;
        if (bare) header.value.reset();
        return header;
      }
      case 8: {
        const bool absent = chance(3);
        return ExpectExtension{"x-" + word_of("ab-", 4), absent,
                               absent ? std::vector<ParameterTest>{} : parameters()};
      }
      case 9:
        return ExpectGoingOn{};
      case 10:
        return ExpectFailure{ranges(1)};
      case 11:
        return ExpectRefusal{ranges(0)};
      case 12:
        return ExpectAgreed{"x-" + word_of("ab-", 4), parameters()};
      default:
        return ExpectUpgrade{};
    }
  }

  Expect expect(bool macros) {
    Expect result;
    result.link = link();
    result.what = what(macros);
    const auto kind = result.what.index();
    const bool macro = kind >= 10;
    const bool value = kind <= 4 || kind == 7;
    result.maybe = !macro && chance(4);
    if (value && chance(4)) result.capture = variable();
    if (chance(3)) result.requirement = label();
    return result;
  }

  // ── Steps ──

  Send send(LinkName to) { return {.link = std::move(to), .frame = frame(false), .at = {}}; }

  Handshake handshake(LinkName to) {
    return {.link = std::move(to),
            .edits = some<HandshakeEdit>(0, 4, [this] { return edit(); }),
            .at = {}};
  }

  Batch batch() {
    const LinkName to = link();
    Batch result{.write_size = maybe_expression(), .lines = {}, .at = {}};
    result.lines = some<Sending>(1, 3, [&]() -> Sending {
      switch (below(3)) {
        case 0:
          return send(to);
        case 1:
          return SendRaw{.link = to, .octets = expression(), .at = {}};
        default:
          return handshake(to);
      }
    });
    return result;
  }

  Alternative alternative() {
    return {.grade = one_of(grade_words).value,
            .note = chance(2) ? text() : "",
            .lines = some<Expect>(1, 3, [this] { return expect(false); }),
            .at = {}};
  }

  Let let() {
    Let result{.name = variable(), .value = expression(), .at = {}};
    if (chance(2)) result.value = MessageSpec{.binary = chance(2), .size = maybe_expression()};
    return result;
  }

  Whenever whenever() {
    Whenever rule{.when = expect(false), .then = send(link()), .at = {}};
    rule.when.maybe = false;
    rule.when.requirement.reset();
    return rule;
  }

  Connect connect() {
    Connect made{.link = link(), .handshake = chance(2), .count = maybe_expression(), .at = {}};
    made.plain = !made.handshake && chance(2);
    return made;
  }

  Step step() {
    switch (below(15)) {
      case 0:
        return connect();
      case 1:
        return handshake(link());
      case 2:
        return SendRaw{.link = link(), .octets = expression(), .at = {}};
      case 3:
        return SendEnd{.link = link(),
                       .kind = chance(2) ? SendEnd::Kind::eof : SendEnd::Kind::reset,
                       .at = {}};
      case 4:
        return batch();
      case 5:
        return Pause{.milliseconds = expression(), .at = {}};
      case 6:
        return Either{.alternatives = some<Alternative>(1, 3, [this] { return alternative(); }),
                      .at = {}};
      case 7:
        return Fence{.link = link(), .at = {}};
      case 12:
        return Leave{.link = link(), .at = {}};
      case 13:
        return Reading{.link = link(), .on = chance(2), .at = {}};
      case 8:
        return let();
      case 9:
        return whenever();
      case 10:
        return send(link());
      case 11:
        return Growth{
            .of = growth_words[below(growth_words.size())].value, .most = expression(), .at = {}};
      default:
        return expect(true);
    }
  }

  // ── Cases ──

  Axis axis(std::size_t index) {
    Axis result;
    result.name = "n" + std::to_string(index);
    result.table = chance(2);
    result.columns = {result.name};
    if (result.table) result.columns.push_back(chance(2) ? "alias" : "m" + std::to_string(index));
    const std::uint64_t first = chance(2) ? number() : 1;
    for (std::uint64_t row = 0; row <= below(6); ++row) {
      Axis::Row made{.label = "r" + std::to_string(row), .values = {}};
      for (const std::string& column : result.columns) {
        made.values.push_back(expression());
        if (column == "alias") made.values.back().value = base::octets("x:" + label());
      }
      if (chance(2)) made.label = std::to_string(first + row);
      if (made.label.front() != 'r' && chance(2)) made.values.front() = literal(first + row);
      if (chance(4)) made.values.front().value = base::octets(made.label);
      result.rows.push_back(std::move(made));
    }
    if (chance(3)) result.fallback = one_of(result.rows).label;
    return result;
  }

  void header(Case& c) {
    c.title = text();
    c.why = text();
    const auto labels = [this] { return some<std::string>(0, 20, [this] { return label(); }); };
    c.checks = labels();
    c.tags = labels();
    c.aliases = some<std::string>(0, 2, [this] { return "autobahn:" + label(); });
    for (const Delivery delivery :
         {Delivery::with_handshake, Delivery::with_next, Delivery::octets}) {
      if (chance(3)) c.deliveries.push_back(delivery);
    }
    c.was = some<std::string>(0, 2, [this] { return id(); });
    c.needs = some<Need>(0, 3, [this] { return one_of(need_words).value; });
    c.roles = one_of(role_words).value;
    if (chance(2)) c.twin = chance(3) ? "none" : id();
    if (chance(2)) c.since = "1." + std::to_string(below(10));
    c.automatic = {.pongs = chance(2), .close = chance(2), .end = chance(2)};
  }

  Case whole_case() {
    Case result;
    result.section = "s";
    result.section_title = "Made up";
    result.name = label() + (chance(4) ? "/n=1" : "");
    header(result);
    for (std::size_t index = 0; index < below(3); ++index) result.axes.push_back(axis(index));
    result.steps = some<Step>(0, 8, [this] { return step(); });
    return result;
  }

 private:
  static constexpr std::uint64_t length_forms[] = {7, 16, 64};
  static constexpr ExpectMessage::Type message_types[] = {
      ExpectMessage::Type::text, ExpectMessage::Type::binary, ExpectMessage::Type::any};

  base::Random& random_;
};

}  // namespace

Case random_case(base::Random& random) { return Generator(random).whole_case(); }

Step random_step(base::Random& random) { return Generator(random).step(); }

CaseFile random_file(base::Random& random) {
  CaseFile file;
  file.section = "s";
  file.title = "Made up";
  if (random.below(2) == 0) file.control = "any";
  for (std::uint64_t count = random.below(4); count > 0; --count) {
    file.cases.push_back(random_case(random));
  }
  return file;
}

}  // namespace wsproof::script
