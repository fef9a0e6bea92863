// The listener: accepts connections over TCP, TLS or a Unix socket, and feeds them all to one
// party, the server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/party.hpp"
#include "harness/base/time.hpp"
#include "harness/net/address.hpp"
#include "harness/net/tls.hpp"

namespace wsproof::net {

class StopSource;

struct ListenerLimits {
  std::size_t connections = 1024;       ///< at once; further ones wait in the kernel's backlog
  std::uint64_t unsent = 256ULL << 10;  ///< of one connection; above it reading pauses, and the
                                        ///< party is told (clogged)
  base::Duration flush = std::chrono::seconds(5);           ///< as in Limits
  base::Duration linger = std::chrono::milliseconds(1000);  ///< as in Limits
  base::Duration handshake = std::chrono::seconds(5);       ///< for TLS; then it is closed
};

/// What a listener has seen while it served.
struct ListenerReport {
  std::uint64_t accepted = 0;
  std::size_t most_at_once = 0;
  std::uint64_t octets_in = 0;
  std::uint64_t octets_out = 0;
};

/// Listening sockets, and the loop that serves them. From open() on connections queue up in the
/// kernel; serve() answers them.
class Listener {
 public:
  /// Listens on every address that `host` stands for ("127.0.0.1", "::1", "0.0.0.0", "localhost"…),
  /// on the same port; port 0 is a free one. SO_REUSEADDR, so that a restart does not wait. The
  /// error says which address could not be had, and why.
  static base::Result<Listener> open(std::string_view host, std::uint16_t port,
                                     const ListenerLimits& limits = {});

  /// Listens on a Unix socket: a path, @NAME, or @ for a free abstract one. A file that nobody
  /// listens on any more is replaced, and the file is removed at the end; the error tells when
  /// somebody answers there, or it is no socket.
  static base::Result<Listener> open_unix(std::string_view path, const ListenerLimits& limits = {});

  /// Speaks TLS from now on; before serve(). The party hears of a link when its handshake is
  /// complete, and of nothing else, so links may be missing from the count.
  void secure(std::shared_ptr<const TlsContext> tls);

  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;
  ~Listener();

  /// The real port; 0 for a Unix socket.
  std::uint16_t port() const;

  /// All addresses that are listened on, with the real port.
  const std::vector<Address>& addresses() const;

  /// A destination that reaches this listener from this machine; the wildcard addresses become
  /// loopback ones. Without TLS, of which the client's side is the caller's choice.
  Destination destination() const;

  /// Feeds `party` with links 0, 1, 2… in the order of accepting, and carries out what it wants,
  /// as Pump does (an Open is refused), until `stop` is stopped (from any thread or a signal) or
  /// the party is finished. When stopped, what is still connected is reset, and the party is told
  /// nothing more; when finished, it is closed in order. Called once, by one thread.
  ListenerReport serve(base::Party& party, const StopSource& stop);

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::net
