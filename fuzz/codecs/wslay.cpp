// wslay as a codec of the fuzzers: the receiving half of its event interface.
#include <wslay/wslay.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "fuzz/codecs/adapter.hpp"

namespace {

class Wslay {
 public:
  Wslay(const wsproof_codec_settings& settings, wsproof_report report, void* listener)
      : report_(report), listener_(listener) {
    constexpr wslay_event_callbacks callbacks{on_recv, on_send, on_mask,   nullptr,
                                              nullptr, nullptr, on_message};
    const auto init = settings.from_server != 0 ? wslay_event_context_client_init
                                                : wslay_event_context_server_init;
    init(&context_, &callbacks, this);
    wslay_event_config_set_max_recv_msg_length(context_, settings.message_limit);
  }
  Wslay(const Wslay&) = delete;
  ~Wslay() { wslay_event_context_free(context_); }

  void feed(const std::uint8_t* octets, std::size_t size) {
    input_ = {octets, size};
    const int result = wslay_event_recv(context_);
    while (!over_ && wslay_event_want_write(context_) != 0) {
      if (wslay_event_send(context_) != 0) break;  // pongs, and the Close of a failure
    }
    if (over_) return;
    if (result != 0 || wslay_event_get_read_enabled(context_) == 0) {
      // 1005 and 1006 stand for a Close without a code, and for none.
      const unsigned code = wslay_event_get_status_code_sent(context_);
      tell({WSPROOF_FAILURE, 0, code == 1005 || code == 1006 ? 0 : code, nullptr, 0});
    }
  }

 private:
  static ssize_t on_recv(wslay_event_context_ptr context, std::uint8_t* to, std::size_t room, int,
                         void* user) {
    auto& input = static_cast<Wslay*>(user)->input_;
    const std::size_t size = std::min(room, input.size());
    if (size == 0) {
      wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
      return -1;
    }
    std::memcpy(to, input.data(), size);
    input = input.subspan(size);
    return static_cast<ssize_t>(size);
  }

  static ssize_t on_send(wslay_event_context_ptr, const std::uint8_t*, std::size_t size, int,
                         void*) {
    return static_cast<ssize_t>(size);
  }

  static int on_mask(wslay_event_context_ptr, std::uint8_t* to, std::size_t size, void*) {
    std::memset(to, 0, size);
    return 0;
  }

  static void on_message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message,
                         void* user) {
    static_cast<Wslay*>(user)->take(*message);
  }

  void take(const wslay_event_on_msg_recv_arg& message) {
    const std::uint8_t* data = message.msg;
    const std::size_t size = message.msg_length;
    switch (message.opcode) {
      case WSLAY_PING:
        return tell({WSPROOF_PING, 0, 0, data, size});
      case WSLAY_PONG:
        return tell({WSPROOF_PONG, 0, 0, data, size});
      case WSLAY_CONNECTION_CLOSE:
        if (size < 2) return tell({WSPROOF_CLOSE, 0, 0, nullptr, 0});
        return tell({WSPROOF_CLOSE, 0, message.status_code, data + 2, size - 2});
      default:
        return tell({WSPROOF_MESSAGE, message.opcode, 0, data, size});
    }
  }

  void tell(const wsproof_event& event) {
    if (over_) return;
    over_ = event.kind == WSPROOF_CLOSE || event.kind == WSPROOF_FAILURE;
    report_(listener_, &event);
  }

  wslay_event_context_ptr context_ = nullptr;
  std::span<const std::uint8_t> input_;
  wsproof_report report_;
  void* listener_;
  bool over_ = false;
};

using Adapter = wsproof::fuzz::Adapter<Wslay>;

// docs/observations.md tells of each.
constexpr const char* known[] = {
    "accepts: Close body of one octet",
    "refuses: close",
    "refuses: what came last",
    "code: *",
    "by the cut accepts: close reason that is no UTF-8",
    "by the cut refuses: close",
    "by the cut refuses: what came last",
    "by the cut code: *",
    nullptr,
};

constexpr wsproof_codec wslay{.name = "wslay",
                              .deflate = 0,
                              .window_bits = 15,
                              .limits = 1,
                              .whole = 0,
                              .from_server = 1,
                              .create = Adapter::create,
                              .feed = Adapter::feed,
                              .destroy = Adapter::destroy,
                              .known = known};

}  // namespace

extern "C" const wsproof_codec* wsproof_codec_under_test() { return &wslay; }
