#include "harness/lab/proof.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <ranges>
#include <thread>

#include <fmt/format.h>

#include "harness/lab/lab.hpp"
#include "harness/rfc/requirements.hpp"

namespace wsproof::lab {

namespace {

bool applies(const endpoint::Quirk& quirk, wire::Role target) {
  return quirk.scope == endpoint::Scope::both ||
         (quirk.scope == endpoint::Scope::server) == (target == wire::Role::server);
}

// The worst of the deliveries under which the case is played.
Trial trial(const script::Case& c, wire::Role target, const endpoint::Quirk* quirk) {
  std::optional<Trial> out;
  for (const script::Delivery delivery : script::deliveries_of(c, c.deliveries)) {
    Experiment setup;
    setup.target = target;
    setup.delivery = delivery;
    if (quirk != nullptr) quirk->apply(setup.quirks);
    const script::Play played = play(c, setup);
    const bool neutral =
        result::is_neutral({played.verdict.delivery, played.verdict.word, played.verdict.reason});
    if (out && (neutral || !result::worse(played.verdict.word, out->verdict.word))) continue;
    out = {played.verdict, played.evidence.expected, played.evidence.observed};
  }
  return *out;
}

bool bad(const Trial& trial) {
  return trial.verdict.word == result::Word::fail || trial.verdict.word == result::Word::non_strict;
}

bool catches(const Trial& trial, const endpoint::Quirk& fault) {
  return fault.grade == endpoint::Grade::fail ? trial.verdict.word == result::Word::fail
                                              : bad(trial);
}

bool innocent(const Trial& trial) {
  return trial.verdict.word != result::Word::fail &&
         trial.verdict.word != result::Word::inconclusive;
}

bool has_tag(const script::Case& c, std::string_view tag) {
  return std::ranges::find(c.tags, tag) != c.tags.end();
}

bool is_costly(const script::Case& c) { return has_tag(c, "bomb") || has_tag(c, "bulk"); }

// A case whose primary requirement is only reported cannot fail, and need not be proven.
bool only_reports(const script::Case& c) {
  const rfc::Requirement* primary =
      c.checks.empty() ? nullptr : rfc::find_requirement(c.checks.front());
  return primary != nullptr && (primary->verdict_class == rfc::VerdictClass::info ||
                                primary->verdict_class == rfc::VerdictClass::none);
}

std::string told(const Trial& trial) {
  return fmt::format("{} ({}): expected {}; observed {}", result::name(trial.verdict.word),
                     trial.verdict.reason, trial.expected, trial.observed);
}

}  // namespace

Proof prove(std::span<const script::Case> cases, wire::Role target, Extent extent,
            const std::function<void(const script::Case&)>& told) {
  const bool whole = extent == Extent::whole;
  Proof proof;
  for (const script::Case& c : cases) {
    if (lab::applies(c, target) && (whole || !has_tag(c, "large"))) proof.cases.push_back(&c);
  }
  for (const endpoint::Quirk& quirk : endpoint::quirks()) {
    if (applies(quirk, target)) proof.quirks.push_back(&quirk);
  }
  proof.reference.resize(proof.cases.size());
  proof.trials.assign(proof.cases.size(), std::vector<Trial>(proof.quirks.size()));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < proof.cases.size(); i = next++) {
      proof.reference[i] = trial(*proof.cases[i], target, nullptr);
      const bool everywhere = whole || !is_costly(*proof.cases[i]);
      for (std::size_t q = 0; q < proof.quirks.size() && everywhere; ++q) {
        proof.trials[i][q] = trial(*proof.cases[i], target, proof.quirks[q]);
      }
      if (told) told(*proof.cases[i]);
    }
  };
  std::vector<std::thread> threads;  // libc++ 19 has no jthread
  for (unsigned n = std::max(1U, std::thread::hardware_concurrency()); n > 1; --n) {
    threads.emplace_back(work);
  }
  work();
  for (std::thread& thread : threads) thread.join();
  return proof;
}

std::vector<std::string> gaps(const Proof& proof) {
  std::vector<std::string> out;
  std::vector<bool> caught(proof.quirks.size(), false);
  for (std::size_t i = 0; i < proof.cases.size(); ++i) {
    const script::Case& c = *proof.cases[i];
    const auto passes = [&](std::size_t q) {
      return proof.quirks[q]->kind == endpoint::Kind::liberty &&
             proof.trials[i][q].verdict.word == result::Word::pass;
    };
    const bool elsewhere = proof.reference[i].verdict.word == result::Word::unsupported &&
                           std::ranges::any_of(std::views::iota(0U, proof.quirks.size()), passes);
    if (proof.reference[i].verdict.word != result::Word::pass && !elsewhere) {
      out.push_back(fmt::format("{} does not pass against the reference: {}", script::id(c),
                                told(proof.reference[i])));
    }
    bool proven = only_reports(c) || is_costly(c);
    for (std::size_t q = 0; q < proof.quirks.size(); ++q) {
      const endpoint::Quirk& quirk = *proof.quirks[q];
      const Trial& t = proof.trials[i][q];
      if (quirk.kind == endpoint::Kind::fault) {
        proven = proven || bad(t);
        caught[q] = caught[q] || catches(t, quirk);
      } else if (!innocent(t)) {
        out.push_back(fmt::format("{} is not innocent under the liberty {}: {}", script::id(c),
                                  quirk.name, told(t)));
      }
    }
    if (!proven)
      out.push_back(fmt::format("{} is not proven: no fault makes it fail", script::id(c)));
  }
  for (std::size_t q = 0; q < proof.quirks.size(); ++q) {
    if (proof.quirks[q]->kind == endpoint::Kind::fault && !caught[q]) {
      out.push_back(fmt::format("the fault {} is caught by no case", proof.quirks[q]->name));
    }
  }
  return out;
}

}  // namespace wsproof::lab
