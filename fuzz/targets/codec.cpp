// Property: a codec tells the same events however the octets are cut, and they are the reference's.
#include "fuzz/conversation.hpp"
#include "fuzz/play.hpp"
#include "fuzz/targets/target.hpp"

using namespace wsproof;

namespace {

// What the codec does not claim to do is not asked of it.
bool applies(const wsproof_codec& codec, const wsproof_codec_settings& settings) {
  if (settings.from_server != 0 && codec.from_server == 0) return false;
  if (settings.deflate == 0) return true;
  return codec.deflate != 0 && settings.window_bits >= codec.window_bits;
}

// Whether the reference fails for the limit, which another codec may not know.
bool meets_limit(const std::vector<fuzz::Event>& events) {
  return !events.empty() && events.back().code == 1009;
}

// What the input lacks of its last header, if it ends inside of one, so that it becomes some
// header: the first octets may be wrong enough for a codec that does not wait.
base::Octets rest_of_header(base::OctetView input) {
  const fuzz::Conversation conversation = fuzz::decode(input);
  base::Octets header = conversation.rest;
  if (header.empty()) return {};
  const std::uint8_t mask_bit = conversation.sender() == wire::Role::client ? 0x80 : 0;
  if (header.size() == 1) header.push_back(mask_bit);
  while (!wire::decode_header(header)) header.push_back(0);
  header.erase(header.begin(),
               header.begin() + static_cast<std::ptrdiff_t>(conversation.rest.size()));
  return header;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wsproof_codec& codec = *wsproof_codec_under_test();
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const wsproof_codec_settings settings = fuzz::codec_settings(stream.settings);
  if (!applies(codec, settings)) return 0;

  const auto reference = fuzz::play(fuzz::reference_codec(), settings, stream.octets, {});
  if (codec.limits == 0 && meets_limit(reference)) return 0;
  // Whether there is a difference, which is known then: the rest of the input is not compared.
  const auto differs = [&](const char* how, const std::vector<fuzz::Event>& events) {
    const std::string found = fuzz::difference(reference, events);
    if (found.empty()) return false;
    if (found == "refuses: what came last") {
      base::Octets more(stream.octets.begin(), stream.octets.end());
      base::append(more, rest_of_header({data, size}));
      const auto later = fuzz::play(fuzz::reference_codec(), settings, more, {});
      if (fuzz::difference(later, events).empty()) return false;
    }
    const std::string property = std::string(codec.name) + " " + how + found;
    fuzz::must(
        fuzz::is_known(codec, how + found), property.c_str(),
        "\n  reference: " + fuzz::describe(reference) + "\n  reported: " + fuzz::describe(events));
    return true;
  };
  const auto whole = fuzz::play(codec, settings, stream.octets, {});
  if (differs("", whole) || codec.whole != 0 || stream.cuts.empty()) return 0;
  const auto cut = fuzz::play(codec, settings, stream.octets, stream.cuts);
  differs("by the cut ", cut);
  return 0;
}
