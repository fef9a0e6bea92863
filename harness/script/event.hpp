// What the target did, as the steps of a case see it: answers, messages, control frames, ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/party.hpp"
#include "harness/script/rare.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/deflate_inspector.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::script {

/// One thing that the target did on one link. Payloads are kept up to a limit; `size` is the truth.
struct Event {
  enum class Kind {
    head,     ///< an HTTP answer (or, of a client, the request); `head`
    frame,    ///< one frame of a data message; `header`, `payload`
    message,  ///< a whole data message; `header` is that of its first frame, `payload`
    ping,
    pong,
    close,
    strange,  ///< what is neither: a reserved opcode, a stray continuation, no HTTP; `text` says
              ///< what
    alert,    ///< a TLS alert in plain sight
    eof,
    reset,
    going_on,  ///< made by the peer: a fence was answered
  };
  Kind kind = Kind::strange;
  base::Link link = 0;
  wire::FrameHeader header;
  base::Octets payload;
  std::uint64_t size = 0;
  Rare<wire::Head> head;
  std::string text;
  Rare<wire::DeflateFacts> deflate;  ///< of a compressed message, whose payload is inflated
  bool announced = true;             ///< of an eof: not in spite of TLS without a closure alert
  bool push = false;                 ///< a message that the profile says may come at any time
};

/// An event in words for "observed": `text "hi"`, `Close 1005`, `the end of the connection`.
/// Everything from the target is escaped, and long payloads are cut.
std::string describe(const Event& event);

/// A frame as the case language would send it: `text "hi" rsv=4`, `close 1000 "bye"`. The payload
/// is unmasked and may be the front of `size` octets.
std::string describe_frame(const wire::FrameHeader& header, base::OctetView payload,
                           std::uint64_t size);

/// Octets as the case language writes them, cut to a readable length and safe for a terminal.
std::string describe(base::OctetView octets);

}  // namespace wsproof::script
