#include "harness/script/step.hpp"

namespace wsproof::script {

// Not defaulted in the class: there Expression, which holds calls, is not complete yet.
bool Call::operator==(const Call& other) const {
  return function == other.function && arguments == other.arguments;
}

Term::Term() = default;
Term::Term(const Term&) = default;
Term::Term(Term&&) noexcept = default;
Term& Term::operator=(const Term&) = default;
Term& Term::operator=(Term&&) noexcept = default;
Term::~Term() = default;
bool Term::operator==(const Term& other) const {
  return static_cast<const variant&>(*this) == static_cast<const variant&>(other);
}

Awaited::Awaited() = default;
Awaited::Awaited(const Awaited&) = default;
Awaited::Awaited(Awaited&&) noexcept = default;
Awaited& Awaited::operator=(const Awaited&) = default;
Awaited& Awaited::operator=(Awaited&&) noexcept = default;
Awaited::~Awaited() = default;
bool Awaited::operator==(const Awaited& other) const {
  return static_cast<const variant&>(*this) == static_cast<const variant&>(other);
}

Step::Step() = default;
Step::Step(const Step&) = default;
Step::Step(Step&&) noexcept = default;
Step& Step::operator=(const Step&) = default;
Step& Step::operator=(Step&&) noexcept = default;
Step::~Step() = default;
bool Step::operator==(const Step& other) const {
  return static_cast<const variant&>(*this) == static_cast<const variant&>(other);
}

}  // namespace wsproof::script
