// Needs: whether a target can play a case at all, and why it cannot.
#pragma once

#include <optional>
#include <string>

#include "harness/result/run_result.hpp"
#include "harness/run/reach.hpp"
#include "harness/script/case.hpp"

namespace wsproof::run {

/// The reason code of the first need of the case that is not met; nothing when it can be played.
///   needs-answer   no message is known that the target answers (--reply)
///   needs-binary   only the answer to a text is known (`reply binary`)
///   needs-echo     the case is about what it sends, and wants it back
///   needs-first    frames stand right behind the handshake, where the target wants its greeting
///   needs-connections   more at once than --max-connections allows
///   needs-pong, needs-deflate, needs-tls
///   needs-process  wsproof did not start the target
std::optional<std::string> unmet_need(const script::Case& c, const result::Probe& probe,
                                      const Reach& reach, bool process);

}  // namespace wsproof::run
