#include "harness/net/tls_words.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <string_view>

#include "harness/base/escape.hpp"

namespace wsproof::net {
namespace {

constexpr std::string_view or_insecure = ", or go on without verification (-k)";
constexpr std::size_t most_to_show = 120;
constexpr int most_names = 5;

std::string shown(std::string_view hostile) {
  return base::for_terminal(base::cut(hostile, most_to_show));
}

std::string ip_text(const ASN1_STRING* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(octets) == 4 ? AF_INET : AF_INET6;
  const bool known = ASN1_STRING_length(octets) == 4 || ASN1_STRING_length(octets) == 16;
  if (!known ||
      ::inet_ntop(family, ASN1_STRING_get0_data(octets), text.data(), text.size()) == nullptr)
    return "a malformed address";
  return text.data();
}

/// Whom a certificate is for: "localhost, 127.0.0.1".
std::string names_of(X509* certificate) {
  using Names = std::unique_ptr<GENERAL_NAMES,
                                decltype([](GENERAL_NAMES* names) { GENERAL_NAMES_free(names); })>;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string out;
  int told = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const auto* value = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind));
    if (kind != GEN_DNS && kind != GEN_IPADD) continue;
    if (told++ == most_names) return out + "…";
    const std::string_view octets(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                  static_cast<std::size_t>(ASN1_STRING_length(value)));
    out += (out.empty() ? "" : ", ") + (kind == GEN_DNS ? shown(octets) : ip_text(value));
  }
  return out.empty() ? "no name at all" : out;
}

std::string wanted_name(ssl_st* ssl) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
  if (const char* host = X509_VERIFY_PARAM_get0_host(wanted, 0)) return shown(host);
  char* address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
  const std::string out = address != nullptr ? address : "this host";
  OPENSSL_free(address);
  return out;
}

std::string issuer_of(X509* certificate) {
  std::array<char, most_to_show> text{};
  X509_NAME_get_text_by_NID(X509_get_issuer_name(certificate), NID_commonName, text.data(),
                            static_cast<int>(text.size()));
  return shown(text.data());
}

std::string certificate_trouble(ssl_st* ssl, const TlsNoted& noted, long result) {
  switch (result) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return fmt::format("its certificate is self-signed; trust it with --cacert FILE{}",
                         or_insecure);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format(
          "its certificate comes from an authority that is not trusted here{}; trust that with "
          "--cacert FILE{}",
          noted.issuer.empty() ? "" : " (" + noted.issuer + ")", or_insecure);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: {
      return fmt::format("its certificate is for {}, not for {}; ask for that name (--sni NAME){}",
                         noted.names, wanted_name(ssl), or_insecure);
    }
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("its certificate has expired; renew it{}", or_insecure);
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("its certificate is not valid yet; is the clock right? Correct it{}",
                         or_insecure);
    default:
      return fmt::format("its certificate cannot be verified ({}); correct it{}",
                         X509_verify_cert_error_string(result), or_insecure);
  }
}

std::string_view alert_name(int alert) {
  switch (alert) {  // those that OpenSSL 3.0 has no name for
    case SSL_AD_MISSING_EXTENSION:
      return "missing extension";
    case SSL_AD_CERTIFICATE_REQUIRED:
      return "certificate required";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
      return "no application protocol";
    default:
      return SSL_alert_desc_string_long(alert);
  }
}

std::string_view hint_for_alert(int alert) {
  switch (alert) {
    case SSL_AD_PROTOCOL_VERSION:
      return "; it wants another version of TLS (--tls-min)";
    case SSL_AD_UNRECOGNIZED_NAME:
      return "; it wants to be asked for another name (--sni NAME)";
    case SSL_AD_CERTIFICATE_REQUIRED:
    case SSL_AD_NO_CERTIFICATE:
      return "; it wants a client certificate (--cert FILE --key FILE)";
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
      return "; it may want a client certificate (--cert FILE --key FILE), or another one";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
      return "; it does not take http/1.1, which was offered by ALPN";
    default:
      return "";
  }
}

}  // namespace

void note_certificate(TlsNoted& noted, x509_st* certificate) {
  noted.names = names_of(certificate);
  noted.issuer = issuer_of(certificate);
}

std::string tls_failure(ssl_st* ssl, const TlsNoted& noted) {
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return certificate_trouble(ssl, noted, SSL_get_verify_result(ssl));
  if (noted.alert != 0)
    return fmt::format("it sent the TLS alert \"{}\" ({}){}", alert_name(noted.alert), noted.alert,
                       hint_for_alert(noted.alert));
  if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_VERSION_TOO_LOW)
    return "it wants an older version of TLS than this side takes (--tls-min)";
  const char* words = ERR_reason_error_string(error);
  return fmt::format("it broke the TLS protocol: {}", words != nullptr ? words : "no reason given");
}

}  // namespace wsproof::net
