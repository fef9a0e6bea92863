// Evaluating expressions: the functions of the case language.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/random.hpp"
#include "harness/script/step.hpp"

namespace wsproof::script {

/// A number or octets.
using Value = std::variant<std::uint64_t, base::Octets>;

/// The values of variables while a case is played.
using Variables = std::map<std::string, Value>;

/// The value of an expression. `random` feeds random(n). Octets are limited to 64 MiB. An Error is
/// a mistake in the case that the parser could not see (an unknown variable, a wrong type).
base::Result<Value> evaluate(const Expression& expression, const Variables& variables,
                             base::Random& random);

/// Octets as they are; a number as its decimal digits.
base::Octets to_octets(Value value);

/// The functions there are, for the parser and for `wsproof lint`: name, number of arguments, one
/// line of description, and what they take: a letter an argument, `n` a number, `o` octets, `?`
/// either. All but `length` make octets.
struct Function {
  std::string_view name;
  std::size_t arguments;
  std::string_view description;
  std::string_view takes;
};
std::vector<Function> functions();

/// The function of that name, `+` and `-` included; nothing when there is none.
std::optional<Function> function_named(std::string_view name);

/// "`repeat` takes a number as its second value".
std::string wrong_argument(const Function& function, std::size_t index);

}  // namespace wsproof::script
