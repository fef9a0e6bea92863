#include "harness/endpoint/quirk_tables.hpp"

namespace wsproof::endpoint {

std::span<const Quirk> server_quirks() {
  static constexpr Quirk table[] = {
      {"serves-one-at-a-time", Kind::fault,
       "While one connection is open, the others wait: accept and serve are one loop.",
       [](Quirks& q) { q.server.served_at_once = 1; }, Scope::server},
      {"serves-a-hundred-at-once", Kind::fault,
       "Each connection takes one of a hundred places; further ones wait.",
       [](Quirks& q) { q.server.served_at_once = 100; }, Scope::server},
      {"answers-whoever-came-last", Kind::fault,
       "The connection is kept in a global variable, so that answers go to the latest one.",
       [](Quirks& q) { q.server.own_answers = Check::off; }, Scope::server},
      {"shares-the-fragment-buffer", Kind::fault,
       "One buffer puts the messages of all connections together.",
       [](Quirks& q) { q.server.own_fragments = Check::off; }, Scope::server},
      {"shares-the-state-of-utf8", Kind::fault,
       "Where the fragments of a text stopped inside a character is known once for all "
       "connections.",
       [](Quirks& q) { q.server.own_text = Check::off; }, Scope::server},
      {"waits-for-who-does-not-read", Kind::fault,
       "A write lasts until the other side has read; until then nobody else is served.",
       [](Quirks& q) { q.server.unread = Unread::waited_for; }, Scope::server},
      {"loses-what-is-not-read", Kind::fault,
       "Where a socket does not take all of a write, the rest is forgotten.",
       [](Quirks& q) { q.server.unread = Unread::lost; }, Scope::server},
      {"dies-of-an-absurd-length", Kind::fault,
       "What a frame announces is allocated at once; 2^30 octets and more are not to be had.",
       [](Quirks& q) { q.server.deadly_length = (std::uint64_t{1} << 30U) - 1; }, Scope::server},
      {"dies-of-an-absurd-sum", Kind::fault,
       "The lengths of fragments are added, and the sum overflows.",
       [](Quirks& q) { q.server.deadly_sum = (std::uint64_t{1} << 30U) - 1; }, Scope::server},
      {"dies-of-many-fields", Kind::fault, "More than a thousand fields of a request are too many.",
       [](Quirks& q) { q.server.deadly_fields = 1000; }, Scope::server},
      {"dies-of-a-large-head", Kind::fault, "A head of more than 8 KiB overruns its buffer.",
       [](Quirks& q) { q.server.deadly_head = std::size_t{8} * 1024; }, Scope::server},
      {"dies-of-many-fragments", Kind::fault, "A message of more than 8192 fragments is too much.",
       [](Quirks& q) { q.server.deadly_fragments = 8192; }, Scope::server},
      {"dies-of-many-control-frames", Kind::fault,
       "Each ping or pong takes something that is never given back; 2048 of them take all.",
       [](Quirks& q) { q.server.deadly_controls = 2048; }, Scope::server},
      {"dies-of-inherited-names", Kind::fault,
       "The offered extension is looked up in an object that has a constructor.",
       [](Quirks& q) { q.server.odd_names = Check::off; }, Scope::server},
      {"dies-of-an-early-bad-frame", Kind::fault,
       "A bad frame in the same read as the handshake comes before anybody handles errors.",
       [](Quirks& q) { q.server.early_frames = Check::off; }, Scope::server},
      {"dies-of-a-reset", Kind::fault, "A connection that is reset ends the server.",
       [](Quirks& q) { q.server.resets = Check::off; }, Scope::server},
      {"resets-who-does-not-read", Kind::liberty,
       "A connection that does not read what it gets is reset.",
       [](Quirks& q) { q.server.unread = Unread::reset; }, Scope::server},
      {"closes-who-does-not-read", Kind::liberty,
       "A connection that does not read what it gets is closed without a word.",
       [](Quirks& q) { q.server.unread = Unread::closed; }, Scope::server},
  };
  return table;
}

}  // namespace wsproof::endpoint
