// What the RFCs ask: the rows of cases/requirements.tsv, compiled in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace wsproof::rfc {

/// What a deviation from a requirement is called by default: the {V:…} of its row.
enum class VerdictClass { strict, non_strict, info, none };

/// The word between "{V:" and "}": "strict", "nonstrict", "info", "none".
std::string_view name(VerdictClass verdict_class);

/// One normative sentence. The texts live as long as what they were parsed from; those of
/// requirements() as long as the program.
struct Requirement {
  std::string_view id;          ///< "6455-5.4-5"; frozen
  std::string_view rfc;         ///< "6455"; "IANA" and "live" are names too
  std::string_view section;     ///< "5.4"; empty when the source has none
  std::string_view level;       ///< "MUST", "SHOULD NOT", "STMT" (a sentence without a keyword), …
  std::string_view binds;       ///< "client", "server", "both", "intermediary"
  std::string_view topic;       ///< "framing", "handshake", …
  std::string_view observable;  ///< "yes", "partly", "no"
  std::string_view text;        ///< the requirement in our own words
  std::string_view probe;       ///< how to look for it
  std::string_view expected;    ///< what is right, without the {V:…}
  VerdictClass verdict_class = VerdictClass::none;
};

/// Reads the notation of cases/requirements.tsv: a line of column names, then a line for every
/// requirement, columns parted by one tab. Strict: ten columns with known words where words are
/// known, ids made of rfc, section (left out when it is "-") and a number, none of them twice. The
/// error names the line.
base::Result<std::vector<Requirement>> parse_requirements(std::string_view tsv);

/// All rows, in the order of the file. Parsed at the first call, from whatever thread.
std::span<const Requirement> requirements();

/// The row called `id`; nullptr when there is none.
const Requirement* find_requirement(std::string_view id);

/// Why no case checks the requirement, one sentence: from cases/not-checked.tsv, a line of column
/// names and a line "id, tab, sentence" for each. Empty when a case has to check it.
std::string_view why_not_checked(std::string_view id);

/// Where the sentence stands, for people: "RFC 6455 §5.4", "IANA close-codes".
std::string citation(const Requirement& requirement);

}  // namespace wsproof::rfc
