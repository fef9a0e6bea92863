#include <algorithm>
#include <span>

#include "harness/base/check.hpp"
#include "harness/base/random.hpp"
#include "harness/bench/codec.hpp"
#include "harness/endpoint/receiver.hpp"
#include "harness/wire/frame_reader.hpp"

namespace wsproof::bench {

namespace {

class Wsproof : public Codec {
 public:
  Messages decode(const Stream& stream) override {
    Messages messages;
    base::OctetView left = stream.octets;
    while (!left.empty()) {
      base::OctetView chunk(chunk_.data(), receive(left, chunk_));
      receiver_.begin_read();
      while (true) {
        const endpoint::Incoming incoming = receiver_.next(chunk);
        if (incoming.kind == endpoint::Incoming::Kind::need_more) break;
        CHECK(incoming.kind == endpoint::Incoming::Kind::message);
        ++messages.count;
        messages.octets += incoming.payload.size();
      }
    }
    return messages;
  }

  std::size_t encode(std::uint8_t opcode, base::OctetView payload) override {
    const auto random = static_cast<std::uint32_t>(keys_.next());
    wire::MaskingKey key;
    std::memcpy(key.data(), &random, key.size());
    written_.clear();
    wire::append_frame(written_,
                       {.opcode = opcode,
                        .form = wire::shortest_form(payload.size()),
                        .length = payload.size(),
                        .key = key},
                       payload);
    return written_.size();
  }

 private:
  base::Octets chunk_ = base::Octets(chunk_octets);
  const endpoint::Quirks reference_;
  endpoint::Receiver receiver_{wire::Role::server, std::size_t{16} << 20U, reference_};
  base::Random keys_{1};
  base::Octets written_;
};

class Reader : public Codec {
 public:
  Messages decode(const Stream& stream) override {
    Messages messages;
    base::OctetView left = stream.octets;
    while (!left.empty()) {
      std::span<std::uint8_t> chunk(chunk_.data(), receive(left, chunk_));
      while (true) {
        const wire::FrameEvent event = reader_.next(chunk);
        if (event.kind == wire::FrameEvent::Kind::need_more) break;
        if (event.kind == wire::FrameEvent::Kind::end) ++messages.count;
        messages.octets += event.payload.size();
      }
    }
    return messages;
  }

  std::size_t encode(std::uint8_t, base::OctetView) override { return 0; }

 private:
  base::Octets chunk_ = base::Octets(chunk_octets);
  wire::FrameReader reader_;
};

}  // namespace

std::unique_ptr<Codec> wsproof_codec() { return std::make_unique<Wsproof>(); }
std::unique_ptr<Codec> wsproof_reader() { return std::make_unique<Reader>(); }

}  // namespace wsproof::bench
