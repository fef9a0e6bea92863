// TLS as either side speaks it: what the user said, made ready once for many connections.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"

struct ssl_ctx_st;

namespace wsproof::net {

enum class TlsVersion { v1_2, v1_3 };

/// What both sides have. Files are PEM.
struct TlsOptions {
  std::string certificate_file = {};  ///< and the chain behind it
  std::string key_file = {};          ///< empty: it stands in the certificate's file
  TlsVersion minimum = TlsVersion::v1_2;
  std::string key_log_file = {};  ///< appended to, in NSS key log format, for Wireshark
  bool close_notify = true;       ///< say goodbye; false: only the transport ends
};

struct TlsClientOptions {
  TlsOptions both = {};
  bool verify = true;         ///< chain, dates, and the name or IP address of the host
  std::string ca_file = {};   ///< trusted; with neither of the two, what the system trusts
  std::string ca_pem = {};    ///< the same as text
  std::string server_name{};  ///< asked for (SNI) and verified; empty: the destination's host
};

struct TlsServerOptions {
  TlsOptions both = {};  ///< without a certificate one is made, self-signed, for `names`
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  std::string client_ca_file =
      {};  ///< not empty: clients must show a certificate of this authority
};

/// Options made ready: certificates read, keys checked. Offers or takes `http/1.1` by ALPN;
/// sessions are not resumed, and renegotiation is refused. Any number of threads may use one.
class TlsContext {
 public:
  /// The error says which file is wrong, how, and what would be right.
  static base::Result<std::shared_ptr<const TlsContext>> client(const TlsClientOptions& options);
  static base::Result<std::shared_ptr<const TlsContext>> server(const TlsServerOptions& options);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// Our own certificate as PEM; empty when there is none.
  std::string certificate_pem() const;

  // For TlsFilter.
  ssl_ctx_st* handle() const;
  bool is_server() const;
  bool verifies() const;
  bool says_goodbye() const;
  const std::string& server_name() const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace wsproof::net
