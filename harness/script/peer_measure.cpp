// What the target's process uses: looked at when a case begins that asks for it, and until it is as
// a line wants it.
#include <algorithm>

#include <fmt/format.h>

#include "harness/script/parser.hpp"
#include "harness/script/peer.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr base::Duration look_again = std::chrono::milliseconds(50);

std::uint64_t figure(const base::Usage& usage, Growth::Of of) {
  switch (of) {
    case Growth::Of::memory:
      return usage.memory;
    case Growth::Of::descriptors:
      return usage.descriptors;
    case Growth::Of::threads:
      return usage.threads;
  }
  return 0;
}

std::string words(std::uint64_t amount, Growth::Of of) {
  if (of != Growth::Of::memory) return std::to_string(amount);
  return fmt::format("{:.1f} MiB", static_cast<double>(amount) / static_cast<double>(mebibyte));
}

}  // namespace

std::optional<base::Usage> Peer::look() {
  auto seen = settings_.usage ? settings_.usage() : std::nullopt;
  if (!seen) return std::nullopt;
  if (!play_.evidence.usage) play_.evidence.usage.emplace();
  play_.evidence.usage->add(*seen);
  return seen;
}

void Peer::begin_measuring(const Growth& step, base::Time now) {
  growth_ = step;
  state_ = State::measuring;
  wait_began_ = now;
  measure(now);
}

// What is given back late is given back: only what still is too much when the budget is over
// counts.
void Peer::measure(base::Time now) {
  const auto most = number_of(growth_.most);
  if (!most) return;
  const auto seen = look();
  if (!seen || play_.evidence.usage->samples < 2) {
    return inconclusive("no-samples", "it is not known what the target's process uses", now);
  }
  const Growth::Of of = growth_.of;
  const std::uint64_t limit =
      of == Growth::Of::memory ? std::min(*most, std::uint64_t{1} << 40U) * mebibyte : *most;
  const std::uint64_t before = figure(play_.evidence.usage->start, of);
  const std::uint64_t after = figure(*seen, of);
  const std::string_view name = name_of(growth_words, of);
  if (after <= before || after - before <= limit) {
    log(result::Entry::Kind::note, 0, now,
        fmt::format("{}: {} at the beginning, {} now", name, words(before, of), words(after, of)),
        {}, 0, 0, growth_.at.line);
    state_ = State::stepping;
    return;
  }
  if (now - wait_began_ < settings_.budgets.react) {
    budget_at_ = now + look_again;
    return;
  }
  play_.evidence.expected =
      fmt::format("at most {} more {} than when the case began", words(limit, of), name);
  play_.evidence.observed =
      fmt::format("{} at the beginning, {} at the end: {} more", words(before, of),
                  words(after, of), words(after - before, of));
  miss("grew", growth_.at, print(Step(growth_)), now);
}

}  // namespace wsproof::script
