// Inside net: one connection: a socket, what is still to be written, and how it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/party.hpp"
#include "harness/base/time.hpp"
#include "harness/net/address.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/report.hpp"
#include "harness/net/tls.hpp"

namespace wsproof::net {

/// How patient a connection is. See Limits.
struct Patience {
  base::Duration connect;  ///< for a transport, and once more for TLS over it
  base::Duration flush;
  base::Duration linger;
  std::optional<std::uint64_t> pause_above;  ///< unsent octets above which reading pauses, until
                                             ///< half of that is left
};

/// One connection, opened by us or accepted. Its owner hears of it only from the loop, never from
/// inside a call to it. It stays until its socket is gone: after closed() the owner lets it go.
///
/// TLS is a filter between owner and socket: opened() means that the handshake is complete, each
/// write becomes records of its own, ending writes says close_notify and then FIN, a received
/// close_notify is an eof, and a FIN without it is unannounced.
class Connection {
 public:
  class Owner {
   public:
    virtual void on_opened(base::Link link) = 0;
    virtual void on_refused(base::Link link, const Refusal& refusal) = 0;  ///< then closed() comes
    virtual void on_received(base::Link link, base::OctetView octets) = 0;
    virtual void on_ended(base::Link link, base::Ending ending) = 0;
    virtual void on_clogged(base::Link link, bool so) = 0;  ///< see Patience::pause_above
    virtual void on_closed(base::Link link) = 0;  ///< the last; may destroy the connection

   protected:
    ~Owner() = default;
  };

  Connection(Loop& loop, Owner& owner, base::Link link, const Patience& patience);
  ~Connection();  ///< resets what is left; the owner hears nothing more
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Speaks TLS from the beginning; before open() or adopt(). `host` is who is dialled.
  void secure(std::shared_ptr<const TlsContext> tls, std::string_view host);

  /// Takes small segments and keeps little that is not read; before open().
  void narrow();

  /// Connects to the first of `addresses`, in order, that answers.
  void open(std::vector<Address> addresses);

  /// Does not connect at all: on_refused() follows from the loop.
  void refuse(std::string why);

  /// Takes over an accepted socket; on_opened() follows from the loop.
  void adopt(int descriptor);

  void write(base::Octets octets);
  void read(bool on);
  void end_writes();
  void drop(bool reset);

  /// Octets (with TLS: encrypted) written, but not taken by the kernel yet.
  std::uint64_t unsent() const;
  std::uint64_t octets_out() const;
  std::optional<Address> local() const;
  std::optional<Address> peer() const;
  std::optional<TlsReport> tls() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace wsproof::net
