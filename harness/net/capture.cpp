#include "harness/net/capture.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace wsproof::net {
namespace {

constexpr std::size_t most_in_log = 16U << 20;

}  // namespace

Capture::Capture(Descriptor out, Descriptor err, Descriptor log, std::size_t tail_octets)
    : pipes_{std::move(out), std::move(err)},
      log_(std::move(log)),
      log_left_(log_ ? most_in_log : 0),
      tail_octets_(tail_octets),
      thread_([this] { run(); }) {}

Capture::~Capture() { finish(); }

void Capture::finish() {
  stop_.stop();
  if (thread_.joinable()) thread_.join();
}

std::string Capture::tail(std::size_t pipe) const {
  const std::lock_guard lock(mutex_);
  const std::string& all = tails_.at(pipe);
  return all.substr(all.size() - std::min(all.size(), tail_octets_));
}

void Capture::run() {
  while ((pipes_[0] || pipes_[1]) && !stop_.stopped()) {
    std::array<pollfd, 3> waited{pollfd{pipes_[0].get(), POLLIN, 0},
                                 pollfd{pipes_[1].get(), POLLIN, 0},
                                 pollfd{stop_.descriptor(), POLLIN, 0}};
    if (::poll(waited.data(), waited.size(), -1) < 0) continue;
    for (std::size_t pipe = 0; pipe < pipes_.size(); ++pipe)
      if (waited.at(pipe).revents != 0) read_some(pipe);
  }
  // A pipe holds 64 KiB; if somebody still writes, they have had their time.
  for (std::size_t pipe = 0; pipe < pipes_.size(); ++pipe)
    for (int turn = 0; turn < 64 && read_some(pipe); ++turn) {
    }
}

/// False when nothing is there, or will ever be.
bool Capture::read_some(std::size_t pipe) {
  if (!pipes_.at(pipe)) return false;
  std::array<char, 16 * 1024> buffer{};
  const ssize_t count = ::read(pipes_.at(pipe).get(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (count <= 0) {
    pipes_.at(pipe).reset();
    return false;
  }
  const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
  const std::string_view logged = text.substr(0, log_left_);
  if (!logged.empty()) {
    // A full disk must not end the run: the tail is what reports show.
    [[maybe_unused]] const ssize_t written = ::write(log_.get(), logged.data(), logged.size());
    log_left_ -= logged.size();
  }
  const std::lock_guard lock(mutex_);
  std::string& tail = tails_.at(pipe);
  tail += text;
  if (tail.size() > 2 * tail_octets_) tail.erase(0, tail.size() - tail_octets_);
  return true;
}

}  // namespace wsproof::net
