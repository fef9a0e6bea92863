#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/script/functions.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_blocks.hpp"

namespace wsproof::script {

namespace {

using base::Octets;
using Arguments = std::vector<Value>;

std::uint64_t as_number(const Value& value) { return std::get<std::uint64_t>(value); }
const Octets& as_octets(const Value& value) { return std::get<Octets>(value); }

// ── By zlib ──────────────────────────────────────────────────────────────────────────────────────

// One a thread, with an empty context: zlib asks for a quarter of a megabyte, and to get that takes
// longer than to compress most messages. Level 1, for a run spends much of its time in here, and
// to the target it is all the same.
wire::Deflater& deflater_at_hand() {
  thread_local wire::Deflater deflater({.level = 1});
  deflater.forget();
  return deflater;
}

base::Result<Value> deflate(const Arguments& arguments, base::Random&) {
  return deflater_at_hand().message(as_octets(arguments[0]));
}

base::Result<Value> deflate_after(const Arguments& arguments, base::Random&) {
  wire::Deflater& deflater = deflater_at_hand();
  deflater.forget_all_but(as_octets(arguments[0]));
  return deflater.message(as_octets(arguments[1]));
}

base::Result<Value> deflate_window(const Arguments& arguments, base::Random&) {
  const std::uint64_t bits = as_number(arguments[1]);
  if (bits < wire::least_window_bits || bits > wire::most_window_bits) {
    return base::fail(fmt::format("deflate_window: {} is not one of the window bits 8..15", bits));
  }
  wire::Deflater deflater({.window_bits = static_cast<int>(bits)});
  return deflater.message(as_octets(arguments[0]));
}

base::Result<Value> deflate_flushed(const Arguments& arguments, base::Random&) {
  const std::uint64_t size = as_number(arguments[1]);
  if (size == 0) return base::fail("deflate_flushed: a piece has at least one octet");
  base::OctetView rest = as_octets(arguments[0]);
  wire::Deflater& deflater = deflater_at_hand();
  Octets result;
  for (; rest.size() > size; rest = rest.subspan(static_cast<std::size_t>(size))) {
    deflater.feed(rest.first(static_cast<std::size_t>(size)), wire::Flush::sync, result);
  }
  base::append(result, deflater.message(rest));
  return result;
}

base::Result<Value> inflate(const Arguments& arguments, base::Random&) {
  wire::Inflater inflater;
  auto content = wire::inflate_message(inflater, as_octets(arguments[0]), most_octets);
  if (!content) {
    return base::fail(fmt::format("inflate: these octets are no whole compressed message{}{}",
                                  inflater.problem().empty() ? "" : ": ", inflater.problem()));
  }
  return *std::move(content);
}

// ── By hand ──────────────────────────────────────────────────────────────────────────────────────

// Tokens and blocks are octets until `blocks` makes bits of them, so that `+` joins them: a letter,
// two numbers of four octets, and so many octets as the first number says (of a match: none).
struct Item {
  char letter = 0;
  std::uint32_t first = 0, second = 0;
  base::OctetView content;
};

constexpr std::size_t head_octets = 10;
constexpr char mark = '\x1b';  // which no text begins with that was meant to be sent

Octets item(char letter, std::uint64_t first, std::uint64_t second, base::OctetView content) {
  Octets octets{static_cast<std::uint8_t>(mark), static_cast<std::uint8_t>(letter)};
  for (const std::uint64_t number : {first, second}) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      octets.push_back(static_cast<std::uint8_t>(number >> shift));
    }
  }
  base::append(octets, content);
  return octets;
}

std::uint32_t number_at(base::OctetView octets, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i > 0; --i) number = number << 8U | octets[at + i - 1];
  return number;
}

// The items of one of these letters; nothing when there is anything else.
std::optional<std::vector<Item>> items_of(base::OctetView octets, std::string_view letters) {
  std::vector<Item> items;
  while (!octets.empty()) {
    if (octets.size() < head_octets || octets[0] != mark) return std::nullopt;
    Item found{static_cast<char>(octets[1]), number_at(octets, 2), number_at(octets, 6), {}};
    if (letters.find(found.letter) == std::string_view::npos) return std::nullopt;
    octets = octets.subspan(head_octets);
    if (found.letter != 'm') {
      if (found.first > octets.size()) return std::nullopt;
      found.content = octets.first(found.first);
      octets = octets.subspan(found.first);
    }
    items.push_back(found);
  }
  return items;
}

base::Result<Value> literals(const Arguments& arguments, base::Random&) {
  const Octets& content = as_octets(arguments[0]);
  return item('l', content.size(), 0, content);
}

base::Result<Value> match(const Arguments& arguments, base::Random&) {
  const std::uint64_t length = as_number(arguments[0]);
  const std::uint64_t distance = as_number(arguments[1]);
  if (length < 3 || length > 258) {
    return base::fail(fmt::format("match: a length of {} is not one of 3..258", length));
  }
  if (distance < 1 || distance > 32768) {
    return base::fail(fmt::format("match: a distance of {} is not one of 1..32768", distance));
  }
  return item('m', length, distance, {});
}

base::Result<Value> stored(const Arguments& arguments, base::Random&) {
  const Octets& content = as_octets(arguments[0]);
  return item('s', content.size(), 0, content);
}

template <char letter>
base::Result<Value> coded(const Arguments& arguments, base::Random&) {
  const Octets& tokens = as_octets(arguments[0]);
  if (!items_of(tokens, "lm")) {
    return base::fail(fmt::format("{}: what stands inside of it is literals(…) and match(…)",
                                  letter == 'f' ? "fixed" : "dynamic"));
  }
  return item(letter, tokens.size(), 0, tokens);
}

// The last block gets BFINAL, and what follows begins at the next octet.
base::Result<Value> final_block(const Arguments& arguments, base::Random&) {
  const auto blocks = items_of(as_octets(arguments[0]), "sfd");
  if (!blocks || blocks->size() != 1) {
    return base::fail("final: it takes one block: stored(…), fixed(…) or dynamic(…)");
  }
  const Item& block = blocks->front();
  return item(block.letter, block.first, 1, block.content);
}

std::vector<wire::Token> tokens_of(base::OctetView octets) {
  std::vector<wire::Token> tokens;
  const auto items = items_of(octets, "lm");
  for (const Item& token : items.value_or(std::vector<Item>{})) {
    if (token.letter == 'm')
      tokens.emplace_back(wire::Match{token.first, token.second});
    else
      tokens.emplace_back(Octets(token.content.begin(), token.content.end()));
  }
  return tokens;
}

base::Result<Value> blocks(const Arguments& arguments, base::Random&) {
  const auto all = items_of(as_octets(arguments[0]), "sfd");
  if (!all) {
    return base::fail("blocks: what stands inside of it is stored(…), fixed(…) and dynamic(…)");
  }
  wire::BlockWriter writer;
  for (const Item& block : *all) {
    const bool final = block.second != 0;
    if (block.letter == 's') writer.stored(block.content, final);
    if (block.letter == 'f') writer.fixed(tokens_of(block.content), final);
    if (block.letter == 'd') writer.dynamic(tokens_of(block.content), final);
    if (final) writer.align();
  }
  return writer.take_message();
}

constexpr std::array implementations = std::to_array<Implementation>({
    {{"deflate", 1, "deflate(octets): the payload of a compressed message, by zlib", "o"}, deflate},
    {{"deflate_after", 2, "deflate_after(before, octets): the same, with matches into `before`",
      "oo"},
     deflate_after},
    {{"deflate_window", 2, "deflate_window(octets, bits): the same, in a window of 2^bits", "on"},
     deflate_window},
    {{"deflate_flushed", 2, "deflate_flushed(octets, n): the same, flushed behind every n octets",
      "on"},
     deflate_flushed},
    {{"inflate", 1, "inflate(octets): what a compressed message is the payload of", "o"}, inflate},
    {{"blocks", 1, "blocks(stored(…) + fixed(…)): the payload of a message of these blocks", "o"},
     blocks},
    {{"stored", 1, "stored(octets): a DEFLATE block without compression", "o"}, stored},
    {{"fixed", 1, "fixed(literals(…) + match(…)): a block with the fixed codes", "o"}, coded<'f'>},
    {{"dynamic", 1, "dynamic(literals(…) + match(…)): a block with codes of its own", "o"},
     coded<'d'>},
    {{"final", 1, "final(block): the block with BFINAL set", "o"}, final_block},
    {{"literals", 1, "literals(octets): octets inside of a block", "o"}, literals},
    {{"match", 2, "match(length, distance): what stands so far back, once more", "nn"}, match},
});

}  // namespace

std::span<const Implementation> deflate_functions() { return implementations; }

}  // namespace wsproof::script
