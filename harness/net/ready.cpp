#include "harness/net/ready.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "harness/base/escape.hpp"
#include "harness/base/party.hpp"
#include "harness/base/random.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/descriptor.hpp"
#include "harness/net/pump.hpp"

namespace wsproof::net {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view http_begins = "HTTP/1.";
constexpr std::size_t most_to_show = 120;  // octets, before they are escaped
constexpr auto look_again = milliseconds(20);
constexpr base::Duration first_silence = std::chrono::seconds(1);

/// What stands in the Host field: no port where there is none (a Unix socket).
std::string host_field(const Destination& destination) {
  if (destination.port == 0) return destination.host;
  return to_string(Address{.ip = destination.host, .port = destination.port});
}

std::string shown(std::string_view hostile) {
  return base::for_terminal(base::cut(hostile, most_to_show));
}

/// Asks once or again and again, on one connection after the other.
class Question final : public base::Party {
 public:
  struct Setting {
    std::string request;
    base::Duration timeout;
    bool again = false;
    std::function<bool()> give_up;
  };

  explicit Question(Setting setting) : setting_(std::move(setting)) {}

  const HttpAnswer& answer() const { return answer_; }

  void start(base::Time now) override {
    end_ = now + setting_.timeout;
    ask(now);
  }

  void opened(base::Link link, base::Time) override {
    if (link != link_) return;
    phase_ = Phase::connected;
    answer_.saw = "connected, but no answer yet";
    actions_.emplace_back(base::Write{link, base::octets(setting_.request)});
  }

  void refused(base::Link link, const std::string& why, base::Time now) override {
    if (link == link_) failed(why, now);
  }

  void received(base::Link link, base::OctetView octets, base::Time now) override {
    if (link != link_ || finished_) return;
    heard_ += base::as_text(octets);
    const std::string_view begin = std::string_view(heard_).substr(0, http_begins.size());
    if (begin != http_begins.substr(0, begin.size())) {
      // What a TLS server says to plain text: an alert, in a record of version 3.x.
      const bool tls = heard_.starts_with("\x15\x03");
      return failed(fmt::format("connected, but the answer is not HTTP: {}{}", shown(heard_),
                                tls ? "; that is TLS: try wss:// instead of ws://" : ""),
                    now);
    }
    const std::size_t line_end = heard_.find_first_of("\r\n");
    if (line_end == std::string::npos && heard_.size() < most_to_show) return;
    answer_ = {.http = true, .saw = shown(std::string_view(heard_).substr(0, line_end))};
    finished_ = true;
  }

  void ended(base::Link link, base::Ending ending, base::Time now) override {
    if (link != link_ || finished_) return;
    failed(fmt::format("connected, but the connection was {} {}",
                       ending == base::Ending::reset ? "reset" : "closed",
                       heard_.empty() ? "without an answer" : "after " + shown(heard_)),
           now);
  }

  void woken(base::Time now) override {
    look_again_ = now + look_again;
    finished_ = now >= end_ || (setting_.give_up && setting_.give_up());
    if (!finished_ && now < next_try_) return;
    if (phase_ == Phase::connecting) answer_.saw = "not connected within " + words(patience());
    if (phase_ == Phase::connected)
      answer_.saw = "connected, but no answer within " + words(patience());
    if (finished_) return;
    if (phase_ != Phase::resting) {
      actions_.emplace_back(base::Drop{link_});
      silence_ = std::min(2 * silence_, setting_.timeout);  // perhaps it is only slow
    }
    ++link_;
    ask(now);
  }

  std::vector<base::Action> take_actions() override { return std::exchange(actions_, {}); }

  std::optional<base::Time> deadline() const override {
    return setting_.again ? std::min(end_, look_again_) : end_;
  }

  bool finished() const override { return finished_; }

 private:
  enum class Phase { resting, connecting, connected };

  static std::string words(base::Duration duration) {
    return fmt::format("{}", std::chrono::ceil<milliseconds>(duration));
  }

  base::Duration patience() const {
    return setting_.again ? std::min(setting_.timeout, silence_) : setting_.timeout;
  }

  void ask(base::Time now) {
    phase_ = Phase::connecting;
    answer_.saw = "not connected yet";
    heard_.clear();
    actions_.emplace_back(base::Open{link_});
    next_try_ = now + patience();
    look_again_ = now + look_again;
  }

  void failed(std::string why, base::Time now) {
    if (phase_ == Phase::connected) actions_.emplace_back(base::Drop{link_});
    phase_ = Phase::resting;
    answer_.saw = std::move(why);
    if (setting_.again) {
      next_try_ = now + look_again;
    } else {
      finished_ = true;
    }
  }

  Setting setting_;
  HttpAnswer answer_;
  base::Time end_;
  base::Time look_again_;
  base::Time next_try_;
  base::Link link_ = 0;
  Phase phase_ = Phase::resting;
  std::string heard_;
  base::Duration silence_ = first_silence;  ///< that is waited through before asking anew
  bool finished_ = false;
  std::vector<base::Action> actions_;
};

/// Finished as soon as somebody has opened, or nobody did.
class Knock final : public base::Party {
 public:
  bool answered() const { return answered_; }

  void start(base::Time) override { actions_.emplace_back(base::Open{0}); }
  void opened(base::Link, base::Time) override { finished_ = answered_ = true; }
  void refused(base::Link, const std::string&, base::Time) override { finished_ = true; }
  void received(base::Link, base::OctetView, base::Time) override {}
  void ended(base::Link, base::Ending, base::Time) override {}
  void woken(base::Time) override {}
  std::vector<base::Action> take_actions() override { return std::exchange(actions_, {}); }
  std::optional<base::Time> deadline() const override { return std::nullopt; }
  bool finished() const override { return finished_; }

 private:
  bool answered_ = false;
  bool finished_ = false;
  std::vector<base::Action> actions_;
};

HttpAnswer ask(const Destination& destination, std::string_view resource, Question::Setting setting,
               const StopSource* stop) {
  setting.timeout = std::min<base::Duration>(setting.timeout, std::chrono::hours(1));
  setting.request = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                                resource, host_field(destination));
  const Limits limits{.wall_time = setting.timeout + std::chrono::seconds(5),
                      .octets_in = std::numeric_limits<std::uint64_t>::max(),
                      .links = std::numeric_limits<std::uint32_t>::max(),
                      .connect = setting.timeout,
                      .flush = milliseconds(100),
                      .linger = milliseconds(0)};
  Question question(std::move(setting));
  const PartyReport report = play(question, destination, limits, stop);
  HttpAnswer answer = question.answer();
  if (report.cut_short()) answer.saw = report.why;
  if (!answer.http && !report.links.empty()) {
    const std::string remark = report.tls_remark(report.links.back().link);
    if (!remark.empty()) answer.saw += " (" + remark + ")";
  }
  return answer;
}

/// Whether it can be bound on every address of this machine, of both families where there are two.
bool is_free(std::uint16_t port, std::uint16_t* real = nullptr) {
  Descriptor both(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int no = 0;
  if (both && ::setsockopt(both.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0) {
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(port);
    socklen_t size = sizeof any;
    auto* address = reinterpret_cast<sockaddr*>(&any);
    const bool bound = ::bind(both.get(), address, size) == 0;
    if (bound && real != nullptr && ::getsockname(both.get(), address, &size) == 0)
      *real = ntohs(any.sin6_port);
    if (bound || errno == EADDRINUSE) return bound;
  }
  const Descriptor only_v4(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  socklen_t size = sizeof any;
  auto* address = reinterpret_cast<sockaddr*>(&any);
  if (!only_v4 || ::bind(only_v4.get(), address, size) != 0) return false;
  if (real != nullptr && ::getsockname(only_v4.get(), address, &size) == 0)
    *real = ntohs(any.sin_port);
  return true;
}

/// The first of the ports that the kernel gives to outgoing connections.
std::uint16_t first_ephemeral_port() {
  constexpr std::uint16_t usual = 32'768;
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(
      std::fopen("/proc/sys/net/ipv4/ip_local_port_range", "re"));
  unsigned first = 0;
  if (!file || std::fscanf(file.get(), "%u", &first) != 1 || first > 65'535) return usual;
  return static_cast<std::uint16_t>(first);
}

}  // namespace

base::Result<std::uint16_t> free_port() {
  constexpr std::uint16_t lowest = 12'000;
  constexpr int tries = 100;
  const std::uint16_t end = first_ephemeral_port();
  base::Random random(static_cast<std::uint64_t>(now().time_since_epoch().count()) ^
                      (static_cast<std::uint64_t>(::getpid()) << 32U));
  for (int i = 0; i < tries && end > lowest + tries; ++i) {
    const auto port =
        static_cast<std::uint16_t>(lowest + random.below(static_cast<std::uint64_t>(end - lowest)));
    if (is_free(port)) return port;
  }
  std::uint16_t chosen = 0;
  if (is_free(0, &chosen) && chosen != 0) return chosen;
  return base::fail(fmt::format("cannot find a free port: {}", error_words(errno)));
}

bool port_is_taken(const Destination& destination) {
  const Limits limits{.wall_time = std::chrono::seconds(1), .linger = milliseconds(0)};
  Knock knock;
  play(knock, destination, limits);
  return knock.answered();
}

HttpAnswer answers_http(const Destination& destination, base::Duration timeout,
                        std::string_view resource, const StopSource* stop) {
  return ask(destination, resource,
             {.request = {}, .timeout = timeout, .again = false, .give_up = {}}, stop);
}

HttpAnswer wait_for_http(const Destination& destination, base::Duration timeout,
                         std::string_view resource, const std::function<bool()>& give_up,
                         const StopSource* stop) {
  return ask(destination, resource,
             {.request = {}, .timeout = timeout, .again = true, .give_up = give_up}, stop);
}

}  // namespace wsproof::net
