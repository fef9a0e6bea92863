// Property: any case against any quirk ends alike each time; the reference passes, liberties do not
// fail.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/conversation.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/base/check.hpp"
#include "harness/lab/lab.hpp"
#include "harness/script/catalogue.hpp"
#include "harness/script/parser.hpp"

using namespace wsproof;

namespace {

const std::vector<script::Case>& cases() {
  static const std::vector<script::Case> all = [] {
    auto catalogue = script::load(script::embedded_sources());
    CHECK(catalogue.has_value());
    std::erase_if(catalogue->cases, [](const script::Case& c) {
      return std::ranges::count(c.tags, "large") + std::ranges::count(c.tags, "bomb") > 0;
    });
    return std::move(catalogue->cases);
  }();
  return all;
}

std::string told(const script::Play& play) {
  return std::string(result::name(play.verdict.word)) + " " + play.verdict.reason + ": expected " +
         play.evidence.expected + ", observed " + play.evidence.observed;
}

bool is_bad(result::Word word) {
  return word == result::Word::fail || word == result::Word::crash || word == result::Word::hang ||
         word == result::Word::flaky || word == result::Word::inconclusive;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const auto octet = [&](std::size_t at) -> std::size_t {
    return at < stream.octets.size() ? stream.octets[at] : 0;
  };
  const script::Case& c = cases()[(octet(0) << 8U | octet(1)) % cases().size()];
  const std::size_t quirk_number = (octet(2) << 8U | octet(3)) % (endpoint::quirks().size() + 1);
  lab::Experiment setup;
  setup.target = (stream.settings & 1U) != 0 ? wire::Role::client : wire::Role::server;
  if (!lab::applies(c, setup.target)) return 0;
  setup.network.cut = static_cast<lab::Network::Cut>((stream.settings >> 1U) % 3);
  setup.delivery = static_cast<script::Delivery>((stream.settings >> 3U) % 4);
  const bool slow =
      setup.network.cut == lab::Network::Cut::octets || setup.delivery == script::Delivery::octets;
  if (slow && (fuzz::is_costly(script::print(c)) || script::connections(c) > 8)) return 0;
  setup.network.seed = setup.seed = octet(4) + 1;
  const endpoint::Quirk* quirk =
      quirk_number == 0 ? nullptr : &endpoint::quirks()[quirk_number - 1];
  if (quirk != nullptr) quirk->apply(setup.quirks);

  const script::Play play = lab::play(c, setup);
  const auto what = [&] {
    return script::id(c) + " against " +
           (quirk == nullptr ? "the reference" : std::string(quirk->name)) + ": " + told(play);
  };
  fuzz::must(play.verdict.reason != "never-ended", "a peer ends by itself", what);
  fuzz::must(play.evidence.transcript.entries.size() <= result::Transcript::kept_entries,
             "a transcript keeps no more than it says", what);
  const script::Play again = lab::play(c, setup);
  fuzz::must(again.verdict == play.verdict &&
                 again.evidence.transcript == play.evidence.transcript &&
                 again.findings == play.findings,
             "the same conversation twice is the same", what);
  if (quirk == nullptr) {
    fuzz::must(!is_bad(play.verdict.word), "the reference fails no case, however octets are cut",
               what);
    fuzz::must(play.findings.empty() || setup.delivery != script::Delivery::whole,
               "the monitor finds nothing in what the reference sends", what);
  } else if (quirk->kind == endpoint::Kind::liberty && setup.delivery == script::Delivery::whole) {
    fuzz::must(play.verdict.word != result::Word::fail, "a liberty fails no case", what);
  }
  return 0;
}
