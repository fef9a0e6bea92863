#include "harness/net/plain_server_test.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/base/check.hpp"

namespace wsproof::net::test {

struct PlainServer::State {
  Serve serve;
  bool at_once = true;
  int listening = -1;
  int over = ::eventfd(0, EFD_CLOEXEC);     ///< readable once everything is to end
  int closing = ::eventfd(0, EFD_CLOEXEC);  ///< readable once no more is to be accepted
  std::uint16_t port = 0;
  std::atomic<std::size_t> accepted = 0;
  std::mutex mutex;
  std::condition_variable gone;
  std::size_t links = 0;  // threads of connections
  std::jthread thread;
};

namespace {

void set(int event) {
  const std::uint64_t one = 1;
  CHECK(::write(event, &one, sizeof one) == sizeof one);
}

}  // namespace

PlainServer::PlainServer(Serve serve, bool at_once) : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.serve = std::move(serve);
  state.at_once = at_once;
  state.listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  CHECK(state.over >= 0 && state.closing >= 0 && state.listening >= 0);
  CHECK(::bind(state.listening, any, size) == 0 && ::listen(state.listening, 512) == 0);
  CHECK(::getsockname(state.listening, any, &size) == 0);
  state.port = ntohs(address.sin_port);
  state.thread = std::jthread([this] {
    State& s = *state_;
    const auto play = [this, &s](int descriptor, std::size_t nth) {
      {
        PlainLink link(*this, descriptor);
        s.serve(link, nth);
      }
      const std::lock_guard lock(s.mutex);
      --s.links;
      s.gone.notify_all();
    };
    std::array<pollfd, 3> polled = {
        {{s.listening, POLLIN, 0}, {s.over, POLLIN, 0}, {s.closing, POLLIN, 0}}};
    while (::poll(polled.data(), polled.size(), -1) > 0) {
      if (polled[1].revents != 0 || polled[2].revents != 0) break;
      const int descriptor = ::accept4(s.listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (descriptor < 0) continue;
      const std::size_t nth = s.accepted++;
      {
        const std::lock_guard lock(s.mutex);
        ++s.links;
      }
      if (s.at_once)
        std::thread(play, descriptor, nth).detach();
      else
        play(descriptor, nth);
    }
    ::close(s.listening);
  });
}

PlainServer::~PlainServer() {
  set(state_->over);
  state_->thread.join();
  std::unique_lock lock(state_->mutex);
  state_->gone.wait(lock, [this] { return state_->links == 0; });
  ::close(state_->over);
  ::close(state_->closing);
}

std::uint16_t PlainServer::port() const { return state_->port; }
void PlainServer::stop_listening() { set(state_->closing); }
std::size_t PlainServer::accepted() const { return state_->accepted; }

PlainLink::~PlainLink() { ::close(descriptor_); }

bool PlainLink::wait(short events) {
  std::array<pollfd, 2> polled = {{{descriptor_, events, 0}, {server_.state_->over, POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
  return polled[1].revents == 0;
}

bool PlainLink::send(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      octets.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN || !wait(POLLOUT))
      return false;
  }
  return true;
}

std::string PlainLink::receive() {
  std::string octets(65536, '\0');
  while (wait(POLLIN)) {
    const ssize_t got = ::recv(descriptor_, octets.data(), octets.size(), 0);
    if (got < 0 && errno == EAGAIN) continue;
    octets.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return octets;
  }
  return {};
}

bool PlainLink::pause(std::chrono::milliseconds time) {
  pollfd polled{server_.state_->over, POLLIN, 0};
  return ::poll(&polled, 1, static_cast<int>(time.count())) == 0;
}

void PlainLink::end_writes() { ::shutdown(descriptor_, SHUT_WR); }

void PlainLink::reset() {
  const linger none{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

void PlainLink::drain() {
  while (!receive().empty()) {
  }
}

void PlainLink::hold() { wait(POLLRDHUP); }

}  // namespace wsproof::net::test
