// An echo server made with POCO's Net library. WebSocket hands over single frames; putting messages
// together and answering pings and Closes is left to the program.
#include <Poco/Buffer.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/WebSocket.h>
#include <Poco/Util/ServerApplication.h>
#include <string>

using Poco::Net::WebSocket;

constexpr int largest_frame = 32 << 20;  // octets

// Echoes until the end of the connection.
void echo(WebSocket& connection) {
  Poco::Buffer<char> message(0);
  int kind = 0;
  while (true) {
    Poco::Buffer<char> frame(0);
    int flags = 0;
    const int size = connection.receiveFrame(frame, flags);
    const int opcode = flags & WebSocket::FRAME_OP_BITMASK;
    if (size == 0 && flags == 0) return;  // the end
    if (opcode == WebSocket::FRAME_OP_PING) {
      connection.sendFrame(frame.begin(), size,
                           static_cast<int>(WebSocket::FRAME_FLAG_FIN) | WebSocket::FRAME_OP_PONG);
    } else if (opcode == WebSocket::FRAME_OP_CLOSE) {
      connection.sendFrame(frame.begin(), size,
                           static_cast<int>(WebSocket::FRAME_FLAG_FIN) | WebSocket::FRAME_OP_CLOSE);
      return;
    } else if (opcode != WebSocket::FRAME_OP_PONG) {
      if (opcode != WebSocket::FRAME_OP_CONT) kind = opcode;
      message.append(frame);
      if ((flags & WebSocket::FRAME_FLAG_FIN) == 0) continue;
      connection.sendFrame(message.begin(), static_cast<int>(message.size()),
                           static_cast<int>(WebSocket::FRAME_FLAG_FIN) | kind);
      message.resize(0);
    }
  }
}

class Endpoint : public Poco::Net::HTTPRequestHandler {
 public:
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    try {
      WebSocket connection(request, response);
      connection.setMaxPayloadSize(largest_frame);
      connection.setReceiveTimeout(Poco::Timespan(60, 0));
      echo(connection);
    } catch (const Poco::Net::WebSocketException& error) {
      switch (error.code()) {
        case WebSocket::WS_ERR_HANDSHAKE_UNSUPPORTED_VERSION:
          response.set("Sec-WebSocket-Version", WebSocket::WEBSOCKET_VERSION);
          [[fallthrough]];
        case WebSocket::WS_ERR_NO_HANDSHAKE:
        case WebSocket::WS_ERR_HANDSHAKE_NO_VERSION:
        case WebSocket::WS_ERR_HANDSHAKE_NO_KEY:
          response.setStatusAndReason(Poco::Net::HTTPResponse::HTTP_BAD_REQUEST);
          response.setContentLength(0);
          response.send();
          break;
      }
    } catch (const Poco::Exception&) {
      // the connection is gone
    }
  }
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest&) override {
    return new Endpoint;
  }
};

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const Poco::UInt16 port = static_cast<Poco::UInt16>(std::stoi(argv[2]));  // --port N
  Poco::ThreadPool threads(4, 1200);
  auto* parameters = new Poco::Net::HTTPServerParams;  // the server takes it
  parameters->setMaxThreads(1200);
  parameters->setMaxQueued(1000);
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
  Poco::Net::HTTPServer server(new Factory, threads, socket, parameters);
  server.start();
  pause();
}
