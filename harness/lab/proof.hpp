// The proof of the cases (DESIGN.md §3.12): every case against the reference, every fault, every
// liberty.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/endpoint/quirks.hpp"
#include "harness/result/verdict.hpp"
#include "harness/script/case.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::lab {

/// One case against one quirk.
struct Trial {
  result::Verdict verdict;
  std::string expected, observed;
};

/// Every case that applies to the role (row) against every quirk that does (column).
struct Proof {
  std::vector<const script::Case*> cases;
  std::vector<Trial> reference;  ///< a case each
  std::vector<const endpoint::Quirk*> quirks;
  std::vector<std::vector<Trial>> trials;  ///< [case][quirk]
};

/// How much of it.
enum class Extent {
  usual,  ///< without `large` cases, and those tagged `bomb` or `bulk` against the reference only:
          ///< they cost much, and show little that smaller ones do not
  whole,
};

/// Plays them all, side by side on the machine's cores. Deterministic. `told` hears of each case
/// that was played against everything, on the thread that did it.
Proof prove(std::span<const script::Case> cases, wire::Role target, Extent extent = Extent::usual,
            const std::function<void(const script::Case&)>& told = {});

/// What is wrong, a sentence each; empty when the proof holds:
/// - a case that does not pass against the reference; where what it is about does not come up there
///   (unsupported), it has to pass under some liberty,
/// - a case that no fault makes worse than pass (unless all that it can say is info),
/// - a fault that no case catches with the word that its grade asks for,
/// - a case that a liberty makes fail or leaves without a verdict.
std::vector<std::string> gaps(const Proof& proof);

}  // namespace wsproof::lab
