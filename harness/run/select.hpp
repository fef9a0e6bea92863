// Selection: which cases a run is about. The same grammar for run, list and whatever else selects.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/result/run_result.hpp"
#include "harness/script/case.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::run {

/// Patterns: an id, a prefix of whole segments (`rfc6455/5.5` is not `rfc6455/5.5.1`), a glob with
/// `*` and `?` over a whole id, `tag:slow`, `level:must`. No pattern selects everything that takes
/// little of a machine: all but what is tagged `large` or `slow`. A pattern selects what it
/// matches, whatever its tags; `*` is everything.
struct Selection {
  std::vector<std::string> patterns;
  std::vector<std::string> excludes;
};

/// Whether a pattern that is an id, a prefix of whole segments or a glob stands for the id.
bool matches(std::string_view pattern, std::string_view id);

/// Whether one pattern selects the case.
bool selects(std::string_view pattern, const script::Case& c);

/// Whether the case is left out where no pattern asks for it.
bool only_when_asked(const script::Case& c);

/// The cases that are selected and not excluded, in their order. A pattern that matches nothing is
/// an Error with "did you mean". The result may be empty because of the excludes.
base::Result<std::vector<const script::Case*>> select(std::span<const script::Case> cases,
                                                      const Selection& selection);

using result::Shard;

/// "2/4", from 1/1 to 1000/1000.
base::Result<Shard> parse_shard(std::string_view text);

/// The cases of this share. A case's share follows from its id alone: together the n shares are the
/// selection, whatever else there is in the catalogue.
std::vector<const script::Case*> in_shard(std::vector<const script::Case*> cases,
                                          const Shard& shard);

/// A version of the catalogue: "1.2".
struct SuiteVersion {
  std::uint32_t major = 0, minor = 0;

  auto operator<=>(const SuiteVersion&) const = default;
};
std::optional<SuiteVersion> parse_suite(std::string_view text);

/// The cases that there were in that version already.
std::vector<script::Case> as_of(std::vector<script::Case> cases, SuiteVersion version);

/// Those of the cases that are about a target in this role.
std::vector<const script::Case*> for_role(std::vector<const script::Case*> cases,
                                          wire::Role target);

}  // namespace wsproof::run
