// TLS between our own two sides: what is verified, what is reported, how it ends.
#include "harness/net/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "harness/net/ready.hpp"
#include "harness/net/tls_test.hpp"

namespace wsproof::net {
namespace {

using base::Ending;
using base::Link;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::client_tls;
using test::Echo;
using test::over_tls;
using test::quick;
using test::say_and_hear;
using test::Scripted;
using test::server_tls;
using test::Serving;
using test::Tls;
using test::tls_listener;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using End = TlsReport::End;

TlsReport tls_of(const PartyReport& report) {
  if (report.links.size() != 1 || !report.links[0].tls) {
    ADD_FAILURE() << "no TLS report";
    return {};
  }
  return *report.links[0].tls;
}

/// What a client is told whose destination is this; empty when it came through.
std::string refusal_of(const Destination& destination) {
  Scripted client;
  say_and_hear(client, "hello");
  const PartyReport report = play(client, destination, quick());
  EXPECT_EQ(client.refusals.empty(), client.received_text == "hello");
  return report.first_refusal() ? report.first_refusal()->message : "";
}

TEST(Tls, OctetsGoThereAndBackRecordByRecord) {
  Echo echo;
  const Tls tls = server_tls();
  Serving serving(echo, tls_listener(tls));
  Scripted client;
  client.on_start = [](Scripted& me) {
    me.open(0);
    me.write(0, "early");  // before it is opened
  };
  const std::string big(20'000, 'x');
  client.on_opened = [&](Scripted& me, Link link) {
    me.write(link, "a");
    me.write(link, "bc");
    me.write(link, big);
  };
  client.on_received = [&](Scripted& me, Link, base::OctetView octets) {
    EXPECT_LE(octets.size(), 16U * 1024);
    me.done = me.received_text.size() >= 8 + big.size();
  };
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_TRUE(client.received_text == "earlyabc" + big);
  EXPECT_EQ(report.octets_in, 20'008U);
  EXPECT_EQ(report.octets_out, 20'008U);
  const TlsReport seen = tls_of(report);
  EXPECT_EQ(seen.version, "TLSv1.3");
  EXPECT_EQ(seen.protocol, "http/1.1");
  EXPECT_NE(seen.cipher, "");
  EXPECT_THAT(seen.sizes_out, ElementsAre(5, 1, 2, 16'384, 3616));
  EXPECT_THAT(seen.sizes_in, ElementsAre(5, 1, 2, 16'384, 3616));
  EXPECT_EQ(seen.records_in, 5U);
  EXPECT_EQ(seen.records_out, 5U);
  EXPECT_EQ(seen.trouble, "");
}

TEST(Tls, MuchGoesThroughWhenNobodyIsInAHurry) {
  Echo echo;
  const Tls tls = server_tls();
  ListenerLimits limits;
  limits.unsent = 100'000;  // so that the server pauses reading
  Serving serving(echo, tls_listener(tls, limits));
  Scripted client;
  say_and_hear(client, std::string(8 << 20, 'x'));
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_EQ(client.received_text.size(), 8U << 20);
  EXPECT_FALSE(report.cut_short()) << report.why;
  EXPECT_EQ(tls_of(report).sizes_in.size(), TlsReport::kept_sizes);
}

TEST(Tls, TheCertificateIsVerified) {
  Echo echo;
  const Tls tls = server_tls();
  Serving serving(echo, tls_listener(tls));
  const Destination plain = serving.destination();
  const Tls trusting = client_tls(tls);
  EXPECT_EQ(refusal_of(over_tls(plain, trusting)), "");
  EXPECT_EQ(refusal_of(over_tls(plain, TlsContext::client({.verify = false}).value())), "");
  EXPECT_THAT(refusal_of(over_tls(plain, TlsContext::client({}).value())),
              HasSubstr("cannot speak TLS with " + to_string(plain) +
                        ": its certificate is self-signed; trust it with --cacert FILE, or go on "
                        "without verification (-k)"));
  EXPECT_THAT(refusal_of(over_tls(plain, client_tls(server_tls()))), HasSubstr("self-signed"));

  Destination renamed = plain;
  renamed.host = "example.org";
  EXPECT_THAT(refusal_of(over_tls(renamed, trusting)),
              HasSubstr("its certificate is for localhost, 127.0.0.1, ::1, not for example.org; "
                        "ask for that name (--sni NAME)"));
  EXPECT_EQ(refusal_of(over_tls(renamed, client_tls(tls, {.server_name = "localhost"}))), "");
  renamed.host = "192.0.2.1";
  EXPECT_THAT(refusal_of(over_tls(renamed, trusting)), HasSubstr(", not for 192.0.2.1; "));
  renamed.host = "localhost.";
  EXPECT_EQ(refusal_of(over_tls(renamed, trusting)), "");
}

TEST(Tls, DatesAreVerified) {
  struct Row {
    long begins, ends;
    std::string says;
  };
  for (const Row& row : {Row{-1000, -10, "its certificate has expired; renew it"},
                         Row{1000, 2000, "its certificate is not valid yet"}}) {
    const Tls tls = server_tls();
    SSL_CTX* context = tls->handle();
    X509* changed = X509_dup(SSL_CTX_get0_certificate(context));
    X509_gmtime_adj(X509_getm_notBefore(changed), row.begins);
    X509_gmtime_adj(X509_getm_notAfter(changed), row.ends);
    ASSERT_NE(X509_sign(changed, SSL_CTX_get0_privatekey(context), EVP_sha256()), 0);
    ASSERT_EQ(SSL_CTX_use_certificate(context, changed), 1);
    X509_free(changed);
    Echo echo;
    Serving serving(echo, tls_listener(tls));
    EXPECT_THAT(refusal_of(over_tls(serving.destination(), client_tls(tls))), HasSubstr(row.says));
  }
}

TEST(Tls, TheVersionsMustMeet) {
  Echo echo;
  const Tls tls = server_tls();
  SSL_CTX_set_max_proto_version(tls->handle(), TLS1_2_VERSION);
  Serving serving(echo, tls_listener(tls));
  Scripted client;
  say_and_hear(client, "hello");
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_EQ(tls_of(report).version, "TLSv1.2");
  const TlsClientOptions only_1_3{.both = {.minimum = TlsVersion::v1_3}};
  EXPECT_THAT(refusal_of(over_tls(serving.destination(), client_tls(tls, only_1_3))),
              HasSubstr("it sent the TLS alert \"protocol version\" (70); it wants another version "
                        "of TLS (--tls-min)"));
}

TEST(Tls, AfterAHalfCloseTheOtherSideIsStillHeard) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_end = [](Scripted& me, Link link) {
    me.write(link, "goodbye");
    me.drop(link);
    me.done = true;
  };
  const Tls tls = server_tls();
  Serving serving(server, tls_listener(tls));
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) {
    me.write(link, "hello");
    me.end_writes(link);
    me.write(link, "too late");
  };
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  serving.wait();
  EXPECT_EQ(server.received_text, "hello");
  EXPECT_THAT(server.endings, ElementsAre(Ending::eof));
  EXPECT_EQ(client.received_text, "goodbye");
  EXPECT_THAT(client.endings, ElementsAre(Ending::eof));
  EXPECT_EQ(tls_of(report).end, End::close_notify);
  EXPECT_EQ(report.tls_remark(0), "");
}

TEST(Tls, AnEndWithoutACloseNotifyIsToldApart) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_opened = [](Scripted& me, Link link) {
    me.write(link, "hello");
    me.drop(link);
    me.done = true;
  };
  const Tls tls = server_tls({.both = {.close_notify = false}});
  Serving serving(server, tls_listener(tls));
  Scripted client;
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_EQ(client.received_text, "hello");
  EXPECT_THAT(client.endings, ElementsAre(Ending::unannounced));
  EXPECT_EQ(tls_of(report).end, End::truncated);
  EXPECT_EQ(report.tls_remark(0), "the connection ended without a TLS close_notify");
}

TEST(Tls, AResetIsAReset) {
  Scripted server;
  server.on_start = [](Scripted&) {};
  server.on_received = [](Scripted& me, Link link, base::OctetView) { me.drop(link, true); };
  const Tls tls = server_tls();
  Serving serving(server, tls_listener(tls));
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) { me.write(link, "hello"); };
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
  EXPECT_EQ(tls_of(report).end, End::none);
}

TEST(Tls, APlainServerIsTold) {
  struct Row {
    std::string answer;
    std::string says;
  };
  for (const Row& row :
       {Row{"HTTP/1.1 400 Bad\x1b Request\r\n",
            "it answers, but not in TLS: HTTP/1.1 400 Bad\\x1b "
            "Request\\x0d\\x0a; if it speaks no TLS, use ws://"},
        Row{"", "it closed the connection during the TLS handshake; if it speaks no TLS, use"}}) {
    Scripted server;
    server.on_start = [](Scripted&) {};
    server.on_received = [&](Scripted& me, Link link, base::OctetView) {
      me.write(link, row.answer);
      me.drop(link);
    };
    server.on_end = [](Scripted& me, Link link) { me.drop(link); };
    Serving serving(server);
    EXPECT_THAT(refusal_of(over_tls(serving.destination(), client_tls(server_tls()))),
                HasSubstr(row.says));
  }
}

TEST(Tls, APlainClientIsToldToo) {
  Echo echo;
  const Tls tls = server_tls();
  Serving serving(echo, tls_listener(tls));
  const HttpAnswer answer = answers_http(serving.destination(), seconds(10));
  EXPECT_FALSE(answer.http);
  EXPECT_THAT(answer.saw, HasSubstr("that is TLS: try wss:// instead of ws://"));
  EXPECT_THAT(echo.received_text, IsEmpty());
}

TEST(Tls, ASilentServerHasItsTime) {
  const Listener silent = Listener::open("127.0.0.1", 0).value();
  Scripted client;
  Limits limits = quick();
  limits.connect = milliseconds(100);
  play(client, over_tls(silent.destination(), client_tls(server_tls())), limits);
  EXPECT_THAT(client.refusals,
              ElementsAre(HasSubstr("the handshake was not complete after 100ms; if it speaks no "
                                    "TLS, use ws:// instead of wss://")));
}

TEST(Tls, BadClientsDoNotKeepTheServerFromOthers) {
  Echo echo;
  const Tls tls = server_tls();
  ListenerLimits limits;
  limits.handshake = milliseconds(100);
  Serving serving(echo, tls_listener(tls, limits));
  for (const std::string garbage :
       {"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\xff\xff\x01", "\x16\x03\x01", ""}) {
    Scripted bad;
    bad.on_opened = [&](Scripted& me, Link link) { me.write(link, garbage); };
    const PartyReport report = play(bad, serving.destination(), quick());
    EXPECT_FALSE(report.cut_short()) << garbage;
    EXPECT_EQ(bad.endings.size(), 1U);
  }
  EXPECT_EQ(refusal_of(over_tls(serving.destination(), client_tls(tls))), "");
  EXPECT_EQ(echo.received_text, "hello");
}

// --- files ---

class TlsFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "wsproof-tls-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  static std::string read(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  static std::string key_of(const Tls& tls, const char* passphrase = nullptr) {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, SSL_CTX_get0_privatekey(tls->handle()),
                             passphrase != nullptr ? EVP_aes_128_cbc() : nullptr, nullptr, 0,
                             nullptr, const_cast<char*>(passphrase));
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    std::string key(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return key;
  }

  std::string folder_;
};

TEST_F(TlsFiles, ThatAreWrongAreErrors) {
  const Tls one = server_tls();
  const Tls other = server_tls();
  const std::string cert = write("cert.pem", one->certificate_pem());
  const std::string text = write("text", "no PEM\n");
  struct Row {
    TlsClientOptions options;
    std::string says;
  };
  const Row rows[] = {
      {{.ca_file = folder_ + "/none"}, "/none: no such file or directory"},
      {{.ca_file = folder_}, "cannot read the certificates of " + folder_},
      {{.ca_file = text}, "there is no certificate in it; it must be PEM"},
      {{.both = {.certificate_file = text}}, "cannot use the certificate " + text},
      {{.both = {.certificate_file = cert}}, "name its file with --key"},
      {{.both = {.key_file = cert}}, "there is no certificate to it (--cert FILE)"},
      {{.both = {.certificate_file = cert, .key_file = write("other.pem", key_of(other))}},
       "key values mismatch"},
      {{.both = {.certificate_file = cert, .key_file = write("secret.pem", key_of(one, "secret"))}},
       "it is encrypted; `openssl pkey` decrypts it"},
      {{.both = {.key_log_file = folder_ + "/none/log"}}, "cannot write the TLS key log"},
  };
  for (const Row& row : rows) {
    const auto made = TlsContext::client(row.options);
    ASSERT_FALSE(made.has_value()) << row.says;
    EXPECT_THAT(made.error().message, HasSubstr(row.says));
  }
}

TEST_F(TlsFiles, AClientShowsItsCertificate) {
  const Tls own = server_tls();
  const std::string file = write("client.pem", own->certificate_pem() + key_of(own));
  Echo echo;
  const Tls tls = server_tls({.client_ca_file = write("ca.pem", own->certificate_pem())});
  Serving serving(echo, tls_listener(tls));
  const TlsClientOptions shown{.both = {.certificate_file = file}};
  EXPECT_EQ(refusal_of(over_tls(serving.destination(), client_tls(tls, shown))), "");

  // In TLS 1.3 the client hears of it only after its own side of the handshake.
  Scripted client;
  client.on_opened = [](Scripted& me, Link link) { me.write(link, "hello"); };
  const PartyReport report =
      play(client, over_tls(serving.destination(), client_tls(tls)), quick());
  EXPECT_THAT(client.endings, ElementsAre(Ending::reset));
  EXPECT_THAT(report.tls_remark(0),
              HasSubstr("it sent the TLS alert \"certificate required\" (116); it wants a client "
                        "certificate (--cert FILE --key FILE)"));
  EXPECT_THAT(answers_http(over_tls(serving.destination(), client_tls(tls)), seconds(10)).saw,
              HasSubstr("certificate required"));
}

TEST_F(TlsFiles, KeysAreLogged) {
  const std::string log = folder_ + "/keys";
  Echo echo;
  const Tls tls = server_tls();
  Serving serving(echo, tls_listener(tls));
  const TlsClientOptions options{.both = {.key_log_file = log}};
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(refusal_of(over_tls(serving.destination(), client_tls(tls, options))), "");
  const std::string text = read(log);
  const std::string_view line = "\nCLIENT_TRAFFIC_SECRET_0 ";
  EXPECT_NE(text.find(line), std::string::npos) << text;
  EXPECT_NE(text.find(line), text.rfind(line)) << "it was not appended to";
  EXPECT_EQ(std::filesystem::status(log).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace wsproof::net
