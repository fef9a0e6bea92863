#include "harness/endpoint/quirk_tables.hpp"

#include <chrono>

namespace wsproof::endpoint {

std::span<const Quirk> text_and_delivery_quirks() {
  static constexpr Quirk table[] = {
      {"takes-any-text", Kind::fault, "Text is never validated, close reasons neither.",
       [](Quirks& q) { q.text.alphabet = Alphabet::anything; }},
      {"takes-surrogates", Kind::fault, "Surrogates in text are taken.",
       [](Quirks& q) { q.text.alphabet = Alphabet::surrogates_too; }},
      {"takes-overlong-forms", Kind::fault,
       "Characters in text may take more octets than they need.",
       [](Quirks& q) { q.text.alphabet = Alphabet::overlong_forms_too; }},
      {"takes-beyond-unicode", Kind::fault, "Characters above U+10FFFF are taken.",
       [](Quirks& q) { q.text.alphabet = Alphabet::beyond_unicode_too; }},
      {"refuses-nul", Kind::fault, "U+0000 in text is refused.",
       [](Quirks& q) { q.text.alphabet = Alphabet::no_nul; }},
      {"refuses-noncharacters", Kind::fault, "Noncharacters such as U+FFFE are refused.",
       [](Quirks& q) { q.text.alphabet = Alphabet::no_noncharacters; }},
      {"judges-fragments-alone", Kind::fault, "Each fragment of a text must be UTF-8 by itself.",
       [](Quirks& q) { q.text.scope = TextScope::each_fragment; }},
      {"judges-first-fragment-only", Kind::fault, "Only the first fragment of a text is validated.",
       [](Quirks& q) { q.text.scope = TextScope::first_fragment; }},
      {"forgets-text-between-fragments", Kind::fault,
       "What a fragment of a text ends with and the next begins with is not compared.",
       [](Quirks& q) { q.text.scope = TextScope::fragments_forgiving; }},
      {"takes-cut-off-text", Kind::fault, "A text may stop inside a character.",
       [](Quirks& q) { q.text.whole_end = Check::off; }},
      {"replaces-wrong-octets", Kind::fault, "Octets that are no UTF-8 are replaced by U+FFFD.",
       [](Quirks& q) { q.text.refusal = Check::off; }},
      {"strips-byte-order-mark", Kind::fault, "A leading U+FEFF is taken off a text.",
       [](Quirks& q) { q.text.byte_order_mark = Check::off; }, Scope::both, Grade::non_strict},
      {"trims-texts", Kind::fault, "Blanks and line ends around a text are taken off.",
       [](Quirks& q) { q.text.blanks = Check::off; }},
      {"unifies-line-ends", Kind::fault, "CR LF in a text becomes LF.",
       [](Quirks& q) { q.text.line_ends = Check::off; }},
      {"echoes-as-binary", Kind::fault, "Every message is echoed as binary.",
       [](Quirks& q) { q.delivery.type = EchoType::binary; }},
      {"echoes-as-text", Kind::fault, "Every message is echoed as text.",
       [](Quirks& q) { q.delivery.type = EchoType::text; }},
      {"leaks-descriptors", Kind::fault, "A connection that has ended keeps its descriptor.",
       [](Quirks& q) { q.resources.descriptors = Check::off; }, Scope::server, Grade::non_strict},
      {"truncates-at-65535", Kind::fault, "Messages lose what is above 65535 octets.",
       [](Quirks& q) { q.delivery.kept_octets = 65535; }},
      {"ends-text-at-nul", Kind::fault, "A text ends at its first NUL.",
       [](Quirks& q) { q.delivery.behind_nul = Check::off; }},
      {"ignores-empty-messages", Kind::fault, "An empty message is not answered.",
       [](Quirks& q) { q.delivery.empty_messages = Check::off; }},
      {"echoes-twice", Kind::fault, "Every message is echoed twice.",
       [](Quirks& q) { q.delivery.copies = 2; }},
      {"judges-text-by-frame", Kind::liberty, "Text is judged when a frame has come whole.",
       [](Quirks& q) { q.text.time = TextTime::frame_end; }},
      {"judges-text-at-the-end", Kind::liberty, "Text is judged when the message has come whole.",
       [](Quirks& q) { q.text.time = TextTime::message_end; }},
      {"slow", Kind::liberty, "Every message is echoed after 600 ms.",
       [](Quirks& q) { q.delivery.delay = std::chrono::milliseconds(600); }},
      {"writes-octet-by-octet", Kind::liberty, "Octets are handed to the transport one by one.",
       [](Quirks& q) { q.delivery.writes = WriteCut::octets; }},
      {"writes-frame-by-frame", Kind::liberty, "Each frame is a write of its own.",
       [](Quirks& q) { q.delivery.writes = WriteCut::one_per_frame; }},
  };
  return table;
}

}  // namespace wsproof::endpoint
