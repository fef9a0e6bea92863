#include "fuzz/mutator.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/wire/close.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/deflate_blocks.hpp"

namespace wsproof::fuzz {

namespace {

namespace opcode = wire::opcode;
using base::Octets;
using base::Random;

constexpr std::uint8_t rsv1 = 4;
constexpr std::size_t most_frames = 64;

template <typename Range>
const auto& one_of(const Range& range, Random& random) {
  return range[random.below(std::size(range))];
}

bool coin(Random& random) { return random.below(2) == 0; }

// ── Frames that are right ────────────────────────────────────────────────────────────────────────

wire::MaskingKey key_from(Random& random) {
  wire::MaskingKey key{};
  if (random.below(8) != 0) std::ranges::copy(random.octets(key.size()), key.begin());
  return key;
}

// The length tells the truth again, in the shortest form.
void put_right(Frame& frame) {
  frame.header.length = frame.payload.size();
  frame.header.form = wire::shortest_form(frame.payload.size());
}

Frame frame_of(const Conversation& to, std::uint8_t code, Octets payload, Random& random) {
  Frame frame;
  frame.header.opcode = code;
  frame.payload = std::move(payload);
  if (to.sender() == wire::Role::client) frame.header.key = key_from(random);
  put_right(frame);
  return frame;
}

// The frame at random, or nothing.
Frame* some_frame(Conversation& of, Random& random) {
  return of.frames.empty() ? nullptr : &of.frames[random.below(of.frames.size())];
}
template <typename Where>
Frame* some_frame(Conversation& of, Random& random, const Where& where) {
  std::vector<Frame*> found;
  for (Frame& frame : of.frames) {
    if (where(frame)) found.push_back(&frame);
  }
  return found.empty() ? nullptr : found[random.below(found.size())];
}
bool is_data(const Frame& frame) { return !opcode::is_control(frame.header.opcode); }

void insert(Conversation& to, Frame frame, Random& random) {
  const auto at = random.below(to.frames.size() + 1);
  to.frames.insert(to.frames.begin() + static_cast<std::ptrdiff_t>(at), std::move(frame));
}

// ── Payloads ─────────────────────────────────────────────────────────────────────────────────────

constexpr std::array<std::string_view, 8> characters{"a",
                                                     "\x7F",
                                                     "\xC2\x80",
                                                     "\xDF\xBF",
                                                     "\xE0\xA0\x80",
                                                     "\xEF\xBF\xBF",
                                                     "\xF0\x90\x80\x80",
                                                     "\xF4\x8F\xBF\xBF"};
constexpr std::array<std::string_view, 14> wrong_characters{"\x80",
                                                            "\xBF",
                                                            "\xC0\x80",
                                                            "\xC1\xBF",
                                                            "\xC3",
                                                            "\xE0\x80\x80",
                                                            "\xE2\x82",
                                                            "\xED\xA0\x80",
                                                            "\xED\xBF\xBF",
                                                            "\xF0\x80\x80\x80",
                                                            "\xF0\x9F\x98",
                                                            "\xF4\x90\x80\x80",
                                                            "\xF8\x88\x80\x80\x80",
                                                            "\xFF"};

std::string text_from(Random& random) {
  std::string text;
  for (auto left = random.below(6); left > 0; --left) text += one_of(characters, random);
  return text;
}

Octets close_from(Random& random) {
  constexpr std::array<std::uint16_t, 20> codes{1000, 1001, 1002, 1003, 1007,  1011, 1014,
                                                3000, 4999, 0,    999,  1004,  1005, 1006,
                                                1015, 1016, 2999, 5000, 65535, 1010};
  if (random.below(6) == 0) return random.octets(random.below(2));
  std::string reason = text_from(random);
  if (random.below(6) == 0) reason += one_of(wrong_characters, random);
  return wire::encode(wire::ClosePayload{one_of(codes, random), base::octets(reason)});
}

void insert_octets(Octets& to, std::string_view text, Random& random) {
  const auto at = to.begin() + static_cast<std::ptrdiff_t>(random.below(to.size() + 1));
  to.insert(at, text.begin(), text.end());
}

Octets data_from(std::uint8_t code, Random& random) {
  return code == opcode::text ? base::octets(text_from(random)) : random.octets(random.below(16));
}

// ── Mutations: what a conversation is made of ────────────────────────────────────────────────────

void insert_message(Conversation& c, const Tools& t) {
  const std::uint8_t code = coin(t.random) ? opcode::text : opcode::binary;
  insert(c, frame_of(c, code, data_from(code, t.random), t.random), t.random);
}

void insert_control(Conversation& c, const Tools& t) {
  const std::uint8_t code = coin(t.random) ? opcode::ping : opcode::pong;
  insert(c, frame_of(c, code, t.random.octets(t.random.below(10)), t.random), t.random);
}

void append_close(Conversation& c, const Tools& t) {
  c.frames.push_back(frame_of(c, opcode::close, close_from(t.random), t.random));
}

void change_close(Conversation& c, const Tools& t) {
  Frame* frame =
      some_frame(c, t.random, [](const Frame& f) { return f.header.opcode == opcode::close; });
  if (frame == nullptr) return append_close(c, t);
  frame->payload = close_from(t.random);
  put_right(*frame);
}

void duplicate_frame(Conversation& c, const Tools& t) {
  if (const Frame* frame = some_frame(c, t.random)) insert(c, Frame(*frame), t.random);
}

void delete_frame(Conversation& c, const Tools& t) {
  if (c.frames.empty()) return;
  c.frames.erase(c.frames.begin() + static_cast<std::ptrdiff_t>(t.random.below(c.frames.size())));
}

void swap_frames(Conversation& c, const Tools& t) {
  if (c.frames.size() < 2) return;
  std::swap(*some_frame(c, t.random), *some_frame(c, t.random));
}

void swap_opcodes(Conversation& c, const Tools& t) {
  if (c.frames.size() < 2) return;
  std::swap(some_frame(c, t.random)->header.opcode, some_frame(c, t.random)->header.opcode);
}

void truncate(Conversation& c, const Tools& t) {
  if (c.frames.empty()) return;
  const auto keep = t.random.below(c.frames.size());
  const Frame& cut = c.frames[keep];
  const Octets octets = wire::encode_frame(cut.header, cut.payload);
  c.rest.assign(octets.begin(),
                octets.begin() + static_cast<std::ptrdiff_t>(t.random.below(octets.size())));
  c.frames.resize(keep);
}

void drop_rest(Conversation& c, const Tools&) { c.rest.clear(); }

// Cuts a data frame into fragments, at octets, so that characters and DEFLATE data are cut too.
void split_into_fragments(Conversation& c, const Tools& t) {
  Frame* const whole = some_frame(c, t.random, is_data);
  if (whole == nullptr || c.frames.size() > most_frames) return;
  const std::size_t size = whole->payload.size();
  const auto at = static_cast<std::ptrdiff_t>(t.random.below(size + 1));
  Frame second = *whole;
  second.payload.erase(second.payload.begin(), second.payload.begin() + at);
  second.header.opcode = opcode::continuation;
  second.header.rsv = 0;
  if (second.header.key) second.header.key = key_from(t.random);
  whole->payload.resize(static_cast<std::size_t>(at));
  whole->header.fin = false;
  put_right(*whole);
  put_right(second);
  const auto behind = c.frames.begin() + (whole - c.frames.data()) + 1;
  c.frames.insert(behind, std::move(second));
}

void join_fragments(Conversation& c, const Tools& t) {
  if (c.frames.size() < 2) return;
  const std::size_t at = t.random.below(c.frames.size() - 1);
  Frame& first = c.frames[at];
  const Frame& second = c.frames[at + 1];
  base::append(first.payload, second.payload);
  first.header.fin = second.header.fin;
  put_right(first);
  c.frames.erase(c.frames.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

// ── Mutations: headers ───────────────────────────────────────────────────────────────────────────

void flip_header_field(Conversation& c, const Tools& t) {
  Frame* frame = some_frame(c, t.random);
  if (frame == nullptr) return;
  wire::FrameHeader& header = frame->header;
  switch (t.random.below(4)) {
    case 0:
      header.fin = !header.fin;
      return;
    case 1:
      header.rsv ^= static_cast<std::uint8_t>(1U << t.random.below(3));
      return;
    case 2:
      header.opcode = static_cast<std::uint8_t>(t.random.below(16));
      return;
    default:
      header.key = header.key ? std::nullopt : std::optional(key_from(t.random));
  }
}

// The same length in another form that can hold it; often the longest of the shortest form.
void change_length_form(Conversation& c, const Tools& t) {
  Frame* frame = some_frame(c, t.random);
  if (frame == nullptr) return;
  if (coin(t.random)) {
    frame->payload.resize(std::min<std::size_t>(125, t.most), 'x');
    put_right(*frame);
  }
  const auto shortest = wire::shortest_form(frame->header.length);
  frame->header.form =
      coin(t.random) ? wire::LengthForm::sixty_four : std::max(shortest, wire::LengthForm::sixteen);
}

// A length that is not the payload's; the octets that follow are read as it says.
void lie_about_length(Conversation& c, const Tools& t) {
  constexpr std::array<std::uint64_t, 16> lengths{
      0,           1,      124,    125,    126,     127,           256,
      257,         0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x1'0000'0005, (1ULL << 63U) - 1,
      1ULL << 63U, ~0ULL};
  Frame* frame = some_frame(c, t.random);
  if (frame == nullptr) return;
  std::uint64_t& length = frame->header.length;
  length = coin(t.random) ? one_of(lengths, t.random) : length + (coin(t.random) ? 1 : -1ULL);
  if (t.random.below(8) == 0) length |= 1ULL << (32 + t.random.below(32));
  frame->header.form = wire::shortest_form(length);
}

void mask_anew(Conversation& c, const Tools& t) {
  if (Frame* frame = some_frame(c, t.random); frame != nullptr && frame->header.key) {
    frame->header.key = key_from(t.random);
  }
}

// What the role asks for: masks, the shortest form, the true length.
void make_right(Conversation& c, const Tools& t) {
  for (Frame& frame : c.frames) {
    const bool masks = c.sender() == wire::Role::client;
    if (masks && !frame.header.key) frame.header.key = key_from(t.random);
    if (!masks) frame.header.key.reset();
    put_right(frame);
  }
}

// ── Mutations: payloads ──────────────────────────────────────────────────────────────────────────

void mutate_payload(Conversation& c, const Tools& t) {
  Frame* frame = some_frame(c, t.random);
  if (frame == nullptr) return;
  const std::size_t size = frame->payload.size();
  // A payload may be longer already than what an input may be.
  const std::size_t most = std::max(size, std::min<std::size_t>(size * 2 + 8, t.most));
  frame->payload.resize(most);
  frame->payload.resize(t.octets(frame->payload.data(), size, most));
  put_right(*frame);
}

// To a size at which something changes.
void resize_payload(Conversation& c, const Tools& t) {
  constexpr std::array<std::size_t, 11> sizes{0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 257};
  Frame* frame = some_frame(c, t.random);
  if (frame == nullptr) return;
  frame->payload.resize(std::min(one_of(sizes, t.random), t.most), 'x');
  put_right(*frame);
}

void insert_character(Conversation& c, const Tools& t) {
  Frame* frame = some_frame(c, t.random);
  if (frame == nullptr) return insert_message(c, t);
  insert_octets(frame->payload, one_of(characters, t.random), t.random);
  put_right(*frame);
}

void corrupt_utf8(Conversation& c, const Tools& t) {
  Frame* frame =
      some_frame(c, t.random, [](const Frame& f) { return f.header.opcode <= opcode::text; });
  if (frame == nullptr) return;
  if (coin(t.random) && !frame->payload.empty()) {
    frame->payload.pop_back();  // perhaps the end of a character
  } else {
    insert_octets(frame->payload, one_of(wrong_characters, t.random), t.random);
  }
  put_right(*frame);
}

// ── Mutations: permessage-deflate ────────────────────────────────────────────────────────────────

bool is_compressed(const Frame& frame) { return is_data(frame) && (frame.header.rsv & rsv1) != 0; }

// A whole message that is not compressed.
bool is_plain_message(const Frame& frame) {
  return is_data(frame) && frame.header.opcode != opcode::continuation && frame.header.fin &&
         !is_compressed(frame);
}

// Messages that refer to what came before, as far back as the window goes and one further.
Octets tokens_from(const Conversation& c, Random& random) {
  const auto edge = 1U << static_cast<unsigned>(c.window_bits());
  const std::array<std::uint32_t, 6> distances{1, 2, 64, edge / 2, edge - 1, edge};
  wire::BlockWriter writer;
  std::vector<wire::Token> tokens{base::octets(text_from(random))};
  if (random.below(4) == 0) {  // a whole window to refer to
    constexpr std::uint32_t longest = 258;
    tokens.emplace_back(base::octets("w"));
    for (auto left = edge / longest + 1; left > 0; --left)
      tokens.emplace_back(wire::Match{longest, 1});
  }
  for (auto left = random.below(4); left > 0; --left) {
    const auto length = static_cast<std::uint32_t>(3 + random.below(256));
    tokens.emplace_back(wire::Match{length, std::min(one_of(distances, random), 32768U)});
  }
  const bool final = random.below(4) == 0;
  if (coin(random)) {
    writer.fixed(tokens, final);
  } else {
    writer.dynamic(tokens, final);
  }
  if (final) writer.align();
  return writer.take_message();
}

void compress_message(Conversation& c, const Tools& t) {
  c.settings |= Conversation::deflate;
  Frame* frame = some_frame(c, t.random, is_plain_message);
  if (frame == nullptr) return insert_message(c, t);
  wire::Deflater deflater({.window_bits = c.window_bits()});
  if (coin(t.random)) {
    // Enough for matches to have something to refer to.
    const std::size_t times = 1 + t.random.below(1 + t.most / 4 / (frame->payload.size() + 1));
    Octets content;
    for (std::size_t turn = 0; turn < times; ++turn) base::append(content, frame->payload);
    frame->payload = std::move(content);
  }
  frame->payload = deflater.message(frame->payload);
  frame->header.rsv |= rsv1;
  put_right(*frame);
}

// Some of the whole messages compressed by a sender that keeps its context, over those between
// them.
void compress_with_context(Conversation& c, const Tools& t) {
  c.settings |= Conversation::deflate;
  wire::Deflater deflater({.window_bits = c.window_bits()});
  for (Frame& frame : c.frames) {
    if (!is_plain_message(frame) || coin(t.random)) continue;
    frame.payload = deflater.message(frame.payload);
    frame.header.rsv |= rsv1;
    put_right(frame);
  }
}

void insert_deflate_blocks(Conversation& c, const Tools& t) {
  c.settings |= Conversation::deflate;
  const std::uint8_t code = coin(t.random) ? opcode::text : opcode::binary;
  Frame frame = frame_of(c, code, tokens_from(c, t.random), t.random);
  frame.header.rsv = rsv1;
  c.frames.push_back(std::move(frame));
}

void corrupt_deflate(Conversation& c, const Tools& t) {
  Frame* frame = some_frame(c, t.random, is_compressed);
  if (frame == nullptr || frame->payload.empty()) return compress_message(c, t);
  Octets& payload = frame->payload;
  switch (t.random.below(4)) {
    case 0:
      payload[t.random.below(payload.size())] ^= static_cast<std::uint8_t>(1U << t.random.below(8));
      break;
    case 1:
      base::append(payload, wire::deflate_tail);  // as if it had not been taken off
      break;
    case 2:
      payload.resize(t.random.below(payload.size()));
      break;
    default:
      payload.front() ^= 1U;  // BFINAL
  }
  put_right(*frame);
}

// ── Mutations: around the frames ─────────────────────────────────────────────────────────────────

void change_cuts(Conversation& c, const Tools& t) {
  c.cuts = t.random.octets(t.random.below(5));
  for (std::uint8_t& cut : c.cuts) {
    if (t.random.below(3) != 0) cut %= 8;  // inside headers and characters
  }
}

void change_settings(Conversation& c, const Tools& t) {
  c.settings ^= static_cast<std::uint8_t>(1U << t.random.below(7));
  if (coin(t.random)) make_right(c, t);
}

constexpr Mutation all[] = {
    {"insert a message", insert_message},
    {"insert a message", insert_message},
    {"insert a control frame", insert_control},
    {"insert a control frame", insert_control},
    {"append a Close", append_close},
    {"change a Close", change_close},
    {"duplicate a frame", duplicate_frame},
    {"delete a frame", delete_frame},
    {"swap two frames", swap_frames},
    {"swap two opcodes", swap_opcodes},
    {"truncate", truncate},
    {"drop the rest", drop_rest},
    {"split into fragments", split_into_fragments},
    {"split into fragments", split_into_fragments},
    {"split into fragments", split_into_fragments},
    {"join fragments", join_fragments},
    {"flip a header field", flip_header_field},
    {"change a length form", change_length_form},
    {"lie about a length", lie_about_length},
    {"mask anew", mask_anew},
    {"make right", make_right},
    {"make right", make_right},
    {"mutate a payload", mutate_payload},
    {"mutate a payload", mutate_payload},
    {"resize a payload", resize_payload},
    {"insert a character", insert_character},
    {"insert a character", insert_character},
    {"corrupt UTF-8", corrupt_utf8},
    {"compress a message", compress_message},
    {"compress with context", compress_with_context},
    {"insert DEFLATE blocks", insert_deflate_blocks},
    {"corrupt DEFLATE", corrupt_deflate},
    {"change the cuts", change_cuts},
    {"change the cuts", change_cuts},
    {"change the settings", change_settings},
};

// The front of what is too long: whole frames as long as they fit.
Octets fitting(Conversation conversation, std::size_t most) {
  Octets input = encode(conversation);
  while (input.size() > most && !conversation.frames.empty()) {
    conversation.rest.clear();
    conversation.frames.pop_back();
    input = encode(conversation);
  }
  input.resize(std::min(input.size(), most));
  return input;
}

}  // namespace

std::span<const Mutation> mutations() { return all; }

Octets mutate(base::OctetView input, std::size_t most, Random& random, const MutateOctets& octets) {
  if (random.below(16) == 0) {
    Octets raw(input.begin(), input.end());
    raw.resize(std::max(most, raw.size()));
    raw.resize(octets(raw.data(), input.size(), most));
    return raw;
  }
  Conversation conversation = decode(input);
  const Tools tools{random, octets, most};
  for (auto left = 1 + random.below(4); left > 0; --left) {
    one_of(all, random).apply(conversation, tools);
  }
  return fitting(std::move(conversation), most);
}

Octets cross_over(base::OctetView left, base::OctetView right, std::size_t most, Random& random) {
  Conversation to = decode(left);
  const Conversation from = decode(right);
  if (coin(random)) {
    to.frames.resize(random.below(to.frames.size() + 1));
    const auto skipped = static_cast<std::ptrdiff_t>(random.below(from.frames.size() + 1));
    to.frames.insert(to.frames.end(), from.frames.begin() + skipped, from.frames.end());
    to.rest = from.rest;
  } else {
    for (const Frame& frame : from.frames) {
      if (coin(random)) insert(to, frame, random);
    }
  }
  if (coin(random)) to.cuts = from.cuts;
  return fitting(std::move(to), most);
}

}  // namespace wsproof::fuzz
