// The reference as a codec: the endpoint's receiver, and its judgement of Close payloads.
#include <string_view>

#include "fuzz/codecs/adapter.hpp"
#include "fuzz/play.hpp"
#include "harness/endpoint/closing.hpp"
#include "harness/endpoint/receiver.hpp"
#include "harness/wire/close.hpp"

namespace wsproof::fuzz {

namespace {

using endpoint::Incoming;

class Reference {
 public:
  Reference(const wsproof_codec_settings& settings, wsproof_report report, void* listener)
      : receiver_(settings.from_server != 0 ? wire::Role::client : wire::Role::server,
                  settings.message_limit, quirks_),
        report_(report),
        listener_(listener) {
    if (settings.deflate == 0) return;
    endpoint::DeflateAgreement agreed;
    (settings.from_server != 0 ? agreed.server_forgets : agreed.client_forgets) =
        settings.forgets != 0;
    (settings.from_server != 0 ? agreed.server_bits : agreed.client_bits) = settings.window_bits;
    receiver_.use_deflate(agreed);
  }

  void feed(const std::uint8_t* data, std::size_t size) {
    base::OctetView octets(data, size);
    receiver_.begin_read();
    while (!over_) {
      const Incoming incoming = receiver_.next(octets);
      if (incoming.kind == Incoming::Kind::need_more) return;
      take(incoming);
    }
  }

 private:
  void take(const Incoming& incoming) {
    switch (incoming.kind) {
      case Incoming::Kind::need_more:
        return;
      case Incoming::Kind::message:
        return tell(WSPROOF_MESSAGE, incoming.type == wire::opcode::text ? 1 : 2, 0,
                    incoming.payload);
      case Incoming::Kind::ping:
        return tell(WSPROOF_PING, 0, 0, incoming.payload);
      case Incoming::Kind::pong:
        return tell(WSPROOF_PONG, 0, 0, incoming.payload);
      case Incoming::Kind::close:
        return take_close(incoming.payload);
      case Incoming::Kind::violation:
        return fail(incoming.violation);
    }
  }

  void take_close(base::OctetView payload) {
    if (const auto wrong = endpoint::judge_close(payload, quirks_)) return fail(*wrong);
    const wire::ClosePayload close = wire::decode_close(payload);
    over_ = true;
    tell(WSPROOF_CLOSE, 0, close.code.value_or(0), close.tail);
  }

  void fail(const endpoint::Violation& violation) {
    over_ = true;
    tell(WSPROOF_FAILURE, 0, violation.code, base::as_octets(violation.why));
  }

  void tell(wsproof_event_kind kind, int type, unsigned code, base::OctetView octets) {
    const wsproof_event event{kind, type, code, octets.data(), octets.size()};
    report_(listener_, &event);
  }

  const endpoint::Quirks quirks_{};
  endpoint::Receiver receiver_;
  wsproof_report report_;
  void* listener_;
  bool over_ = false;
};

}  // namespace

const wsproof_codec& reference_codec() {
  static const wsproof_codec codec{.name = "reference",
                                   .deflate = 1,
                                   .window_bits = 8,
                                   .limits = 1,
                                   .whole = 0,
                                   .from_server = 1,
                                   .create = Adapter<Reference>::create,
                                   .feed = Adapter<Reference>::feed,
                                   .destroy = Adapter<Reference>::destroy,
                                   .known = nullptr};
  return codec;
}

}  // namespace wsproof::fuzz
