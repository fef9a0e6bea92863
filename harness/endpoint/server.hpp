// EchoServer and EchoClient: the reference endpoint as a Party, for the lab, a socket pump or a
// fuzzer.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/base/usage.hpp"
#include "harness/endpoint/endpoint.hpp"
#include "harness/endpoint/fragility.hpp"
#include "harness/endpoint/quirks.hpp"
#include "harness/endpoint/settings.hpp"

namespace wsproof::endpoint {

/// An echo server: one endpoint for each link that somebody opened, up to the limit of the
/// settings; further ones are dropped. It is never finished; what belonged to a link is freed when
/// the link is dropped.
class EchoServer final : public base::Party {
 public:
  explicit EchoServer(Settings settings, const Quirks& quirks = {})
      : settings_(std::move(settings)), quirks_(quirks) {
    if (quirks.deflate.own_context == Check::off)
      shared_.context = std::make_shared<wire::Inflater>();
    if (quirks.server.own_fragments == Check::off) shared_.fragments = std::make_shared<Assembly>();
    if (quirks.server.own_text == Check::off)
      shared_.text = std::make_shared<TextJudge>(quirks.text.alphabet);
  }

  void start(base::Time now) override;
  void opened(base::Link link, base::Time now) override;
  void refused(base::Link link, const std::string& why, base::Time now) override;
  void received(base::Link link, base::OctetView octets, base::Time now) override;
  void ended(base::Link link, base::Ending ending, base::Time now) override;
  void clogged(base::Link link, bool so, base::Time now) override;
  void woken(base::Time now) override;
  std::vector<base::Action> take_actions() override;
  std::optional<base::Time> deadline() const override;
  bool finished() const override { return false; }

  /// How many links are served now.
  std::size_t links() const { return guests_.size(); }

  /// What a process would use that served this and nothing else, roughly: for cases that ask for
  /// it, in the lab.
  base::Usage usage() const;

 private:
  /// A connection with what the quirks of the server keep about it.
  struct Guest {
    Guest(base::Link link, const Settings& settings, const Quirks& quirks)
        : endpoint(wire::Role::server, link, settings, quirks), fragility(quirks.server) {}

    Endpoint endpoint;
    Fragility fragility;
    bool answered = false;    ///< our answer to the handshake was sent
    bool clogged = false;     ///< it does not read what we write
    bool loses_next = false;  ///< the next write is not taken whole, and nobody looks
    base::Octets waiting;     ///< what came while it is not its turn
    std::optional<base::Ending> ending;
    std::optional<base::Time> wrote;  ///< when something was written last
  };
  using Guests = std::map<base::Link, Guest>;

  void collect(Guest& guest, base::Time now);
  void settle(Guests::iterator at, base::Time now);
  void serve_next(base::Time now);
  bool has_turn(Guests::iterator at) const;
  void die();

  Settings settings_;
  Quirks quirks_;
  Guests guests_;
  Shared shared_;
  std::vector<base::Action> actions_;
  bool dead_ = false;
  std::size_t never_closed_ = 0;  ///< links of which a quirk keeps the descriptor
};

/// An echo client: opens link 0, shakes hands, echoes what it gets, answers the Close, and is
/// finished when the connection is gone or never came.
class EchoClient final : public base::Party {
 public:
  explicit EchoClient(Settings settings, const Quirks& quirks = {})
      : endpoint_(wire::Role::client, 0, std::move(settings), quirks) {}

  void start(base::Time now) override;
  void opened(base::Link link, base::Time now) override;
  void refused(base::Link link, const std::string& why, base::Time now) override;
  void received(base::Link link, base::OctetView octets, base::Time now) override;
  void ended(base::Link link, base::Ending ending, base::Time now) override;
  void woken(base::Time now) override;
  std::vector<base::Action> take_actions() override;
  std::optional<base::Time> deadline() const override;
  bool finished() const override { return refused_ || endpoint_.finished(); }

  /// Whether the client failed the connection, in the handshake or later.
  bool failed() const { return refused_ || endpoint_.failed(); }

 private:
  Endpoint endpoint_;
  std::vector<base::Action> actions_;
  bool opened_ = false;
  bool refused_ = false;
};

}  // namespace wsproof::endpoint
