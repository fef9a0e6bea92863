// An echo server made with WebSocket++ on Asio, after the library's own example.
#include <cstdlib>

#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/server.hpp>

struct Config : websocketpp::config::asio {
  struct permessage_deflate_config {
    using request_type = core::request_type;
    static constexpr bool allow_disabling_context_takeover = true;
    static constexpr uint8_t minimum_outgoing_window_bits = 8;
  };
  using permessage_deflate_type =
      websocketpp::extensions::permessage_deflate::enabled<permessage_deflate_config>;
};

using Server = websocketpp::server<Config>;

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  Server server;
  server.clear_access_channels(websocketpp::log::alevel::all);
  server.clear_error_channels(websocketpp::log::elevel::all);
  server.set_reuse_addr(true);
  server.set_message_handler(
      [&](websocketpp::connection_hdl connection, Server::message_ptr message) {
        websocketpp::lib::error_code error;
        server.send(connection, message->get_payload(), message->get_opcode(), error);
      });
  server.init_asio();
  server.listen("127.0.0.1", argv[2]);  // --port N
  server.start_accept();
  server.run();
}
