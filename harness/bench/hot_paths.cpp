// hot_paths NAME TURNS: a hot path, so often; for a counter of instructions (`./dev bench guard`).
// Without arguments: the names.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/check.hpp"
#include "harness/bench/codec.hpp"
#include "harness/bench/stream.hpp"
#include "harness/lab/lab.hpp"
#include "harness/script/catalogue.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::bench {

namespace {

using Turn = std::function<void()>;

// What is prepared here is counted too, so that two counts are needed to know what a turn takes.
struct HotPath {
  std::string_view name;
  Turn (*prepare)();
};

Turn decode(MakeCodec make, Content kind, std::size_t size) {
  return [codec = std::shared_ptr<Codec>(make()), input = stream(kind, size)] {
    CHECK(codec->decode(input) == input.messages);
  };
}

Turn encode() {
  return
      [codec = std::shared_ptr<Codec>(wsproof_codec()), payload = content(Content::binary, 125)] {
        CHECK(codec->encode(wire::opcode::binary, payload) > 0);
      };
}

Turn validate() {
  return [text = content(Content::multibyte, 65536)] { CHECK(wire::is_utf8(text)); };
}

Turn load() {
  return [sources = script::embedded_sources()] {
    CHECK(script::load(sources, script::Lint::no).has_value());
  };
}

Turn play() {
  const auto catalogue = script::load(script::embedded_sources(), script::Lint::no);
  for (const script::Case& c : catalogue->cases) {
    if (script::id(c) != "rfc6455/5.4/two-fragments") continue;
    return [c] { CHECK(lab::play(c).verdict.word == result::Word::pass); };
  }
  std::exit(2);
}

constexpr HotPath hot_paths[] = {
    {"decode 32,768 messages of 16 B", [] { return decode(wsproof_codec, Content::binary, 16); }},
    {"decode 512 texts of 1 KiB", [] { return decode(wsproof_codec, Content::ascii, 1024); }},
    {"cut 32,768 frames of 16 B", [] { return decode(wsproof_reader, Content::binary, 16); }},
    {"encode a message of 125 B", encode},
    {"validate 64 KiB of UTF-8", validate},
    {"load the catalogue", load},
    {"play a case in the lab", play},
};

}  // namespace

}  // namespace wsproof::bench

int main(int count, char** arguments) {
  for (const auto& path : wsproof::bench::hot_paths) {
    if (count != 3) {
      std::puts(path.name.data());
    } else if (path.name == arguments[1]) {
      const auto turn = path.prepare();
      for (int left = std::atoi(arguments[2]); left > 0; --left) turn();
      return 0;
    }
  }
  return count == 1 ? 0 : 2;
}
