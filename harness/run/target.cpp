#include "harness/run/target.hpp"

#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/net/listener.hpp"
#include "harness/net/process.hpp"
#include "harness/net/ready.hpp"

namespace wsproof::run {

namespace {

constexpr base::Duration start_patience = std::chrono::seconds(20);

class Elsewhere final : public LiveTarget {
 public:
  Elsewhere(Reach reach, std::vector<std::string> arguments) {
    reach_ = std::move(reach);
    told_.url = told_.name = to_string(reach_.url);
    told_.arguments = std::move(arguments);
  }
};

// A listener, and how we get to it.
struct Listening {
  net::Listener listener;
  Url url;
  net::Destination destination;
};

base::Result<Listening> listen_over(Transport transport) {
  const bool over_unix = transport == Transport::unix_socket;
  auto listener = over_unix ? net::Listener::open_unix("@") : net::Listener::open("127.0.0.1", 0);
  if (!listener) return std::unexpected(listener.error());
  net::Destination destination = listener->destination();
  Url url{.host = destination.host, .port = destination.port};
  if (over_unix) url.socket = destination.addresses.front().path;
  if (transport == Transport::tls) {
    const auto server = net::TlsContext::server({});
    if (!server) return std::unexpected(server.error());
    auto client = net::TlsContext::client({.ca_pem = (*server)->certificate_pem()});
    if (!client) return std::unexpected(client.error());
    listener->secure(*server);
    destination.tls = std::move(*client);
    url.tls = true;
  }
  return Listening{std::move(*listener), std::move(url), std::move(destination)};
}

class Reference final : public LiveTarget {
 public:
  Reference(Listening listening, const endpoint::Quirks& quirks, std::vector<std::string> arguments,
            std::uint64_t seed)
      : listener_(std::move(listening.listener)), server_(settings(seed), quirks) {
    reach_.url = std::move(listening.url);
    reach_.destination = std::move(listening.destination);
    // What a fault takes away is to fail, not to be excused.
    can_ = {{"echo", true}, {"pong", true}};
    told_.name = "reference";
    told_.arguments = std::move(arguments);
    told_.url = to_string(reach_.url);
    thread_ = std::jthread([this] { listener_.serve(server_, stop_); });
  }
  ~Reference() override { stop_.stop(); }

 private:
  static endpoint::Settings settings(std::uint64_t seed) {
    endpoint::Settings out;
    out.seed = seed;
    return out;
  }
  net::Listener listener_;
  endpoint::EchoServer server_;
  net::StopSource stop_;
  std::jthread thread_;
};

class Started final : public LiveTarget {
 public:
  Started(Manifest manifest, std::uint16_t port, const net::StopSource* stop)
      : manifest_(std::move(manifest)), port_(port), stop_(stop) {
    can_ = manifest_.can;
    told_.name = manifest_.name;
    told_.arguments = {"--target", manifest_.name};
    told_.version = manifest_.version;
  }
  ~Started() override {
    if (process_) process_->stop();
  }

  base::Result<void> start() {
    const auto url = parse_url(filled(manifest_.url, manifest_, port_));
    if (!url) return std::unexpected(url.error());
    reach_.url = *url;
    told_.url = to_string(reach_.url);
    const auto destination = destination_of(reach_.url);
    if (!destination) return std::unexpected(destination.error());
    reach_.destination = *destination;
    return launch();
  }

  bool ours() const override { return true; }

  std::optional<std::string> death() override {
    const auto status = process_ ? process_->exited() : std::nullopt;
    if (!status) return std::nullopt;
    const std::string tail = last_lines();
    return tail.empty() ? to_string(*status)
                        : fmt::format("{}; it wrote: {}", to_string(*status), tail);
  }

  base::Result<std::string> start_again() override {
    std::string ended = death().value_or("it did not answer");
    if (process_) process_->stop();
    process_.reset();
    if (const auto launched = launch(); !launched) return std::unexpected(launched.error());
    return ended;
  }

 private:
  base::Result<void> launch() {
    net::Command command;
    for (const std::string& word : manifest_.start)
      command.argv.push_back(filled(word, manifest_, port_));
    command.directory = manifest_.source;
    auto process = net::Process::start(command);
    if (!process) return std::unexpected(process.error());
    process_ = std::make_unique<net::Process>(std::move(*process));
    const auto gone = [&] { return process_->exited().has_value(); };
    if (!manifest_.ready_by_http) return wait_for_port(gone);
    const net::HttpAnswer answer =
        net::wait_for_http(reach_.destination, start_patience, reach_.url.resource, gone, stop_);
    if (answer.http) return {};
    return not_ready(answer.saw);
  }

  // For servers that answer nothing but an upgrade: an open port has to do.
  base::Result<void> wait_for_port(const std::function<bool()>& gone) {
    for (int i = 0; i < 200 && !gone(); ++i) {
      if (net::port_is_taken(reach_.destination)) return {};
      process_->wait(std::chrono::milliseconds(100));
    }
    return not_ready("its port did not open");
  }

  base::Result<void> not_ready(const std::string& saw) {
    std::string how = saw;
    if (const auto status = process_->exited()) how = "it ended with " + to_string(*status);
    process_->stop();
    const std::string tail = last_lines();
    return base::fail(fmt::format("started {} ({}), but it never became ready: {}{}",
                                  manifest_.name, fmt::join(manifest_.start, " "), how,
                                  tail.empty() ? "" : "\nIt wrote: " + tail));
  }

  std::string last_lines() const {
    std::string text = process_->stderr_tail();
    if (text.empty()) text = process_->stdout_tail();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    constexpr std::size_t shown = 800;
    if (text.size() > shown) text = text.substr(text.size() - shown);
    return base::for_terminal(text);
  }

  Manifest manifest_;
  std::uint16_t port_;
  const net::StopSource* stop_;
  std::unique_ptr<net::Process> process_;
};

}  // namespace

std::unique_ptr<LiveTarget> target_at(Reach reach, std::vector<std::string> arguments) {
  return std::make_unique<Elsewhere>(std::move(reach), std::move(arguments));
}

base::Result<std::unique_ptr<LiveTarget>> reference_target(const endpoint::Quirks& quirks,
                                                           std::vector<std::string> arguments,
                                                           std::uint64_t seed,
                                                           Transport transport) {
  auto listening = listen_over(transport);
  if (!listening) return std::unexpected(listening.error());
  return std::make_unique<Reference>(std::move(*listening), quirks, std::move(arguments), seed);
}

base::Result<std::unique_ptr<LiveTarget>> started_target(const Manifest& manifest,
                                                         const net::StopSource* stop) {
  std::error_code error;
  if (!std::filesystem::exists(manifest.build, error)) {
    return base::fail(
        fmt::format("{} is not installed; run ./dev targets {}", manifest.name, manifest.name));
  }
  const auto port = net::free_port();
  if (!port) return std::unexpected(port.error());
  auto target = std::make_unique<Started>(manifest, *port, stop);
  if (const auto started = target->start(); !started) return std::unexpected(started.error());
  return target;
}

}  // namespace wsproof::run
