#include "harness/lab/proof.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "harness/lab/lab.hpp"
#include "harness/script/catalogue.hpp"

namespace wsproof::lab {
namespace {

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = [] {
    auto result = script::load(script::embedded_sources());
    EXPECT_TRUE(result.has_value()) << result.error().message;
    return result.value_or(script::Catalogue{});
  }();
  return loaded;
}

// What takes much of a machine is left to WSPROOF_WHOLE_PROOF=1.
bool whole_proof() { return std::getenv("WSPROOF_WHOLE_PROOF") != nullptr; }

std::vector<const script::Case*> played(wire::Role target) {
  std::vector<const script::Case*> out;
  for (const script::Case& c : catalogue().cases) {
    const bool large = std::ranges::find(c.tags, "large") != c.tags.end();
    if (applies(c, target) && (whole_proof() || !large)) out.push_back(&c);
  }
  return out;
}

std::string listed(const std::vector<std::string>& sentences) {
  return fmt::format("\n  {}", fmt::join(sentences, "\n  "));
}

// The whole proof takes minutes, most of them for a few cases: it tells where it is.
Proof prove_all(wire::Role target) {
  if (!whole_proof()) return prove(catalogue().cases, target);
  std::atomic<std::size_t> done = 0;
  return prove(catalogue().cases, target, Extent::whole, [&](const script::Case& c) {
    const std::size_t count = ++done;
    const bool takes_long = std::ranges::find(c.tags, "large") != c.tags.end();
    if (takes_long || count % 100 == 0)
      fmt::print(stderr, "{} of {} cases: {}\n", count, catalogue().cases.size(), script::id(c));
  });
}

TEST(Proof, EveryCaseIsProvenAndInnocentAgainstServers) {
  const auto found = gaps(prove_all(wire::Role::server));
  EXPECT_TRUE(found.empty()) << found.size() << " gaps:" << listed(found);
}

// In the other role the same cases must hold, and what only a client can do wrong is caught too.
TEST(Proof, EveryCasePassesAndIsInnocentAgainstClients) {
  auto found = gaps(prove_all(wire::Role::client));
  const auto of_clients_alone = [](const endpoint::Quirk& quirk) {
    return quirk.scope == endpoint::Scope::client;
  };
  std::erase_if(found, [&](const std::string& gap) {
    if (gap.find("is caught by no case") == std::string::npos)
      return gap.find("is not proven") != std::string::npos;
    return std::ranges::none_of(endpoint::quirks(), [&](const endpoint::Quirk& quirk) {
      return of_clients_alone(quirk) && gap.find(fmt::format(" {} ", quirk.name)) != gap.npos;
    });
  });
  EXPECT_TRUE(found.empty()) << found.size() << " gaps:" << listed(found);
}

// The proof itself can fail: a case that asks for something wrong, and one that asks for nothing.
TEST(Proof, ACaseThatIsWrongOrEmptyIsNamed) {
  const auto loaded =
      script::load({{"planted.case", "planted",
                     "section 1 \"Planted\"\n\n"
                     "case wrong\n  \"A ping is answered by a text.\"\n"
                     "  checks 6455-5.5.2-2\n  needs echo\n  > ping \"x\"\n  < text \"x\"\n\n"
                     "case empty\n  \"Nothing is asked for.\"\n"
                     "  checks 6455-5.5.2-2\n  twin none\n  dial\n  < maybe text any\n"}});
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  const auto found = gaps(prove(loaded->cases, wire::Role::server));
  const auto names = [&](const std::string& part) {
    return std::any_of(found.begin(), found.end(),
                       [&](const std::string& gap) { return gap.starts_with(part); });
  };
  EXPECT_TRUE(names("planted/1/wrong does not pass against the reference")) << listed(found);
  EXPECT_TRUE(names("planted/1/empty is not proven")) << listed(found);
  EXPECT_TRUE(names("the fault ")) << listed(found);
}

// The cut of the octets on their way decides nothing.
TEST(Proof, DeliveryOctetByOctetChangesNoVerdict) {
  for (const script::Case* c : played(wire::Role::server)) {
    Experiment whole;
    Experiment cut;
    cut.network.cut = Network::Cut::random;
    EXPECT_EQ(play(*c, whole).verdict, play(*c, cut).verdict) << script::id(*c);
  }
}

// How it went under a delivery, if it was not as good as it must be against a right endpoint.
std::optional<std::string> trouble(const script::Case& c, const Experiment& setup,
                                   std::string_view against) {
  const script::Play played = play(c, setup);
  const result::Word word = played.verdict.word;
  // The reference does not agree to everything that an extension allows; some liberty does.
  const bool good = against == "reference"
                        ? word == result::Word::pass || word == result::Word::unsupported
                        : word != result::Word::fail && word != result::Word::inconclusive;
  if (good) return std::nullopt;
  return fmt::format("{} {} against {}: {} ({}): expected {}; observed {}", script::id(c),
                     script::name(setup.delivery), against, result::name(word),
                     played.verdict.reason, played.evidence.expected, played.evidence.observed);
}

// Every case under every delivery, whether it asks for it or not, against the reference and against
// liberties: three for each, in turn. WSPROOF_WHOLE_PROOF=1 plays them all.
std::vector<std::string> delivery_troubles(wire::Role target) {
  const bool all = whole_proof();
  std::vector<const endpoint::Quirk*> liberties;
  for (const endpoint::Quirk& quirk : endpoint::quirks()) {
    const bool fits = quirk.scope == endpoint::Scope::both ||
                      (quirk.scope == endpoint::Scope::server) == (target == wire::Role::server);
    if (fits && quirk.kind == endpoint::Kind::liberty) liberties.push_back(&quirk);
  }
  std::vector<std::string> out;
  std::size_t turn = 0;
  const auto look = [&](const std::optional<std::string>& sentence) {
    if (sentence) out.push_back(*sentence);
  };
  for (const script::Case* const played_case : played(target)) {
    const script::Case& c = *played_case;
    for (const script::Delivery delivery :
         script::deliveries_of(c, {script::Delivery::with_handshake, script::Delivery::with_next,
                                   script::Delivery::octets})) {
      Experiment setup;
      setup.target = target;
      setup.delivery = delivery;
      look(trouble(c, setup, "reference"));
      for (std::size_t n = 0; n < (all ? liberties.size() : 3); ++n) {
        const endpoint::Quirk& liberty = *liberties[all ? n : turn++ % liberties.size()];
        Experiment with = setup;
        liberty.apply(with.quirks);
        look(trouble(c, with, liberty.name));
      }
    }
  }
  return out;
}

TEST(Proof, EveryCaseIsInnocentUnderEveryDelivery) {
  for (const wire::Role target : {wire::Role::server, wire::Role::client}) {
    const auto found = delivery_troubles(target);
    EXPECT_TRUE(found.empty()) << found.size() << " troubles:" << listed(found);
  }
}

// What only shows when octets arrive otherwise.
TEST(Proof, FaultsOfReadingAreCaughtByDeliveryAlone) {
  struct Row {
    std::string fault;
    std::string id;
    script::Delivery delivery;
    result::Word word;
  };
  const Row rows[] = {
      {"loses-glued-frames", "rfc6455/5.6/text", script::Delivery::with_handshake,
       result::Word::non_strict},
      {"loses-glued-frames", "rfc6455/5.5.2/ping", script::Delivery::with_handshake,
       result::Word::non_strict},
      {"unmasks-anew-each-read", "rfc6455/6.2/message", script::Delivery::octets,
       result::Word::fail},
      {"answers-first-ping-only", "rfc6455/5.5.2/ten-pings", script::Delivery::with_next,
       result::Word::non_strict},
  };
  for (const Row& row : rows) {
    const auto found = std::ranges::find(catalogue().cases, row.id, script::id);
    ASSERT_NE(found, catalogue().cases.end()) << row.id;
    EXPECT_NE(std::ranges::count(found->deliveries, row.delivery), 0) << row.id;
    const endpoint::Quirk* fault = endpoint::find_quirk(row.fault);
    ASSERT_NE(fault, nullptr) << row.fault;
    Experiment setup;
    fault->apply(setup.quirks);
    EXPECT_EQ(play(*found, setup).verdict.word, result::Word::pass) << row.fault << row.id;
    setup.delivery = row.delivery;
    EXPECT_EQ(play(*found, setup).verdict.word, row.word) << row.fault << row.id;
  }
}

TEST(Proof, TheSameSeedGivesTheSamePlay) {
  for (const script::Case* c : played(wire::Role::server)) {
    EXPECT_EQ(play(*c).evidence, play(*c).evidence) << script::id(*c);
  }
}

}  // namespace
}  // namespace wsproof::lab
