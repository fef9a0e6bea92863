#include "harness/net/listener.hpp"

#include <algorithm>
#include <utility>

#include "harness/net/acceptor.hpp"
#include "harness/net/driver.hpp"
#include "harness/net/loop.hpp"
#include "harness/net/signals.hpp"

namespace wsproof::net {

struct Listener::State {
  explicit State(const ListenerLimits& most) : limits(most) {}

  base::Result<void> listen(const Address& address);
  void accepted(int descriptor);
  void pause_or_go_on();

  ListenerLimits limits;
  Loop loop;
  std::vector<std::unique_ptr<Acceptor>> acceptors;
  std::vector<Address> addresses;
  std::shared_ptr<const TlsContext> tls;
  std::unique_ptr<Driver> driver;
  ListenerReport report;
};

base::Result<void> Listener::State::listen(const Address& address) {
  auto acceptor = Acceptor::listen(loop, address, [this](int descriptor) { accepted(descriptor); });
  if (!acceptor) return std::unexpected(acceptor.error());
  addresses.push_back((*acceptor)->address());
  acceptors.push_back(std::move(*acceptor));
  return {};
}

void Listener::State::accepted(int descriptor) {
  ++report.accepted;
  driver->adopt(descriptor);
  report.most_at_once = std::max(report.most_at_once, driver->links());
  pause_or_go_on();
}

void Listener::State::pause_or_go_on() {
  for (const auto& acceptor : acceptors) acceptor->pause(driver->links() >= limits.connections);
}

namespace {

/// The same free port on all addresses: the first one chooses, and it may be taken on another.
constexpr int tries_for_a_common_port = 16;

}  // namespace

base::Result<Listener> Listener::open(std::string_view host, std::uint16_t port,
                                      const ListenerLimits& limits) {
  const base::Result<Destination> resolved = resolve(host, port);
  if (!resolved) return std::unexpected(resolved.error());
  base::Result<void> listening;
  for (int tries = port == 0 ? tries_for_a_common_port : 1; tries > 0; --tries) {
    auto state = std::make_unique<State>(limits);
    listening = {};
    for (Address address : resolved->addresses) {
      if (!state->addresses.empty()) address.port = state->addresses.front().port;
      listening = state->listen(address);
      if (!listening) break;
    }
    if (listening) return Listener(std::move(state));
  }
  return std::unexpected(listening.error());
}

base::Result<Listener> Listener::open_unix(std::string_view path, const ListenerLimits& limits) {
  const base::Result<Address> address = path == "@" ? Address{.path = "@"} : unix_address(path);
  if (!address) return std::unexpected(address.error());
  auto state = std::make_unique<State>(limits);
  if (const auto listening = state->listen(*address); !listening)
    return std::unexpected(listening.error());
  return Listener(std::move(state));
}

void Listener::secure(std::shared_ptr<const TlsContext> tls) { state_->tls = std::move(tls); }

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() = default;

std::uint16_t Listener::port() const { return state_->addresses.front().port; }

const std::vector<Address>& Listener::addresses() const { return state_->addresses; }

Destination Listener::destination() const {
  if (const Address& first = state_->addresses.front(); !first.path.empty())
    return {.host = "localhost", .port = 0, .addresses = {first}};
  Destination destination{.host = {}, .port = port(), .addresses = state_->addresses};
  for (Address& each : destination.addresses) {
    if (each.ip == "0.0.0.0") each.ip = "127.0.0.1";
    if (each.ip == "::") each.ip = "::1";
  }
  destination.host = destination.addresses.front().ip;
  return destination;
}

ListenerReport Listener::serve(base::Party& party, const StopSource& stop) {
  State& state = *state_;
  bool over = false;
  Driver::Setting setting{.limits = {.wall_time = base::Duration::max(),
                                     .octets_in = no_limit,
                                     .unsent = no_limit,
                                     .connect = state.limits.handshake,
                                     .flush = state.limits.flush,
                                     .linger = state.limits.linger},
                          .pause_above = state.limits.unsent,
                          .route = nullptr,
                          .tls = state.tls,
                          .tell_links = false,
                          .on_done = [&over] { over = true; },
                          .on_link_closed = [&state] { state.pause_or_go_on(); }};
  state.driver = std::make_unique<Driver>(state.loop, party, std::move(setting));
  state.driver->start();
  state.pause_or_go_on();
  const Watch watch(state.loop, stop.descriptor(), [] {});
  state.loop.run_until([&] { return over || stop.stopped(); });
  state.acceptors.clear();
  state.report.octets_in = state.driver->report().octets_in;
  state.report.octets_out = state.driver->report().octets_out;
  state.driver.reset();
  return state.report;
}

}  // namespace wsproof::net
