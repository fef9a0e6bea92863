#include "harness/script/expand.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/script/text.hpp"
#include "harness/script/walk.hpp"

namespace wsproof::script {

namespace {

// More is a mistake that lint reports; here it is only kept within bounds.
constexpr std::size_t most_cases = 65'536;

using Bindings = std::map<std::string, Expression, std::less<>>;

// Puts values in the place of variables. What is put there keeps the place of the variable, so that
// a report points to the line that uses the value.
void substitute(Expression& expression, const Bindings& bindings) {
  if (auto* const call = std::get_if<Call>(&expression.value)) {
    for (Expression& argument : call->arguments) substitute(argument, bindings);
    return;
  }
  const auto* const variable = std::get_if<Variable>(&expression.value);
  if (variable == nullptr) return;
  const auto found = bindings.find(variable->name);
  if (found == bindings.end()) return;
  const At at = expression.at;
  expression = found->second;
  expression.at = at;
}

// A number alone as a field's value is its digits, which is how it would be read again.
void digits_for_numbers(Handshake& handshake) {
  for (HandshakeEdit& edit : handshake.edits) {
    if (!edit.value) continue;
    if (const auto* const number = std::get_if<std::uint64_t>(&edit.value->value)) {
      edit.value->value = base::octets(std::to_string(*number));
    }
  }
}

void substitute(Step& step, const Bindings& bindings) {
  Walk walk([&](Expression& expression, Wants) { substitute(expression, bindings); });
  walk.step(step);
  if (auto* const handshake = std::get_if<Handshake>(&step)) digits_for_numbers(*handshake);
  if (auto* const batch = std::get_if<Batch>(&step)) {
    for (Sending& line : batch->lines) {
      if (auto* const inner = std::get_if<Handshake>(&line)) digits_for_numbers(*inner);
    }
  }
}

std::vector<std::string> words_of(const Expression& aliases) {
  const auto* const octets = std::get_if<base::Octets>(&aliases.value);
  std::vector<std::string> words;
  if (octets == nullptr) return words;
  std::string_view rest = base::as_text(*octets);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (end != 0) words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

// Binds the columns of one row; what the row says may use the axes before it.
void bind(const Axis& axis, const Axis::Row& row, Case& c, Bindings& bindings) {
  Bindings bound;
  for (std::size_t column = 0; column < axis.columns.size() && column < row.values.size();
       ++column) {
    Expression value = row.values[column];
    substitute(value, bindings);
    if (axis.columns[column] == "alias") {
      for (auto& alias : words_of(value)) c.aliases.push_back(std::move(alias));
    }
    bound.insert_or_assign(axis.columns[column], std::move(value));
  }
  bindings.merge(bound);
}

// The case for one row of each axis.
Case at_rows(const Case& without_axes, const std::vector<Axis>& axes,
             const std::vector<std::size_t>& rows) {
  Case result = without_axes;
  Bindings bindings;
  std::string suffix;
  for (std::size_t index = 0; index < axes.size(); ++index) {
    const Axis& axis = axes[index];
    const Axis::Row& row = axis.rows[rows[index]];
    bind(axis, row, result, bindings);
    if (axis.fallback.empty() || row.label != axis.fallback) {
      suffix += "/" + axis.name + "=" + row.label;
    }
  }
  result.name += suffix;
  for (std::string& earlier : result.was) earlier += suffix;
  for (Step& step : result.steps) substitute(step, bindings);
  return result;
}

}  // namespace

std::vector<Case> expand(Case c) {
  // Taken out, for each row would copy all rows otherwise.
  const std::vector<Axis> axes = std::exchange(c.axes, {});
  std::vector<Case> cases;
  if (axes.empty()) {
    cases.push_back(std::move(c));
    return cases;
  }
  if (std::ranges::any_of(axes, [](const Axis& axis) { return axis.rows.empty(); })) return {};
  std::vector<std::size_t> rows(axes.size(), 0);
  while (cases.size() < most_cases) {
    cases.push_back(at_rows(c, axes, rows));
    std::size_t axis = rows.size();
    while (axis > 0 && ++rows[axis - 1] == axes[axis - 1].rows.size()) rows[--axis] = 0;
    if (axis == 0) break;
  }
  return cases;
}

}  // namespace wsproof::script
