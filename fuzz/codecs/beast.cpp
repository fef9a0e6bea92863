// Boost.Beast as a codec of the fuzzers: a whole websocket::stream over a transport in memory.
#include <boost/asio/io_context.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/codec.h"

namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

class Beast {
 public:
  Beast(const wsproof_codec_settings& settings, wsproof_report report, void* listener)
      : stream_(context_), report_(report), listener_(listener) {
    peer_.connect(stream_.next_layer());
    websocket::permessage_deflate deflate;
    deflate.server_enable = settings.deflate != 0;
    deflate.client_no_context_takeover = settings.forgets != 0;
    stream_.set_option(deflate);
    stream_.read_message_max(settings.message_limit);
    stream_.control_callback(
        [this](websocket::frame_type kind, beast::string_view payload) { control(kind, payload); });
    std::string request =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    if (settings.deflate != 0) {
      request += "Sec-WebSocket-Extensions: permessage-deflate";
      if (settings.forgets != 0) request += "; client_no_context_takeover";
      request += "\r\n";
    }
    request += "\r\n";
    beast::error_code error;
    stream_.accept(boost::asio::buffer(request), error);
    if (error) std::abort();
    read();
  }

  void feed(const std::uint8_t* octets, std::size_t size) {
    stream_.next_layer().append({reinterpret_cast<const char*>(octets), size});
    context_.restart();
    context_.poll();
  }

 private:
  void read() {
    stream_.async_read(buffer_, [this](beast::error_code error, std::size_t) {
      if (over_) return;
      if (error == websocket::error::closed) return close();
      if (error) return tell(WSPROOF_FAILURE, 0, 0, {});
      const auto data = buffer_.data();
      tell(WSPROOF_MESSAGE, stream_.got_text() ? 1 : 2, 0,
           {static_cast<const char*>(data.data()), data.size()});
      buffer_.clear();
      read();
    });
  }

  void control(websocket::frame_type kind, beast::string_view payload) {
    if (kind == websocket::frame_type::close) return;  // told when the read ends
    tell(kind == websocket::frame_type::ping ? WSPROOF_PING : WSPROOF_PONG, 0, 0,
         {payload.data(), payload.size()});
  }

  void close() {
    const auto& reason = stream_.reason();
    // 1005 stands for none.
    tell(WSPROOF_CLOSE, 0, reason.code == 1005 ? 0U : reason.code,
         {reason.reason.data(), reason.reason.size()});
  }

  void tell(wsproof_event_kind kind, int type, unsigned code, std::string_view octets) {
    if (over_) return;
    over_ = kind == WSPROOF_CLOSE || kind == WSPROOF_FAILURE;
    const wsproof_event event{kind, type, code,
                              reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
    report_(listener_, &event);
  }

  boost::asio::io_context context_;
  beast::test::stream peer_{context_};
  websocket::stream<beast::test::stream> stream_;
  beast::flat_buffer buffer_;
  wsproof_report report_;
  void* listener_;
  bool over_ = false;
};

void* create(const wsproof_codec_settings* settings, wsproof_report report, void* listener) {
  return new Beast(*settings, report, listener);
}
void feed(void* codec, const std::uint8_t* octets, std::size_t size) {
  static_cast<Beast*>(codec)->feed(octets, size);
}
void destroy(void* codec) { delete static_cast<Beast*>(codec); }

const char* const known[] = {
    nullptr,
};

}  // namespace

extern "C" const wsproof_codec* wsproof_codec_under_test() {
  static const wsproof_codec codec = {
      "Boost.Beast",  /* deflate */ 1, /* window_bits */ 15,
      /* limits */ 1, /* whole */ 0,   /* from_server */ 0,  create, feed, destroy, known};
  return &codec;
}
