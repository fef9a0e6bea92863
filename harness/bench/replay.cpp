// replay: what a run costs without judging. `replay record PORT TARGET FILE` stands between a
// client and a server on this machine and writes down what the client does; `replay play FILE
// TARGET JOBS` does the same again over as many connections, waits for as many octets in between,
// looks at none of them, and prints what it took as JSON.
#include <atomic>
#include <boost/asio.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/octets.hpp"

namespace wsproof::bench {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

// What the client does on a connection, and how far the server must have come before that.
struct Act {
  std::string kind;         // write, end (FIN), reset (RST), or over: nothing more is done
  std::uint64_t after = 0;  // octets that the server had sent by then
  bool after_end = false;   // and it had ended its half
  base::Octets octets = {};
};

using Recording = std::vector<Act>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

void reset(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

void send_at_once(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
}

void end_writes(tcp::socket& socket) {
  error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

tcp::endpoint local(const char* port) {
  return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(port))};
}

// ── Recording ────────────────────────────────────────────────────────────────────────────────────

// One connection that is recorded.
struct Relay {
  explicit Relay(tcp::socket from, Recording& into)
      : client(std::move(from)), server(client.get_executor()), recording(into) {}

  void note(std::string kind, base::OctetView octets = {}) {
    recording.push_back({std::move(kind), received, ended, {octets.begin(), octets.end()}});
  }

  tcp::socket client, server;
  Recording& recording;
  std::uint64_t received = 0;
  bool ended = false;
};

awaitable<void> relay_answers(std::shared_ptr<Relay> relay) {
  base::Octets buffer(65536);
  while (true) {
    const auto [failed, size] =
        co_await relay->server.async_read_some(asio::buffer(buffer), as_result);
    if (failed) {
      relay->ended = true;
      failed == asio::error::eof ? end_writes(relay->client) : reset(relay->client);
      co_return;
    }
    relay->received += size;
    co_await asio::async_write(relay->client, asio::buffer(buffer, size), as_result);
  }
}

awaitable<void> relay_acts(std::shared_ptr<Relay> relay, tcp::endpoint target) {
  const auto [refused] = co_await relay->server.async_connect(target, as_result);
  if (refused) co_return;
  send_at_once(relay->server);
  send_at_once(relay->client);
  asio::co_spawn(relay->client.get_executor(), relay_answers(relay), asio::detached);
  base::Octets buffer(65536);
  while (true) {
    const auto [failed, size] =
        co_await relay->client.async_read_some(asio::buffer(buffer), as_result);
    if (failed) {
      relay->note(failed == asio::error::eof ? "end" : "reset");
      failed == asio::error::eof ? end_writes(relay->server) : reset(relay->server);
      co_return;
    }
    relay->note("write", base::OctetView(buffer).first(size));
    co_await asio::async_write(relay->server, asio::buffer(buffer, size), as_result);
  }
}

using Relays = std::vector<std::shared_ptr<Relay>>;

awaitable<void> accept_all(tcp::acceptor& acceptor, tcp::endpoint target,
                           std::vector<std::unique_ptr<Recording>>& recordings, Relays& relays) {
  while (true) {
    auto [failed, socket] = co_await acceptor.async_accept(as_result);
    if (failed) co_return;
    recordings.push_back(std::make_unique<Recording>());
    relays.push_back(std::make_shared<Relay>(std::move(socket), *recordings.back()));
    asio::co_spawn(acceptor.get_executor(), relay_acts(relays.back(), target), asio::detached);
  }
}

int record(const char* port, const char* target, const char* file) {
  asio::io_context context(1);
  tcp::acceptor acceptor(context, local(port));
  std::vector<std::unique_ptr<Recording>> recordings;
  Relays relays;
  asio::co_spawn(context, accept_all(acceptor, local(target), recordings, relays), asio::detached);
  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](const error_code&, int) { context.stop(); });
  context.run();
  std::ofstream out(file);
  for (const auto& relay : relays) {
    relay->note("over");
    for (const Act& act : relay->recording) {
      out << act.kind << ' ' << act.after << ' ' << act.after_end << ' '
          << (act.octets.empty() ? "-" : base::to_hex(act.octets)) << '\n';
    }
  }
  return out.flush() ? 0 : 1;
}

// ── Replaying ────────────────────────────────────────────────────────────────────────────────────

std::vector<Recording> load(const char* file) {
  std::ifstream in(file);
  std::vector<Recording> recordings(1);
  Act act;
  std::string hex;
  while (in >> act.kind >> act.after >> act.after_end >> hex) {
    act.octets = base::from_hex(hex == "-" ? "" : hex).value_or(base::Octets());
    recordings.back().push_back(act);
    if (act.kind == "over") recordings.emplace_back();
  }
  recordings.pop_back();
  return recordings;
}

struct Totals {
  std::atomic<std::size_t> next = 0;  // connection
  std::atomic<std::uint64_t> out = 0, in = 0;
  std::atomic<std::size_t> different = 0;  // connections on which the server did something else
};

// One connection that is played again.
struct Link {
  explicit Link(const asio::any_io_executor& executor) : socket(executor), changed(executor) {}

  tcp::socket socket;
  asio::steady_timer changed;
  std::uint64_t received = 0;
  bool ended = false;
};

awaitable<void> count_answers(std::shared_ptr<Link> link, Totals& totals) {
  base::Octets buffer(65536);
  while (!link->ended) {
    const auto [failed, size] =
        co_await link->socket.async_read_some(asio::buffer(buffer), as_result);
    link->ended = failed.failed();
    link->received += size;
    totals.in += size;
    link->changed.cancel();
  }
}

constexpr auto patience_with_server = std::chrono::milliseconds(500);

// Waits until the server has come as far as it had; false when it does not.
awaitable<bool> come_so_far(Link& link, const Act& act) {
  const auto patience = std::chrono::steady_clock::now() + patience_with_server;
  while (link.received < act.after || (act.after_end && !link.ended)) {
    if (link.ended || std::chrono::steady_clock::now() >= patience) co_return false;
    link.changed.expires_at(patience);
    co_await link.changed.async_wait(as_result);
  }
  co_return true;
}

awaitable<void> play(const Recording& recording, tcp::endpoint target, Totals& totals) {
  const auto link = std::make_shared<Link>(co_await asio::this_coro::executor);
  co_await link->socket.async_connect(target, as_result);
  send_at_once(link->socket);
  asio::co_spawn(link->socket.get_executor(), count_answers(link, totals), asio::detached);
  bool same = true;
  bool writable = true;  // after a failed write Asio would wait for an event that never comes
  for (const Act& act : recording) {
    if (same) same = co_await come_so_far(*link, act);
    if (act.kind == "write" && writable) {
      const auto [failed, size] =
          co_await asio::async_write(link->socket, asio::buffer(act.octets), as_result);
      totals.out += size;
      writable = !failed;
    }
    if (act.kind == "end") end_writes(link->socket);
    if (act.kind == "reset") reset(link->socket);
  }
  error_code ignored;
  link->socket.close(ignored);
  if (!same) ++totals.different;
}

awaitable<void> play_some(const std::vector<Recording>& recordings, tcp::endpoint target,
                          Totals& totals) {
  for (std::size_t at = totals.next++; at < recordings.size(); at = totals.next++) {
    co_await play(recordings[at], target, totals);
  }
}

// As wsproof does it: a thread a core, each with its part of the jobs.
int replay(const char* file, const char* target, unsigned jobs) {
  const std::vector<Recording> recordings = load(file);
  Totals totals;
  const unsigned count = std::min(jobs, std::max(1U, std::thread::hardware_concurrency()));
  const auto began = std::chrono::steady_clock::now();
  const auto work = [&](unsigned number) {
    asio::io_context context(1);
    const unsigned slots = jobs / count + (number < jobs % count ? 1 : 0);
    for (unsigned slot = 0; slot < slots; ++slot) {
      asio::co_spawn(context, play_some(recordings, local(target), totals), asio::detached);
    }
    context.run();
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned number = 0; number < count; ++number) threads.emplace_back(work, number);
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
  std::printf(
      "{\"connections\": %zu, \"octets_out\": %llu, \"octets_in\": %llu, \"different\": %zu, "
      "\"wall\": %.4f}\n",
      recordings.size(), static_cast<unsigned long long>(totals.out),
      static_cast<unsigned long long>(totals.in), totals.different.load(), wall.count());
  return 0;
}

}  // namespace

}  // namespace wsproof::bench

int main(int count, char** arguments) {
  const std::string word = count == 5 ? arguments[1] : "";
  if (word == "record") return wsproof::bench::record(arguments[2], arguments[3], arguments[4]);
  if (word == "play") {
    return wsproof::bench::replay(arguments[2], arguments[3],
                                  static_cast<unsigned>(std::stoul(arguments[4])));
  }
  std::fputs("replay record PORT TARGET-PORT FILE, or replay play FILE TARGET-PORT JOBS\n", stderr);
  return 2;
}
