// For tests only: an echo server that is right, but for one planted bug behind one odd frame.
//
//   doomed_server PORT overflow     a frame of opcode 11 is copied over the end of a heap block
//   doomed_server PORT undefined    one of opcode 11 makes a signed sum overflow; it goes on
//   doomed_server PORT freeze       one of opcode 11, and it serves nobody any more
//   doomed_server PORT pair         one of opcode 11, and later one of opcode 12: it exits with 3
//   doomed_server PORT tire         serves thirty connections, and then nobody any more
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/base/relay.hpp"
#include "harness/endpoint/server.hpp"
#include "harness/net/listener.hpp"
#include "harness/net/signals.hpp"
#include "harness/wire/frame_reader.hpp"

namespace wsproof {
namespace {

// Sees all frames, and hands them on to the right server.
class Doomed final : public base::Relay<endpoint::EchoServer> {
 public:
  explicit Doomed(std::string_view bug) : Relay(endpoint::Settings{}), bug_(bug) {}

  void opened(base::Link link, base::Time now) override {
    if (bug_ == "tire" && ++opened_ > 30) freeze();
    Relay::opened(link, now);
  }
  void received(base::Link link, base::OctetView octets, base::Time now) override {
    look(seen_[link], octets);
    Relay::received(link, octets, now);
  }

 private:
  // What a link has said: its head, then its frames.
  struct Seen {
    std::string head;
    bool in_frames = false;
    wire::FrameReader reader;
    base::Octets payload;
  };

  void look(Seen& seen, base::OctetView octets) {
    base::Octets frames(octets.begin(), octets.end());
    if (!seen.in_frames) {
      seen.head += base::as_text(octets);
      const std::size_t end = seen.head.find("\r\n\r\n");
      if (end == std::string::npos) return;
      seen.in_frames = true;
      frames = base::octets(seen.head.substr(end + 4));
    }
    std::span<std::uint8_t> input(frames);
    for (;;) {
      const wire::FrameEvent event = seen.reader.next(input);
      if (event.kind == wire::FrameEvent::Kind::need_more) return;
      if (event.kind == wire::FrameEvent::Kind::header) seen.payload.clear();
      if (event.kind == wire::FrameEvent::Kind::payload && seen.payload.size() < 4096)
        base::append(seen.payload, event.payload);
      if (event.kind == wire::FrameEvent::Kind::end) take(event.header.opcode, seen.payload);
    }
  }

  void take(std::uint8_t opcode, const base::Octets& payload) {
    if (bug_ == "pair" && opcode == 12 && armed_) std::_Exit(3);
    if (opcode != 11) return;
    armed_ = true;
    if (bug_ == "overflow") overflow(payload);
    if (bug_ == "undefined") undefined();
    if (bug_ == "freeze") freeze();
  }

  [[noreturn]] static void freeze() {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }

  static void overflow(const base::Octets& payload) {
    const auto room = std::make_unique<char[]>(2);
    for (std::size_t i = 0; i < payload.size(); ++i) room[i] = static_cast<char>(payload[i]);
    // So that the copy is not optimised away.
    std::fprintf(stderr, "copied %d\n", static_cast<int>(room[0]));
  }

  static void undefined() {
    volatile int most = std::numeric_limits<int>::max();
    most = most + 1;
  }

  std::string bug_;
  std::map<base::Link, Seen> seen_;
  bool armed_ = false;
  int opened_ = 0;
};

int serve(std::string_view port_text, std::string_view bug) {
  std::uint16_t port = 0;
  std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  auto listener = net::Listener::open("127.0.0.1", port);
  if (!listener) {
    std::fprintf(stderr, "%s\n", listener.error().message.c_str());
    return 1;
  }
  Doomed server(bug);
  net::StopSource stop;
  const net::SignalGuard guard(stop);
  std::printf("doomed to %s\n", std::string(bug).c_str());
  std::fflush(stdout);
  listener->serve(server, stop);
  return 0;
}

}  // namespace
}  // namespace wsproof

int main(int count, char** words) { return count == 3 ? wsproof::serve(words[1], words[2]) : 2; }
