#include "harness/net/tls_filter.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "harness/net/tls_words.hpp"

namespace wsproof::net {

namespace {

constexpr std::uint64_t most_without_data = 1ULL << 20;
constexpr std::size_t largest_record = 16 * 1024;
constexpr std::string_view perhaps_plain = "; if it speaks no TLS, use ws:// instead of wss://";

/// A fatal alert in a record of its own (RFC 8446 §6).
constexpr std::array<unsigned char, 7> unexpected_message = {
    SSL3_RT_ALERT, SSL3_VERSION_MAJOR, 1, 0, 2, SSL3_AL_FATAL, SSL_AD_UNEXPECTED_MESSAGE};

/// Whether octets can be the beginning of a TLS record (RFC 8446 §5.1): a known type, version 3.x.
bool may_be_tls(base::OctetView octets) {
  return octets[0] >= SSL3_RT_CHANGE_CIPHER_SPEC && octets[0] <= SSL3_RT_APPLICATION_DATA &&
         (octets.size() < 2 || octets[1] == SSL3_VERSION_MAJOR);
}

void count(std::uint64_t& records, std::vector<std::size_t>& sizes, std::size_t size) {
  ++records;
  if (sizes.size() < TlsReport::kept_sizes) sizes.push_back(size);
}

}  // namespace

struct TlsFilter::State {
  std::shared_ptr<const TlsContext> context;
  std::unique_ptr<SSL, decltype([](SSL* ssl) { SSL_free(ssl); })> ssl;
  BIO* in = nullptr;  // both are the SSL's
  BIO* out = nullptr;
  bool opened = false;
  bool failed = false;
  bool heard = false;              // anything at all
  std::uint64_t without_data = 0;  // octets fed since the last data
  TlsNoted noted;
  TlsReport report;

  Step fail(std::string why);
  Step outcome(int result);
};

namespace {

void watch_alerts(const SSL* ssl, int where, int value) {
  const bool fatal = (value >> 8) == SSL3_AL_FATAL;
  if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && fatal)
    static_cast<TlsNoted*>(SSL_get_app_data(ssl))->alert = value & 0xFF;
}

int watch_certificate(int good, X509_STORE_CTX* verified) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(verified, SSL_get_ex_data_X509_STORE_CTX_idx()));
  X509* certificate = X509_STORE_CTX_get_current_cert(verified);
  if (good == 0 && certificate != nullptr)
    note_certificate(*static_cast<TlsNoted*>(SSL_get_app_data(ssl)), certificate);
  return good;
}

void name_the_host(SSL* ssl, const TlsContext& context, std::string_view host) {
  std::string name(context.server_name().empty() ? host : context.server_name());
  name.resize(std::min(name.find('%'), name.size()));  // the zone of an IPv6 address
  while (name.ends_with('.')) name.pop_back();
  X509_VERIFY_PARAM* verified = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(verified, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // Literal addresses are no server names (RFC 6066 §3).
  if (X509_VERIFY_PARAM_set1_ip_asc(verified, name.c_str()) == 1) return;
  SSL_set_tlsext_host_name(ssl, name.c_str());
  X509_VERIFY_PARAM_set1_host(verified, name.data(), name.size());
}

}  // namespace

TlsFilter::TlsFilter(std::shared_ptr<const TlsContext> context, std::string_view host)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.context = std::move(context);
  state.ssl.reset(SSL_new(state.context->handle()));
  state.in = BIO_new(BIO_s_mem());
  state.out = BIO_new(BIO_s_mem());
  CHECK(state.ssl && state.in != nullptr && state.out != nullptr);
  SSL* ssl = state.ssl.get();
  SSL_set_bio(ssl, state.in, state.out);
  SSL_set_app_data(ssl, &state.noted);
  SSL_set_info_callback(ssl, watch_alerts);
  if (state.context->is_server()) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
    if (state.context->verifies()) SSL_set_verify(ssl, SSL_VERIFY_PEER, watch_certificate);
    name_the_host(ssl, *state.context, host);
  }
}

TlsFilter::~TlsFilter() = default;

TlsFilter::Step TlsFilter::State::fail(std::string why) {
  failed = true;
  report.end = TlsReport::End::failed;
  report.trouble = std::move(why);
  return Step::failed;
}

TlsFilter::Step TlsFilter::State::outcome(int result) {
  switch (SSL_get_error(ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
      if (without_data <= most_without_data) return Step::waiting;
      return fail(fmt::format("it sent more than {} octets of TLS without any data in them",
                              most_without_data));
    case SSL_ERROR_ZERO_RETURN:
      if (!opened) return fail("it closed the TLS connection during the handshake");
      report.end = TlsReport::End::close_notify;
      return Step::ended;
    default:
      return fail(tls_failure(ssl.get(), noted));
  }
}

TlsFilter::Step TlsFilter::advance(std::span<std::uint8_t> into, std::size_t& size) {
  State& state = *state_;
  SSL* ssl = state.ssl.get();
  if (state.failed) return Step::failed;
  ERR_clear_error();
  if (state.opened) {
    const int result = SSL_read_ex(ssl, into.data(), into.size(), &size);
    if (result != 1) return state.outcome(result);
    state.without_data = 0;
    count(state.report.records_in, state.report.sizes_in, size);
    return Step::data;
  }
  const int result = SSL_do_handshake(ssl);
  if (result != 1) return state.outcome(result);
  state.opened = true;
  state.report.version = SSL_get_version(ssl);
  state.report.cipher = SSL_get_cipher_name(ssl);
  const unsigned char* protocol = nullptr;
  unsigned int protocol_size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &protocol_size);
  state.report.protocol =
      base::for_terminal(std::string_view(reinterpret_cast<const char*>(protocol), protocol_size));
  return Step::opened;
}

void TlsFilter::feed(base::OctetView octets) {
  State& state = *state_;
  if (octets.empty() || state.failed) return;
  if (!std::exchange(state.heard, true) && !may_be_tls(octets)) {
    // What a TLS client would understand; a plain one sees that this is no HTTP.
    if (state.context->is_server())
      BIO_write(state.out, unexpected_message.data(), static_cast<int>(unexpected_message.size()));
    state.fail(fmt::format("it answers, but not in TLS: {}{}",
                           base::for_terminal(base::cut(base::as_text(octets), 60)),
                           perhaps_plain));
    return;
  }
  state.without_data += octets.size();
  std::size_t taken = 0;
  CHECK(BIO_write_ex(state.in, octets.data(), octets.size(), &taken) == 1 &&
        taken == octets.size());
}

void TlsFilter::transport_ended(base::Ending ending) {
  State& state = *state_;
  if (state.failed || state.report.end != TlsReport::End::none) return;
  const bool eof = ending == base::Ending::eof;
  if (!state.opened) {
    state.fail(fmt::format("it {} the connection during the TLS handshake{}",
                           eof ? "closed" : "reset", state.heard ? "" : perhaps_plain));
  } else if (eof) {
    state.report.end = TlsReport::End::truncated;
  }
}

void TlsFilter::give_up(std::string why) {
  State& state = *state_;
  if (!state.heard) why += perhaps_plain;
  state.fail(std::move(why));
}

void TlsFilter::write(base::OctetView octets) {
  State& state = *state_;
  CHECK(state.opened);
  std::size_t taken = 0;
  ERR_clear_error();
  if (octets.empty() || state.failed ||
      SSL_write_ex(state.ssl.get(), octets.data(), octets.size(), &taken) != 1)
    return;
  for (std::size_t left = taken; left > 0; left -= std::min(left, largest_record))
    count(state.report.records_out, state.report.sizes_out, std::min(left, largest_record));
}

void TlsFilter::close() {
  State& state = *state_;
  if (!state.opened || state.failed || !state.context->says_goodbye()) return;
  ERR_clear_error();
  SSL_shutdown(state.ssl.get());
}

base::Octets TlsFilter::take_output() {
  base::Octets octets(BIO_ctrl_pending(state_->out));
  std::size_t taken = 0;
  if (!octets.empty()) BIO_read_ex(state_->out, octets.data(), octets.size(), &taken);
  octets.resize(taken);
  return octets;
}

bool TlsFilter::opened() const { return state_->opened; }
const TlsReport& TlsFilter::report() const { return state_->report; }

}  // namespace wsproof::net
