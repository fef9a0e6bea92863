#include "harness/net/capture.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
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

std::string Capture::since(std::size_t pipe, std::uint64_t& seen) const {
  const std::lock_guard lock(mutex_);
  const std::string& all = tails_.at(pipe);
  const std::uint64_t unseen = totals_.at(pipe) - seen;
  seen = totals_.at(pipe);
  return all.substr(all.size() - std::min<std::uint64_t>(all.size(), unseen));
}

void Capture::catch_up() {
  // A pipe holds 64 KiB; if somebody still writes, they have had their time.
  constexpr int turns = 64;
  for (std::size_t pipe = 0; pipe < pipes_.size(); ++pipe)
    for (int turn = 0; turn < turns && read_some(pipe); ++turn) {
    }
}

void Capture::run() {
  while (!stop_.stopped()) {
    std::array<pollfd, 3> waited{pollfd{-1, POLLIN, 0}, pollfd{-1, POLLIN, 0},
                                 pollfd{stop_.descriptor(), POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      if (!pipes_[0] && !pipes_[1]) return;
      for (std::size_t pipe = 0; pipe < pipes_.size(); ++pipe)
        waited.at(pipe).fd = pipes_.at(pipe).get();
    }
    if (::poll(waited.data(), waited.size(), -1) < 0) continue;
    for (std::size_t pipe = 0; pipe < pipes_.size(); ++pipe)
      if (waited.at(pipe).revents != 0) read_some(pipe);
  }
  catch_up();
}

/// False when nothing is there, or will ever be.
bool Capture::read_some(std::size_t pipe) {
  const std::lock_guard lock(mutex_);
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
  totals_.at(pipe) += text.size();
  std::string& tail = tails_.at(pipe);
  tail += text;
  if (tail.size() > 2 * tail_octets_) tail.erase(0, tail.size() - tail_octets_);
  return true;
}

}  // namespace wsproof::net
