// FrameJudge and compressed messages (RFC 7692 §6.1, §7.2.1).
#include <array>

#include "harness/rfc/monitor_frames.hpp"

namespace wsproof::rfc {

namespace {

constexpr std::uint8_t rsv1 = 4;

}  // namespace

// The first frame of a message tells whether it is compressed. [7692-6.1-1]
void FrameJudge::begin_compressed() {
  compressed_ = deflate_ && (header_.rsv & rsv1) != 0 && findings_ != nullptr && !deflate_lost_;
  if (!compressed_) return;
  compressed_text_ = header_.opcode == wire::opcode::text;
  compressed_size_ = 0;
  inspector_.begin_message();
}

// Inflates piece by piece; nothing of it is kept but the window.
void FrameJudge::take_compressed(base::OctetView payload) {
  constexpr std::size_t piece = 16384;
  compressed_size_ += payload.size();
  inspector_.feed(payload);
  base::Octets content;
  auto state = wire::Inflater::State::full;
  while (state == wire::Inflater::State::full) {
    content.clear();
    state = inflater_.feed(payload, piece, content);
    const auto wrong = compressed_text_ ? utf8_.feed(content) : std::nullopt;
    if (!wrong) continue;
    compressed_text_ = false;  // said once a message
    // [6455-5.6-1] [3629-3-2] [7692-6.1-8]
    report("6455-5.6-1", "inflates to a text message, where valid UTF-8 ends at octet {}", *wrong);
  }
}

void FrameJudge::end_compressed() {
  const bool nothing = compressed_size_ == 0;
  take_compressed(wire::deflate_tail);
  compressed_ = false;
  if (nothing) {
    deflate_lost_ = true;
    return report("7692-7.2.3.6-2",
                  "ends a compressed message without any octet; even an empty one has one");
  }
  const auto& problem = inspector_.problem();
  if (problem && problem->kind == wire::DeflateProblem::Kind::distance_too_far) judge_matches();
  if (problem || !inspector_.between_blocks()) {
    deflate_lost_ = true;
    return report("7692-7.2.1-1", "ends a compressed message that does not inflate: {}",
                  problem ? wire::name(problem->kind) : "its last block has no end");
  }
  judge_matches();
  if (!inspector_.facts().clean_padding) {
    report("7692-7.2.1-5", "has bits that are not zero behind a block with BFINAL");
  }
  if (compressed_text_ && !utf8_.complete()) {
    report("6455-5.6-1", "inflates to a text that ends in the middle of a UTF-8 character");
  }
}

void FrameJudge::judge_matches() {
  const wire::DeflateFacts& facts = inspector_.facts();
  const bool server = sender_ == wire::Role::server;
  if (deflate_use_.forgets && facts.longest_reach > 0) {
    report(server ? "7692-7.2.1-10" : "7692-7.2.1-8",
           "refers to {} octets before its message, although no context is taken over",
           facts.longest_reach);
  }
  if (facts.longest_distance > 1U << static_cast<unsigned>(deflate_use_.window_bits)) {
    report(server ? "7692-7.2.1-13" : "7692-7.2.1-12",
           "has a match {} octets back, although the window has 2^{} octets",
           facts.longest_distance, deflate_use_.window_bits);
  }
}

}  // namespace wsproof::rfc
