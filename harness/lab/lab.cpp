#include "harness/lab/lab.hpp"

#include <algorithm>

#include "harness/base/random.hpp"
#include "harness/endpoint/server.hpp"

namespace wsproof::lab {

namespace {

script::Play play_once(const script::Case& c, const Experiment& setup, bool fences) {
  script::PlaySettings settings;
  settings.role = wire::other(setup.target);
  settings.seed = base::derive_seed(setup.seed, script::id(c));
  settings.fences = fences;
  settings.delivery = setup.delivery;
  endpoint::EchoServer server(setup.settings, setup.quirks);
  // The process of a client is not looked at: what wsproof starts are servers.
  if (setup.target == wire::Role::server) settings.usage = [&server] { return server.usage(); };
  script::Peer peer(c, settings);
  Stop stop = Stop::finished;
  if (setup.target == wire::Role::server) {
    stop = World(peer, server, setup.network).run(peer);
  } else {
    endpoint::Settings offering = setup.settings;
    const auto needs = script::all_needs(c);
    if (std::ranges::count(needs, script::Need::deflate) > 0) {
      offering.extension_offer = "permessage-deflate; client_max_window_bits";
    }
    endpoint::EchoClient client(offering, setup.quirks);
    stop = World(client, peer, setup.network).run(peer);
  }
  script::Play play = peer.play();
  if (stop != Stop::finished) {  // a peer ends by itself; if it did not, the mistake is ours
    play.verdict.word = result::Word::inconclusive;
    play.verdict.reason = "never-ended";
  }
  return play;
}

}  // namespace

script::Play play(const script::Case& c, const Experiment& setup) {
  script::Play first = play_once(c, setup, true);
  return first.doubts_fences() ? play_once(c, setup, false) : first;
}

bool applies(const script::Case& c, wire::Role target) {
  // There is no TLS in memory: run/tls_cases_test.cpp proves these over loopback.
  if (std::ranges::count(c.needs, script::Need::tls) > 0) return false;
  if (c.roles == script::Roles::both) return true;
  return (c.roles == script::Roles::server) == (target == wire::Role::server);
}

}  // namespace wsproof::lab
