#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/hybi13.hpp>

#include "harness/base/check.hpp"
#include "harness/base/random.hpp"
#include "harness/bench/codec.hpp"

namespace wsproof::bench {

namespace {

class Keys {
 public:
  std::uint32_t operator()() { return static_cast<std::uint32_t>(random_.next()); }

 private:
  base::Random random_{1};
};

// As websocketpp::config::core, but without its loggers, whose headers no C++20 compiler takes, and
// with keys from a seed, as the others have them.
struct Config {
  using rng_type = Keys;
  using request_type = websocketpp::http::parser::request;
  using response_type = websocketpp::http::parser::response;
  using message_type =
      websocketpp::message_buffer::message<websocketpp::message_buffer::alloc::con_msg_manager>;
  using con_msg_manager_type = websocketpp::message_buffer::alloc::con_msg_manager<message_type>;
  struct Deflate {};
  using permessage_deflate_type = websocketpp::extensions::permessage_deflate::disabled<Deflate>;
  static constexpr std::size_t max_message_size = 32'000'000;
  static constexpr bool enable_extensions = true;
};

class Websocketpp : public Codec {
 public:
  Messages decode(const Stream& stream) override {
    Messages messages;
    base::OctetView left = stream.octets;
    while (!left.empty()) {
      const std::size_t size = receive(left, chunk_);
      for (std::size_t at = 0; at < size;) {
        websocketpp::lib::error_code error;
        at += server_.consume(chunk_.data() + at, size - at, error);
        CHECK(!error);
        if (!server_.ready()) continue;
        ++messages.count;
        messages.octets += server_.get_message()->get_payload().size();
      }
    }
    return messages;
  }

  std::size_t encode(std::uint8_t opcode, base::OctetView payload) override {
    const auto in =
        manager_->get_message(websocketpp::frame::opcode::value(opcode), payload.size());
    in->set_payload(payload.data(), payload.size());
    const auto out = manager_->get_message();
    CHECK(!client_.prepare_data_frame(in, out));
    return out->get_header().size() + out->get_payload().size();
  }

 private:
  using Manager = Config::con_msg_manager_type;

  base::Octets chunk_ = base::Octets(chunk_octets);
  Keys keys_;
  websocketpp::lib::shared_ptr<Manager> manager_ = std::make_shared<Manager>();
  websocketpp::processor::hybi13<Config> server_{false, true, manager_, keys_};
  websocketpp::processor::hybi13<Config> client_{false, false, manager_, keys_};
};

}  // namespace

std::unique_ptr<Codec> websocketpp_codec() { return std::make_unique<Websocketpp>(); }

}  // namespace wsproof::bench
