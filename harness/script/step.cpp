#include "harness/script/step.hpp"

namespace wsproof::script {

// Not defaulted in the class: there Expression, which holds calls, is not complete yet.
bool Call::operator==(const Call& other) const {
  return function == other.function && arguments == other.arguments;
}

}  // namespace wsproof::script
