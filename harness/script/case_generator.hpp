// For tests: cases made at random from a seed, over every word of the language.
#pragma once

#include "harness/base/random.hpp"
#include "harness/script/case.hpp"

namespace wsproof::script {

/// A case that can be written down, however senseless. Its section is "s".
Case random_case(base::Random& random);

/// Some cases in one file.
CaseFile random_file(base::Random& random);

/// One step of a random case.
Step random_step(base::Random& random);

}  // namespace wsproof::script
