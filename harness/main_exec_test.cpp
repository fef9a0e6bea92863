// The command with a server that it starts: readiness, output, and that nothing is left behind.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "harness/main_test.hpp"
#include "harness/net/clock.hpp"
#include "harness/net/ready.hpp"
#include "harness/result/json.hpp"

namespace wsproof {
namespace {

namespace fs = std::filesystem;

constexpr const char* exec_url = "ws://127.0.0.1:{port}/";

net::Destination at(std::uint16_t port) { return net::resolve("127.0.0.1", port).value(); }

// Whether the port is served, or not, before long.
bool becomes(bool taken, std::uint16_t port) {
  const base::Time end = net::now() + std::chrono::seconds(30);
  while (net::now() < end) {
    if (net::port_is_taken(at(port)) == taken) return true;
  }
  return false;
}

class Exec : public Command {};

TEST_F(Exec, StartsAServerAndLeavesNothingBehind) {
  const std::string log = path("server.log");
  const std::string report = path("results.json");
  const std::string command =
      fmt::format("MARK='{{dir}} {{sock}}' sh -c 'echo $MARK; exec \"{}\" serve --port {{port}}'",
                  WSPROOF_BINARY);
  const Ran ran = wsproof({"run", "--exec", command, "--exec-log", log, "--report-json", report,
                           exec_url, "rfc6455/5.5.2"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  const auto results = result::from_json(read(report), report);
  ASSERT_TRUE(results.has_value()) << results.error().message;
  EXPECT_EQ(results->target.name, "sh");
  EXPECT_EQ(results->target.arguments, (std::vector<std::string>{"--exec", command, exec_url}));
  const std::string url = results->target.url;
  EXPECT_EQ(url.find('{'), std::string::npos) << url;
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  EXPECT_FALSE(net::port_is_taken(at(port)));
  const std::string said = read(log);
  const std::string folder = said.substr(0, said.find(' '));
  EXPECT_TRUE(folder.starts_with("/") && said.find(folder + "/ws.sock") != std::string::npos)
      << said;
  EXPECT_FALSE(fs::exists(folder)) << folder;
}

TEST_F(Exec, ReachesAServerOnAUnixSocketInItsFolder) {
  const Ran ran =
      wsproof({"run", "--exec", fmt::format("'{}' serve --unix {{sock}}", WSPROOF_BINARY),
               "ws+unix://{sock}:/", "rfc6455/5.5.2"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST_F(Exec, FillsThePortIntoWhatIsSentToo) {
  const std::string report = path("results.json");
  const Ran ran =
      wsproof({"run", "--exec", fmt::format("'{}' serve --port {{port}}", WSPROOF_BINARY),
               "--origin", "http://page:{port}", "-H", "Referer: http://page:{port}/talk",
               "--report-json", report, exec_url, "rfc6455/5.5.2"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  const auto results = result::from_json(read(report), report);
  ASSERT_TRUE(results.has_value()) << results.error().message;
  const std::string url = results->target.url;
  const std::string port = url.substr(url.rfind(':') + 1, url.rfind('/') - url.rfind(':') - 1);
  std::string sent;
  for (const result::Entry& entry : results->cases.front().evidence.transcript.entries)
    sent += base::as_text(entry.octets);
  EXPECT_NE(sent.find("Origin: http://page:" + port + "\r\n"), std::string::npos) << sent;
  EXPECT_NE(sent.find("Referer: http://page:" + port + "/talk\r\n"), std::string::npos) << sent;
}

TEST_F(Exec, ReachesAServerOverTls) {
  const Ran ran = wsproof({"run", "-k", "--exec",
                           fmt::format("'{}' serve --tls --port {{port}}", WSPROOF_BINARY),
                           "wss://127.0.0.1:{port}/", "rfc6455/5.5.2"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST_F(Exec, SaysWhyAServerNeverBecameReady) {
  const auto taken = net::free_port().value();
  auto other =
      net::Process::start({.argv = {WSPROOF_BINARY, "serve", "--port", std::to_string(taken)}});
  ASSERT_TRUE(other.has_value());
  ASSERT_TRUE(becomes(true, taken));
  struct Row {
    std::vector<std::string> words;
    int code;
    std::vector<std::string> says;
  };
  const Row rows[] = {
      {{"--exec", "sh -c 'echo no configuration >&2; exit 7'", exec_url},
       3,
       {"ended with exit status 7 before it was ready", "no configuration"}},
      {{"--exec", "sh -c 'exit 0'", exec_url}, 3, {"exit status 0", "background", "wrote nothing"}},
      {{"--exec", "sh -c 'echo still loading; exec sleep 600'", "--ready-timeout", "0.3", exec_url},
       3,
       {"never became ready", "connection refused", "still loading"}},
      {{"--exec", "/nonexistent/server", exec_url}, 3, {"cannot start /nonexistent/server"}},
      {{"--exec", "sleep 600", fmt::format("ws://127.0.0.1:{}/", taken)},
       3,
       {"something answers at", "{port}"}},
      {{"--exec", "server > log", exec_url}, 2, {"sh -c"}},
      {{"--exec", "server", "--reference"}, 2, {"--exec starts a server"}},
      {{"--exec", "server"}, 2, {"--exec starts a server"}},
      {{"--exec", "server", "--target", "gorilla", exec_url}, 2, {"a run has one target"}},
      {{"--exec", "server", "http://127.0.0.1:{port}/"}, 2, {"ws://127.0.0.1:"}},
      {{exec_url}, 2, {"--exec"}},
      {{"--exec-log", "x", "ws://127.0.0.1:1/"}, 2, {"--exec-log is for"}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> words = row.words;
    words.insert(words.begin(), "run");
    const Ran ran = wsproof(words);
    EXPECT_EQ(ran.code, row.code) << row.words.front() << ": " << ran.err;
    for (const std::string& says : row.says)
      EXPECT_NE(ran.err.find(says), std::string::npos) << says << " in: " << ran.err;
  }
}

TEST_F(Exec, NoServerIsLeftWhenWsproofIsKilled) {
  const auto port = net::free_port().value();
  const std::string endless =
      write("endless.case",
            "section own \"Own\"\n\ncase endless\n  \"It takes longer than the test.\"\n  checks "
            "6455-5.5.2-2\n  pause 600000 ms\n  > ping \"x\"\n  < pong \"x\"\n");
  auto wsproof = net::Process::start(
      {.argv = {WSPROOF_BINARY, "run", "--cases", endless, "--exec",
                fmt::format("sh -c '\"{}\" serve --port {} & wait'", WSPROOF_BINARY, port),
                fmt::format("ws://127.0.0.1:{}/", port)}});
  ASSERT_TRUE(wsproof.has_value()) << wsproof.error().message;
  ASSERT_TRUE(becomes(true, port));
  auto killer =
      net::Process::start({.argv = {"/bin/sh", "-c", fmt::format("kill -9 {}", wsproof->pid())}});
  ASSERT_TRUE(killer.has_value());
  EXPECT_EQ(killer->wait(std::chrono::seconds(20)), net::ExitStatus{.code = 0});
  EXPECT_TRUE(wsproof->wait(std::chrono::seconds(20)).has_value());
  EXPECT_TRUE(becomes(false, port));
}

}  // namespace
}  // namespace wsproof
