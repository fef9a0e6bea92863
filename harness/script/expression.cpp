#include "harness/script/expression.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "harness/base/check.hpp"
#include "harness/script/functions.hpp"
#include "harness/script/text.hpp"
#include "harness/wire/accept_key.hpp"

namespace wsproof::script {

namespace {

// Deeper than anything the parser lets through.
constexpr std::size_t most_depth = 256;

using base::Octets;
using Arguments = std::vector<Value>;

base::Result<std::size_t> size_within_limit(std::uint64_t size) {
  if (size > most_octets) {
    return base::fail(fmt::format("{} octets are more than the limit of 64 MiB", size));
  }
  return static_cast<std::size_t>(size);
}

std::uint64_t as_number(const Value& value) { return std::get<std::uint64_t>(value); }
const Octets& as_octets(const Value& value) { return std::get<Octets>(value); }

// ── The functions ────────────────────────────────────────────────────────────────────────────────

base::Result<Value> repeat(const Arguments& arguments, base::Random&) {
  const Octets& unit = as_octets(arguments[0]);
  const std::uint64_t times = as_number(arguments[1]);
  if (unit.empty() || times == 0) return Octets{};
  if (times > most_octets) return base::fail("repeat: the limit is 64 MiB");
  const auto size = size_within_limit(unit.size() * times);
  if (!size) return std::unexpected(size.error());
  Octets result(*size);
  std::ranges::copy(unit, result.begin());
  // What is there already is doubled: a call for each unit would cost more than its octets.
  for (std::size_t done = unit.size(); done < *size; done *= 2) {
    std::copy_n(result.begin(), std::min(done, *size - done),
                result.begin() + static_cast<std::ptrdiff_t>(done));
  }
  return result;
}

base::Result<Value> random_octets(const Arguments& arguments, base::Random& random) {
  const auto size = size_within_limit(as_number(arguments[0]));
  if (!size) return std::unexpected(size.error());
  return random.octets(*size);
}

base::Result<Value> count_up(const Arguments& arguments, base::Random&) {
  const auto size = size_within_limit(as_number(arguments[0]));
  if (!size) return std::unexpected(size.error());
  Octets result(*size);
  for (std::size_t index = 0; index < *size; ++index) {
    result[index] = static_cast<std::uint8_t>(index & 0xFFU);
  }
  return result;
}

// Characters of 1, 2, 3 and 4 octets in turn; what no longer fits is replaced by shorter ones.
base::Result<Value> utf8(const Arguments& arguments, base::Random&) {
  static constexpr std::array<std::string_view, 4> characters = {"a", "µ", "€", "😀"};
  const auto size = size_within_limit(as_number(arguments[0]));
  if (!size) return std::unexpected(size.error());
  Octets result;
  result.reserve(*size);
  for (std::size_t turn = 0; result.size() < *size; ++turn) {
    const std::size_t left = *size - result.size();
    base::append(result, characters[std::min(turn % characters.size(), left - 1)]);
  }
  return result;
}

base::Result<Value> slice(const Arguments& arguments, base::Random&) {
  const Octets& whole = as_octets(arguments[0]);
  const std::uint64_t from = as_number(arguments[1]);
  const std::uint64_t count = as_number(arguments[2]);
  if (from > whole.size() || count > whole.size() - from) {
    return base::fail(fmt::format("slice: {} octets from {} on, and there are only {} in all",
                                  count, from, whole.size()));
  }
  const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(from);
  return Octets(begin, begin + static_cast<std::ptrdiff_t>(count));
}

base::Result<Value> code(const Arguments& arguments, base::Random&) {
  const std::uint64_t number = as_number(arguments[0]);
  if (number > 0xFFFF) {
    return base::fail(fmt::format("code: {} does not fit into two octets", number));
  }
  return Octets{static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number & 0xFFU)};
}

base::Result<Value> length(const Arguments& arguments, base::Random&) {
  return static_cast<std::uint64_t>(as_octets(arguments[0]).size());
}

base::Result<Value> accept(const Arguments& arguments, base::Random&) {
  return base::octets(wire::accept_key(base::as_text(as_octets(arguments[0]))));
}

base::Result<Value> other_case(const Arguments& arguments, base::Random&) {
  Octets octets = as_octets(arguments[0]);
  for (std::uint8_t& octet : octets) {
    const auto lower = static_cast<std::uint8_t>(octet | 0x20U);
    if (lower >= 'a' && lower <= 'z') octet ^= 0x20U;
  }
  return octets;
}

base::Result<Value> plus(const Arguments& arguments, base::Random&) {
  if (arguments[0].index() != arguments[1].index()) {
    return base::fail("`+` joins octets or adds numbers, and here is one of each");
  }
  if (const auto* const left = std::get_if<std::uint64_t>(arguments.data())) {
    const std::uint64_t sum = *left + as_number(arguments[1]);
    if (sum < *left) return base::fail("`+`: the sum is above 2^64 - 1");
    return sum;
  }
  Octets joined = as_octets(arguments[0]);
  const Octets& more = as_octets(arguments[1]);
  const auto size = size_within_limit(joined.size() + more.size());
  if (!size) return std::unexpected(size.error());
  base::append(joined, more);
  return joined;
}

base::Result<Value> minus(const Arguments& arguments, base::Random&) {
  const std::uint64_t left = as_number(arguments[0]);
  const std::uint64_t right = as_number(arguments[1]);
  if (right > left) return base::fail(fmt::format("{} - {} is below zero", left, right));
  return left - right;
}

// ── What they take ───────────────────────────────────────────────────────────────────────────────

constexpr std::array implementations = std::to_array<Implementation>({
    {{"repeat", 2, "repeat(octets, n): the octets n times", "on"}, repeat},
    {{"random", 1, "random(n): n octets from the run's seed", "n"}, random_octets},
    {{"count", 1, "count(n): n octets that count up: 00 01 02 … ff 00 …", "n"}, count_up},
    {{"utf8", 1, "utf8(n): n octets of UTF-8, characters of 1 to 4 octets", "n"}, utf8},
    {{"slice", 3, "slice(octets, from, count): a part, counted from 0", "onn"}, slice},
    {{"code", 1, "code(n): a close code as its two octets", "n"}, code},
    {{"length", 1, "length(octets): how many octets, a number", "o"}, length},
    {{"accept", 1, "accept(key): Sec-WebSocket-Accept for a Sec-WebSocket-Key", "o"}, accept},
    {{"other_case", 1, "other_case(octets): A to Z small, and a to z large", "o"}, other_case},
    {{"+", 2, "a + b: octets joined, or numbers added", "??"}, plus},
    {{"-", 2, "a - b: numbers subtracted", "nn"}, minus},
});

std::span<const Implementation> general_functions() { return implementations; }

const Implementation* find(std::string_view name) {
  for (const std::span<const Implementation> table : {general_functions(), deflate_functions()}) {
    const auto named = [](const Implementation& row) { return row.function.name; };
    const auto found = std::ranges::find(table, name, named);
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

bool fits(char wanted, const Value& value) {
  return wanted == '?' || (wanted == 'n') == std::holds_alternative<std::uint64_t>(value);
}

base::Result<Value> run(const Call& call, const Arguments& arguments, base::Random& random) {
  const Implementation* const found = find(call.function);
  if (found == nullptr) return base::fail(fmt::format("unknown function `{}`", call.function));
  const Function& function = found->function;
  if (arguments.size() != function.arguments) {
    return base::fail(fmt::format("`{}` takes {} value{}, not {}: {}", call.function,
                                  function.arguments, function.arguments == 1 ? "" : "s",
                                  arguments.size(), function.description));
  }
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    if (!fits(function.takes[index], arguments[index])) {
      return base::fail(
          fmt::format("{}: {}", wrong_argument(function, index), function.description));
    }
  }
  return found->compute(arguments, random);
}

struct Evaluation {
  const Variables& variables;
  base::Random& random;
  std::size_t depth = 0;

  base::Result<Value> value_of(const Variable& variable) const {
    const auto found = variables.find(variable.name);
    if (found != variables.end()) return found->second;
    return base::fail(fmt::format("the variable ${} has no value here", variable.name));
  }

  base::Result<Value> value_of(const Call& call) {
    if (depth == most_depth) return base::fail("the expression is nested too deep");
    ++depth;
    Arguments arguments;
    for (const Expression& argument : call.arguments) {
      auto value = value_of(argument);
      if (!value) return value;
      arguments.push_back(std::move(*value));
    }
    --depth;
    return run(call, arguments, random);
  }

  base::Result<Value> value_of(const Expression& expression) {
    if (const auto* const number = std::get_if<std::uint64_t>(&expression.value)) return *number;
    if (const auto* const octets = std::get_if<Octets>(&expression.value)) return *octets;
    if (const auto* const variable = std::get_if<Variable>(&expression.value)) {
      return value_of(*variable);
    }
    return value_of(std::get<Call>(expression.value));
  }
};

}  // namespace

base::Result<Value> evaluate(const Expression& expression, const Variables& variables,
                             base::Random& random) {
  return Evaluation{.variables = variables, .random = random}.value_of(expression);
}

base::Octets to_octets(Value value) {
  if (auto* const octets = std::get_if<Octets>(&value)) return std::move(*octets);
  return base::octets(std::to_string(as_number(value)));
}

std::vector<Function> functions() {
  std::vector<Function> result;
  for (const std::span<const Implementation> table : {general_functions(), deflate_functions()}) {
    for (const Implementation& row : table) {
      if (is_letter(row.function.name.front())) result.push_back(row.function);
    }
  }
  return result;
}

std::optional<Function> function_named(std::string_view name) {
  const Implementation* const found = find(name);
  return found == nullptr ? std::nullopt : std::optional(found->function);
}

std::string wrong_argument(const Function& function, std::size_t index) {
  constexpr std::array<std::string_view, 3> places = {"first", "second", "third"};
  return fmt::format("`{}` takes {} as its {} value", function.name,
                     function.takes[index] == 'n' ? "a number" : "octets", places[index]);
}

}  // namespace wsproof::script
