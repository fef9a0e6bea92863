// For the tests of TLS in net: a server with a certificate of its own, and clients that trust it.
#pragma once

#include <memory>
#include <utility>

#include "harness/net/scripted_party_test.hpp"
#include "harness/net/tls.hpp"

namespace wsproof::net::test {

using Tls = std::shared_ptr<const TlsContext>;

inline Tls server_tls(const TlsServerOptions& options = {}) {
  return TlsContext::server(options).value();
}

/// Trusts the server's certificate.
inline Tls client_tls(const Tls& server, TlsClientOptions options = {}) {
  options.ca_pem = server->certificate_pem();
  return TlsContext::client(options).value();
}

/// A listener on a free loopback port that speaks TLS.
inline base::Result<Listener> tls_listener(const Tls& tls, const ListenerLimits& limits = {}) {
  auto listener = Listener::open("127.0.0.1", 0, limits);
  if (listener) listener->secure(tls);
  return listener;
}

inline Destination over_tls(Destination destination, Tls tls) {
  destination.tls = std::move(tls);
  return destination;
}

}  // namespace wsproof::net::test
