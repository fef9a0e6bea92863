#include "harness/net/tls.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "harness/net/descriptor.hpp"
#include "harness/net/tls_certificate.hpp"

namespace wsproof::net {

struct TlsContext::State {
  std::unique_ptr<SSL_CTX, decltype([](SSL_CTX* context) { SSL_CTX_free(context); })> context;
  Descriptor key_log;
  bool server = false;
  bool verify = true;
  bool close_notify = true;
  std::string server_name;
};

namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* one) { X509_free(one); })>;

constexpr std::array<unsigned char, 9> http_1_1 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

std::string last_words() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "no reason given";
}

std::unexpected<base::Error> cannot(std::string_view doing, const std::string& file,
                                    std::string_view why) {
  return base::fail(fmt::format("cannot {} {}: {}", doing, base::for_terminal(file), why));
}

base::Result<std::string> read_text(const std::string& file, std::string_view doing) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    return cannot(doing, file, errno != 0 ? error_words(errno) : "it is empty");
  return text.str();
}

/// A key that is encrypted is an error, not a question on the terminal.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*ours*/) { return -1; }

void log_key(const SSL* ssl, const char* line) {
  const auto* log = static_cast<const Descriptor*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const std::string text = std::string(line) + "\n";
  // In one piece, so that threads and processes can share the file; a full disk loses a line.
  [[maybe_unused]] const auto written = ::write(log->get(), text.data(), text.size());
}

int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void* /*ours*/) {
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, size, http_1_1.data(), http_1_1.size(), offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

base::Result<void> load_certificate(SSL_CTX* context, const TlsOptions& options) {
  const std::string& file = options.certificate_file;
  const std::string& key = options.key_file.empty() ? file : options.key_file;
  if (file.empty() && !key.empty())
    return cannot("use the key", key, "there is no certificate to it (--cert FILE)");
  if (file.empty()) return {};
  const auto readable = read_text(file, "read the certificate");
  if (!readable) return std::unexpected(readable.error());
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1)
    return cannot("use the certificate", file, last_words() + "; it must be PEM");
  const auto text = read_text(key, "read the key");
  if (!text) return std::unexpected(text.error());
  if (text->find("PRIVATE KEY") == std::string::npos)
    return cannot("use the key", key, "there is no private key in it; name its file with --key");
  if (text->find("ENCRYPTED") != std::string::npos)
    return cannot("use the key", key, "it is encrypted; `openssl pkey` decrypts it");
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1) return {};
  return cannot("use the key", key, last_words());
}

base::Result<void> trust(SSL_CTX* context, const std::string& pem, const std::string& file) {
  const Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int found = 0;
  while (const Certificate one{PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)})
    found += X509_STORE_add_cert(store, one.get());
  ERR_clear_error();
  if (found == 0) return cannot("trust", file, "there is no certificate in it; it must be PEM");
  // So that a server's own certificate, or one in the middle of a chain, can be trusted as well.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

base::Result<void> trust_file(SSL_CTX* context, const std::string& file) {
  const auto pem = read_text(file, "read the certificates of");
  if (!pem) return std::unexpected(pem.error());
  return trust(context, *pem, file);
}

base::Result<void> log_keys(SSL_CTX* context, Descriptor& log, const std::string& file) {
  if (file.empty()) return {};
  log.reset(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!log) return cannot("write the TLS key log", file, error_words(errno));
  SSL_CTX_set_app_data(context, &log);
  SSL_CTX_set_keylog_callback(context, log_key);
  return {};
}

base::Result<void> prepare(SSL_CTX* context, const TlsOptions& options, Descriptor& log) {
  CHECK(context != nullptr);
  const int minimum = options.minimum == TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_min_proto_version(context, minimum);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (const auto loaded = load_certificate(context, options); !loaded) return loaded;
  return log_keys(context, log, options.key_log_file);
}

}  // namespace

base::Result<std::shared_ptr<const TlsContext>> TlsContext::client(
    const TlsClientOptions& options) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new(TLS_client_method()));
  state->verify = options.verify;
  state->close_notify = options.both.close_notify;
  state->server_name = options.server_name;
  SSL_CTX* context = state->context.get();
  auto done = prepare(context, options.both, state->key_log);
  if (done && !options.ca_file.empty()) done = trust_file(context, options.ca_file);
  if (done && !options.ca_pem.empty()) done = trust(context, options.ca_pem, "the certificates");
  if (!done) return std::unexpected(std::move(done.error()));
  if (options.ca_file.empty() && options.ca_pem.empty()) SSL_CTX_set_default_verify_paths(context);
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_alpn_protos(context, http_1_1.data(), http_1_1.size());
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(state)));
}

base::Result<std::shared_ptr<const TlsContext>> TlsContext::server(
    const TlsServerOptions& options) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new(TLS_server_method()));
  state->server = true;
  state->close_notify = options.both.close_notify;
  SSL_CTX* context = state->context.get();
  auto done = prepare(context, options.both, state->key_log);
  if (done && options.both.certificate_file.empty())
    done = use_self_signed_certificate(context, options.names);
  if (done && !options.client_ca_file.empty()) {
    done = trust_file(context, options.client_ca_file);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(state)));
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

std::string TlsContext::certificate_pem() const {
  X509* own = SSL_CTX_get0_certificate(state_->context.get());
  const Bio out(BIO_new(BIO_s_mem()));
  if (own == nullptr || PEM_write_bio_X509(out.get(), own) != 1) return "";
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

ssl_ctx_st* TlsContext::handle() const { return state_->context.get(); }
bool TlsContext::is_server() const { return state_->server; }
bool TlsContext::verifies() const { return state_->verify; }
bool TlsContext::says_goodbye() const { return state_->close_notify; }
const std::string& TlsContext::server_name() const { return state_->server_name; }

}  // namespace wsproof::net
