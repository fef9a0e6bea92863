// Inside net: one connection: a socket, what is still to be written, and how it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/party.hpp"
#include "harness/base/time.hpp"
#include "harness/net/address.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/report.hpp"

namespace wsproof::net {

/// How patient a connection is. See Limits.
struct Patience {
  base::Duration connect;
  base::Duration flush;
  base::Duration linger;
  std::optional<std::uint64_t> pause_above;  ///< unsent octets above which reading pauses
};

/// One connection, opened by us or accepted. Its owner hears of it only from the loop, never from
/// inside a call to it. It stays until its socket is gone: after closed() the owner lets it go.
///
/// This is the seam for other transports: whatever stands between a Party and a socket (TLS) is a
/// filter in here, and an Address that is not TCP (a Unix socket) is one more case of open().
class Connection {
 public:
  class Owner {
   public:
    virtual void on_opened(base::Link link) = 0;
    virtual void on_refused(base::Link link, const Refusal& refusal) = 0;  ///< then closed() comes
    virtual void on_received(base::Link link, base::OctetView octets) = 0;
    virtual void on_ended(base::Link link, base::Ending ending) = 0;
    virtual void on_closed(base::Link link) = 0;  ///< the last; may destroy the connection

   protected:
    ~Owner() = default;
  };

  Connection(Loop& loop, Owner& owner, base::Link link, const Patience& patience);
  ~Connection();  ///< resets what is left; the owner hears nothing more
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects to the first of `addresses`, in order, that answers.
  void open(std::vector<Address> addresses);

  /// Does not connect at all: on_refused() follows from the loop.
  void refuse(std::string why);

  /// Takes over an accepted socket; on_opened() follows from the loop.
  void adopt(int descriptor);

  void write(base::Octets octets);
  void end_writes();
  void drop(bool reset);

  /// Octets written, but not taken by the kernel yet.
  std::uint64_t unsent() const;
  std::uint64_t octets_out() const;
  std::optional<Address> local() const;
  std::optional<Address> peer() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace wsproof::net
