#include "harness/net/loop.hpp"

#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "harness/base/check.hpp"

namespace wsproof::net {

namespace asio = boost::asio;
using boost::system::error_code;

Loop::Loop() : context_(std::make_unique<asio::io_context>(1)), read_buffer_(64 * 1024) {}
Loop::~Loop() = default;

void Loop::post(std::move_only_function<void()> work) {
  asio::post(*context_, [work = std::move(work)]() mutable { work(); });
}

void Loop::run_until(const std::function<bool()>& done) {
  context_->restart();
  while (!done() && context_->run_one() != 0) {
  }
}

struct Timer::State {
  asio::steady_timer timer;
  std::function<void()> on_time;
  std::optional<base::Time> time;
  std::uint64_t generation = 0;  ///< of the latest set(): an older wait may have been handed out
};

Timer::Timer(Loop& loop, std::function<void()> on_time)
    : state_(std::make_shared<State>(asio::steady_timer(loop.context()), std::move(on_time))) {}

Timer::~Timer() { set(std::nullopt); }

void Timer::set(std::optional<base::Time> time) {
  if (state_->time == time) return;
  state_->time = time;
  const std::uint64_t generation = ++state_->generation;
  if (!time) {
    state_->timer.cancel();
    return;
  }
  state_->timer.expires_at(std::chrono::steady_clock::time_point(time->time_since_epoch()));
  state_->timer.async_wait([state = state_, generation](const error_code&) {
    if (state->generation != generation) return;
    state->time.reset();
    state->on_time();
  });
}

struct Watch::State {
  asio::posix::stream_descriptor descriptor;
  std::function<void()> on_readable;
  bool forgotten = false;
};

Watch::Watch(Loop& loop, int descriptor, std::function<void()> on_readable)
    : state_(std::make_shared<State>(asio::posix::stream_descriptor(loop.context()),
                                     std::move(on_readable))) {
  // A duplicate, because Asio closes what it is given.
  const int duplicate = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  CHECK(duplicate >= 0);
  error_code failed;
  state_->descriptor.assign(duplicate, failed);
  CHECK(!failed);
  state_->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                [state = state_](const error_code& error) {
                                  if (!error && !state->forgotten) state->on_readable();
                                });
}

Watch::~Watch() {
  state_->forgotten = true;
  error_code ignored;
  state_->descriptor.close(ignored);
}

}  // namespace wsproof::net
