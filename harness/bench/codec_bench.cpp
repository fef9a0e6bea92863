// codec_bench: how fast frames are read and written, beside memcpy and the codecs of others. The
// names of the benchmarks are OPERATION/CONTENT/SIZE/WHO, from which bench.py makes its tables.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>

#include "harness/base/check.hpp"
#include "harness/bench/allocations.hpp"
#include "harness/bench/codec.hpp"
#include "harness/bench/parts.hpp"
#include "harness/bench/stream.hpp"
#include "harness/wire/frame.hpp"

namespace wsproof::bench {

namespace {

struct Contender {
  std::string_view name;
  MakeCodec make;
};
constexpr std::array contenders{Contender{"wsproof", wsproof_codec},
                                Contender{"beast", beast_codec}, Contender{"wslay", wslay_codec},
                                Contender{"websocketpp", websocketpp_codec}};

// What any decoder would like to be: the payload of all messages moved once.
void copy_payload(benchmark::State& state, Content kind, std::size_t size) {
  const std::size_t octets = stream(kind, size).messages.octets;
  const base::Octets from(octets, 1);
  base::Octets to(octets);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), octets);
    benchmark::ClobberMemory();
  }
  count_octets(state, octets);
}

void decode(benchmark::State& state, MakeCodec make, Content kind, std::size_t size) {
  const Stream input = stream(kind, size);
  const auto codec = make();
  CHECK(codec->decode(input) == input.messages);
  const std::size_t before = allocations();
  for (auto _ : state) benchmark::DoNotOptimize(codec->decode(input));
  // In the steady state ours allocate nothing.
  if (make == wsproof_codec || make == wsproof_reader) CHECK(allocations() == before);
  count_octets(state, input.messages.octets);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(input.messages.count));
}

void encode(benchmark::State& state, MakeCodec make, Content kind, std::size_t size) {
  const base::Octets payload = content(kind, size);
  const auto codec = make();
  const std::uint8_t opcode = kind == Content::binary ? wire::opcode::binary : wire::opcode::text;
  CHECK(codec->encode(opcode, payload) > size);
  for (auto _ : state) benchmark::DoNotOptimize(codec->encode(opcode, payload));
  count_octets(state, size);
}

void add_decoders(Content kind, std::size_t size) {
  const std::string path = path_of("decode", kind, size);
  benchmark::RegisterBenchmark((path + "memcpy").c_str(), copy_payload, kind, size);
  for (const Contender& contender : contenders) {
    benchmark::RegisterBenchmark((path + std::string(contender.name)).c_str(), decode,
                                 contender.make, kind, size);
  }
}

void add_encoders(std::size_t size) {
  const std::string path = path_of("encode", Content::binary, size);
  add_copy(path, size);
  for (const Contender& contender : contenders) {
    benchmark::RegisterBenchmark((path + std::string(contender.name)).c_str(), encode,
                                 contender.make, Content::binary, size);
  }
}

void add_all() {
  for (const Content kind : {Content::binary, Content::ascii, Content::multibyte}) {
    for (const std::size_t size : sizes) add_decoders(kind, size);
  }
  for (const std::size_t size : sizes) {
    const std::string path = path_of("read", Content::binary, size);
    benchmark::RegisterBenchmark((path + "memcpy").c_str(), copy_payload, Content::binary, size);
    benchmark::RegisterBenchmark((path + "wsproof").c_str(), decode, wsproof_reader,
                                 Content::binary, size);
  }
  for (const std::size_t size : sizes) add_encoders(size);
  add_parts();
}

}  // namespace

}  // namespace wsproof::bench

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  wsproof::bench::add_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
