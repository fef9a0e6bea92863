#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <string>

#include "harness/base/check.hpp"
#include "harness/bench/codec.hpp"
#include "harness/wire/accept_key.hpp"
#include "harness/wire/frame.hpp"

namespace wsproof::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

// A socket without a socket: reads what it is told to receive, keeps what was last written.
class Memory {
 public:
  using executor_type = asio::io_context::executor_type;

  explicit Memory(asio::io_context& context) : context_(context) {}
  executor_type get_executor() { return context_.get_executor(); }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, beast::error_code& error) {
    std::size_t taken = 0;
    for (auto buffer = asio::buffer_sequence_begin(buffers);
         buffer != asio::buffer_sequence_end(buffers); ++buffer) {
      taken += receive(left, {static_cast<std::uint8_t*>(buffer->data()), buffer->size()});
    }
    error = taken == 0 ? asio::error::eof : beast::error_code();
    return taken;
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    beast::error_code error;
    return read_some(buffers, error);
  }

  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, beast::error_code& error) {
    error = {};
    const std::size_t size = beast::buffer_bytes(buffers);
    if (output.size() < size) output.resize(size);
    written += asio::buffer_copy(asio::buffer(output), buffers);
    if (answer_next) answer();
    return size;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    beast::error_code error;
    return write_some(buffers, error);
  }

  base::OctetView left;
  base::Octets output;
  std::size_t written = 0;
  bool answer_next = false;  ///< what is written next is a request, to be answered by a 101

 private:
  void answer() {
    answer_next = false;
    const std::string_view request = base::as_text(base::OctetView(output).first(written));
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const std::size_t at = request.find(name) + name.size();
    response_ =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        wire::accept_key(request.substr(at, 24)) + "\r\n\r\n";
    left = base::as_octets(response_);
  }

  asio::io_context& context_;
  std::string response_;
};

void teardown(beast::role_type, Memory&, beast::error_code& error) { error = {}; }

class Beast : public Codec {
 public:
  Beast() {
    client_.next_layer().answer_next = true;
    client_.handshake("localhost", "/");
    server_.next_layer().left = base::as_octets(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    server_.accept();
    // One frame a message, as the others do it.
    client_.auto_fragment(false);
  }

  Messages decode(const Stream& stream) override {
    Messages messages;
    server_.next_layer().left = stream.octets;
    // It would take the end of the octets for the end of the connection.
    for (; messages.count < stream.messages.count; ++messages.count) {
      messages.octets += server_.read(message_);
      message_.clear();
    }
    return messages;
  }

  std::size_t encode(std::uint8_t opcode, base::OctetView payload) override {
    client_.next_layer().written = 0;
    client_.binary(opcode == wire::opcode::binary);
    client_.write(asio::buffer(payload.data(), payload.size()));
    return client_.next_layer().written;
  }

 private:
  asio::io_context context_;
  beast::websocket::stream<Memory, false> server_{context_};
  beast::websocket::stream<Memory, false> client_{context_};
  beast::flat_buffer message_;
};

}  // namespace

std::unique_ptr<Codec> beast_codec() { return std::make_unique<Beast>(); }

}  // namespace wsproof::bench
