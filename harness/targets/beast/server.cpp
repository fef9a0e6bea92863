// An echo server made with Boost.Beast and coroutines, after Beast's own awaitable example.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

asio::awaitable<void> echo(tcp::socket socket) {
  websocket::stream<beast::tcp_stream> connection(std::move(socket));
  connection.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
  websocket::permessage_deflate deflate;
  deflate.server_enable = true;
  connection.set_option(deflate);
  try {
    co_await connection.async_accept(asio::use_awaitable);
    while (true) {
      beast::flat_buffer message;
      co_await connection.async_read(message, asio::use_awaitable);
      connection.text(connection.got_text());
      co_await connection.async_write(message.data(), asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    // closed, or failed; Beast has sent the Close that belongs to it
  }
}

asio::awaitable<void> listen(unsigned short port) {
  tcp::acceptor acceptor(co_await asio::this_coro::executor,
                         {asio::ip::address_v4::loopback(), port});
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), echo(std::move(socket)), asio::detached);
  }
}

int main(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "--port") {
    std::fputs("usage: server --port N\n", stderr);
    return 2;
  }
  asio::io_context context(1);
  asio::co_spawn(context, listen(static_cast<unsigned short>(std::atoi(argv[2]))),
                 [](std::exception_ptr error) {
                   if (error) std::rethrow_exception(error);
                 });
  context.run();
}
