// websocketpp as a codec of the fuzzers: its hybi13 processor, and what its connection does with a
// Close.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <websocketpp/close.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/processors/hybi13.hpp>

#include "fuzz/codecs/adapter.hpp"

namespace {

struct Config : websocketpp::config::core {
  struct permessage_deflate_config {
    typedef Config::request_type request_type;
    static const bool allow_disabling_context_takeover = true;
    static const uint8_t minimum_outgoing_window_bits = 8;
  };
  typedef websocketpp::extensions::permessage_deflate::enabled<permessage_deflate_config>
      permessage_deflate_type;
};
typedef websocketpp::processor::hybi13<Config> Processor;

class Websocketpp {
 public:
  Websocketpp(const wsproof_codec_settings& settings, wsproof_report report, void* listener)
      : messages_(std::make_shared<Config::con_msg_manager_type>()),
        processor_(false, settings.from_server == 0, messages_, random_),
        report_(report),
        listener_(listener) {
    processor_.set_max_message_size(settings.message_limit);
    if (settings.deflate == 0) return;
    Config::request_type request;
    request.append_header("Sec-WebSocket-Extensions",
                          settings.forgets != 0 ? "permessage-deflate; client_no_context_takeover"
                                                : "permessage-deflate");
    processor_.negotiate_extensions(request);
  }

  void feed(const std::uint8_t* octets, std::size_t size) {
    std::vector<std::uint8_t> copy(octets, octets + size);  // it unmasks in place
    std::size_t at = 0;
    while (!over_ && at < copy.size()) {
      websocketpp::lib::error_code error;
      at += processor_.consume(copy.data() + at, copy.size() - at, error);
      if (error) return fail(code_of(error));
      if (processor_.ready()) take(processor_.get_message());
    }
  }

 private:
  // As connection_impl.hpp chooses the code.
  static unsigned code_of(const websocketpp::lib::error_code& error) {
    return websocketpp::processor::error::to_ws(error);
  }

  void take(const Config::message_type::ptr& message) {
    const std::string& payload = message->get_payload();
    switch (message->get_opcode()) {
      case websocketpp::frame::opcode::ping:
        return tell(WSPROOF_PING, 0, 0, payload);
      case websocketpp::frame::opcode::pong:
        return tell(WSPROOF_PONG, 0, 0, payload);
      case websocketpp::frame::opcode::close:
        return take_close(payload);
      case websocketpp::frame::opcode::text:
        return tell(WSPROOF_MESSAGE, 1, 0, payload);
      default:
        return tell(WSPROOF_MESSAGE, 2, 0, payload);
    }
  }

  void take_close(const std::string& payload) {
    websocketpp::lib::error_code error;
    const auto code = websocketpp::close::extract_code(payload, error);
    if (error) return fail(1002);
    const std::string reason = websocketpp::close::extract_reason(payload, error);
    if (error) return fail(1002);
    tell(WSPROOF_CLOSE, 0, payload.empty() ? 0 : code, reason);
  }

  void fail(unsigned code) { tell(WSPROOF_FAILURE, 0, code, {}); }

  void tell(wsproof_event_kind kind, int type, unsigned code, const std::string& octets) {
    over_ = kind == WSPROOF_CLOSE || kind == WSPROOF_FAILURE;
    const wsproof_event event{kind, type, code,
                              reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
    report_(listener_, &event);
  }

  Config::rng_type random_;
  std::shared_ptr<Config::con_msg_manager_type> messages_;
  Processor processor_;
  wsproof_report report_;
  void* listener_;
  bool over_ = false;
};

using Adapter = wsproof::fuzz::Adapter<Websocketpp>;

// docs/observations.md tells of each.
const char* const known[] = {
    "code: *",
    "by the cut code: *",
    "accepts: message too big",
    "accepts: reserved bit",
    "accepts: data that do not inflate",
    "accepts: text that is no UTF-8",
    "refuses: text",
    "refuses: binary",
    "refuses: close",
    "refuses: ping",
    "refuses: pong",
    "refuses: what came last",
    "differs: text",
    "differs: binary",
    nullptr,
};

}  // namespace

extern "C" const wsproof_codec* wsproof_codec_under_test() {
  static const wsproof_codec codec = {
      "websocketpp",
      /* deflate */ 1,
      /* window_bits */ 15,
      /* limits */ 1,
      /* whole */ 0,
      /* from_server */ 1,  Adapter::create, Adapter::feed, Adapter::destroy, known};
  return &codec;
}
