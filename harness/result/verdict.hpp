// The words for how a case ended, and one case's result: a deterministic verdict and the evidence
// for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/usage.hpp"
#include "harness/result/incident.hpp"
#include "harness/result/known.hpp"
#include "harness/result/transcript.hpp"

namespace wsproof::result {

/// How a case ended.
enum class Word {
  pass,
  fail,          ///< a sentence that must be kept was broken
  non_strict,    ///< a legal but unusual choice, or a SHOULD that was not followed
  info,          ///< observed and told; nothing to judge
  unsupported,   ///< the target cannot be asked (a need is not met, or a limit of the target)
  inconclusive,  ///< nothing can be said: refused by policy, lost in transit, no positive control
  crash,         ///< the target died of it
  hang,          ///< the target stopped answering altogether
  flaky,         ///< different verdicts on repetition
  not_run,       ///< planned, and not reached
};

/// "pass", "non-strict", "not-run", …: as written in reports, baselines and case files.
std::string_view name(Word word);
std::optional<Word> word(std::string_view name);

/// A place in a case file.
struct Place {
  std::string file;          ///< as the user knows it, e.g. "cases/rfc6455/5.2-framing.case"
  std::uint32_t line = 0;    ///< from 1; 0 is "nowhere"
  std::uint32_t column = 0;  ///< from 1, in characters
  std::uint32_t width = 0;   ///< characters to underline from there; 0: to the end of the line

  bool operator==(const Place&) const = default;
};

/// What a case came to when its octets were delivered in one way (DESIGN.md §3.10).
struct Delivered {
  std::string delivery;  ///< "whole", "with-handshake", "with-next", "octets"
  Word word = Word::not_run;
  std::string reason;

  bool operator==(const Delivered&) const = default;
};

/// What a case came to. Two runs are equal when these are.
struct Verdict {
  Word word = Word::not_run;
  std::string reason;  ///< a short stable code: "went-on", "wrong-code", "limit", "needs-echo", …
  std::string requirement;         ///< the id that a failure counts against; empty for a pass
  std::string delivery = "whole";  ///< how the octets arrived when it got this word
  std::vector<Delivered> deliveries =
      {};  ///< each that was played; empty where that is `whole` alone

  bool operator==(const Verdict&) const = default;
};

/// Whether this is the answer of a target that does not take frames before its 101: then we broke a
/// rule first [6455-4.1-33], and nothing is held against it.
bool is_neutral(const Delivered& delivered);

/// Whether `left` is worse than `right`.
bool worse(Word left, Word right);

/// One playing of a case that was played more than once.
struct Attempt {
  std::uint32_t round = 1;  ///< of --repeat
  std::string delivery = "whole";
  Word word = Word::not_run;
  std::string reason = {};
  std::string observed = {};  ///< as in Evidence
  base::Duration took{};

  bool operator==(const Attempt&) const = default;
};

/// What a reader needs in order to believe the verdict. Differs from run to run.
struct Evidence {
  std::string
      expected;  ///< one sentence; text from a target in it is already escaped for terminals
  std::string observed;     ///< likewise
  Place failed_at;          ///< the line of the script that was not met; line 0 when none
  std::string failed_text;  ///< that step, expanded, in the case language
  std::uint64_t seed = 0;
  base::Duration took{};
  std::uint32_t attempts = 1;    ///< conversations that there were
  std::vector<Attempt> history;  ///< those that came to a verdict; empty when only one did
  Transcript transcript;
  std::optional<base::UsageSpan> usage;  ///< of the target's process, where the case asks for it
  std::optional<Incident> incident;      ///< of crash and hang, and of who is suspected of one

  bool operator==(const Evidence&) const = default;
};

/// One case as it was played, with what a report needs to explain it without the catalogue.
struct CaseResult {
  std::string id;
  std::string title;
  std::vector<std::string> checks;   ///< requirement ids, the primary one first
  std::vector<std::string> aliases;  ///< e.g. "autobahn:5.6"
  std::vector<std::string> tags;
  std::string section;  ///< title of its section: "Fragmentation"; empty when not known
  std::string level;    ///< of the primary requirement: "MUST", "SHOULD", "STMT", …
  Place place;          ///< where the case stands
  std::string script;   ///< the case as written in its file, from the line of `place`
  Verdict verdict;
  std::optional<Known> known = std::nullopt;  ///< where a baseline has a line about it
  Evidence evidence;

  bool operator==(const CaseResult&) const = default;
};

}  // namespace wsproof::result
