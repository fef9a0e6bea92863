#include "harness/net/connection.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"

namespace wsproof::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

namespace {

constexpr int reads_in_a_row = 4;  // then the other links have their turn

tcp::endpoint tcp_endpoint(const Address& address, error_code& failed) {
  return {asio::ip::make_address(address.ip, failed), address.port};
}

std::optional<Address> address_of(const Protocol::endpoint& endpoint, const error_code& failed) {
  tcp::endpoint tcp;
  if (failed || endpoint.size() > tcp.capacity()) return std::nullopt;
  std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
  return Address{.ip = tcp.address().to_string(), .port = tcp.port()};
}

bool would_block(const error_code& failed) {
  return failed == asio::error::would_block || failed == asio::error::try_again;
}

}  // namespace

struct Connection::State : std::enable_shared_from_this<State> {
  enum class Phase {
    connecting,
    open,
    leaving,  ///< dropped by the owner: flushing, then waiting for the other side's FIN
    closed,
  };

  State(Loop& on, Owner& tell, base::Link number, const Patience& patient)
      : loop(on),
        owner(&tell),
        link(number),
        patience(patient),
        socket(on.context()),
        timer(on, [this] { time_is_up(); }) {}

  void try_next_address();
  void attempt_failed(const Address& address, int error);
  void connected();
  void wait_readable();
  void read_some();
  void reading_ended(base::Ending ending);
  void flush();
  void finish_writes();
  void write_failed(int error);
  void time_is_up();
  void reset();
  void close();

  Loop& loop;
  Owner* owner;  ///< null when the Connection has gone
  base::Link link;
  Patience patience;
  Protocol::socket socket;
  Timer timer;
  Phase phase = Phase::connecting;

  std::vector<Address> addresses;
  std::size_t next_address = 0;
  std::uint64_t attempt = 0;  ///< of connecting: the result of an older one is stale
  Refusal refusal{.here = true};
  std::optional<Address> local, peer;

  std::deque<base::Octets> queue;
  std::size_t taken = 0;  ///< octets of the first in the queue that the kernel has
  std::uint64_t unsent = 0;
  std::uint64_t octets_out = 0;
  int write_error = 0;
  bool end_wanted = false;
  bool writes_over = false;  ///< FIN sent, or a write failed
  bool read_over = false;    ///< the end was seen
  bool waiting_to_write = false;
  bool waiting_to_read = false;
  bool paused = false;
};

// --- opening ---

void Connection::State::try_next_address() {
  if (phase != Phase::connecting) return;
  if (next_address == addresses.size()) {
    phase = Phase::closed;
    timer.set(std::nullopt);
    owner->on_refused(link, refusal);
    if (owner != nullptr) owner->on_closed(link);
    return;
  }
  const Address address = addresses[next_address++];
  const std::uint64_t this_attempt = ++attempt;
  error_code failed;
  const tcp::endpoint endpoint = tcp_endpoint(address, failed);
  if (!failed) socket.open(Protocol(endpoint.protocol()), failed);
  if (!failed) socket.non_blocking(true, failed);
  if (failed) return attempt_failed(address, failed.value());
  timer.set(now() + patience.connect);
  socket.async_connect(endpoint,
                       [self = shared_from_this(), this_attempt, address](const error_code& error) {
                         if (self->attempt != this_attempt || self->phase != Phase::connecting)
                           return;
                         if (error) return self->attempt_failed(address, error.value());
                         self->peer = address;
                         self->connected();
                       });
}

void Connection::State::attempt_failed(const Address& address, int error) {
  ++attempt;
  error_code ignored;
  socket.close(ignored);
  const bool first = refusal.message.empty();
  if (first) refusal.error = error;
  refusal.here = refusal.here && is_exhaustion(error);
  refusal.message += fmt::format("{} {}: {}", first ? "cannot connect to" : "; nor to",
                                 to_string(address), error_words(error));
  try_next_address();
}

void Connection::State::connected() {
  timer.set(std::nullopt);
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  error_code failed;
  const Protocol::endpoint here = socket.local_endpoint(failed);
  local = address_of(here, failed);
  phase = Phase::open;
  owner->on_opened(link);
  flush();  // what was written before
  wait_readable();
}

// --- reading ---

void Connection::State::wait_readable() {
  if (waiting_to_read || read_over || paused) return;
  if (phase != Phase::open && phase != Phase::leaving) return;
  waiting_to_read = true;
  socket.async_wait(Protocol::socket::wait_read,
                    [self = shared_from_this()](const error_code& error) {
                      self->waiting_to_read = false;
                      if (!error) self->read_some();
                    });
}

void Connection::State::read_some() {
  for (int turn = 0; turn < reads_in_a_row; ++turn) {
    if (phase == Phase::closed || read_over || paused) return;
    const std::span<std::uint8_t> buffer = loop.read_buffer();
    error_code failed;
    const std::size_t count = socket.receive(asio::buffer(buffer.data(), buffer.size()), 0, failed);
    if (would_block(failed)) break;
    if (failed == asio::error::eof) {
      // When a RST comes while we write, the failing write takes the error away from the socket
      // and reading sees a plain end. EPIPE is different: a FIN was there first.
      const bool swallowed = write_error != 0 && write_error != EPIPE;
      return reading_ended(swallowed ? base::Ending::reset : base::Ending::eof);
    }
    if (failed) return reading_ended(base::Ending::reset);
    if (phase == Phase::open) owner->on_received(link, buffer.first(count));
  }
  wait_readable();
}

void Connection::State::reading_ended(base::Ending ending) {
  read_over = true;
  if (ending == base::Ending::reset) writes_over = true;
  if (phase == Phase::open) owner->on_ended(link, ending);
  if (writes_over) close();
}

// --- writing ---

void Connection::State::flush() {
  if (phase != Phase::open && phase != Phase::leaving) return;
  while (!queue.empty() && !writes_over && !waiting_to_write) {
    const base::Octets& front = queue.front();
    error_code failed;
    const std::size_t count =
        socket.send(asio::buffer(front.data() + taken, front.size() - taken), 0, failed);
    if (would_block(failed)) {
      waiting_to_write = true;
      socket.async_wait(Protocol::socket::wait_write,
                        [self = shared_from_this()](const error_code& error) {
                          self->waiting_to_write = false;
                          if (!error) self->flush();
                        });
      break;
    }
    if (failed) return write_failed(failed.value());
    taken += count;
    unsent -= count;
    octets_out += count;
    if (taken == front.size()) {
      queue.pop_front();
      taken = 0;
    }
  }
  if (paused && unsent <= *patience.pause_above / 2) {
    paused = false;
    wait_readable();
  }
  if (queue.empty() && (end_wanted || phase == Phase::leaving)) finish_writes();
}

void Connection::State::finish_writes() {
  if (!writes_over) {
    writes_over = true;
    error_code ignored;
    socket.shutdown(Protocol::socket::shutdown_send, ignored);
    if (phase == Phase::leaving) timer.set(now() + patience.linger);
  }
  if (read_over) close();
}

void Connection::State::write_failed(int error) {
  write_error = error;
  writes_over = true;
  queue.clear();
  unsent = 0;
  paused = false;
  if (read_over || phase == Phase::leaving) return close();
  wait_readable();
}

// --- leaving ---

void Connection::State::time_is_up() {
  switch (phase) {
    case Phase::connecting:
      return attempt_failed(addresses[next_address - 1], ETIMEDOUT);
    case Phase::leaving:
      return queue.empty() ? close() : reset();
    case Phase::open:
    case Phase::closed:
      return;
  }
}

void Connection::State::reset() {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Connection::State::close() {
  if (phase == Phase::closed) return;
  phase = Phase::closed;
  timer.set(std::nullopt);
  error_code ignored;
  socket.close(ignored);
  queue.clear();
  unsent = 0;
  loop.post([self = shared_from_this()] {
    if (self->owner != nullptr) self->owner->on_closed(self->link);
  });
}

// --- the surface ---

Connection::Connection(Loop& loop, Owner& owner, base::Link link, const Patience& patience)
    : state_(std::make_shared<State>(loop, owner, link, patience)) {}

Connection::~Connection() {
  state_->owner = nullptr;
  state_->reset();
}

void Connection::open(std::vector<Address> addresses) {
  CHECK(!addresses.empty());
  state_->addresses = std::move(addresses);
  state_->loop.post([self = state_] { self->try_next_address(); });
}

void Connection::refuse(std::string why) {
  state_->refusal = {.message = std::move(why)};
  state_->loop.post([self = state_] { self->try_next_address(); });
}

void Connection::adopt(int descriptor) {
  error_code failed;
  state_->socket.assign(Protocol(AF_INET, 0), descriptor, failed);
  CHECK(!failed);
  state_->loop.post([self = state_] {
    if (self->phase != State::Phase::connecting) return;
    error_code wrong;
    self->socket.non_blocking(true, wrong);
    CHECK(!wrong);
    const Protocol::endpoint there = self->socket.remote_endpoint(wrong);
    self->peer = address_of(there, wrong);
    self->connected();
  });
}

void Connection::write(base::Octets octets) {
  State& state = *state_;
  const bool late = state.phase == State::Phase::leaving || state.phase == State::Phase::closed;
  if (octets.empty() || late || state.writes_over || state.end_wanted) return;
  state.unsent += octets.size();
  state.queue.push_back(std::move(octets));
  state.flush();
  if (state.patience.pause_above && state.unsent > *state.patience.pause_above) state.paused = true;
}

void Connection::end_writes() {
  state_->end_wanted = true;
  state_->flush();
}

void Connection::drop(bool reset) {
  State& state = *state_;
  switch (state.phase) {
    case State::Phase::connecting:
      return state.close();
    case State::Phase::closed:
      return;
    case State::Phase::leaving:
      if (reset) state.reset();
      return;
    case State::Phase::open:
      break;
  }
  state.phase = State::Phase::leaving;
  if (reset) return state.reset();
  if (state.write_error != 0) return state.close();
  const bool already_ended = state.writes_over;
  state.timer.set(now() + (already_ended ? state.patience.linger : state.patience.flush));
  state.paused = false;
  state.wait_readable();
  state.flush();
}

std::uint64_t Connection::unsent() const { return state_->unsent; }
std::uint64_t Connection::octets_out() const { return state_->octets_out; }
std::optional<Address> Connection::local() const { return state_->local; }
std::optional<Address> Connection::peer() const { return state_->peer; }

}  // namespace wsproof::net
