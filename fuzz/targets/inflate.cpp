// Property: of hostile DEFLATE data zlib and our inspector say the same, in any cut, within limits.
#include "fuzz/conversation.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_inspector.hpp"

using namespace wsproof;

namespace {

constexpr std::size_t most = std::size_t{1} << 20U;  // of content; a bomb is not unpacked further

struct Inflated {
  base::Octets content;
  bool broken = false;
  bool between_blocks = false;
  std::uint64_t final_blocks = 0;
  bool operator==(const Inflated&) const = default;
};

Inflated inflate(base::OctetView octets, base::OctetView cuts, int window_bits) {
  Inflated all;
  wire::Inflater inflater(window_bits);
  fuzz::in_writes(octets, cuts, [&](base::OctetView piece) {
    const std::size_t before = all.content.size();
    const auto state = inflater.feed(piece, most - before, all.content);
    fuzz::must(all.content.size() <= most, "no call gives more than was asked for");
    fuzz::must(state != wire::Inflater::State::hungry || piece.empty(), "hungry: all is taken");
    all.broken = state == wire::Inflater::State::broken;
    return state == wire::Inflater::State::hungry;
  });
  all.between_blocks = inflater.between_blocks();
  all.final_blocks = inflater.final_blocks();
  fuzz::must(!all.broken || !inflater.problem().empty(), "what is broken has a reason");
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const int bits = fuzz::codec_settings(stream.settings).window_bits;
  // Empty stored blocks behind the data: what is wrong at their very end shows to both. Of a code
  // without any code lengths zlib still reads 320 of them before it says so: 40 octets.
  base::Octets octets(stream.octets.begin(), stream.octets.end());
  for (int block = 0; block < 16; ++block) {
    octets.push_back(0);
    base::append(octets, wire::deflate_tail);
  }
  const Inflated whole = inflate(octets, {}, bits);
  const Inflated cut = inflate(octets, stream.cuts, bits);
  fuzz::must(cut.content == whole.content && cut.broken == whole.broken,
             "the cut makes no difference");
  if (whole.content.size() == most) return 0;

  wire::DeflateInspector inspector;
  fuzz::in_writes(octets, stream.cuts, [&](base::OctetView piece) {
    inspector.feed(piece);
    return true;
  });
  const auto& problem = inspector.problem();
  const wire::DeflateFacts& facts = inspector.facts();
  // The inspector knows no window: what reaches too far is broken for the inflater alone.
  const bool too_far = facts.longest_distance > 1U << static_cast<unsigned>(bits);
  if (too_far) {
    fuzz::must(whole.broken, "a distance beyond the window breaks the data");
    return 0;
  }
  fuzz::must(whole.broken == problem.has_value(), "zlib and the inspector agree what is broken",
             problem ? std::string(wire::name(problem->kind)) : "the inspector finds no problem");
  fuzz::must(facts.size == whole.content.size(), "zlib and the inspector agree on the size");
  if (whole.broken) return 0;
  fuzz::must(facts.final_blocks == whole.final_blocks, "… on the final blocks");
  fuzz::must(inspector.between_blocks() == whole.between_blocks, "… on where a block ends");
  return 0;
}
