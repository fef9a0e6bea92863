#include <zlib.h>

#include <boost/beast/websocket/detail/utf8_checker.hpp>
#include <websocketpp/utf8_validator.hpp>

#include "harness/base/check.hpp"
#include "harness/bench/parts.hpp"
#include "harness/wire/deflate.hpp"
#include "harness/wire/mask.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::bench {

namespace {

void copy(benchmark::State& state, std::size_t size) {
  const base::Octets from(size, 1);
  base::Octets to(size);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), size);
    benchmark::ClobberMemory();
  }
  count_octets(state, size);
}

void mask(benchmark::State& state, std::size_t size) {
  base::Octets octets = content(Content::binary, size);
  for (auto _ : state) {
    wire::mask(octets, {0x12, 0x34, 0x56, 0x78});
    benchmark::ClobberMemory();
  }
  count_octets(state, size);
}

using IsUtf8 = bool (*)(base::OctetView);

bool beast_is_utf8(base::OctetView text) {
  return boost::beast::websocket::detail::check_utf8(base::as_text(text).data(), text.size());
}

bool websocketpp_is_utf8(base::OctetView text) {
  websocketpp::utf8_validator::validator validator;
  return validator.decode(text.begin(), text.end()) && validator.complete();
}

void utf8(benchmark::State& state, IsUtf8 is_utf8, Content kind, std::size_t size) {
  const base::Octets text = content(kind, size);
  CHECK(is_utf8(text));
  for (auto _ : state) benchmark::DoNotOptimize(is_utf8(text));
  count_octets(state, size);
}

void deflate(benchmark::State& state, std::size_t size) {
  const base::Octets text = content(Content::ascii, size);
  wire::Deflater deflater;
  base::Octets output;
  for (auto _ : state) {
    output.clear();
    deflater.feed(text, wire::Flush::sync, output);
    benchmark::DoNotOptimize(output.data());
  }
  count_octets(state, size);
}

// zlib itself, called once with room enough.
void deflate_by_zlib(benchmark::State& state, std::size_t size) {
  base::Octets text = content(Content::ascii, size);
  z_stream stream{};
  CHECK(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  base::Octets output(2 * size + 64);
  for (auto _ : state) {
    stream.next_in = text.data();
    stream.avail_in = static_cast<uInt>(size);
    stream.next_out = output.data();
    stream.avail_out = static_cast<uInt>(output.size());
    CHECK(::deflate(&stream, Z_SYNC_FLUSH) == Z_OK);
  }
  deflateEnd(&stream);
  count_octets(state, size);
}

// The messages are compressed without context, so that one can be inflated again and again.
base::Octets compressed(std::size_t size) {
  base::Octets output;
  wire::Deflater().feed(content(Content::ascii, size), wire::Flush::sync, output);
  return output;
}

void inflate(benchmark::State& state, std::size_t size) {
  const base::Octets input = compressed(size);
  wire::Inflater inflater;
  base::Octets output;
  for (auto _ : state) {
    base::OctetView left = input;
    output.clear();
    CHECK(inflater.feed(left, size + 1, output) == wire::Inflater::State::hungry);
  }
  CHECK(output.size() == size);
  count_octets(state, size);
}

void inflate_by_zlib(benchmark::State& state, std::size_t size) {
  base::Octets input = compressed(size);
  z_stream stream{};
  CHECK(inflateInit2(&stream, -15) == Z_OK);
  base::Octets output(size + 64);
  for (auto _ : state) {
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = output.data();
    stream.avail_out = static_cast<uInt>(output.size());
    CHECK(::inflate(&stream, Z_SYNC_FLUSH) == Z_OK);
  }
  inflateEnd(&stream);
  count_octets(state, size);
}

std::string_view name_of(Content kind) {
  return kind == Content::binary ? "binary" : kind == Content::ascii ? "ascii" : "multibyte";
}

void add_utf8(Content kind, std::size_t size) {
  const std::string path = path_of("utf8", kind, size);
  add_copy(path, size);
  benchmark::RegisterBenchmark((path + "wsproof").c_str(), utf8, wire::is_utf8, kind, size);
  benchmark::RegisterBenchmark((path + "beast").c_str(), utf8, beast_is_utf8, kind, size);
  benchmark::RegisterBenchmark((path + "websocketpp").c_str(), utf8, websocketpp_is_utf8, kind,
                               size);
}

}  // namespace

std::string path_of(std::string_view operation, Content kind, std::size_t size) {
  return std::string(operation) + "/" + std::string(name_of(kind)) + "/" + std::to_string(size) +
         "/";
}

void add_copy(const std::string& path, std::size_t size) {
  benchmark::RegisterBenchmark((path + "memcpy").c_str(), copy, size);
}

void add_parts() {
  for (const std::size_t size : sizes) {
    const std::string path = path_of("mask", Content::binary, size);
    add_copy(path, size);
    benchmark::RegisterBenchmark((path + "wsproof").c_str(), mask, size);
  }
  for (const std::size_t size : sizes) add_utf8(Content::ascii, size);
  for (const std::size_t size : sizes) add_utf8(Content::multibyte, size);
  for (const std::size_t size : sizes) {
    const std::string path = path_of("deflate", Content::ascii, size);
    benchmark::RegisterBenchmark((path + "zlib").c_str(), deflate_by_zlib, size);
    benchmark::RegisterBenchmark((path + "wsproof").c_str(), deflate, size);
  }
  for (const std::size_t size : sizes) {
    const std::string path = path_of("inflate", Content::ascii, size);
    benchmark::RegisterBenchmark((path + "zlib").c_str(), inflate_by_zlib, size);
    benchmark::RegisterBenchmark((path + "wsproof").c_str(), inflate, size);
  }
}

}  // namespace wsproof::bench
