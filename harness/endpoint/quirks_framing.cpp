#include "harness/endpoint/quirk_tables.hpp"

namespace wsproof::endpoint {

std::span<const Quirk> framing_quirks() {
  static constexpr Quirk table[] = {
      {"ignores-reserved-bits", Kind::fault, "Reserved bits mean nothing, on any frame.",
       [](Quirks& q) { q.framing.rsv = RsvRule::ignore; }},
      {"ignores-reserved-bits-on-control", Kind::fault,
       "Reserved bits on control frames are not looked at.",
       [](Quirks& q) { q.framing.rsv = RsvRule::ignore_on_control; }},
      {"ignores-reserved-bits-on-continuation", Kind::fault,
       "Reserved bits on continuations are not looked at.",
       [](Quirks& q) { q.framing.rsv = RsvRule::ignore_on_continuation; }},
      {"takes-reserved-data-opcodes", Kind::fault, "Opcodes 3 to 7 are taken for binary.",
       [](Quirks& q) { q.framing.reserved_data = ReservedOpcode::take; }},
      {"ignores-reserved-data-opcodes", Kind::fault, "Frames with opcodes 3 to 7 are skipped.",
       [](Quirks& q) { q.framing.reserved_data = ReservedOpcode::ignore; }},
      {"takes-reserved-control-opcodes", Kind::fault, "Opcodes 11 to 15 are taken for ping.",
       [](Quirks& q) { q.framing.reserved_control = ReservedOpcode::take; }},
      {"ignores-reserved-control-opcodes", Kind::fault, "Frames with opcodes 11 to 15 are skipped.",
       [](Quirks& q) { q.framing.reserved_control = ReservedOpcode::ignore; }},
      {"ignores-top-length-bit", Kind::fault, "The top bit of a 64-bit length is cut off.",
       [](Quirks& q) {
         q.framing.top_bit = TopBit::ignore;
         q.framing.least_sixty_four = 0;
       }},
      {"cuts-lengths-to-32-bits", Kind::fault,
       "Of a 64-bit length the upper half is lost, as in a number of 32 bits.",
       [](Quirks& q) {
         q.framing.length_kept = Check::off;
         q.framing.least_sixty_four = 0;
       }},
      {"takes-longer-length-forms", Kind::fault, "Lengths need not be in their shortest form.",
       [](Quirks& q) {
         q.framing.least_sixteen = 0;
         q.framing.least_sixty_four = 0;
       },
       Scope::both, Grade::non_strict},
      {"refuses-126-in-16-bits", Kind::fault,
       "A length of 126 in 16 bits is refused, one too many.",
       [](Quirks& q) { q.framing.least_sixteen = 127; }},
      {"refuses-65536-in-64-bits", Kind::fault,
       "A length of 65536 in 64 bits is refused, one too many.",
       [](Quirks& q) { q.framing.least_sixty_four = 65537; }},
      {"sends-longer-length-forms", Kind::fault, "Every length is sent in 64 bits.",
       [](Quirks& q) {
         q.framing.most_seven = 0;
         q.framing.most_sixteen = 0;
       }},
      {"sends-125-in-16-bits", Kind::fault, "A length of 125 is sent in 16 bits.",
       [](Quirks& q) { q.framing.most_seven = 124; }},
      {"sends-65535-in-64-bits", Kind::fault, "A length of 65535 is sent in 64 bits.",
       [](Quirks& q) { q.framing.most_sixteen = 65534; }},
      {"sends-65536-in-16-bits", Kind::fault, "A length of 65536 is sent in 16 bits, as 0.",
       [](Quirks& q) { q.framing.most_sixteen = 65536; }},
      {"sends-little-endian-lengths", Kind::fault,
       "Lengths of 16 bits are sent with the low octet first.",
       [](Quirks& q) { q.framing.length_order = ByteOrder::little; }},
      {"sends-reserved-bits", Kind::fault, "Every frame is sent with RSV1.",
       [](Quirks& q) { q.framing.sent_rsv = 4; }},
      {"ignores-mask-bit", Kind::fault, "Frames are taken masked or not, whoever sends them.",
       [](Quirks& q) { q.masking.presence = Check::off; }},
      {"refuses-zero-keys", Kind::fault, "A frame masked with four zeros is refused.",
       [](Quirks& q) { q.masking.zero_allowed = Check::off; }, Scope::server},
      {"masks-the-wrong-way", Kind::fault, "The server masks its frames, or the client does not.",
       [](Quirks& q) { q.masking.sent = MaskSent::wrong_way; }},
      {"masks-with-one-key", Kind::fault, "Every frame is masked with the same key.",
       [](Quirks& q) { q.masking.keys = KeySource::constant; }, Scope::client},
      {"masks-with-counted-keys", Kind::fault, "Masking keys are counted up.",
       [](Quirks& q) { q.masking.keys = KeySource::counting; }, Scope::client, Grade::non_strict},
      {"never-unmasks", Kind::fault, "Payload is used as it is on the wire.",
       [](Quirks& q) { q.masking.unmasking = Unmasking::none; }, Scope::server},
      {"unmasks-anew-each-read", Kind::fault, "The masking key starts over with each read.",
       [](Quirks& q) { q.masking.unmasking = Unmasking::restarts_each_read; }, Scope::server},
      {"unmasks-on-over-frames", Kind::fault,
       "The place in the masking key is carried on from fragment to fragment.",
       [](Quirks& q) { q.masking.unmasking = Unmasking::continues_over_frames; }, Scope::server},
      {"unmasks-with-first-key", Kind::fault,
       "All fragments are unmasked with the key of the first.",
       [](Quirks& q) { q.masking.unmasking = Unmasking::keeps_first_key; }, Scope::server},
      {"refuses-fragments", Kind::fault, "Messages in several frames are refused.",
       [](Quirks& q) { q.fragmentation.allowed = Check::off; }},
      {"takes-stray-continuation", Kind::fault, "A continuation of nothing is taken for a message.",
       [](Quirks& q) { q.fragmentation.stray_continuation = StrayContinuation::take; }},
      {"ignores-stray-continuation", Kind::fault, "A continuation of nothing is skipped.",
       [](Quirks& q) { q.fragmentation.stray_continuation = StrayContinuation::ignore; }},
      {"replaces-interrupted-message", Kind::fault, "A message inside a message takes its place.",
       [](Quirks& q) { q.fragmentation.interruption = Interruption::replace; }},
      {"appends-interrupting-message", Kind::fault,
       "A message inside a message is taken for a continuation.",
       [](Quirks& q) { q.fragmentation.interruption = Interruption::append; }},
      {"reverses-fragments", Kind::fault, "Fragments are put together in reversed order.",
       [](Quirks& q) { q.fragmentation.order = FragmentOrder::reversed; }},
      {"loses-last-fragment", Kind::fault, "The payload of the last fragment is lost.",
       [](Quirks& q) { q.fragmentation.order = FragmentOrder::last_lost; }},
      {"overlooks-empty-fragments", Kind::fault,
       "An empty continuation is skipped, even if it ends the message.",
       [](Quirks& q) { q.fragmentation.empty_fragments = Check::off; }},
      {"forgets-type-of-fragments", Kind::fault, "A fragmented text is taken for binary.",
       [](Quirks& q) { q.fragmentation.type_kept = Check::off; }},
      {"delivers-each-fragment", Kind::fault, "Each fragment is delivered as a message.",
       [](Quirks& q) { q.fragmentation.reassembly = Check::off; }},
      {"drops-message-at-control-frame", Kind::fault,
       "A control frame between fragments drops the message.",
       [](Quirks& q) { q.fragmentation.survives_control = Check::off; }},
      {"repeats-opcode-in-fragments", Kind::fault,
       "Every fragment sent carries the opcode of the message.",
       [](Quirks& q) {
         q.fragmentation.sent = SentFragments::repeated_opcode;
         q.fragmentation.replies = ReplyCut::pieces;
       }},
      {"never-finishes-messages", Kind::fault, "The last frame of a message is sent without FIN.",
       [](Quirks& q) { q.fragmentation.sent = SentFragments::never_final; }},
      {"fragments-replies", Kind::liberty, "Messages are sent in small fragments.",
       [](Quirks& q) { q.fragmentation.replies = ReplyCut::pieces; }},
      {"fragments-with-empty-frames", Kind::liberty,
       "Messages are sent in small fragments with empty ones around them.",
       [](Quirks& q) { q.fragmentation.replies = ReplyCut::pieces_and_empty_frames; }},
      {"small-message-limit", Kind::liberty, "Messages above 4 KiB are refused by 1009.",
       [](Quirks& q) { q.framing.message_limit = 4096; }},
      {"too-big-for-top-length-bit", Kind::liberty,
       "A 64-bit length with the top bit set is refused by 1009 instead of 1002.",
       [](Quirks& q) { q.framing.top_bit = TopBit::too_big; }},
      {"judges-whole-frames", Kind::liberty,
       "A bad header is acted on only when its frame has come.",
       [](Quirks& q) { q.framing.judged_at = JudgedAt::frame_end; }},
  };
  return table;
}

}  // namespace wsproof::endpoint
