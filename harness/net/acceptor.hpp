// Inside net: one listening socket.
#pragma once

#include <functional>
#include <memory>

#include "harness/base/error.hpp"
#include "harness/net/address.hpp"
#include "harness/net/loop.hpp"

namespace wsproof::net {

/// A listening socket. Accepts while it is not paused. The file of a Unix socket goes with it.
class Acceptor {
 public:
  /// `on_accepted` gets a socket that it owns from then on. The file of a Unix socket that nobody
  /// listens on is replaced.
  static base::Result<std::unique_ptr<Acceptor>> listen(Loop& loop, const Address& address,
                                                        std::function<void(int)> on_accepted);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  /// With the real port.
  const Address& address() const;

  /// Stops and goes on accepting; at first it is paused.
  void pause(bool paused);

 private:
  struct State;
  explicit Acceptor(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace wsproof::net
