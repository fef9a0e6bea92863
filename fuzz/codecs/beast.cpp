// Boost.Beast as a codec of the fuzzers: a whole websocket::stream over a transport in memory.
#include <boost/asio/io_context.hpp>
#include <boost/beast/_experimental/test/stream.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fuzz/codecs/adapter.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

class Beast {
 public:
  Beast(const wsproof_codec_settings& settings, wsproof_report report, void* listener)
      : stream_(context_), report_(report), listener_(listener) {
    peer_.connect(stream_.next_layer());
    websocket::permessage_deflate deflate;
    deflate.server_enable = settings.deflate != 0;
    stream_.set_option(deflate);
    stream_.read_message_max(settings.message_limit);
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view payload) {
      if (kind == websocket::frame_type::close) return;  // told when the read ends
      tell(kind == websocket::frame_type::ping ? WSPROOF_PING : WSPROOF_PONG, 0, 0, payload);
    });
    std::string request =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    if (settings.deflate != 0) {
      request += "Sec-WebSocket-Extensions: permessage-deflate";
      if (settings.forgets != 0) request += "; client_no_context_takeover";
      request += "\r\n";
    }
    beast::error_code error;
    stream_.accept(asio::buffer(request + "\r\n"), error);
    if (error) std::abort();
    peer_.clear();  // the answer
    read();
  }

  void feed(const std::uint8_t* octets, std::size_t size) {
    beast::error_code error;
    // Not by append(), which wakes no read that waits.
    while (size > 0 && !over_) {
      const std::size_t written = peer_.write_some(asio::buffer(octets, size), error);
      if (error) return;
      octets += written;
      size -= written;
      context_.restart();
      context_.poll();
    }
  }

 private:
  void read() {
    stream_.async_read(buffer_, [this](beast::error_code error, std::size_t) {
      if (error == websocket::error::closed) return close();
      if (error) return tell(WSPROOF_FAILURE, 0, code_sent(), {});
      const auto data = buffer_.data();
      tell(WSPROOF_MESSAGE, stream_.got_text() ? 1 : 2, 0,
           {static_cast<const char*>(data.data()), data.size()});
      buffer_.clear();
      if (!over_) read();
    });
  }

  void close() {
    const auto& reason = stream_.reason();
    // "none" stands for a Close without a code.
    const unsigned code = reason.code == websocket::close_code::none ? 0 : reason.code;
    tell(WSPROOF_CLOSE, 0, code, {reason.reason.data(), reason.reason.size()});
  }

  // The code of the Close that it wrote, behind its pongs; 0: there is none.
  unsigned code_sent() const {
    const beast::string_view written = peer_.str();
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(written[at]); };
    for (std::size_t at = 0; at + 4 <= written.size(); at += 2 + octet(at + 1)) {
      if (octet(at) == 0x88) return octet(at + 2) << 8U | octet(at + 3);
    }
    return 0;
  }

  void tell(wsproof_event_kind kind, int type, unsigned code, beast::string_view octets) {
    if (over_) return;
    over_ = kind == WSPROOF_CLOSE || kind == WSPROOF_FAILURE;
    const wsproof_event event{kind, type, code,
                              reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
    report_(listener_, &event);
  }

  asio::io_context context_;
  beast::test::stream peer_{context_};
  websocket::stream<beast::test::stream> stream_;
  // Bounded, as with permessage-deflate it would allocate whatever length a frame announces.
  beast::flat_buffer buffer_{std::size_t{1} << 20U};
  wsproof_report report_;
  void* listener_;
  bool over_ = false;
};

using Adapter = wsproof::fuzz::Adapter<Beast>;

// docs/observations.md tells of each.
const char* const known[] = {
    "accepts: data that do not inflate",
    "accepts: close code",
    "accepts: message too big",
    "accepts: text that is no UTF-8",
    "refuses: close",
    "refuses: text",
    "refuses: binary",
    "refuses: ping",
    "refuses: pong",
    "refuses: what came last",
    "by the cut refuses: what came last",
    "by the cut refuses: text",
    "by the cut accepts: message too big",
    "code: *",
    "by the cut code: *",
    nullptr,
};

}  // namespace

extern "C" const wsproof_codec* wsproof_codec_under_test() {
  static const wsproof_codec codec = {
      "Boost.Beast",
      /* deflate */ 1,
      /* window_bits */ 15,
      /* limits */ 1,
      /* whole */ 0,
      /* from_server */ 0,  Adapter::create, Adapter::feed, Adapter::destroy, known};
  return &codec;
}
