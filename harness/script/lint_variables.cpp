#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/script/expression.hpp"
#include "harness/script/lexer.hpp"
#include "harness/script/lint_case.hpp"
#include "harness/script/walk.hpp"

namespace wsproof::script {

namespace {

// What a variable holds. A message is octets that have a known answer.
enum class Kind { number, octets, message, unknown };

class VariableLint {
 public:
  explicit VariableLint(CaseReport& report) : report_(report) {
    kinds_.emplace("key", Kind::octets);  // the peer's: the Sec-WebSocket-Key that it sent
  }

  void run() {
    const Case& c = report_.subject();
    for (const Axis& axis : c.axes) bind_axis(axis);
    for (const Step& step : c.steps) look_at(step);
    for (const Axis& axis : c.axes) check_use(axis);
    for (const auto& [name, at] : lets_) {
      if (used_.contains(name)) continue;
      report_.in_line(at, "$" + name, fmt::format("${} is never used", name));
    }
  }

 private:
  // ── Binding ──

  void bind_axis(const Axis& axis) {
    std::map<std::string, Kind> bound;
    for (std::size_t column = 0; column < axis.columns.size(); ++column) {
      std::optional<Kind> kind;
      for (const Axis::Row& row : axis.rows) {
        const Kind here = kind_of(row.values[column]);
        kind = !kind || *kind == here ? here : Kind::unknown;
      }
      bound[axis.columns[column]] = kind.value_or(Kind::unknown);
    }
    kinds_.merge(bound);
  }

  void look_at(const Step& step) {
    if (const auto* const let = std::get_if<Let>(&step)) return look_at_let(*let);
    Walk walk([this](const Expression& expression, Wants wants) { check(expression, wants); });
    if (const auto* const rule = std::get_if<Whenever>(&step)) {
      walk(rule->when);
      look_at_expect(rule->when);  // what a rule captures, it may send at once
      return walk(rule->then);
    }
    walk.step(step);
    if (const auto* const expect = std::get_if<Expect>(&step)) look_at_expect(*expect);
    if (const auto* const either = std::get_if<Either>(&step)) {
      for (const Alternative& alternative : either->alternatives) {
        for (const Expect& line : alternative.lines) look_at_expect(line);
      }
    }
  }

  void look_at_let(const Let& let) {
    Kind kind = Kind::message;
    if (const auto* const value = std::get_if<Expression>(&let.value)) {
      check(*value, Wants::either);
      kind = kind_of(*value);
    } else if (const auto& message = std::get<MessageSpec>(let.value); message.size) {
      check(*message.size, Wants::number);
    }
    if (!kinds_.emplace(let.name, kind).second) {
      report_.in_line(let.at, "$" + let.name, fmt::format("${} is bound already", let.name));
    }
    lets_.emplace(let.name, let.at);
  }

  void look_at_expect(const Expect& expect) {
    if (const auto* const answer = std::get_if<ExpectAnswer>(&expect.what)) {
      use(answer->message, expect.at);
      const auto found = kinds_.find(answer->message);
      if (found != kinds_.end() && found->second != Kind::message) {
        report_.in_line(expect.at, "$" + answer->message,
                        fmt::format("${} is no message: its answer is not known", answer->message),
                        fmt::format("`let ${} = message` makes one", answer->message));
      }
    }
    if (expect.capture) kinds_.insert_or_assign(*expect.capture, Kind::octets);
  }

  // ── Using ──

  void check(const Expression& expression, Wants wants) {
    each_variable(expression,
                  [this](const Variable& variable, const At& at) { use(variable.name, at); });
    const std::size_t told = told_.size();
    const Kind kind = kind_of(expression);
    if (told_.size() != told) return;  // one mistake is enough
    if (wants == Wants::number && (kind == Kind::octets || kind == Kind::message)) {
      report_.at(expression.at,
                 fmt::format("a number is wanted here, and {} is octets", print(expression)),
                 "the octets of a Close's whole body are written as `close body …`");
    }
    if (wants == Wants::octets && kind == Kind::number) {
      report_.at(expression.at,
                 fmt::format("octets are wanted here, and {} is a number", print(expression)),
                 "text stands in quotes; repeat(\"x\", 5) is five octets");
    }
  }

  void use(const std::string& name, const At& at) {
    used_.insert(name);
    if (kinds_.contains(name) || !missing_.insert(name).second) return;
    std::vector<std::string> known;
    known.reserve(kinds_.size());
    for (const auto& [other, kind] : kinds_) known.push_back("$" + other);
    auto hint = did_you_mean("$" + name, {known.begin(), known.end()});
    if (hint.empty())
      hint = fmt::format("it is bound by `let ${0} = …`, `sweep {0} = …` or `as ${0}`", name);
    report_.in_line(at, "$" + name, fmt::format("${} has no value here", name), std::move(hint));
  }

  // A wrong argument is reported on the way.
  Kind kind_of(const Expression& expression) {
    if (std::holds_alternative<std::uint64_t>(expression.value)) return Kind::number;
    if (std::holds_alternative<base::Octets>(expression.value)) return Kind::octets;
    if (const auto* const variable = std::get_if<Variable>(&expression.value)) {
      const auto found = kinds_.find(variable->name);
      return found == kinds_.end() ? Kind::unknown : found->second;
    }
    return kind_of(std::get<Call>(expression.value), expression.at);
  }

  Kind kind_of(const Call& call, const At& at) {
    const auto function = function_named(call.function);
    if (!function || call.arguments.size() != function->arguments) return Kind::unknown;
    std::vector<Kind> kinds;
    for (std::size_t index = 0; index < call.arguments.size(); ++index) {
      kinds.push_back(kind_of(call.arguments[index]));
      const char takes = function->takes[index];
      const bool is_number = kinds.back() == Kind::number;
      if (kinds.back() == Kind::unknown || takes == '?' || (takes == 'n') == is_number) continue;
      once(call.arguments[index].at, wrong_argument(*function, index),
           std::string(function->description));
    }
    if (call.function != "+") {
      return call.function == "-" || call.function == "length" ? Kind::number : Kind::octets;
    }
    const bool known = kinds[0] != Kind::unknown && kinds[1] != Kind::unknown;
    if (known && (kinds[0] == Kind::number) != (kinds[1] == Kind::number)) {
      once(at, "`+` joins octets or adds numbers, and here is one of each", "");
    }
    if (kinds[0] == Kind::number || kinds[1] == Kind::number) return Kind::number;
    return known ? Kind::octets : Kind::unknown;
  }

  void once(const At& at, std::string message, std::string hint) {
    if (!told_.emplace(at.line, at.column).second) return;
    report_.at(at, std::move(message), std::move(hint));
  }

  void check_use(const Axis& axis) {
    for (const Axis& other : report_.subject().axes) {
      for (const Axis::Row& row : other.rows) {
        for (const Expression& value : row.values) {
          each_variable(value, [this](const Variable& v, const At&) { used_.insert(v.name); });
        }
      }
    }
    for (const std::string& column : axis.columns) {
      if (column == "alias" || used_.contains(column)) continue;
      report_.in_line(axis.at, column, fmt::format("${} is never used", column),
                      axis.table ? "" : "all cases of this sweep would be the same");
    }
  }

  CaseReport& report_;
  std::map<std::string, Kind> kinds_;
  std::map<std::string, At> lets_;
  std::set<std::string> used_, missing_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> told_;
};

}  // namespace

void lint_variables(CaseReport& report) { VariableLint(report).run(); }

}  // namespace wsproof::script
