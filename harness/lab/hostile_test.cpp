// Right answers with random damage, in virtual time: whatever comes, the peer ends by itself,
// within its budgets, and keeps little.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "harness/base/escape.hpp"
#include "harness/base/random.hpp"
#include "harness/base/relay.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/lab/lab.hpp"
#include "harness/script/catalogue.hpp"
#include "harness/script/expand.hpp"

namespace wsproof::lab {
namespace {

// The reference, and between it and the world somebody who spoils what it says.
class Spoiler final : public base::Relay<endpoint::EchoServer> {
 public:
  explicit Spoiler(std::uint64_t seed)
      : Relay(endpoint::Settings{}), random_(seed), often_(1 + random_.below(8)) {}

  void received(base::Link link, base::OctetView octets, base::Time now) override {
    if (!deaf_) Relay::received(link, octets, now);
  }

  std::vector<base::Action> take_actions() override {
    std::vector<base::Action> out;
    for (base::Action& action : Relay::take_actions()) {
      if (random_.below(often_) != 0) {
        out.push_back(std::move(action));
      } else if (const auto* write = std::get_if<base::Write>(&action)) {
        spoil(*write, out);
      } else if (random_.below(2) == 0) {
        out.push_back(std::move(action));  // else it never ends
      }
    }
    return out;
  }

 private:
  std::size_t somewhere(const base::Octets& octets) {
    return static_cast<std::size_t>(random_.below(octets.size() + 1));
  }
  base::Octets piece(const base::Octets& octets) {
    const std::size_t begin = somewhere(octets);
    const std::size_t size = std::min<std::size_t>(octets.size() - begin, random_.below(40));
    const auto from = octets.begin() + static_cast<std::ptrdiff_t>(begin);
    return {from, from + static_cast<std::ptrdiff_t>(size)};
  }

  void spoil(const base::Write& write, std::vector<base::Action>& out) {
    base::Octets octets = write.octets;
    const auto place = [&] {
      return octets.begin() + static_cast<std::ptrdiff_t>(somewhere(octets));
    };
    const auto insert = [&](const base::Octets& what) {
      const auto at = place();
      octets.insert(at, what.begin(), what.end());
    };
    for (std::uint64_t count = 1 + random_.below(3); count > 0 && !octets.empty(); --count) {
      switch (random_.below(9)) {
        case 0:
          octets[somewhere(octets) % octets.size()] ^=
              static_cast<std::uint8_t>(1U << random_.below(8));
          break;
        case 1:
          octets.resize(somewhere(octets));
          break;
        case 2:
          insert(piece(octets));
          break;
        case 3:
          insert(random_.octets(1 + random_.below(20)));
          break;
        case 4:
          octets.erase(place(), octets.end());
          break;
        case 5:
          deaf_ = random_.below(4) == 0;
          break;
        case 6:
          if (random_.below(4) == 0) flood(octets);
          break;
        case 7:
          out.emplace_back(base::EndWrites{write.link});
          break;
        default:
          if (random_.below(3) == 0) return out.emplace_back(base::Drop{write.link, true}), void();
          break;
      }
    }
    out.emplace_back(base::Write{write.link, std::move(octets)});
  }

  // The same piece again and again, a megabyte of it.
  void flood(base::Octets& octets) {
    base::Octets unit = piece(octets);
    if (unit.empty()) unit = {0x89, 0x00};
    while (octets.size() < (std::size_t{1} << 20U)) base::append(octets, unit);
  }

  base::Random random_;
  std::uint64_t often_;
  bool deaf_ = false;
};

// The reference until it has said so many octets; then comes this end, or nothing any more.
class Cutter final : public base::Relay<endpoint::EchoServer> {
 public:
  enum class End { eof, reset, silence };
  Cutter(std::size_t left, End end) : Relay(endpoint::Settings{}), left_(left), end_(end) {}

  bool said_all() const { return left_ > 0; }

  std::vector<base::Action> take_actions() override {
    std::vector<base::Action> out;
    for (base::Action& action : Relay::take_actions()) {
      if (left_ == 0) break;
      auto* write = std::get_if<base::Write>(&action);
      const base::Link link = write != nullptr ? write->link : 0;
      if (write != nullptr) {
        write->octets.resize(std::min(write->octets.size(), left_));
        left_ -= write->octets.size();
      }
      out.push_back(std::move(action));
      if (left_ == 0 && end_ == End::eof) out.emplace_back(base::EndWrites{link});
      if (left_ == 0 && end_ == End::reset) out.emplace_back(base::Drop{link, true});
    }
    return out;
  }

 private:
  std::size_t left_;
  End end_;
};

TEST(Hostile, AnEndBehindAnyOctetIsNoPass) {
  const auto catalogue = script::load(script::embedded_sources()).value();
  for (const std::string_view id : {"rfc6455/5.4/two-fragments", "rfc6455/5.5.2/ten-pings",
                                    "rfc6455/5.5.1/close", "rfc6455/5.4/continuation-after-ping"}) {
    const auto found = std::ranges::find(catalogue.cases, id, script::id);
    ASSERT_NE(found, catalogue.cases.end()) << id;
    for (const auto end : {Cutter::End::eof, Cutter::End::reset, Cutter::End::silence}) {
      bool all = false;
      std::size_t passes = 0;
      for (std::size_t octets = 1; !all; ++octets) {
        SCOPED_TRACE(std::string(id) + " " + std::to_string(octets));
        ASSERT_LT(octets, 2000U);
        script::Peer peer(*found, {});
        Cutter cutter(octets, end);
        World world(peer, cutter);
        ASSERT_EQ(world.run(peer), Stop::finished);
        ASSERT_LE(world.elapsed(), std::chrono::seconds(60));
        all = cutter.said_all();
        const bool passed = peer.play().verdict.word == result::Word::pass;
        passes += passed && !all ? 1 : 0;
        if (all) {
          EXPECT_TRUE(passed) << peer.play().evidence.observed;
        }
      }
      // What comes behind the last line of a case, its Close, is recorded and not judged.
      EXPECT_LE(passes, 5U) << id;
    }
  }
}

TEST(Hostile, SpoiledAnswersAreJudgedWithinTheBudgets) {
  const auto catalogue = script::load(script::embedded_sources());
  ASSERT_TRUE(catalogue.has_value());
  std::vector<const script::Case*> cases;
  for (const script::Case& c : catalogue->cases) {
    if (applies(c, wire::Role::server)) cases.push_back(&c);
  }
  std::map<result::Word, int> words;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    base::Random random(seed);
    const script::Case& c = *cases[random.below(cases.size())];
    SCOPED_TRACE(script::id(c) + ", seed " + std::to_string(seed));
    script::PlaySettings settings;
    settings.seed = seed;
    script::Peer peer(c, settings);
    Spoiler spoiler(seed);
    Network network;
    network.seed = seed;
    network.cut = random.below(4) == 0 ? Network::Cut::random : Network::Cut::whole;
    World world(peer, spoiler, network);
    ASSERT_EQ(world.run(peer), Stop::finished);
    // One wait for each step at most, and the closing handshake.
    const base::Duration longest = std::max(settings.budgets.handshake, 4 * settings.budgets.react);
    ASSERT_LE(world.elapsed(), longest * static_cast<int>(c.steps.size() + 2));
    const script::Play& play = peer.play();
    ++words[play.verdict.word];
    ASSERT_NE(play.verdict.reason, "case-error") << play.evidence.observed;
    ASSERT_EQ(play.evidence.observed, base::for_terminal(play.evidence.observed));
    ASSERT_LT(play.evidence.observed.size(), 2000U);
    const result::Transcript& transcript = play.evidence.transcript;
    ASSERT_LE(transcript.entries.size(), result::Transcript::kept_entries);
    std::size_t octets = 0;
    for (const result::Entry& entry : transcript.entries) {
      octets += entry.octets.size();
      ASSERT_EQ(entry.text, base::for_terminal(entry.text));
    }
    ASSERT_LE(octets, result::Transcript::kept_in_all);
  }
  EXPECT_GT(words[result::Word::fail], 100) << "the damage shows";
  EXPECT_GT(words[result::Word::pass], 100) << "and not all is damaged";
}

}  // namespace
}  // namespace wsproof::lab
