// What several playings of one case come to: retries, repetitions, deliveries.
#pragma once

#include <optional>
#include <vector>

#include "harness/result/verdict.hpp"

namespace wsproof::run {

/// What came of a case: the part of its result that was not known before.
struct Outcome {
  result::Verdict verdict;
  result::Evidence evidence;
};

/// Everything that was played of one case.
class Attempts {
 public:
  /// One more playing that came to a verdict. `round` is that of --repeat.
  void add(Outcome played, std::uint32_t round);

  /// Takes back what was played under `delivery`, whose verdict is not to be trusted.
  void forget(const std::string& delivery);

  /// Forgets the transcripts, which are most of it: the sum has been told. Who plays again brings
  /// transcripts of its own.
  void drop_transcripts();

  /// Playings under `delivery` in this round, and whether they came to different words.
  std::uint32_t count(const std::string& delivery, std::uint32_t round) const;
  bool differ(const std::string& delivery, std::uint32_t round) const;

  bool empty() const { return history_.empty(); }

  /// What the case came to: flaky when playings under one delivery came to different verdicts, else
  /// the worst of its deliveries, with the evidence for that one. Not empty.
  Outcome sum() const;

 private:
  result::Delivered under(const std::string& delivery) const;

  std::vector<result::Attempt> history_;
  std::vector<Outcome> worst_;  // at most one a delivery
};

}  // namespace wsproof::run
