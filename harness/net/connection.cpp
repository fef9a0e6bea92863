#include "harness/net/connection.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <deque>
#include <utility>

#include "harness/base/check.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"
#include "harness/net/socket_address.hpp"
#include "harness/net/tls_filter.hpp"

namespace wsproof::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

namespace {

constexpr int reads_in_a_row = 4;  // then the other links have their turn

// Of a narrow connection: the payload of a segment on an Ethernet, and a few of them. With these
// the kernels on both sides together keep some 100 KB, over loopback, where it would be up to 4 MB.
constexpr int narrow_segment = 1400;
constexpr int narrow_buffer = 4096;
constexpr int wide_buffer = 1 << 18;  // once it is read again

constexpr auto unix_backlog_rest = std::chrono::milliseconds(5);

std::optional<Address> address_of(const Protocol::endpoint& endpoint, const error_code& failed) {
  if (failed) return std::nullopt;
  return net::address_of({reinterpret_cast<const std::uint8_t*>(endpoint.data()), endpoint.size()});
}

/// Octets for the kernel, and how many of the party's octets are in them when it has them all.
struct Chunk {
  base::Octets octets;
  std::uint64_t plain = 0;
};

bool would_block(const error_code& failed) {
  return failed == asio::error::would_block || failed == asio::error::try_again;
}

}  // namespace

struct Connection::State : std::enable_shared_from_this<State> {
  enum class Phase {
    connecting,
    securing,  ///< the TLS handshake goes on
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
  void connect_unix(const SocketAddress& endpoint);
  void connected();
  void opened();
  void go_on_with_tls();
  void tls_refused();
  void encrypt(const base::Octets& octets);
  void say_goodbye();
  void take_tls_output(std::uint64_t plain);
  void set_narrow();
  void pause(bool so);
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
  base::Time attempt_ends;
  std::uint64_t attempt = 0;  ///< of connecting: the result of an older one is stale
  Refusal refusal{.here = true};
  std::optional<Address> local, peer;

  std::unique_ptr<TlsFilter> tls;
  std::vector<base::Octets> early;  ///< written before the handshake was complete

  std::deque<Chunk> queue;
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
  bool deaf = false;  ///< the owner wants nothing
  bool is_narrow = false;
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
  const auto endpoint = socket_address(address);
  if (!endpoint) return attempt_failed(address, EINVAL);
  error_code failed;
  socket.open(Protocol(endpoint->family, 0), failed);
  if (!failed) socket.non_blocking(true, failed);
  if (failed) return attempt_failed(address, failed.value());
  if (is_narrow) set_narrow();
  attempt_ends = now() + patience.connect;
  if (endpoint->family == AF_UNIX) return connect_unix(*endpoint);
  timer.set(attempt_ends);
  socket.async_connect({endpoint->octets.data(), endpoint->size},
                       [self = shared_from_this(), this_attempt, address](const error_code& error) {
                         if (self->attempt != this_attempt || self->phase != Phase::connecting)
                           return;
                         if (error == asio::error::connection_reset) {
                           // It was open, and a RST came before we looked; the error is gone from
                           // the socket with that.
                           self->write_error = error.value();
                           self->writes_over = true;
                         } else if (error) {
                           return self->attempt_failed(address, error.value());
                         }
                         self->peer = address;
                         self->connected();
                       });
}

// Both take part in what the opening of the connection settles. A Unix socket knows neither.
void Connection::State::set_narrow() {
  error_code ignored;
  socket.set_option(asio::socket_base::receive_buffer_size(narrow_buffer), ignored);
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_MAXSEG, &narrow_segment,
               sizeof narrow_segment);
}

// Not asynchronous: a Unix socket whose backlog is full says EAGAIN, which Asio takes for progress.
void Connection::State::connect_unix(const SocketAddress& endpoint) {
  const Address& address = addresses[next_address - 1];
  const auto size = static_cast<socklen_t>(endpoint.size);
  const auto* raw = reinterpret_cast<const sockaddr*>(endpoint.octets.data());
  if (::connect(socket.native_handle(), raw, size) == 0) {
    peer = address;
    return connected();
  }
  const int error = errno;
  if (error != EAGAIN) return attempt_failed(address, error);
  if (now() >= attempt_ends) return attempt_failed(address, ETIMEDOUT);
  timer.set(std::min<base::Time>(now() + unix_backlog_rest, attempt_ends));
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
  if (!tls) return opened();
  phase = Phase::securing;
  timer.set(now() + patience.connect);
  go_on_with_tls();
  wait_readable();
}

void Connection::State::opened() {
  timer.set(std::nullopt);
  phase = Phase::open;
  for (const base::Octets& octets : std::exchange(early, {})) encrypt(octets);
  if (end_wanted) say_goodbye();
  owner->on_opened(link);
  flush();  // what was written before
  wait_readable();
}

// --- TLS ---

// Handshake, data and end, as far as what was fed goes.
void Connection::State::go_on_with_tls() {
  while (phase != Phase::closed && !read_over) {
    std::size_t size = 0;
    const std::span<std::uint8_t> buffer = loop.read_buffer();
    const TlsFilter::Step step = tls->advance(buffer, size);
    take_tls_output(0);
    flush();
    switch (step) {
      case TlsFilter::Step::waiting:
        return;
      case TlsFilter::Step::opened:
        opened();
        break;
      case TlsFilter::Step::data:
        if (phase == Phase::open) owner->on_received(link, buffer.first(size));
        break;
      case TlsFilter::Step::ended:
        return reading_ended(base::Ending::eof);
      case TlsFilter::Step::failed:
        if (phase == Phase::securing) return tls_refused();
        if (phase == Phase::leaving) return;  // what it says is discarded until its FIN
        return reading_ended(base::Ending::reset);
    }
  }
}

// The handshake failed. What we have to say to it (an alert) still goes out.
void Connection::State::tls_refused() {
  const std::string to = peer ? to_string(*peer) : "a client";
  refusal = {.message = fmt::format("cannot speak TLS with {}: {}", to, tls->report().trouble)};
  phase = Phase::leaving;
  timer.set(now() + patience.flush);
  owner->on_refused(link, refusal);
  flush();
  wait_readable();
}

void Connection::State::encrypt(const base::Octets& octets) {
  tls->write(octets);
  take_tls_output(octets.size());
}

void Connection::State::say_goodbye() {
  if (!tls) return;
  tls->close();
  take_tls_output(0);
}

void Connection::State::take_tls_output(std::uint64_t plain) {
  base::Octets octets = tls->take_output();
  if (octets.empty() || writes_over) return;
  unsent += octets.size();
  queue.push_back({std::move(octets), plain});
}

// --- reading ---

void Connection::State::pause(bool so) {
  if (std::exchange(paused, so) == so) return;
  loop.post([self = shared_from_this(), so] {
    if (self->owner != nullptr && self->phase == Phase::open)
      self->owner->on_clogged(self->link, so);
  });
  wait_readable();
}

void Connection::State::wait_readable() {
  if (waiting_to_read || read_over || paused || deaf) return;
  if (phase == Phase::connecting || phase == Phase::closed) return;
  waiting_to_read = true;
  socket.async_wait(Protocol::socket::wait_read,
                    [self = shared_from_this()](const error_code& error) {
                      self->waiting_to_read = false;
                      if (!error) self->read_some();
                    });
}

void Connection::State::read_some() {
  for (int turn = 0; turn < reads_in_a_row; ++turn) {
    if (phase == Phase::closed || read_over || paused || deaf) return;
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
    if (tls) {
      tls->feed(buffer.first(count));
      go_on_with_tls();
    } else if (phase == Phase::open) {
      owner->on_received(link, buffer.first(count));
    }
  }
  wait_readable();
}

void Connection::State::reading_ended(base::Ending ending) {
  read_over = true;
  if (tls) tls->transport_ended(ending);
  if (tls && tls->report().end == TlsReport::End::truncated) ending = base::Ending::unannounced;
  if (phase == Phase::securing) tls_refused();
  if (ending == base::Ending::reset) writes_over = true;
  if (phase == Phase::open) owner->on_ended(link, ending);
  if (writes_over) close();
}

// --- writing ---

void Connection::State::flush() {
  if (phase == Phase::connecting || phase == Phase::closed) return;
  while (!queue.empty() && !writes_over && !waiting_to_write) {
    const base::Octets& front = queue.front().octets;
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
    if (!tls) octets_out += count;
    if (taken == front.size()) {
      octets_out += queue.front().plain;
      queue.pop_front();
      taken = 0;
    }
  }
  if (paused && unsent <= *patience.pause_above / 2) pause(false);
  if (!queue.empty() || phase == Phase::securing) return;
  if (end_wanted || phase == Phase::leaving) finish_writes();
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
  pause(false);
  if (read_over || phase == Phase::leaving) return close();
  wait_readable();
}

// --- leaving ---

void Connection::State::time_is_up() {
  switch (phase) {
    case Phase::connecting:
      if (const auto again = socket_address(addresses[next_address - 1]);
          again && again->family == AF_UNIX)
        return connect_unix(*again);
      return attempt_failed(addresses[next_address - 1], ETIMEDOUT);
    case Phase::securing:
      tls->give_up(fmt::format("the handshake was not complete after {}",
                               std::chrono::ceil<std::chrono::milliseconds>(patience.connect)));
      return tls_refused();
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

void Connection::secure(std::shared_ptr<const TlsContext> tls, std::string_view host) {
  state_->tls = std::make_unique<TlsFilter>(std::move(tls), host);
}

void Connection::narrow() { state_->is_narrow = true; }

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
  if (!state.tls) {
    state.unsent += octets.size();
    state.queue.push_back({std::move(octets), 0});
  } else if (state.tls->opened()) {
    state.encrypt(octets);
  } else {
    state.early.push_back(std::move(octets));
  }
  state.flush();
  if (state.patience.pause_above && state.unsent > *state.patience.pause_above) state.pause(true);
}

void Connection::read(bool on) {
  State& state = *state_;
  state.deaf = !on;
  if (!on) return;
  error_code ignored;
  if (state.is_narrow)
    state.socket.set_option(asio::socket_base::receive_buffer_size(wide_buffer), ignored);
  state.wait_readable();
}

void Connection::end_writes() {
  State& state = *state_;
  if (std::exchange(state.end_wanted, true)) return;
  state.say_goodbye();
  state.flush();
}

void Connection::drop(bool reset) {
  State& state = *state_;
  switch (state.phase) {
    case State::Phase::connecting:
      return state.close();
    case State::Phase::securing:
      return reset ? state.reset() : state.close();
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
  if (!state.end_wanted) state.say_goodbye();
  const bool already_ended = state.writes_over;
  state.timer.set(now() + (already_ended ? state.patience.linger : state.patience.flush));
  state.paused = state.deaf = false;
  state.wait_readable();
  state.flush();
}

std::uint64_t Connection::unsent() const { return state_->unsent; }
std::uint64_t Connection::octets_out() const { return state_->octets_out; }
std::optional<Address> Connection::local() const { return state_->local; }
std::optional<Address> Connection::peer() const { return state_->peer; }

std::optional<TlsReport> Connection::tls() const {
  if (!state_->tls) return std::nullopt;
  return state_->tls->report();
}

}  // namespace wsproof::net
