// PeerLink: one connection of the peer: octets to events, and what is known of our own stream.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/octets.hpp"
#include "harness/base/secrets.hpp"
#include "harness/base/time.hpp"
#include "harness/rfc/monitor.hpp"
#include "harness/script/event.hpp"
#include "harness/script/link_compression.hpp"
#include "harness/wire/body.hpp"
#include "harness/wire/frame_reader.hpp"
#include "harness/wire/role.hpp"

namespace wsproof::script {

/// What a target may make us keep and look at, per connection.
struct LinkLimits {
  std::size_t head_octets = 64 * 1024;      ///< of an HTTP answer
  std::size_t kept_payload = 64 * 1024;     ///< of a message; the peer raises it to what it sends
  std::size_t kept_control = 1024;          ///< of a ping, a pong, a Close; legal ones have 125
  std::uint64_t received_octets = 2 << 20;  ///< in all; the peer raises it likewise
  std::size_t units = 10000;                ///< heads and frames, in all
};

/// One connection, seen from the peer. It reads whatever comes, legal or not: legality is for the
/// case and the monitor to judge.
class PeerLink {
 public:
  /// What was read, for the transcript: `octets` may be cut, `size` is the truth.
  struct Read {
    base::OctetView octets;
    std::uint64_t size = 0;
    std::size_t header_size = 0;
    std::string text;
  };
  using OnRead = std::function<void(const Read&)>;

  /// What is read for the transcript has no `secrets` in it; events do.
  PeerLink(base::Link number, wire::Role peer_role, const base::Secrets& secrets);

  /// Takes octets of the target and returns what they complete. Empty after too_much().
  std::vector<Event> received(base::OctetView octets, const OnRead& on_read);
  /// The target's last octet has come. An HTTP answer that it cut off is an event of its own.
  std::vector<Event> ended(base::Ending ending);
  /// Tells that we wrote octets of the opening handshake, or frames (which may come before the
  /// answer to our opening handshake), to know where our own stream stands.
  void sent_opening(base::OctetView octets);
  void sent_frames(base::OctetView octets);
  /// Tells that from now on both sides send frames (a 101 was sent or received).
  void set_upgraded() { upgraded_ = true; }

  base::Link number() const { return number_; }
  bool upgraded() const { return upgraded_; }
  /// Whether the 101 agreed to permessage-deflate.
  bool compresses() const { return compression_.has_value(); }
  bool end_received() const { return end_received_; }
  bool close_received() const { return close_received_; }
  bool close_sent() const { return close_sent_; }
  /// Whether our stream stands between two frames, so that a further frame would be read as one.
  bool between_frames() const { return upgraded_ && own_frames_.at_frame_boundary(); }
  /// Whether we are inside a fragmented message of ours.
  bool in_own_message() const { return own_message_open_; }
  /// What has come of a head that is not whole yet.
  base::OctetView unfinished_head() const { return pending_; }
  /// Whether the target sent more than the limits allow.
  bool too_much() const { return too_much_; }
  const std::optional<wire::Head>& last_head() const { return last_head_; }
  const std::vector<rfc::Finding>& findings() const { return monitor_.findings(); }
  /// The largest message (its content, if it was compressed) and the most fragments we sent, for
  /// telling limits from failures.
  std::uint64_t largest_sent() const { return largest_sent_; }
  std::uint64_t most_fragments_sent() const { return most_fragments_; }

  LinkLimits limits;
  /// Set by the peer: dialled without TLS where TLS is spoken, so that an alert may come.
  bool plain = false;
  /// Set by the peer: whether single frames become events too.
  bool wants_frames = false;

 private:
  void read_head(std::vector<Event>& events, const OnRead& on_read);
  bool read_body(std::vector<Event>& events, const OnRead& on_read);
  base::Octets take_pending(std::size_t size);
  std::optional<Event> take_head(base::OctetView octets, bool whole, const OnRead& on_read);
  void read_frames(std::span<std::uint8_t> octets, std::vector<Event>& events,
                   const OnRead& on_read);
  void end_frame(std::vector<Event>& events, const OnRead& on_read);
  void end_data_frame(std::vector<Event>& events);
  void end_message(std::vector<Event>& events);
  void on_own_header(const wire::FrameHeader& header);
  Event event(Event::Kind kind) const;

  base::Link number_;
  wire::Role role_;
  const base::Secrets& secrets_;
  bool upgraded_ = false;
  std::optional<wire::BodyEnd> body_;  ///< reading the body of a refusal
  bool end_received_ = false;
  bool close_received_ = false;
  bool close_sent_ = false;
  bool too_much_ = false;
  std::uint64_t received_ = 0;
  std::size_t units_ = 0;
  base::Octets pending_;          ///< octets of an incomplete head
  std::size_t pending_seen_ = 0;  ///< those that were searched for its end
  std::optional<wire::Head> last_head_;
  rfc::Monitor monitor_;

  wire::FrameReader reader_;
  wire::FrameHeader frame_;     ///< the one being read
  base::Octets frame_payload_;  ///< of it, kept up to the limit
  std::uint64_t frame_size_ = 0;
  std::optional<LinkCompression> compression_;
  bool message_open_ = false;
  wire::FrameHeader message_;  ///< first header of the message being read
  base::Octets message_payload_;
  std::uint64_t message_size_ = 0;

  wire::FrameReader own_frames_;  ///< reads what we write
  bool own_message_open_ = false;
  std::uint64_t own_message_size_ = 0;
  std::uint64_t own_fragments_ = 0;
  std::uint64_t largest_sent_ = 0;
  std::uint64_t most_fragments_ = 0;
};

}  // namespace wsproof::script
