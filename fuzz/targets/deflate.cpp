// Property: what is compressed, in any window and way, comes back in any cut, within the window.
#include <array>

#include "fuzz/conversation.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_inspector.hpp"

using namespace wsproof;

namespace {

// The bits of the first octet's settings beside Conversation's own: how the sender compresses.
wire::DeflateOptions options_of(const fuzz::Stream& stream) {
  constexpr std::array levels{0, 1, 6, 9};
  constexpr std::array strategies{wire::Strategy::usual, wire::Strategy::huffman_only,
                                  wire::Strategy::run_lengths, wire::Strategy::fixed};
  const std::uint8_t how = stream.cuts.empty() ? 0 : stream.cuts.front();
  return {.window_bits = fuzz::codec_settings(stream.settings).window_bits,
          .level = levels[how & 3U],
          .strategy = strategies[how >> 2U & 3U]};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const wire::DeflateOptions options = options_of(stream);
  const bool forgets = (stream.settings & fuzz::Conversation::forgets) != 0;
  wire::Deflater deflater(options);
  wire::Inflater inflater(options.window_bits);
  wire::DeflateInspector inspector;

  // The cuts make messages of the octets, and once more the fragments of each.
  fuzz::in_writes(stream.octets, stream.cuts, [&](base::OctetView content) {
    if (forgets) {
      deflater.forget();
      inflater.forget();
      inspector.forget();
    }
    const base::Octets payload = deflater.message(content);
    fuzz::must(!payload.empty(), "the payload of a compressed message is never empty");

    base::Octets sent = payload;
    base::append(sent, wire::deflate_tail);
    base::Octets back;
    fuzz::in_writes(sent, stream.cuts, [&](base::OctetView piece) {
      constexpr std::size_t room = 7;  // too little, so that `full` comes up
      for (auto state = wire::Inflater::State::full; state == wire::Inflater::State::full;) {
        const std::size_t before = back.size();
        state = inflater.feed(piece, room, back);
        fuzz::must(back.size() - before <= room, "no call gives more than was asked for");
        fuzz::must(state != wire::Inflater::State::broken, "what we compress inflates");
      }
      return true;
    });
    fuzz::must(base::equal(back, content), "the content comes back");
    fuzz::must(inflater.between_blocks(), "a message ends between two blocks");

    inspector.begin_message();
    inspector.feed(payload);
    inspector.feed(wire::deflate_tail);
    fuzz::must(!inspector.problem() && inspector.between_blocks(), "the inspector reads it too");
    const wire::DeflateFacts& facts = inspector.facts();
    fuzz::must(facts.size == content.size(), "the inspector counts the content");
    fuzz::must(facts.longest_distance <= 1U << static_cast<unsigned>(options.window_bits),
               "no match reaches further back than the window");
    fuzz::must(!forgets || facts.longest_reach == 0, "without context no match leaves the message");
    return true;
  });
  return 0;
}
