#include "harness/run/target.hpp"

#include <filesystem>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/folder.hpp"
#include "harness/net/listener.hpp"
#include "harness/net/process.hpp"
#include "harness/net/ready.hpp"
#include "harness/net/usage.hpp"
#include "harness/run/last_words.hpp"

namespace wsproof::run {

namespace {

constexpr base::Duration last_words_take = std::chrono::milliseconds(300);
constexpr base::Duration between_samples = std::chrono::milliseconds(500);
constexpr std::size_t shown_lines = 20;

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
  Started(Launch launch, const net::StopSource* stop) : launch_(std::move(launch)), stop_(stop) {
    can_ = launch_.can;
    told_ = launch_.told;
    limits_ = launch_.limits;
    jobs_ = launch_.jobs;
  }
  ~Started() override {
    if (process_) process_->stop();
  }

  base::Result<void> start() {
    if (const auto found = find_places(); !found) return found;
    const auto reach = launch_.reach_of(filled(launch_.url, places_));
    if (!reach) return std::unexpected(reach.error());
    reach_ = *reach;
    told_.url = to_string(reach_.url);
    if (net::port_is_taken(reach_.destination)) {
      return base::fail(
          fmt::format("something answers at {} already, before {} is started; end it, or let "
                      "wsproof choose a free port: {{port}} in the URL and in the command",
                      told_.url, base::for_terminal(launch_.told.name)));
    }
    return launch();
  }

  Terms terms(const Terms& user) const override {
    Terms out = merged(launch_.terms, user);
    out.request.origin = filled(out.request.origin, places_);
    for (std::string& header : out.request.headers) header = filled(header, places_);
    return out;
  }

  bool ours() const override { return true; }

  std::optional<result::Incident> death(base::Duration patience) override {
    const auto status = process_ ? process_->wait(patience) : std::nullopt;
    if (!status) return std::nullopt;
    result::Incident out{.kind = result::Incident::Kind::death};
    out.exit_status = static_cast<std::uint32_t>(status->code.value_or(0));
    if (status->signal) {
      out.signal = static_cast<std::uint32_t>(*status->signal);
      out.signal_name = net::signal_name(*status->signal);
    }
    explain(out, find_last_words(process_->stderr_tail()));
    return out;
  }

  std::optional<result::Incident> alarm() override {
    if (!process_) return std::nullopt;
    const auto spoken = find_alarm(process_->stderr_since(heard_));
    // It may be about to die of it, and to say more until then.
    if (!spoken || process_->wait(last_words_take)) return std::nullopt;
    result::Incident out{.kind = result::Incident::Kind::alarm};
    const auto whole = find_alarm(process_->stderr_tail());
    explain(out, whole && whole->headline == spoken->headline ? whole : spoken);
    process_->stderr_since(heard_);
    return out;
  }

  result::Incident hang() override {
    result::Incident out{.kind = result::Incident::Kind::hang};
    explain(out, std::nullopt);
    return out;
  }

  std::optional<base::Usage> usage() const override {
    return process_ ? net::usage_of(process_->pid()) : std::nullopt;
  }

  std::optional<base::UsageSpan> usage_so_far() const override {
    base::UsageSpan all = past_;
    if (watch_) all.join(watch_->span());
    return all.samples == 0 ? std::nullopt : std::optional(all);
  }

  base::Result<void> start_again() override {
    if (watch_) past_.join(watch_->span());
    watch_.reset();
    if (process_) process_->stop();
    process_.reset();
    return launch();
  }

 private:
  base::Result<void> find_places() {
    if (mentions(launch_, "port")) {
      const auto port = net::free_port();
      if (!port) return std::unexpected(port.error());
      places_.emplace_back("port", std::to_string(*port));
    }
    if (mentions(launch_, "dir") || mentions(launch_, "sock")) {
      auto folder = net::TemporaryFolder::make();
      if (!folder) return std::unexpected(folder.error());
      folder_ = std::move(*folder);
      places_.emplace_back("dir", folder_->path());
      places_.emplace_back("sock", folder_->path() + "/ws.sock");
    }
    return {};
  }

  base::Result<void> launch() {
    net::Command command;
    for (const std::string& word : launch_.command.argv)
      command.argv.push_back(filled(word, places_));
    for (const auto& [name, value] : launch_.command.environment)
      command.environment.emplace_back(name, filled(value, places_));
    command.directory = launch_.directory;
    command.log_file = launch_.log_file;
    auto process = net::Process::start(command);
    if (!process) return std::unexpected(process.error());
    process_ = std::make_unique<net::Process>(std::move(*process));
    heard_ = 0;
    const auto gone = [&] { return process_->exited().has_value(); };
    if (!launch_.ready_by_http) return wait_for_port(gone);
    const net::HttpAnswer answer = net::wait_for_http(reach_.destination, launch_.ready_timeout,
                                                      reach_.url.resource, gone, stop_);
    if (!answer.http || gone()) return not_ready(answer.saw);
    look_after();
    return {};
  }

  // For servers that answer nothing but an upgrade: an open port has to do.
  base::Result<void> wait_for_port(const std::function<bool()>& gone) {
    const base::Time end = net::now() + launch_.ready_timeout;
    while (net::now() < end && !gone() && (stop_ == nullptr || !stop_->stopped())) {
      if (net::port_is_taken(reach_.destination)) {
        look_after();
        return {};
      }
      process_->wait(std::chrono::milliseconds(100));
    }
    return not_ready("its port did not open");
  }

  void look_after() {
    watch_ = std::make_unique<net::UsageWatch>(process_->pid(), between_samples);
  }

  base::Result<void> not_ready(const std::string& saw) {
    std::string how =
        fmt::format("never became ready within {}: it did not answer in HTTP: {}",
                    std::chrono::ceil<std::chrono::seconds>(launch_.ready_timeout), saw);
    if (const auto status = process_->exited()) {
      how = fmt::format("ended with {} before it was ready", to_string(*status));
      if (status->code == 0) how += " (a server that goes into the background must not do so here)";
    }
    process_->stop();
    std::string wrote;
    for (const std::string& line : last_lines(output(), shown_lines)) wrote += "\n  " + line;
    std::string command;
    for (const std::string& word : launch_.command.argv)
      command += (command.empty() ? "" : " ") + base::for_terminal(filled(word, places_));
    return base::fail(fmt::format("started {} ({}), but it {}{}{}",
                                  base::for_terminal(launch_.told.name), command, how,
                                  wrote.empty() ? ".\nIt wrote nothing." : ".\nIt wrote:", wrote));
  }

  std::string output() const {
    std::string text = process_->stderr_tail();
    return text.find_first_not_of(" \r\n") == std::string::npos ? process_->stdout_tail() : text;
  }

  void explain(result::Incident& incident, const std::optional<LastWords>& words) const {
    incident.output = last_lines(output(), shown_lines);
    if (!words) return;
    incident.reporter = words->reporter;
    incident.headline = words->headline;
    incident.report = words->lines;
  }

  Launch launch_;
  const net::StopSource* stop_;
  std::vector<std::pair<std::string, std::string>> places_;  // {port}, {dir}, {sock}
  std::optional<net::TemporaryFolder> folder_;               // outlives the process
  std::unique_ptr<net::Process> process_;
  std::unique_ptr<net::UsageWatch> watch_;  // of this process
  base::UsageSpan past_;                    // of those before it
  std::uint64_t heard_ = 0;                 // octets of its stderr in which alarms were looked for
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
  return started_target(launch_of(manifest), stop);
}

base::Result<std::unique_ptr<LiveTarget>> started_target(Launch launch,
                                                         const net::StopSource* stop) {
  auto target = std::make_unique<Started>(std::move(launch), stop);
  if (const auto started = target->start(); !started) return std::unexpected(started.error());
  return target;
}

}  // namespace wsproof::run
