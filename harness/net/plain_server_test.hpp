// For tests: a TCP server whose every connection is a plain function in a thread of its own, so
// that it can do what no orderly server does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace wsproof::net::test {

class PlainServer;

/// One accepted connection. Everything blocks, and ends early when the server is being destroyed.
class PlainLink {
 public:
  PlainLink(PlainServer& server, int descriptor) : server_(server), descriptor_(descriptor) {}
  ~PlainLink();  ///< closes
  PlainLink(const PlainLink&) = delete;
  PlainLink& operator=(const PlainLink&) = delete;

  /// Sends everything, waiting for the other side to take it. False when nobody takes it any more.
  bool send(std::string_view octets);
  /// What comes next; empty at the end of the other side's octets.
  std::string receive();
  /// False when the server is being destroyed meanwhile.
  bool pause(std::chrono::milliseconds time);
  /// Half-closes.
  void end_writes();
  /// The next close is a reset.
  void reset();
  /// Reads, and throws away, until the other side has ended.
  void drain();
  /// Reads nothing, until the other side has ended.
  void hold();

  PlainServer& server() { return server_; }

 private:
  /// Waits for one of the poll events. False when the server is being destroyed.
  bool wait(short events);

  PlainServer& server_;
  int descriptor_;
};

/// Listens on a free port of 127.0.0.1 for as long as it lives.
class PlainServer {
 public:
  /// Plays one connection, the `nth`; when it returns, the connection is closed.
  using Serve = std::function<void(PlainLink&, std::size_t nth)>;

  /// `at_once`: false serves one connection after the other; the others wait in the backlog.
  explicit PlainServer(Serve serve, bool at_once = true);
  ~PlainServer();  ///< ends all connections
  PlainServer(const PlainServer&) = delete;
  PlainServer& operator=(const PlainServer&) = delete;

  std::uint16_t port() const;
  /// From now on connections are refused.
  void stop_listening();
  /// Accepted so far.
  std::size_t accepted() const;

 private:
  friend class PlainLink;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::net::test
