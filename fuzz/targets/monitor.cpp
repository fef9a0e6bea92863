// Property: endpoint and monitor, two readings of the RFC, agree on what either side may send.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "fuzz/conversation.hpp"
#include "fuzz/drive.hpp"
#include "fuzz/targets/target.hpp"
#include "harness/rfc/monitor.hpp"
#include "harness/wire/accept_key.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/http.hpp"

using namespace wsproof;

namespace {

// What the monitor says of a sender that no receiver fails the connection for.
bool binds_sender_only(std::string_view requirement) {
  constexpr std::array<std::string_view, 7> ids{
      "6455-5.3-2",    "6455-5.3-4",     // keys that come again or can be guessed: they unmask
      "6455-5.5.1-7",  "6455-5.5.1-18",  // what follows its Close, which nobody reads
      "6455-5.5.1-8",                    // its answer to the endpoint's Close
      "6455-7.4.1-14",                   // a server's 1010: a code like others to a client
      "7692-7.2.1-5",                    // bits behind a final block, which zlib passes over
  };
  return std::ranges::find(ids, requirement) != ids.end();
}

// The endpoint with its handshake done, and a monitor on either side.
class Scene {
 public:
  explicit Scene(std::uint8_t settings)
      : speaker_(fuzz::Conversation{settings, {}, {}, {}}.sender()),
        endpoint_(wire::other(speaker_), 0, settings_of(settings), quirks_),
        endpoint_watch_(wire::other(speaker_)),
        speaker_watch_(speaker_) {
    endpoint_.opened(base::Time{});
    if (speaker_ == wire::Role::client) {
      say(request(settings));
    } else {
      hear();
      say(response(settings));
    }
    handshake_ = written_.size();
  }

  bool say(base::OctetView octets) {
    endpoint_watch_.other_sent(octets);
    speaker_watch_.watched_sent(octets);
    endpoint_.received(octets, base::Time{});
    hear();
    return !endpoint_.finished();
  }
  // What the endpoint does not listen to any more the speaker's monitor may still look at.
  void say_to_monitor(base::OctetView octets) { speaker_watch_.watched_sent(octets); }

  void end() {
    endpoint_.ended(base::Ending::eof, base::Time{});
    fuzz::let_time_pass(endpoint_, written_);
    tell_monitors();
    endpoint_watch_.watched_ended(base::Ending::eof);
  }

  bool failed() const { return endpoint_.failed(); }
  const rfc::Monitor& endpoint_watch() const { return endpoint_watch_; }
  const rfc::Monitor& speaker_watch() const { return speaker_watch_; }
  base::OctetView frames() const { return base::OctetView(written_).subspan(handshake_); }

  // Whether the endpoint has begun to send a Close, and its code.
  bool closes() const { return closes_; }
  std::uint16_t code() const { return wire::decode_close(close_payload_).code.value_or(0); }

 private:
  static endpoint::Settings settings_of(std::uint8_t settings) {
    const fuzz::Conversation conversation{settings, {}, {}, {}};
    endpoint::Settings made;
    made.max_message = conversation.message_limit();
    const bool deflate = (settings & fuzz::Conversation::deflate) != 0;
    if (deflate) made.extension_offer = "permessage-deflate; client_max_window_bits";
    return made;
  }

  static base::Octets request(std::uint8_t settings) {
    std::string text =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    if ((settings & fuzz::Conversation::deflate) != 0) {
      text += "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    }
    return base::octets(text + "\r\n");
  }

  base::Octets response(std::uint8_t settings) const {
    const auto keys = wire::values(wire::decode_head(written_), "Sec-WebSocket-Key");
    std::string text =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        wire::accept_key(keys.at(0)) + "\r\n";
    if ((settings & fuzz::Conversation::deflate) != 0) {
      const fuzz::Conversation conversation{settings, {}, {}, {}};
      text += "Sec-WebSocket-Extensions: permessage-deflate";
      if ((settings & fuzz::Conversation::forgets) != 0) text += "; server_no_context_takeover";
      text += "; server_max_window_bits=" + std::to_string(conversation.window_bits()) + "\r\n";
    }
    return base::octets(text + "\r\n");
  }

  void hear() {
    fuzz::collect(endpoint_, written_);
    tell_monitors();
  }
  void tell_monitors() {
    const auto more = base::OctetView(written_).subspan(told_);
    told_ = written_.size();
    if (more.empty()) return;
    if (handshake_ > 0) look_for_close({more.begin(), more.end()});
    endpoint_watch_.watched_sent(more);
    speaker_watch_.other_sent(more);
  }
  void look_for_close(base::Octets more) {
    for (std::span<std::uint8_t> input(more);;) {
      const auto event = reader_.next(input);
      if (event.kind == wire::FrameEvent::Kind::need_more) return;
      if (event.header.opcode != wire::opcode::close) continue;
      closes_ = true;
      base::append(close_payload_, event.payload);
    }
  }

  wire::Role speaker_;
  const endpoint::Quirks quirks_{};
  endpoint::Endpoint endpoint_;
  rfc::Monitor endpoint_watch_, speaker_watch_;
  base::Octets written_;
  std::size_t told_ = 0, handshake_ = 0;
  wire::FrameReader reader_;  // of what stands behind the handshake
  bool closes_ = false;
  base::Octets close_payload_;
};

std::string list(const rfc::Monitor& monitor) {
  std::string text;
  for (const rfc::Finding& finding : monitor.findings()) {
    text += finding.requirement + " " + finding.explanation + "\n";
  }
  return text;
}

bool finds_reason_to_fail(const rfc::Monitor& monitor) {
  return std::ranges::any_of(monitor.findings(), [](const rfc::Finding& finding) {
    return !binds_sender_only(finding.requirement);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Stream stream = fuzz::stream_of({data, size});
  // Octet by octet, so that it is known which one the endpoint stopped at.
  Scene scene(stream.settings);
  std::size_t taken = 0;
  while (taken < stream.octets.size() && !scene.failed() && !scene.closes()) {
    scene.say(stream.octets.subspan(taken++, 1));
  }
  const std::uint16_t code = scene.code();
  if (scene.failed() && code != 1009) {
    // A monitor may see what is wrong with compressed data only when their message is whole.
    scene.say_to_monitor(stream.octets.subspan(taken));
    const bool compressed = (stream.settings & fuzz::Conversation::deflate) != 0 && code == 1007;
    fuzz::must(compressed || finds_reason_to_fail(scene.speaker_watch()),
               "where the endpoint fails the monitor finds something broken",
               [&] { return std::to_string(code) + "\n" + list(scene.speaker_watch()); });
  }
  if (!scene.failed()) {
    fuzz::must(!finds_reason_to_fail(scene.speaker_watch()),
               "where the monitor finds something broken the endpoint fails",
               [&] { return list(scene.speaker_watch()); });
  }
  scene.end();
  fuzz::must(scene.endpoint_watch().findings().empty(),
             "the monitor finds nothing in what the endpoint sends",
             [&] { return list(scene.endpoint_watch()); });

  Scene again(stream.settings);
  fuzz::in_writes(stream.octets, stream.cuts,
                  [&](base::OctetView piece) { return again.say(piece); });
  again.end();
  fuzz::must(base::equal(again.frames(), scene.frames()), "the cut makes no difference",
             [&] { return base::to_hex(scene.frames()) + "\n" + base::to_hex(again.frames()); });
  return 0;
}
