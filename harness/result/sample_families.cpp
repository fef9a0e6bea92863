#include "harness/result/sample_families.hpp"

namespace wsproof::result {

using namespace std::string_literals;

const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"rfc6455/4.1/baseline",
       "Client requirements",
       "4.1-client.case",
       4,
       "The opening handshake of the RFC's own example is answered with 101.",
       {"6455-4.2.2-18", "6455-4.2.2-19"},
       "MUST",
       "case baseline\n  \"The opening handshake of the RFC's own example is answered with 101.\"\n"
       "  checks 6455-4.2.2-18 6455-4.2.2-19\n  handshake\n  < status 101\n",
       {},
       Play::handshake},
      {"rfc6455/4.2.1/field-missing",
       "Reading the client's handshake",
       "4.2.1-reading.case",
       12,
       "A required field is missing, and the handshake is refused.",
       {"6455-4.2.1-1", "6455-4.2.1-6"},
       "MUST",
       "case field-missing\n  \"A required field is missing, and the handshake is refused.\"\n"
       "  checks 6455-4.2.1-1 6455-4.2.1-6\n  sweep  field = Host, Upgrade, Connection, "
       "Sec-WebSocket-Key, Sec-WebSocket-Version\n"
       "  handshake\n    - $field\n  < refusal 400\n",
       {"field=Host", "field=Upgrade", "field=Connection", "field=Sec-WebSocket-Key",
        "field=Sec-WebSocket-Version"},
       Play::handshake},
      {"rfc6455/4.2.2/future-version",
       "Sending the server's handshake",
       "4.2.2-sending.case",
       7,
       "An unknown version is refused, and the answer names the versions that are understood.",
       {"6455-4.2.2-9", "6455-4.2.2-8"},
       "MUST",
       "case future-version\n  \"An unknown version is refused, and the answer names the versions "
       "that are understood.\"\n"
       "  checks 6455-4.2.2-9 6455-4.2.2-8\n  sweep  version = 0, 12, 14, 255\n  handshake\n    "
       "Sec-WebSocket-Version: $version\n"
       "  < status 400 426\n  < header Sec-WebSocket-Version contains 13\n",
       {"version=0", "version=12", "version=14", "version=255"},
       Play::handshake},
      {"rfc6455/5.1/unmasked",
       "Overview",
       "5.1-masking.case",
       9,
       "A frame that is not masked fails the connection.",
       {"6455-5.1-3"},
       "MUST",
       "case unmasked\n  \"A frame that is not masked fails the connection.\"\n  checks "
       "6455-5.1-3\n  sweep  word = text, ping, close\n"
       "  > $word \"hi\" mask=0\n  < failure 1002\n",
       {"word=text", "word=ping", "word=close"},
       Play::failed},
      {"rfc6455/5.2/reserved-bits",
       "Base framing protocol",
       "5.2-framing.case",
       37,
       "A reserved bit that no extension has defined fails the connection.",
       {"6455-5.2-4"},
       "MUST",
       "case reserved-bits\n  \"A reserved bit that no extension has defined fails the "
       "connection.\"\n  checks 6455-5.2-4\n"
       "  sweep  rsv = 1..7                          # the three bits as a number, RSV1 = 4\n  > "
       "text \"hi\" rsv=$rsv\n  < failure 1002\n",
       {"rsv=1", "rsv=2", "rsv=3", "rsv=4", "rsv=5", "rsv=6", "rsv=7"},
       Play::failed},
      {"rfc6455/5.2/reserved-opcodes",
       "Base framing protocol",
       "5.2-framing.case",
       46,
       "An opcode that nobody has defined fails the connection.",
       {"6455-5.2-8", "6455-5.2-9"},
       "MUST",
       "case reserved-opcodes\n  \"An opcode that nobody has defined fails the connection.\"\n  "
       "checks 6455-5.2-8 6455-5.2-9\n"
       "  sweep  opcode = 3..7, 11..15\n  > frame opcode=$opcode\n  < failure 1002\n",
       {"opcode=3", "opcode=4", "opcode=5", "opcode=6", "opcode=7", "opcode=11", "opcode=12",
        "opcode=13", "opcode=14", "opcode=15"},
       Play::failed},
      {"rfc6455/5.2/length-forms",
       "Base framing protocol",
       "5.2-framing.case",
       58,
       "Messages around the borders of the length forms come back whole.",
       {"6455-5.2-12", "6455-5.2-13"},
       "STMT",
       "case length-forms\n  \"Messages around the borders of the length forms come back "
       "whole.\"\n  checks 6455-5.2-12 6455-5.2-13\n"
       "  needs  echo\n  sweep  n = 0, 1, 125, 126, 127, 65535, 65536\n  > text repeat(\"*\", "
       "$n)\n  < text repeat(\"*\", $n)\n",
       {"n=0", "n=1", "n=125", "n=126", "n=127", "n=65535", "n=65536"},
       Play::echo},
      {"rfc6455/5.2/length-not-minimal",
       "Base framing protocol",
       "5.2-framing.case",
       69,
       "A length that is written longer than needed fails the connection.",
       {"6455-5.2-18"},
       "MUST",
       "case length-not-minimal\n  \"A length that is written longer than needed fails the "
       "connection.\"\n  checks 6455-5.2-18\n"
       "  sweep  form = 16, 64\n  > text \"hi\" length=$form\n  < failure 1002\n",
       {"form=16", "form=64"},
       Play::failed},
      {"rfc6455/5.4/interleaved-ping",
       "Fragmentation",
       "5.4-fragmentation.case",
       14,
       "A ping between two fragments is answered, and the message still arrives whole.",
       {"6455-5.4-5", "6455-5.5.2-2"},
       "MAY",
       "case interleaved-ping\n  \"A ping between two fragments is answered, and the message still "
       "arrives whole.\"\n  checks 6455-5.4-5 6455-5.5.2-2\n"
       "  alias  autobahn:5.6\n  sweep  n     = 0, 1, 125\n  let    $m    = message 18             "
       "     # a message whose answer is known\n"
       "  > text $m part 1/2\n  > ping repeat(\"p\", $n)\n  > continuation $m part 2/2\n  < pong "
       "repeat(\"p\", $n)                     [6455-5.5.2-2]\n  < answer $m\n",
       {"n=0", "n=1", "n=125"},
       Play::echo},
      {"rfc6455/5.4/many-fragments",
       "Fragmentation",
       "5.4-fragmentation.case",
       31,
       "However a message is cut, the same message arrives.",
       {"6455-5.4-2", "6455-5.4-3"},
       "STMT",
       "case many-fragments\n  \"However a message is cut, the same message arrives.\"\n  checks "
       "6455-5.4-2 6455-5.4-3\n"
       "  sweep  parts = 1..16\n  let    $m = message 64\n  > text $m part 1/$parts\n  > rest of "
       "$m\n  < answer $m\n",
       {"parts=1", "parts=2", "parts=3", "parts=4", "parts=5", "parts=6", "parts=7", "parts=8",
        "parts=9", "parts=10", "parts=11", "parts=12", "parts=13", "parts=14", "parts=15",
        "parts=16"},
       Play::echo},
      {"rfc6455/5.4/interleaved-message",
       "Fragmentation",
       "5.4-fragmentation.case",
       43,
       "A second message inside a fragmented one fails the connection.",
       {"6455-5.4-8"},
       "MUST NOT",
       "case interleaved-message\n  \"A second message inside a fragmented one fails the "
       "connection.\"\n  checks 6455-5.4-8\n"
       "  sweep  second = text, binary\n  > text \"one\" fin=0\n  > $second \"two\"\n  < failure "
       "1002\n",
       {"second=text", "second=binary"},
       Play::failed},
      {"rfc6455/5.5.1/close-body",
       "Close",
       "5.5-control.case",
       8,
       "A Close with a body of one octet fails the connection.",
       {"6455-5.5.1-2"},
       "MUST",
       "case close-body\n  \"A Close with a body of one octet fails the connection.\"\n  checks "
       "6455-5.5.1-2\n  > close hex\"03\"\n  < failure 1002\n",
       {},
       Play::failed},
      {"rfc6455/5.5.2/ping",
       "Ping",
       "5.5-control.case",
       22,
       "A ping is answered with a pong that carries the same payload.",
       {"6455-5.5.2-2", "6455-5.5.3-1"},
       "MUST",
       "case ping\n  \"A ping is answered with a pong that carries the same payload.\"\n  checks "
       "6455-5.5.2-2 6455-5.5.3-1\n  sweep  n = 0, 1, 2, 64, 124, 125\n"
       "  > ping repeat(\"p\", $n)\n  < pong repeat(\"p\", $n)\n",
       {"n=0", "n=1", "n=2", "n=64", "n=124", "n=125"},
       Play::pong},
      {"rfc6455/7.4/received-code",
       "Status codes",
       "7.4-codes.case",
       17,
       "A Close with a code that must not be sent fails the connection.",
       {"6455-7.4.1-6", "6455-7.4.2-1"},
       "MUST NOT",
       "case received-code\n  \"A Close with a code that must not be sent fails the "
       "connection.\"\n  checks 6455-7.4.1-6 6455-7.4.2-1\n"
       "  sweep  code = 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535\n  > "
       "close $code \"bye\"\n  < failure 1002\n",
       {"code=0", "code=999", "code=1004", "code=1005", "code=1006", "code=1015", "code=1016",
        "code=1100", "code=2000", "code=2999", "code=5000", "code=65535"},
       Play::failed},
      {"rfc6455/7.4/allowed-code",
       "Status codes",
       "7.4-codes.case",
       29,
       "A Close with a code that may be sent is answered, and the connection ends.",
       {"6455-5.5.1-8", "6455-7.4.2-3"},
       "MUST",
       "case allowed-code\n  \"A Close with a code that may be sent is answered, and the "
       "connection ends.\"\n  checks 6455-5.5.1-8 6455-7.4.2-3\n"
       "  sweep  code = 1000..1003, 1007..1014, 3000, 3999, 4000, 4999\n  > close $code\n  < close "
       "any\n  < eof\n",
       {"code=1000", "code=1001", "code=1002", "code=1003", "code=1007", "code=1008", "code=1009",
        "code=1010", "code=1011", "code=1012", "code=1013", "code=1014", "code=3000", "code=3999",
        "code=4000", "code=4999"},
       Play::failed},
      {"rfc6455/8.1/invalid",
       "Handling errors in UTF-8-encoded data",
       "8.1-utf8.case",
       11,
       "Text that is not UTF-8 fails the connection.",
       {"6455-8.1-1", "3629-3-2"},
       "MUST",
       "case invalid\n  \"Text that is not UTF-8 fails the connection.\"\n  checks 6455-8.1-1 "
       "3629-3-2\n  table  what = octets\n    overlong    hex\"c0 af\"\n"
       "    surrogate   hex\"ed a0 80\"\n    beyond      hex\"f4 90 80 80\"\n    cut         "
       "hex\"e2 82\"\n    alone       hex\"80\"\n  > text $octets\n  < failure 1007\n",
       {"what=overlong", "what=surrogate", "what=beyond", "what=cut", "what=alone"},
       Play::failed},
      {"rfc6455/8.1/fail-fast",
       "Handling errors in UTF-8-encoded data",
       "8.1-utf8.case",
       31,
       "Text that cannot become UTF-8 any more fails the connection before its last fragment.",
       {"6455-8.1-4"},
       "STMT",
       "case fail-fast\n  \"Text that cannot become UTF-8 any more fails the connection before its "
       "last fragment.\"\n  checks 6455-8.1-4\n  sweep  at = 1..6\n"
       "  > text sample(\"bad\", $at) fin=0\n  < failure 1007 | quiet as non-strict\n",
       {"at=1", "at=2", "at=3", "at=4", "at=5", "at=6"},
       Play::failed},
      {"rfc7692/7.2.1/round-trip",
       "Compression",
       "7.2-deflate.case",
       6,
       "A compressed message comes back, compressed or not.",
       {"7692-6.1-1"},
       "MUST",
       "case round-trip\n  \"A compressed message comes back, compressed or not.\"\n  checks "
       "7692-6.1-1\n  needs  deflate\n  sweep  n = 1, 64, 4096, 65536\n"
       "  > text deflate(sample($n)) rsv=4\n  < text sample($n)\n",
       {"n=1", "n=64", "n=4096", "n=65536"},
       Play::silence},
      {"robustness/alive/abandoned-handshake",
       "Alive",
       "alive.case",
       5,
       "A client that goes away in the middle of its handshake leaves the server in service.",
       {"live-1"},
       "MUST",
       "case abandoned-handshake\n  \"A client that goes away in the middle of its handshake "
       "leaves the server in service.\"\n  checks live-1\n  sweep  after = 1, 4, 16, 64\n"
       "  dial\n  > raw front(handshake, $after)\n  > reset\n  @b connect\n",
       {"after=1", "after=4", "after=16", "after=64"},
       Play::echo},
  };
  return all;
}

const std::vector<Deviation>& deviations() {
  const auto never = "A Close with 1002, then the end of the connection."s;
  static const std::vector<Deviation> all = {
      {"rfc6455/5.2/reserved-bits/rsv=4", Word::fail, "went-on", Play::went_on, never,
       "The text \"hi\" came back (an echo), and the connection stayed open."},
      {"rfc6455/5.2/reserved-bits/rsv=7", Word::fail, "went-on", Play::went_on, never,
       "The text \"hi\" came back (an echo), and the connection stayed open."},
      {"rfc6455/5.2/length-not-minimal/form=16", Word::non_strict, "went-on", Play::went_on, never,
       "The text \"hi\" came back; the requirement names no reaction."},
      {"rfc6455/5.2/length-not-minimal/form=64", Word::non_strict, "went-on", Play::went_on, never,
       "The text \"hi\" came back; the requirement names no reaction."},
      {"rfc6455/5.5.1/close-body", Word::non_strict, "empty-close", Play::other_code, never,
       "An empty Close, then the end of the connection."},
      {"rfc6455/7.4/received-code/code=1015", Word::fail, "wrong-code", Play::other_code, never,
       "A Close with 1015, which must never be sent, and the reason "
       "\"\\x1b[31m<script>alert(1)</script>\\u{202e}gnp\"."},
      {"rfc6455/7.4/received-code/code=5000", Word::info, "other-code", Play::other_code,
       "Nothing: codes from 5000 on are outside every range.", "A Close with 1000."},
      {"rfc6455/7.4/received-code/code=1016", Word::non_strict, "dropped", Play::dropped, never,
       "The connection ended without a Close."},
      {"rfc6455/7.4/received-code/code=1100", Word::non_strict, "dropped", Play::dropped, never,
       "The connection ended without a Close."},
      {"rfc6455/8.1/invalid/what=cut", Word::hang, "no-reaction", Play::silence,
       "A Close with 1007, then the end of the connection.",
       "Nothing came for 5 s: no Close, no answer to two pings, and no end."},
      {"rfc6455/8.1/invalid/what=beyond", Word::crash, "died", Play::dropped,
       "A Close with 1007, then the end of the connection.",
       "The connection was reset, and the process ended by signal 11 (segmentation fault) 12 ms "
       "later."},
      {"rfc6455/8.1/invalid/what=alone", Word::flaky, "pass-then-fail", Play::went_on,
       "A Close with 1007, then the end of the connection.",
       "Once a Close with 1007, twice an echo of the octets."},
      {"rfc6455/8.1/fail-fast/at=1", Word::non_strict, "late", Play::silence,
       "A Close with 1007 before the last fragment is sent.",
       "The Close with 1007 came after the last fragment."},
      {"rfc6455/4.2.1/field-missing/field=Host", Word::inconclusive, "policy", Play::handshake,
       "An answer from 400 to 499, and no 101.",
       "The answer was 503 with \"Retry-After: 1\"; the same request with the field got 101 only "
       "at the second attempt."},
      {"rfc7692/7.2.1/round-trip/n=1", Word::unsupported, "needs-deflate", Play::silence, "",
       "The target did not accept permessage-deflate."},
      {"rfc7692/7.2.1/round-trip/n=64", Word::unsupported, "needs-deflate", Play::silence, "",
       "The target did not accept permessage-deflate."},
      {"rfc7692/7.2.1/round-trip/n=4096", Word::unsupported, "needs-deflate", Play::silence, "",
       "The target did not accept permessage-deflate."},
      {"rfc7692/7.2.1/round-trip/n=65536", Word::unsupported, "needs-deflate", Play::silence, "",
       "The target did not accept permessage-deflate."},
      {"robustness/alive/abandoned-handshake/after=64", Word::not_run, "interrupted", Play::silence,
       "", "The run was interrupted first."},
  };
  return all;
}

}  // namespace wsproof::result
