// wslay as a codec of the fuzzers: the receiving half of its event interface.
#include <wslay/wslay.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "fuzz/codec.h"

namespace {

struct Wslay {
  wslay_event_context_ptr context = nullptr;
  std::span<const std::uint8_t> input;
  wsproof_report report = nullptr;
  void* listener = nullptr;
  bool over = false;
};

void tell(Wslay& codec, const wsproof_event& event) {
  codec.over = event.kind == WSPROOF_CLOSE || event.kind == WSPROOF_FAILURE;
  codec.report(codec.listener, &event);
}

ssize_t on_recv(wslay_event_context_ptr context, std::uint8_t* to, std::size_t room, int,
                void* user) {
  auto& codec = *static_cast<Wslay*>(user);
  const std::size_t size = std::min(room, codec.input.size());
  if (size == 0) {
    wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }
  std::memcpy(to, codec.input.data(), size);
  codec.input = codec.input.subspan(size);
  return static_cast<ssize_t>(size);
}

ssize_t on_send(wslay_event_context_ptr, const std::uint8_t*, std::size_t size, int, void*) {
  return static_cast<ssize_t>(size);
}

int on_mask(wslay_event_context_ptr, std::uint8_t* to, std::size_t size, void*) {
  std::memset(to, 0, size);
  return 0;
}

void on_message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message, void* user) {
  auto& codec = *static_cast<Wslay*>(user);
  if (codec.over) return;
  const std::uint8_t* data = message->msg;
  const std::size_t size = message->msg_length;
  switch (message->opcode) {
    case WSLAY_PING:
      return tell(codec, {WSPROOF_PING, 0, 0, data, size});
    case WSLAY_PONG:
      return tell(codec, {WSPROOF_PONG, 0, 0, data, size});
    case WSLAY_CONNECTION_CLOSE:
      if (size < 2) return tell(codec, {WSPROOF_CLOSE, 0, 0, nullptr, 0});
      return tell(codec, {WSPROOF_CLOSE, 0, message->status_code, data + 2, size - 2});
    default:
      return tell(codec, {WSPROOF_MESSAGE, message->opcode, 0, data, size});
  }
}

void* create(const wsproof_codec_settings* settings, wsproof_report report, void* listener) {
  constexpr wslay_event_callbacks callbacks{on_recv, on_send, on_mask,   nullptr,
                                            nullptr, nullptr, on_message};
  auto* codec = new Wslay{.report = report, .listener = listener};
  if (settings->from_server != 0) {
    wslay_event_context_client_init(&codec->context, &callbacks, codec);
  } else {
    wslay_event_context_server_init(&codec->context, &callbacks, codec);
  }
  wslay_event_config_set_max_recv_msg_length(codec->context, settings->message_limit);
  return codec;
}

void feed(void* user, const std::uint8_t* octets, std::size_t size) {
  auto& codec = *static_cast<Wslay*>(user);
  codec.input = {octets, size};
  const int result = wslay_event_recv(codec.context);
  while (!codec.over && wslay_event_want_write(codec.context) != 0) {
    if (wslay_event_send(codec.context) != 0) break;  // pongs, and the Close of a failure
  }
  if (codec.over) return;
  if (result != 0 || wslay_event_get_read_enabled(codec.context) == 0) {
    // 1005 and 1006 stand for a Close without a code, and for none.
    const unsigned code = wslay_event_get_status_code_sent(codec.context);
    tell(codec, {WSPROOF_FAILURE, 0, code == 1005 || code == 1006 ? 0 : code, nullptr, 0});
  }
}

void destroy(void* user) {
  auto* codec = static_cast<Wslay*>(user);
  wslay_event_context_free(codec->context);
  delete codec;
}

// docs/observations.md tells of each.
constexpr const char* known[] = {
    "accepts: Close body of one octet",
    "refuses: close",
    nullptr,
};

constexpr wsproof_codec wslay{.name = "wslay",
                              .deflate = 0,
                              .window_bits = 15,
                              .limits = 1,
                              .whole = 0,
                              .from_server = 1,
                              .create = create,
                              .feed = feed,
                              .destroy = destroy,
                              .known = known};

}  // namespace

extern "C" const wsproof_codec* wsproof_codec_under_test() { return &wslay; }
