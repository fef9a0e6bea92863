// The cases about TLS, which the lab cannot play: each passes against the reference over loopback,
// and fails where what it is about is wrong.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <thread>

#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/net/listener.hpp"
#include "harness/net/pump.hpp"
#include "harness/net/signals.hpp"
#include "harness/run/needs.hpp"
#include "harness/run/select.hpp"
#include "harness/script/catalogue.hpp"
#include "harness/script/peer.hpp"

namespace wsproof::run {
namespace {

using namespace std::chrono_literals;
using result::Word;

const script::Catalogue& catalogue() {
  static const script::Catalogue loaded = script::load(script::embedded_sources()).value();
  return loaded;
}

std::vector<const script::Case*> cases(const std::string& pattern) {
  return select(catalogue().cases, {{pattern}, {}}).value();
}

// A server that reads and says nothing, and keeps whoever comes.
class Mute final : public base::Party {
 public:
  void start(base::Time) override {}
  void opened(base::Link, base::Time) override {}
  void refused(base::Link, const std::string&, base::Time) override {}
  void received(base::Link, base::OctetView, base::Time) override {}
  void ended(base::Link, base::Ending, base::Time) override {}
  void woken(base::Time) override {}
  std::vector<base::Action> take_actions() override { return {}; }
  std::optional<base::Time> deadline() const override { return std::nullopt; }
  bool finished() const override { return false; }
};

using Tls = std::shared_ptr<const net::TlsContext>;

// Serves a party on loopback as long as it lives; without `tls` in the clear.
class Served {
 public:
  Served(std::unique_ptr<base::Party> party, const Tls& tls, std::size_t places = 1024)
      : party_(std::move(party)) {
    auto listener = net::Listener::open("127.0.0.1", 0, {.connections = places}).value();
    if (tls) listener.secure(tls);
    destination_ = listener.destination();
    thread_ = std::jthread([this, kept = std::move(listener)]() mutable {
      static_cast<void>(kept.serve(*party_, stop_));
    });
  }
  ~Served() { stop_.stop(); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const net::Destination& destination() const { return destination_; }

 private:
  std::unique_ptr<base::Party> party_;
  net::StopSource stop_;
  net::Destination destination_;
  std::jthread thread_;
};

std::unique_ptr<base::Party> echo(const std::string& fault = {}) {
  endpoint::Quirks quirks;
  if (!fault.empty()) endpoint::find_quirk(fault)->apply(quirks);
  return std::make_unique<endpoint::EchoServer>(endpoint::Settings{}, quirks);
}

Tls server_tls(bool close_notify = true) {
  return net::TlsContext::server({.both = {.close_notify = close_notify}}).value();
}

result::Word play(const script::Case& c, const Served& server, const Tls& tls) {
  net::Destination destination = server.destination();
  if (tls) destination.tls = net::TlsContext::client({.ca_pem = tls->certificate_pem()}).value();
  script::PlaySettings settings;
  settings.seed = 1;
  settings.budgets = settings.budgets.scaled(0.2);
  script::Peer peer(c, settings);
  static_cast<void>(net::play(peer, destination, {.connect = 500ms}));
  return peer.play().verdict.word;
}

TEST(TlsCases, PassAgainstTheReference) {
  const Tls tls = server_tls();
  const Served server(echo(), tls);
  for (const script::Case* c : cases("rfc6455/10.6"))
    EXPECT_EQ(play(*c, server, tls), Word::pass) << script::id(*c);
}

struct Wrong {
  std::string pattern;
  std::string name;
  std::function<std::unique_ptr<base::Party>()> party;
  bool speaks_tls;
  bool says_goodbye;
  Word word;
  std::size_t places = 1024;
};

TEST(TlsCases, FailWhereWhatTheyAreAboutIsWrong) {
  const auto fault = [](const std::string& name) { return [name] { return echo(name); }; };
  const auto mute = [] { return std::make_unique<Mute>(); };
  const Wrong rows[] = {
      {"rfc6455/10.6/inside", "never-pongs", fault("never-pongs"), true, true, Word::fail},
      {"rfc6455/10.6/plain-request", "plain", fault(""), false, true, Word::fail},
      {"rfc6455/10.6/plain-frames", "mute", mute, false, true, Word::fail},
      {"rfc6455/10.6/failed-handshake", "mute", mute, false, true, Word::non_strict},
      {"rfc6455/10.6/closure-alert", "silent end", fault(""), true, false, Word::non_strict},
      {"rfc6455/10.6/closure-alert-behind-failure", "silent end", fault(""), true, false,
       Word::non_strict},
      {"rfc6455/10.6/closure-alert-behind-refusal", "silent end", fault(""), true, false,
       Word::non_strict},
      {"rfc6455/10.6/cut-off", "dies-of-a-reset", fault("dies-of-a-reset"), true, true, Word::fail},
      // Two connections are all that it takes: the third one waits for the second one's handshake.
      {"rfc6455/10.6/half-a-handshake", "two places", fault(""), true, true, Word::inconclusive, 2},
  };
  std::set<std::string> proven;
  for (const Wrong& row : rows) {
    const Tls tls = row.speaks_tls ? server_tls(row.says_goodbye) : nullptr;
    for (const script::Case* c : cases(row.pattern)) {
      const Served server(row.party(), tls, row.places);
      EXPECT_EQ(play(*c, server, tls), row.word) << script::id(*c) << ": " << row.name;
      proven.insert(script::id(*c));
    }
  }
  EXPECT_EQ(proven.size(), cases("rfc6455/10.6").size()) << "a case without a proof";
}

TEST(TlsCases, NeedATargetThatSpeaksTls) {
  result::Probe probe;
  probe.upgrades = probe.echo_text = probe.echo_binary = probe.pong = true;
  Reach plain;
  Reach secure;
  secure.destination.tls = server_tls();
  for (const script::Case* c : cases("rfc6455/10.6")) {
    EXPECT_EQ(unmet_need(*c, probe, plain, false), "needs-tls") << script::id(*c);
    EXPECT_EQ(unmet_need(*c, probe, secure, false), std::nullopt) << script::id(*c);
  }
}

}  // namespace
}  // namespace wsproof::run
