// TLS with somebody who does everything wrong: it ends, soon, and in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <functional>
#include <memory>

#include "harness/net/tls_test.hpp"

namespace wsproof::net {
namespace {

using base::Ending;
using base::Link;
using std::chrono::milliseconds;
using test::client_tls;
using test::over_tls;
using test::quick;
using test::Scripted;
using test::server_tls;
using test::Serving;
using test::Tls;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using namespace std::string_literals;

/// A record with this type and content.
std::string record(char type, const std::string& content) {
  std::string out = {type, '\x03', '\x03'};
  out += static_cast<char>(content.size() >> 8U);
  out += static_cast<char>(content.size() & 0xFFU);
  return out + content;
}

constexpr char alert_record = 21, handshake_record = 22, data_record = 23;

/// A server hello (RFC 8446 §4.1.3) with an extension that was not asked for.
std::string odd_server_hello() {
  const std::string body =
      "\x03\x03"s + std::string(32, 'r') + "\x00\x13\x01\x00"s + "\x00\x04\xfa\xfa\x00\x00"s;
  return record(handshake_record, "\x02\x00\x00"s + static_cast<char>(body.size()) + body);
}

// --- before the handshake is complete ---

struct Hostile {
  std::string name;
  std::string octets;    ///< said to the client's hello
  bool goes_on = false;  ///< again and again
  bool closes = false;
  std::string says;  ///< a part of what the client is told
};

std::ostream& operator<<(std::ostream& out, const Hostile& row) { return out << row.name; }

class DuringTheHandshake : public testing::TestWithParam<Hostile> {};

TEST_P(DuringTheHandshake, TheOpenIsRefusedInWords) {
  const Hostile& row = GetParam();
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_received = [&](Scripted& me, Link link, base::OctetView) {
    me.write(link, row.octets);
    if (row.closes) me.drop(link);
    if (row.goes_on && !me.wake_at) me.wake_at = me.told_at;
  };
  server.on_woken = [&](Scripted& me) {
    std::string many;
    while (many.size() < 100'000) many += row.octets;
    me.write(0, many);
    me.wake_at = me.told_at;
  };
  server.on_end = [](Scripted& me, Link link) {
    me.drop(link);
    me.done = true;
  };
  Serving serving(server);
  Scripted client;
  Limits limits = quick();
  limits.connect = row.octets.size() < 5 ? milliseconds(100) : std::chrono::seconds(15);
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(server_tls())), limits);
  EXPECT_FALSE(report.cut_short()) << report.why;
  ASSERT_THAT(client.refusals, SizeIs(1));
  EXPECT_THAT(client.refusals[0], HasSubstr("cannot speak TLS with 127.0.0.1:"));
  EXPECT_THAT(client.refusals[0], HasSubstr(row.says));
  EXPECT_EQ(report.octets_in, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Tls, DuringTheHandshake,
    testing::Values(
        Hostile{"alert", record(alert_record, "\x02\x28"), false, false,
                "it sent the TLS alert \"handshake failure\" (40)"},
        Hostile{"unknown_alert", record(alert_record, "\x02\xee"), false, false, "alert"},
        Hostile{"unrecognized_name", record(alert_record, "\x02\x70"), false, true,
                "it wants to be asked for another name (--sni NAME)"},
        Hostile{"endless_warnings", record(alert_record, "\x01\x00"s), true, false, "the TLS"},
        Hostile{"garbage_record", record(handshake_record, "garbage"), false, false,
                "it broke the TLS protocol: "},
        Hostile{"odd_server_hello", odd_server_hello(), false, false,
                "it broke the TLS protocol: "},
        Hostile{"data_instead_of_hello", record(data_record, "hello"), false, false,
                "it broke the TLS protocol: "},
        Hostile{"huge_length", "\x16\x03\x03\xff\xff"s + std::string(70'000, 'x'), false, false,
                "it broke the TLS protocol: "},
        Hostile{"half_a_record", "\x16\x03\x03"s, false, false,
                "the handshake was not complete after 100ms"},
        Hostile{"half_a_record_and_a_fin", "\x16\x03\x03\x00"s, false, true,
                "it closed the connection during the TLS handshake"},
        Hostile{"huge_message",
                record(handshake_record, "\x02\xff\xff\xff"s + std::string(99, 'x')), true, false,
                "it broke the TLS protocol: "},
        Hostile{"empty_records", record(handshake_record, ""), true, false,
                "it broke the TLS protocol: "},
        Hostile{"not_tls", "\x80garbage", true, false, "it answers, but not in TLS: \\x80garbage"}),
    [](const auto& row) { return row.param.name; });

// --- afterwards ---

/// A server that completes the handshake itself, so that it can misbehave inside the encryption.
class InsideTls : public Scripted {
 public:
  std::function<void(InsideTls&, SSL*)> misbehave;  ///< again and again, once it is opened

  explicit InsideTls(const Tls& tls, int version = 0) : tls_(tls) {
    on_start = [](Scripted&) {};
    on_opened = [this, version](Scripted&, Link) {
      ssl_ = SSL_new(tls_->handle());
      SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      SSL_set_accept_state(ssl_);
      SSL_clear_options(ssl_, SSL_OP_NO_RENEGOTIATION);
      if (version != 0) SSL_set_max_proto_version(ssl_, version);
    };
    on_received = [this](Scripted& me, Link, base::OctetView octets) {
      BIO_write(SSL_get_rbio(ssl_), octets.data(), static_cast<int>(octets.size()));
      if (SSL_in_init(ssl_) != 0) SSL_do_handshake(ssl_);
      char ignored[4096];
      while (SSL_is_init_finished(ssl_) != 0 && SSL_read(ssl_, ignored, sizeof ignored) > 0) {
      }
      flush();
      if (SSL_is_init_finished(ssl_) != 0 && !me.wake_at) me.wake_at = me.told_at;
    };
    on_woken = [this](Scripted& me) {
      for (int i = 0; i < 100; ++i) misbehave(*this, ssl_);
      flush();
      if (!over) me.wake_at = me.told_at;
    };
    on_end = [](Scripted& me, Link link) {
      me.drop(link);
      me.wake_at.reset();
      me.done = true;
    };
  }
  ~InsideTls() override { SSL_free(ssl_); }

  void flush() {
    char octets[16 * 1024];
    for (int size = 0; (size = BIO_read(SSL_get_wbio(ssl_), octets, sizeof octets)) > 0;)
      write(0, std::string_view(octets, static_cast<std::size_t>(size)));
  }

  bool over = false;  ///< has misbehaved enough

 private:
  Tls tls_;
  SSL* ssl_ = nullptr;
};

/// What becomes of a client that only listens.
void expect_trouble(InsideTls& server, const Tls& tls, const std::string& says) {
  Serving serving(server);
  Scripted client;
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_FALSE(report.cut_short()) << report.why;
  EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
  EXPECT_THAT(report.tls_remark(0), HasSubstr("the TLS connection failed: "));
  EXPECT_THAT(report.tls_remark(0), HasSubstr(says));
}

TEST(TlsAfterwards, AnAlertIsTold) {
  const Tls tls = server_tls();
  InsideTls server(tls, TLS1_2_VERSION);
  // A record that was never encrypted is answered by an alert of OpenSSL's own; this one is sent by
  // the server because the client "sent" garbage.
  server.misbehave = [](InsideTls& me, SSL* ssl) {
    if (std::exchange(me.over, true)) return;
    const std::string garbage = record(data_record, std::string(64, 'x'));
    BIO_write(SSL_get_rbio(ssl), garbage.data(), static_cast<int>(garbage.size()));
    char ignored[16];
    SSL_read(ssl, ignored, sizeof ignored);
  };
  expect_trouble(server, tls, "it sent the TLS alert \"bad record mac\" (20)");
}

TEST(TlsAfterwards, GarbageIsTold) {
  const Tls tls = server_tls();
  InsideTls server(tls);
  server.misbehave = [](InsideTls& me, SSL*) {
    if (!std::exchange(me.over, true)) me.write(0, record(data_record, std::string(64, 'x')));
  };
  expect_trouble(server, tls, "it broke the TLS protocol: ");
}

TEST(TlsAfterwards, EndlessKeyUpdatesAreBounded) {
  const Tls tls = server_tls();
  InsideTls server(tls);
  server.misbehave = [](InsideTls&, SSL* ssl) {
    SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl);
  };
  expect_trouble(server, tls, "");
}

TEST(TlsAfterwards, EndlessRenegotiationIsBounded) {
  const Tls tls = server_tls();
  InsideTls server(tls, TLS1_2_VERSION);
  server.misbehave = [](InsideTls&, SSL* ssl) {
    SSL_renegotiate(ssl);
    SSL_do_handshake(ssl);
  };
  expect_trouble(server, tls, "");
}

TEST(TlsAfterwards, HalfARecordAndAFinIsATruncation) {
  const Tls tls = server_tls();
  InsideTls server(tls);
  server.misbehave = [](InsideTls& me, SSL*) {
    if (std::exchange(me.over, true)) return;
    me.write(0, record(data_record, std::string(64, 'x')).substr(0, 20));
    me.drop(0);
    me.done = true;
  };
  Serving serving(server);
  Scripted client;
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_THAT(client.endings, ElementsAre(Ending::unannounced));
  EXPECT_EQ(report.tls_remark(0), "the connection ended without a TLS close_notify");
}

}  // namespace
}  // namespace wsproof::net
