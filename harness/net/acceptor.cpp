#include "harness/net/acceptor.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <optional>
#include <utility>

#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"
#include "harness/net/socket_address.hpp"

namespace wsproof::net {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;
using RawAcceptor = asio::basic_socket_acceptor<Protocol>;
using boost::system::error_code;

namespace {

constexpr int accepts_in_a_row = 16;
constexpr auto rest_when_exhausted = std::chrono::milliseconds(20);

/// Which file a path names, so that at the end only our own is removed.
struct FileId {
  dev_t device = 0;
  ino_t number = 0;

  bool operator==(const FileId&) const = default;
};

std::optional<FileId> file_at(const std::string& path, bool* is_socket = nullptr) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
  if (is_socket != nullptr) *is_socket = S_ISSOCK(found.st_mode);
  return FileId{found.st_dev, found.st_ino};
}

bool has_file(const Address& address) {
  return !address.path.empty() && address.path.front() != '@';
}

/// Removes the file of a Unix socket whose listener is dead. Tells what else is there.
base::Result<void> make_way(const Address& address, const SocketAddress& endpoint) {
  bool is_socket = false;
  if (!has_file(address) || !file_at(address.path, &is_socket)) return {};
  const std::string cannot = fmt::format("cannot listen on {}: ", to_string(address));
  if (!is_socket) return base::fail(cannot + "there is a file, and it is no socket");
  const Descriptor knock(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* raw = reinterpret_cast<const sockaddr*>(endpoint.octets.data());
  if (!knock || ::connect(knock.get(), raw, static_cast<socklen_t>(endpoint.size)) == 0 ||
      errno != ECONNREFUSED)
    return base::fail(cannot + "somebody listens there already");
  if (::unlink(address.path.c_str()) != 0) return base::fail(cannot + error_words(errno));
  return {};
}

}  // namespace

struct Acceptor::State : std::enable_shared_from_this<State> {
  State(Loop& loop, std::function<void(int)> tell)
      : acceptor(loop.context()), on_accepted(std::move(tell)), rest(loop, [this] { wait(); }) {}

  void wait() {
    if (paused || waiting || !acceptor.is_open()) return;
    waiting = true;
    acceptor.async_wait(RawAcceptor::wait_read,
                        [self = shared_from_this()](const error_code& failed) {
                          self->waiting = false;
                          if (!failed) self->accept_some();
                        });
  }

  void accept_some() {
    for (int turn = 0; turn < accepts_in_a_row && !paused && acceptor.is_open(); ++turn) {
      error_code failed;
      Protocol::socket socket = acceptor.accept(failed);
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

  RawAcceptor acceptor;
  std::function<void(int)> on_accepted;
  Timer rest;
  Address address;
  std::optional<FileId> file;  ///< of a Unix socket
  bool paused = true;
  bool waiting = false;
};

base::Result<std::unique_ptr<Acceptor>> Acceptor::listen(Loop& loop, const Address& address,
                                                         std::function<void(int)> on_accepted) {
  auto state = std::make_shared<State>(loop, std::move(on_accepted));
  RawAcceptor& acceptor = state->acceptor;
  const auto wanted = socket_address(address);
  if (!wanted)
    return base::fail(fmt::format("cannot listen on {}: it is no address", to_string(address)));
  if (const auto free = make_way(address, *wanted); !free) return std::unexpected(free.error());
  error_code failed;
  acceptor.open(Protocol(wanted->family, 0), failed);
  if (!failed && wanted->family != AF_UNIX)
    acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed && wanted->family == AF_INET6) acceptor.set_option(asio::ip::v6_only(true), failed);
  if (!failed) acceptor.bind({wanted->octets.data(), wanted->size}, failed);
  if (!failed && has_file(address)) state->file = file_at(address.path);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (!failed) acceptor.non_blocking(true, failed);
  const Protocol::endpoint real = failed ? Protocol::endpoint() : acceptor.local_endpoint(failed);
  if (failed)
    return base::fail(
        fmt::format("cannot listen on {}: {}", to_string(address), error_words(failed.value())));
  state->address = address;
  if (const auto known =
          address_of({reinterpret_cast<const std::uint8_t*>(real.data()), real.size()}))
    state->address = {.ip = address.ip, .port = known->port, .path = known->path};
  return std::unique_ptr<Acceptor>(new Acceptor(std::move(state)));
}

Acceptor::Acceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}

Acceptor::~Acceptor() {
  state_->paused = true;
  error_code ignored;
  state_->acceptor.close(ignored);
  const std::string& path = state_->address.path;
  if (state_->file && file_at(path) == state_->file) ::unlink(path.c_str());
}

const Address& Acceptor::address() const { return state_->address; }

void Acceptor::pause(bool paused) {
  state_->paused = paused;
  state_->wait();
}

}  // namespace wsproof::net
