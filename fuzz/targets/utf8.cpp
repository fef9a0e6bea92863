// Property: in any cut the first wrong octet of a text is where a naive decoder stops.
#include <optional>

#include "fuzz/conversation.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/endpoint/text.hpp"
#include "harness/wire/utf8.hpp"

using namespace wsproof;

namespace {

// RFC 3629 §4, the table of its grammar as it stands: UTF8-2, UTF8-3 and UTF8-4, row by row.
struct Row {
  std::uint8_t first_low, first_high, second_low, second_high;
  int tails;  // behind the second octet
};
constexpr Row rows[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 0}, {0xE0, 0xE0, 0xA0, 0xBF, 1}, {0xE1, 0xEC, 0x80, 0xBF, 1},
    {0xED, 0xED, 0x80, 0x9F, 1}, {0xEE, 0xEF, 0x80, 0xBF, 1}, {0xF0, 0xF0, 0x90, 0xBF, 2},
    {0xF1, 0xF3, 0x80, 0xBF, 2}, {0xF4, 0xF4, 0x80, 0x8F, 2},
};

// The position of the first wrong octet; the text's size when a character is cut off at its end.
std::optional<std::uint64_t> naive(base::OctetView text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::uint8_t first = text[at++];
    if (first < 0x80) continue;
    const Row* row = nullptr;
    for (const Row& each : rows) {
      if (first >= each.first_low && first <= each.first_high) row = &each;
    }
    if (row == nullptr) return at - 1;
    for (int tail = 0; tail <= row->tails; ++tail, ++at) {
      if (at == text.size()) return at;
      const std::uint8_t low = tail == 0 ? row->second_low : 0x80;
      const std::uint8_t high = tail == 0 ? row->second_high : 0xBF;
      if (text[at] < low || text[at] > high) return at;
    }
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  const base::OctetView text = stream.octets;
  const auto wrong = naive(text);
  const bool cut_off = wrong && *wrong == text.size();

  fuzz::must(wire::first_invalid_utf8(text) == wrong, "the whole text: as the naive decoder");
  fuzz::must(wire::is_utf8(text) == !wrong, "is_utf8: as the naive decoder");

  wire::Utf8Validator validator;
  endpoint::TextJudge judge(endpoint::Quirks{}.text.alphabet);
  std::uint64_t fed = 0;
  fuzz::in_writes(text, stream.cuts, [&](base::OctetView piece) {
    fed += piece.size();
    const bool over = wrong && *wrong < fed;
    fuzz::must(validator.feed(piece) == (over ? wrong : std::nullopt),
               "piece by piece: told as soon as the octet has come, and ever after");
    fuzz::must(judge.feed(piece) == !over, "the endpoint judges as the naive decoder");
    return true;
  });
  fuzz::must(validator.complete() == !wrong, "complete: valid and not inside a character");
  fuzz::must(judge.complete() == !wrong, "the endpoint's complete: likewise");
  fuzz::must(!cut_off || !validator.feed({}),
             "what a continuation can still make valid is not wrong");
  return 0;
}
