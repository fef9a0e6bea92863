#include "harness/wire/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "harness/base/check.hpp"

namespace wsproof::wire {

namespace {

constexpr std::size_t window_octets = 32768;
using Window = std::array<std::uint8_t, window_octets>;

// zlib counts in uInt; more is given to it piece by piece.
uInt piece_of(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

// zlib does not write through next_in, but older headers do not say so.
Bytef* start_of(base::OctetView octets) { return const_cast<Bytef*>(octets.data()); }

int strategy_of(Strategy strategy) {
  switch (strategy) {
    case Strategy::usual:
      return Z_DEFAULT_STRATEGY;
    case Strategy::huffman_only:
      return Z_HUFFMAN_ONLY;
    case Strategy::run_lengths:
      return Z_RLE;
    case Strategy::fixed:
      return Z_FIXED;
  }
  return Z_DEFAULT_STRATEGY;
}

int flush_of(Flush flush) {
  switch (flush) {
    case Flush::none:
      return Z_NO_FLUSH;
    case Flush::sync:
      return Z_SYNC_FLUSH;
    case Flush::full:
      return Z_FULL_FLUSH;
    case Flush::finish:
      return Z_FINISH;
  }
  return Z_NO_FLUSH;
}

base::OctetView end_of(base::OctetView history) {
  return history.last(std::min(history.size(), window_octets));
}

}  // namespace

// ── Deflater ─────────────────────────────────────────────────────────────────────────────────────

void Deflater::End::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

Deflater::Deflater(const DeflateOptions& options) : stream_(new z_stream{}) {
  const bool smallest = options.window_bits == least_window_bits;
  const bool searches = options.strategy != Strategy::huffman_only;
  const int bits = smallest ? least_window_bits + 1 : options.window_bits;
  const int strategy = smallest && searches ? Z_RLE : strategy_of(options.strategy);
  constexpr int memory = 8;
  CHECK(deflateInit2(stream_.get(), options.level, Z_DEFLATED, -bits, memory, strategy) == Z_OK);
}

void Deflater::feed(base::OctetView input, Flush flush, base::Octets& output) {
  std::array<std::uint8_t, 16384> buffer;
  int code = Z_OK;
  do {
    const uInt piece = piece_of(input.size());
    stream_->next_in = start_of(input);
    stream_->avail_in = piece;
    input = input.subspan(piece);
    do {
      stream_->next_out = buffer.data();
      stream_->avail_out = buffer.size();
      code = ::deflate(stream_.get(), input.empty() ? flush_of(flush) : Z_NO_FLUSH);
      CHECK(code != Z_STREAM_ERROR);
      base::append(output, base::OctetView(buffer).first(buffer.size() - stream_->avail_out));
    } while (stream_->avail_out == 0);
  } while (!input.empty());
  if (code == Z_STREAM_END) begin_again();
}

base::Octets Deflater::message(base::OctetView payload) {
  base::Octets octets;
  feed(payload, Flush::sync, octets);
  remove_tail(octets);
  // Two flushes without anything in between are one to zlib.
  if (octets.empty()) octets.push_back(0);
  return octets;
}

void Deflater::begin_again() {
  Window window;
  uInt size = 0;
  deflateGetDictionary(stream_.get(), window.data(), &size);
  forget_all_but(base::OctetView(window).first(size));
}

void Deflater::forget() { CHECK(deflateReset(stream_.get()) == Z_OK); }

void Deflater::forget_all_but(base::OctetView history) {
  forget();
  const base::OctetView end = end_of(history);
  deflateSetDictionary(stream_.get(), start_of(end), static_cast<uInt>(end.size()));
}

void remove_tail(base::Octets& octets) {
  if (octets.size() < deflate_tail.size()) return;
  const auto begin = octets.end() - static_cast<std::ptrdiff_t>(deflate_tail.size());
  if (std::equal(begin, octets.end(), deflate_tail.begin())) octets.erase(begin, octets.end());
}

// ── Inflater ─────────────────────────────────────────────────────────────────────────────────────

void Inflater::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Inflater::Inflater(int window_bits) : stream_(new z_stream{}), window_bits_(window_bits) {
  CHECK(inflateInit2(stream_.get(), -window_bits) == Z_OK);
}

Inflater::State Inflater::feed(base::OctetView& input, std::size_t room, base::Octets& output) {
  // What zlib wrote in one call counts as window too: with a smaller one it writes single octets.
  constexpr std::size_t most = 16384;
  const std::size_t at_once = window_bits_ == most_window_bits ? most : 1;
  std::array<std::uint8_t, most> buffer;
  while (problem_.empty()) {
    if (room == 0) return State::full;
    const std::size_t asked = std::min(room, at_once);
    const uInt given = piece_of(input.size());
    stream_->next_in = start_of(input);
    stream_->avail_in = given;
    stream_->next_out = buffer.data();
    stream_->avail_out = static_cast<uInt>(asked);
    const int code = ::inflate(stream_.get(), Z_BLOCK);  // stops between blocks
    const std::size_t took = given - stream_->avail_in;
    const std::size_t made = asked - stream_->avail_out;
    input = input.subspan(took);
    taken_ += took;
    room -= made;
    base::append(output, base::OctetView(buffer).first(made));
    const auto flags = static_cast<unsigned>(stream_->data_type);
    const bool block_ended = (flags & 128U) != 0;
    if (took > 0 || made > 0) between_blocks_ = block_ended && (flags & 63U) == 0;
    if (code == Z_STREAM_END) {
      ++final_blocks_;
      begin_again();
    } else if (code == Z_DATA_ERROR || code == Z_NEED_DICT) {
      problem_ = stream_->msg == nullptr ? "invalid data" : stream_->msg;
    } else if (input.empty() && made < asked) {
      // Behind a block its end is still to be told, or that of the data, or what the bits that are
      // left of the last octet begin may be wrong already.
      if (!block_ended) return State::hungry;
    }
  }
  return State::broken;
}

// Behind a final block: a new stream with the window of the old one.
void Inflater::begin_again() {
  Window window;
  uInt size = 0;
  inflateGetDictionary(stream_.get(), window.data(), &size);
  forget_all_but(base::OctetView(window).first(size));
}

void Inflater::forget() {
  CHECK(inflateReset(stream_.get()) == Z_OK);
  between_blocks_ = true;
  problem_ = {};
}

void Inflater::forget_all_but(base::OctetView history) {
  forget();
  const base::OctetView end = end_of(history);
  CHECK(inflateSetDictionary(stream_.get(), start_of(end), static_cast<uInt>(end.size())) == Z_OK);
}

std::optional<base::Octets> inflate_message(Inflater& inflater, base::OctetView payload,
                                            std::size_t limit) {
  base::Octets content;
  for (base::OctetView piece : {payload, base::OctetView(deflate_tail)}) {
    // One octet more than allowed tells that there are more.
    if (inflater.feed(piece, limit + 1 - content.size(), content) != Inflater::State::hungry) {
      return std::nullopt;
    }
  }
  if (!inflater.between_blocks()) return std::nullopt;
  return content;
}

}  // namespace wsproof::wire
