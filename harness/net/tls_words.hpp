// Inside net: why TLS failed, in words that say what to do next.
#pragma once

#include <string>

struct ssl_st;
struct x509_st;

namespace wsproof::net {

/// What OpenSSL tells by callbacks only, and has forgotten when a call fails.
struct TlsNoted {
  int alert = 0;            ///< the number of the fatal alert that the other side sent; 0: none
  std::string names = {};   ///< whom the certificate is for that was refused; escaped
  std::string issuer = {};  ///< likewise
};

/// Notes whom a certificate is for, and who signed it.
void note_certificate(TlsNoted& noted, x509_st* certificate);

/// After a call failed: one clause about the other side ("its certificate is self-signed; …"),
/// escaped.
std::string tls_failure(ssl_st* ssl, const TlsNoted& noted);

}  // namespace wsproof::net
