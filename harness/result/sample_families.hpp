// The material of the sample run: what cases there are and which of them do not pass. For tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/result/verdict.hpp"

namespace wsproof::result {

/// What happens on the wire of a case.
enum class Play { echo, failed, went_on, dropped, other_code, handshake, pong, silence };

struct Family {
  std::string id;
  std::string section;
  std::string file;
  std::uint32_t line;
  std::string title;
  std::vector<std::string> checks;
  std::string level;
  std::string script;
  std::vector<std::string> labels;  // of the sweep; empty: one case
  Play play;
};

/// What is not as it should be.
struct Deviation {
  std::string id;
  Word word;
  std::string reason;
  Play play;
  std::string expected;
  std::string observed;
};

/// About 120 cases after their sweeps.
const std::vector<Family>& families();

/// One of every word at least, but for pass.
const std::vector<Deviation>& deviations();

}  // namespace wsproof::result
