#include "harness/net/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "harness/base/check.hpp"
#include "harness/net/clock.hpp"

namespace wsproof::net {
namespace {

// A signal handler has no argument of ours: this is the one thing that it can reach.
std::atomic<StopSource*> told_by_signals = nullptr;
static_assert(std::atomic<StopSource*>::is_always_lock_free);
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int signal) {
  const int saved = errno;
  if (StopSource* source = told_by_signals.load()) source->stop_for_signal(signal);
  errno = saved;
}

void set_action(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  CHECK(sigaction(signal, &action, nullptr) == 0);
}

}  // namespace

StopSource::StopSource() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  CHECK(descriptor_ >= 0);
}

StopSource::~StopSource() { ::close(descriptor_); }

void StopSource::stop_for_signal(int signal) noexcept {
  int none = 0;
  signal_.compare_exchange_strong(none, signal, std::memory_order_acq_rel);
  stopped_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  // It can only fail where it has been written 2^64 times: readable anyway.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

SignalGuard::SignalGuard(StopSource& source) {
  StopSource* nobody = nullptr;
  CHECK(told_by_signals.compare_exchange_strong(nobody, &source));
  set_action(SIGPIPE, SIG_IGN, 0);
  // SA_RESETHAND: the second ^C of an impatient user ends us there and then.
  set_action(SIGINT, on_signal, SA_RESTART | static_cast<int>(SA_RESETHAND));
  set_action(SIGTERM, on_signal, SA_RESTART | static_cast<int>(SA_RESETHAND));
}

SignalGuard::~SignalGuard() {
  set_action(SIGINT, SIG_DFL, 0);
  set_action(SIGTERM, SIG_DFL, 0);
  told_by_signals.store(nullptr);
}

namespace {

// Whether the descriptor became readable before `deadline`.
bool readable_before(int descriptor, base::Time deadline) {
  for (;;) {
    const base::Duration left = std::max(deadline - now(), base::Duration{});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec patience{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (ppoll(&watched, 1, &patience, nullptr) == 1) return true;
    if (now() >= deadline) return false;
  }
}

}  // namespace

Alarm::Alarm(StopSource& source, base::Duration time) {
  if (time == base::Duration{}) return;
  thread_ = std::thread([this, &source, deadline = now() + time] {
    if (!readable_before(gone_.descriptor(), deadline)) source.stop();
  });
}

Alarm::~Alarm() {
  gone_.stop();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t raise_descriptor_limit() {
  constexpr rlim_t most = 65'536;  // some programs close every descriptor up to their limit
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t wanted = std::min(limit.rlim_max, most);
  if (limit.rlim_cur < wanted) {
    rlimit raised = limit;
    raised.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur;
}

}  // namespace wsproof::net
