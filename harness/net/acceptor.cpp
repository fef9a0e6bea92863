#include "harness/net/acceptor.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <utility>

#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"

namespace wsproof::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int accepts_in_a_row = 16;
constexpr auto rest_when_exhausted = std::chrono::milliseconds(20);

}  // namespace

struct Acceptor::State : std::enable_shared_from_this<State> {
  State(Loop& loop, std::function<void(int)> tell)
      : acceptor(loop.context()), on_accepted(std::move(tell)), rest(loop, [this] { wait(); }) {}

  void wait() {
    if (paused || waiting || !acceptor.is_open()) return;
    waiting = true;
    acceptor.async_wait(tcp::acceptor::wait_read,
                        [self = shared_from_this()](const error_code& failed) {
                          self->waiting = false;
                          if (!failed) self->accept_some();
                        });
  }

  void accept_some() {
    for (int turn = 0; turn < accepts_in_a_row && !paused && acceptor.is_open(); ++turn) {
      error_code failed;
      tcp::socket socket = acceptor.accept(failed);
      if (failed == asio::error::would_block || failed == asio::error::try_again) break;
      if (failed && is_exhaustion(failed.value())) {
        rest.set(now() + rest_when_exhausted);
        return;
      }
      if (failed) continue;  // somebody connected and went away again
      const int descriptor = socket.release(failed);
      if (!failed) on_accepted(descriptor);
    }
    wait();
  }

  tcp::acceptor acceptor;
  std::function<void(int)> on_accepted;
  Timer rest;
  Address address;
  bool paused = true;
  bool waiting = false;
};

base::Result<std::unique_ptr<Acceptor>> Acceptor::listen(Loop& loop, const Address& address,
                                                         std::function<void(int)> on_accepted) {
  auto state = std::make_shared<State>(loop, std::move(on_accepted));
  tcp::acceptor& acceptor = state->acceptor;
  error_code failed;
  const tcp::endpoint wanted(asio::ip::make_address(address.ip, failed), address.port);
  if (!failed) acceptor.open(wanted.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed && wanted.protocol() == tcp::v6())
    acceptor.set_option(asio::ip::v6_only(true), failed);
  if (!failed) acceptor.bind(wanted, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (!failed) acceptor.non_blocking(true, failed);
  const tcp::endpoint real = failed ? wanted : acceptor.local_endpoint(failed);
  if (failed)
    return base::fail(
        fmt::format("cannot listen on {}: {}", to_string(address), error_words(failed.value())));
  state->address = {.ip = address.ip, .port = real.port()};
  return std::unique_ptr<Acceptor>(new Acceptor(std::move(state)));
}

Acceptor::Acceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}

Acceptor::~Acceptor() {
  state_->paused = true;
  error_code ignored;
  state_->acceptor.close(ignored);
}

const Address& Acceptor::address() const { return state_->address; }

void Acceptor::pause(bool paused) {
  state_->paused = paused;
  state_->wait();
}

}  // namespace wsproof::net
