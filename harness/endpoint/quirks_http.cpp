#include "harness/endpoint/quirk_tables.hpp"

namespace wsproof::endpoint {

std::span<const Quirk> http_quirks() {
  static constexpr Quirk table[] = {
      {"refuses-leading-empty-lines", Kind::fault,
       "An empty line in front of a request is taken for the request.",
       [](Quirks& q) { q.handshake.http.leading_lines = Check::off; }, Scope::server,
       Grade::non_strict},
      {"ignores-request-line", Kind::fault, "The first line of a request is not looked at.",
       [](Quirks& q) { q.handshake.http.start_line = Check::off; }, Scope::server},
      {"takes-any-target", Kind::fault, "A request target may hold anything.",
       [](Quirks& q) {
         q.handshake.http.target = Check::off;
         q.handshake.syntax = Check::off;
       },
       Scope::both, Grade::non_strict},
      {"refuses-long-targets", Kind::fault, "A target of more than 255 octets is refused.",
       [](Quirks& q) { q.handshake.http.longest_target = 255; }, Scope::server, Grade::non_strict},
      {"ends-lines-at-any-cr", Kind::fault, "A CR without LF ends a line.",
       [](Quirks& q) { q.handshake.http.bare_cr = Check::off; }, Scope::server},
      {"takes-continued-lines-for-fields", Kind::fault,
       "A line that begins with a blank is taken for a field of its own.",
       [](Quirks& q) { q.handshake.http.folds = Check::off; }, Scope::server},
      {"refuses-with-content-that-is-missing", Kind::fault,
       "A refusal announces ten octets of content, and has none.",
       [](Quirks& q) { q.handshake.http.content = Check::off; }, Scope::server, Grade::non_strict},
      {"reflects-subprotocols", Kind::fault,
       "What the client offers as subprotocols is sent back as it is, whatever it holds.",
       [](Quirks& q) {
         q.handshake.http.offers = Check::off;
         q.handshake.syntax = Check::off;
         q.handshake.subprotocol = SubprotocolChoice::all_offered;
       }},
      {"compares-subprotocols-ignoring-case", Kind::fault,
       "A subprotocol is found in any letter case, and answered in small letters.",
       [](Quirks& q) { q.handshake.subprotocol = SubprotocolChoice::ignoring_case; },
       Scope::server},
      {"refuses-with-400-only", Kind::fault, "Every refusal is a 400, whatever it is about.",
       [](Quirks& q) { q.handshake.http.any_refusal = 400; }, Scope::server, Grade::non_strict},
      {"refuses-methods-without-allow", Kind::fault, "A 405 does not say what is allowed.",
       [](Quirks& q) { q.handshake.http.allow_in_405 = Check::off; }, Scope::server,
       Grade::non_strict},
      {"opens-a-tunnel-on-refusal", Kind::fault,
       "After the refusal of a handshake what follows is taken for frames all the same.",
       [](Quirks& q) { q.handshake.refusal = Refusal::tunnel; }, Scope::server},
      {"serves-what-the-body-holds", Kind::fault,
       "The body of a refused request is taken for the next request.",
       [](Quirks& q) {
         q.handshake.body = Check::off;
         q.handshake.refusal = Refusal::stays;
       },
       Scope::server},
      {"looks-for-the-key-only", Kind::fault,
       "Written by hand: whatever brings a Sec-WebSocket-Key is answered by a 101.",
       [](Quirks& q) {
         HandshakeQuirks& h = q.handshake;
         h.syntax = h.host = h.repetition = h.body = h.extension_syntax = Check::off;
         h.http.start_line = h.http.offers = Check::off;
         h.upgrade = h.connection = TokenRule::optional;
         h.key = KeyRule::any_value;
         h.version = VersionRule::any_value;
       }},
      {"answers-one-request-only", Kind::liberty,
       "After the answer to any request but a handshake the connection ends.",
       [](Quirks& q) { q.handshake.http.persistence = Check::off; }, Scope::server},
  };
  return table;
}

}  // namespace wsproof::endpoint
