// FrameJudge and compressed messages (RFC 7692 §6.1, §7.2.1).
#include <array>

#include "harness/rfc/monitor_frames.hpp"

namespace wsproof::rfc {

namespace {

constexpr std::uint8_t rsv1 = 4;

}  // namespace

// The first frame of a message tells whether it is compressed. [7692-6.1-1]
void FrameJudge::begin_compressed() {
  compressed_ = compression_ && (header_.rsv & rsv1) != 0 && !compression_->lost;
  if (!compressed_) return;
  compression_->text = header_.opcode == wire::opcode::text;
  compression_->size = 0;
  compression_->inspector.begin_message();
}

// Inflates piece by piece; nothing of it is kept but the window.
void FrameJudge::take_compressed(base::OctetView payload) {
  constexpr std::size_t piece = 16384;
  compression_->size += payload.size();
  compression_->inspector.feed(payload);
  base::Octets content;
  auto state = wire::Inflater::State::full;
  while (state == wire::Inflater::State::full) {
    content.clear();
    state = compression_->inflater.feed(payload, piece, content);
    const auto wrong = compression_->text ? utf8_.feed(content) : std::nullopt;
    if (!wrong) continue;
    compression_->text = false;  // said once a message
    // [6455-5.6-1] [3629-3-2] [7692-6.1-8]
    report("6455-5.6-1", "inflates to a text message, where valid UTF-8 ends at octet {}", *wrong);
  }
}

void FrameJudge::end_compressed() {
  const bool nothing = compression_->size == 0;
  take_compressed(wire::deflate_tail);
  compressed_ = false;
  if (nothing) {
    compression_->lost = true;
    return report("7692-7.2.3.6-2",
                  "ends a compressed message without any octet; even an empty one has one");
  }
  const auto& problem = compression_->inspector.problem();
  if (problem && problem->kind == wire::DeflateProblem::Kind::distance_too_far) judge_matches();
  if (problem || !compression_->inspector.between_blocks()) {
    compression_->lost = true;
    return report("7692-7.2.1-1", "ends a compressed message that does not inflate: {}",
                  problem ? wire::name(problem->kind) : "its last block has no end");
  }
  judge_matches();
  if (!compression_->inspector.facts().clean_padding) {
    report("7692-7.2.1-5", "has bits that are not zero behind a block with BFINAL");
  }
  if (compression_->text && !utf8_.complete()) {
    report("6455-5.6-1", "inflates to a text that ends in the middle of a UTF-8 character");
  }
}

void FrameJudge::judge_matches() {
  const wire::DeflateFacts& facts = compression_->inspector.facts();
  const bool server = sender_ == wire::Role::server;
  if (compression_->use.forgets && facts.longest_reach > 0) {
    report(server ? "7692-7.2.1-10" : "7692-7.2.1-8",
           "refers to {} octets before its message, although no context is taken over",
           facts.longest_reach);
  }
  if (facts.longest_distance > 1U << static_cast<unsigned>(compression_->use.window_bits)) {
    report(server ? "7692-7.2.1-13" : "7692-7.2.1-12",
           "has a match {} octets back, although the window has 2^{} octets",
           facts.longest_distance, compression_->use.window_bits);
  }
}

}  // namespace wsproof::rfc
