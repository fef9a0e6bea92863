// Property: whatever case can be written, playing it ends by itself, and twice the same way.
#include <string>
#include <vector>

#include "fuzz/targets/target.hpp"
#include "harness/lab/lab.hpp"
#include "harness/script/expand.hpp"

using namespace wsproof;

namespace {

constexpr std::size_t most_rows = 4;  // of a sweep: one is like the other

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(base::as_text({data + 1, size - 1}));
  if (fuzz::is_costly(text) || text.contains("0x")) return 0;
  const script::ParseResult parsed = script::parse(text, "fuzz.case", "fuzz");
  if (!parsed.errors.empty()) return 0;
  const auto& quirks = endpoint::quirks();
  lab::Experiment setup;
  setup.network.cut = static_cast<lab::Network::Cut>(data[0] % 3);
  if (data[0] >= 128) quirks[data[0] % quirks.size()].apply(setup.quirks);
  for (const script::Case& written : parsed.file.cases) {
    std::size_t rows = 0;
    for (const script::Case& c : script::expand(written)) {
      if (++rows > most_rows) break;
      if (!lab::applies(c, setup.target)) continue;
      const script::Play play = lab::play(c, setup);
      const auto what = [&] { return script::print(c); };
      fuzz::must(play.verdict.reason != "never-ended", "a peer ends by itself", what);
      const script::Play again = lab::play(c, setup);
      fuzz::must(
          again.verdict == play.verdict && again.evidence.transcript == play.evidence.transcript,
          "the same conversation twice is the same", what);
    }
  }
  return 0;
}
