#include "harness/wire/deflate_inspector.hpp"

#include <algorithm>
#include <utility>

#include "harness/wire/deflate_tables.hpp"

namespace wsproof::wire {

using Kind = DeflateProblem::Kind;

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::block_type:
      return "a block of type 3";
    case Kind::stored_length:
      return "a stored block whose two lengths do not fit";
    case Kind::too_many_symbols:
      return "codes for more symbols than there are";
    case Kind::code_lengths:
      return "code lengths in a code that is not complete";
    case Kind::repeat:
      return "a code length that is repeated out of place";
    case Kind::no_end_of_block:
      return "a code without an end of the block";
    case Kind::symbols:
      return "a code of literals and lengths that is not complete";
    case Kind::distances:
      return "a code of distances that is not complete";
    case Kind::symbol:
      return "a code that stands for no literal and no length";
    case Kind::distance:
      return "a code that stands for no distance";
    case Kind::distance_too_far:
      return "a match that begins before the first octet of all";
  }
  return {};
}

// ── Codes ────────────────────────────────────────────────────────────────────────────────────────

// §3.2.2; the lookup has every continuation of a word that is shorter than the index.
void DeflateInspector::Code::make(const std::uint8_t* lengths, std::size_t size) {
  count = {};
  lookup = {};
  for (std::size_t symbol = 0; symbol < size; ++symbol) ++count[lengths[symbol]];
  count[0] = 0;
  left = 1;
  std::array<std::uint32_t, longest + 2> next{};  // word to give next
  std::array<std::uint16_t, longest + 2> place{};
  for (unsigned length = 1; length <= longest; ++length) {
    left = left * 2 - count[length];
    next[length + 1] = (next[length] + count[length]) << 1U;
    place[length + 1] = static_cast<std::uint16_t>(place[length] + count[length]);
    if (left < 0) return;
  }
  symbols.assign(size, 0);
  for (std::size_t symbol = 0; symbol < size; ++symbol) {
    const unsigned length = lengths[symbol];
    if (length == 0) continue;
    symbols[place[length]++] = static_cast<std::uint16_t>(symbol);
    const std::uint32_t word = next[length]++;
    if (length > lookup_bits) continue;
    std::uint32_t reversed = 0;  // a word's first bit comes first
    for (unsigned bit = 0; bit < length; ++bit) {
      reversed |= (word >> bit & 1U) << (length - 1 - bit);
    }
    for (std::uint32_t at = reversed; at < lookup.size(); at += 1U << length) {
      lookup[at] = static_cast<std::uint16_t>(symbol << 4U | length);
    }
  }
}

// A complete code, or where it may be one the code of a single symbol, or none at all.
bool DeflateInspector::Code::usable(bool may_be_single) const {
  if (left == 0) return true;
  const bool short_only =
      std::all_of(count.begin() + 2, count.end(), [](auto n) { return n == 0; });
  return may_be_single && left > 0 && short_only;
}

// The word of `code` that stands `skip` bits ahead.
DeflateInspector::Found DeflateInspector::find(const Code& code, unsigned skip, Word& word) const {
  const std::uint64_t ahead = bits_ >> skip;
  const unsigned there = available_ > skip ? available_ - skip : 0;
  const std::uint32_t entry = code.lookup[ahead & (code.lookup.size() - 1)];
  if (entry != 0 && (entry & 15U) <= there) {
    word = {entry >> 4U, entry & 15U};
    return Found::word;
  }
  std::uint32_t value = 0, first = 0, index = 0;
  for (unsigned length = 1; length <= longest; ++length) {
    if (length > there) return Found::more;
    value |= static_cast<std::uint32_t>(ahead >> (length - 1)) & 1U;
    const std::uint32_t count = code.count[length];
    if (value < first + count) {
      word = {code.symbols[index + value - first], length};
      return Found::word;
    }
    index += count;
    first = (first + count) << 1U;
    value <<= 1U;
  }
  return Found::nothing;
}

// ── Bits ─────────────────────────────────────────────────────────────────────────────────────────

// Reads ahead until there are so many bits; at most 56.
bool DeflateInspector::need(unsigned count) {
  while (available_ < count && !input_.empty()) {
    bits_ |= std::uint64_t{input_.front()} << available_;
    available_ += 8;
    input_ = input_.subspan(1);
    ++taken_;
  }
  return available_ >= count;
}

std::uint32_t DeflateInspector::take(unsigned count) {
  const auto value = static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << count) - 1));
  bits_ >>= count;
  available_ -= count;
  return value;
}

bool DeflateInspector::fail(Kind kind) {
  problem_ = DeflateProblem{kind, taken_};
  return false;
}

void DeflateInspector::feed(base::OctetView octets) {
  input_ = octets;
  while (!problem_ && step()) {
  }
  input_ = {};
}

void DeflateInspector::begin_message() {
  before_ += facts_.size;
  facts_ = {};
  taken_ = 0;
}

void DeflateInspector::forget() {
  begin_message();
  before_ = 0;
  state_ = State::header;
  bits_ = available_ = 0;
  problem_.reset();
}

// ── Blocks ───────────────────────────────────────────────────────────────────────────────────────

bool DeflateInspector::step() {
  switch (state_) {
    case State::header:
      return read_header();
    case State::stored_length:
      return read_stored_length();
    case State::stored:
      return read_stored();
    case State::counts:
      return read_counts();
    case State::code_lengths:
      return read_code_lengths();
    case State::lengths:
      return read_lengths();
    case State::tokens:
      return read_token();
  }
  return false;
}

bool DeflateInspector::read_header() {
  if (!need(3)) return false;
  final_ = take(1) != 0;
  type_ = take(2);
  if (type_ == 3) return fail(Kind::block_type);
  if (type_ == 0) {
    take(available_ % 8);  // the lengths begin at an octet boundary
    state_ = State::stored_length;
  } else if (type_ == 1) {
    use_fixed_codes();
    state_ = State::tokens;
  } else {
    state_ = State::counts;
  }
  return true;
}

bool DeflateInspector::read_stored_length() {
  if (!need(32)) return false;
  stored_left_ = take(16);
  if (take(16) != (~stored_left_ & 0xFFFFU)) return fail(Kind::stored_length);
  state_ = State::stored;
  return true;
}

bool DeflateInspector::read_stored() {
  // Whole octets only, some perhaps read ahead.
  while (stored_left_ > 0 && available_ > 0) {
    take(8);
    --stored_left_;
    ++facts_.size;
  }
  const std::uint64_t here = std::min<std::uint64_t>(stored_left_, input_.size());
  input_ = input_.subspan(static_cast<std::size_t>(here));
  taken_ += here;
  stored_left_ -= here;
  facts_.size += here;
  if (stored_left_ > 0) return false;
  end_block();
  return true;
}

bool DeflateInspector::read_counts() {
  if (!need(14)) return false;
  symbol_count_ = 257 + take(5);
  distance_count_ = 1 + take(5);
  code_length_count_ = 4 + take(4);
  if (symbol_count_ > 286 || distance_count_ > 30) return fail(Kind::too_many_symbols);
  lengths_ = {};
  read_ = 0;
  state_ = State::code_lengths;
  return true;
}

bool DeflateInspector::read_code_lengths() {
  if (!need(3)) return false;
  lengths_[code_length_order[read_++]] = static_cast<std::uint8_t>(take(3));
  if (read_ < code_length_count_) return true;
  symbols_.make(lengths_.data(), code_length_order.size());
  if (!symbols_.usable(false)) return fail(Kind::code_lengths);
  read_ = 0;
  state_ = State::lengths;
  return true;
}

bool DeflateInspector::read_lengths() {
  need(14);
  Word word;
  const Found found = find(symbols_, 0, word);
  if (found == Found::more) return false;
  if (found == Found::nothing) return fail(Kind::code_lengths);
  const unsigned extra = word.symbol < 16 ? 0 : word.symbol == 16 ? 2 : word.symbol == 17 ? 3 : 7;
  if (available_ < word.size + extra) return false;
  take(word.size);
  const std::size_t all = symbol_count_ + distance_count_;
  if (word.symbol < 16) {
    lengths_[read_++] = static_cast<std::uint8_t>(word.symbol);
  } else {
    const std::size_t times = (word.symbol == 18 ? 11 : 3) + take(extra);
    if ((word.symbol == 16 && read_ == 0) || times > all - read_) return fail(Kind::repeat);
    const std::uint8_t length = word.symbol == 16 ? lengths_[read_ - 1] : 0;
    std::fill_n(lengths_.begin() + static_cast<std::ptrdiff_t>(read_), times, length);
    read_ += times;
  }
  if (read_ == all) make_codes();
  return !problem_;
}

void DeflateInspector::make_codes() {
  if (lengths_[end_of_block] == 0) {
    fail(Kind::no_end_of_block);
    return;
  }
  symbols_.make(lengths_.data(), symbol_count_);
  distances_.make(lengths_.data() + symbol_count_, distance_count_);
  if (!symbols_.usable(true)) {
    fail(Kind::symbols);
  } else if (!distances_.usable(true)) {
    fail(Kind::distances);
  }
  state_ = State::tokens;
}

// Made once: short messages have little else than these codes to be looked at.
void DeflateInspector::use_fixed_codes() {
  static const auto fixed = [] {
    std::array<std::uint8_t, 288> lengths{};
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      lengths[symbol] = static_cast<std::uint8_t>(fixed_length(symbol));
    }
    std::array<std::uint8_t, 32> five{};
    five.fill(5);
    std::pair<Code, Code> codes;
    codes.first.make(lengths.data(), lengths.size());
    codes.second.make(five.data(), five.size());
    return codes;
  }();
  symbols_ = fixed.first;
  distances_ = fixed.second;
}

// A literal, a match or the end of the block; as a whole, or not yet.
bool DeflateInspector::read_token() {
  need(56);
  Word word;
  const Found found = find(symbols_, 0, word);
  if (found == Found::more) return false;
  const bool known = word.symbol < first_length_symbol + length_symbols;
  if (found == Found::nothing || !known) return fail(Kind::symbol);
  if (word.symbol > end_of_block) return read_match(word.symbol - first_length_symbol, word.size);
  take(word.size);
  if (word.symbol == end_of_block) {
    end_block();
  } else {
    ++facts_.size;
  }
  return true;
}

bool DeflateInspector::read_match(std::uint32_t symbol, unsigned size) {
  const SymbolRange lengths = length_ranges[symbol];
  Word word;
  const unsigned skip = size + lengths.extra_bits;
  const Found found = skip > available_ ? Found::more : find(distances_, skip, word);
  if (found == Found::more) return false;
  if (found == Found::nothing || word.symbol >= distance_symbols) return fail(Kind::distance);
  const SymbolRange distances = distance_ranges[word.symbol];
  if (available_ < skip + word.size + distances.extra_bits) return false;
  take(size);
  const std::uint32_t length = lengths.first + take(lengths.extra_bits);
  take(word.size);
  const std::uint32_t distance = distances.first + take(distances.extra_bits);
  if (distance > before_ + facts_.size) return fail(Kind::distance_too_far);
  ++facts_.matches;
  facts_.longest_distance = std::max(facts_.longest_distance, distance);
  if (distance > facts_.size) {
    facts_.longest_reach = std::max(facts_.longest_reach, distance - facts_.size);
  }
  facts_.size += length;
  return true;
}

void DeflateInspector::end_block() {
  ++(type_ == 0 ? facts_.stored : type_ == 1 ? facts_.fixed : facts_.dynamic);
  state_ = State::header;
  if (!final_) return;
  ++facts_.final_blocks;
  if (take(available_ % 8) != 0) facts_.clean_padding = false;
}

}  // namespace wsproof::wire
