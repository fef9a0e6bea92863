// Quirks: every knob that bends the reference endpoint, and the named faults and liberties that
// turn them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "harness/base/time.hpp"

namespace wsproof::endpoint {

/// Whether a rule is applied at all.
enum class Check { on, off };

/// How a field that must name a token ("Upgrade: websocket") is judged.
enum class TokenRule {
  in_list,        ///< some element of the list, in any letter case
  in_exact_case,  ///< some element, in the RFC's own spelling only
  alone,          ///< the only element
  in_last_field,  ///< some element of the last field of that name
  blank_before,   ///< some element, if no blank follows it
  as_substring,   ///< anywhere in the value
  any_value,      ///< the field must be there
  optional,       ///< not even that
};

enum class MethodRule { get, begins_with_get, any };
enum class KeyRule { sixteen_octets, any_value, optional };
enum class VersionRule { thirteen, thirteen_or_missing, any_value };
enum class NameRule {
  any_case,
  usual_spelling,
  by_beginning,  ///< as many letters are compared as the shorter name has
};
/// What is taken for a blank where the grammar allows some.
enum class BlankRule {
  of_http,     ///< space and tab
  of_unicode,  ///< no-break spaces too
  no_tabs,     ///< spaces only, in lists of extensions
};
enum class AcceptRule { exact, ignoring_case, any_value, optional };
enum class AcceptValue {
  correct,
  without_guid,
  lower_case_guid,
  of_unpadded_key,
  of_decoded_key,
  in_hex
};
enum class SubprotocolChoice {
  from_list,
  ignoring_case,  ///< some well-known ones, found in any letter case, answered in small letters
  none,
  first_offered,
  all_offered,
  own_always,
  empty
};
enum class ExtensionAnswer { by_rule, refusal, first_offered, deflate_always };
enum class Refusal { response, bare_close, without_end, left_open, tunnel, stays };
enum class Spelling { usual, lower_case, upper_case };
enum class Afterwards { serve, hang, close };

/// How a server reads HTTP itself, and what it answers with.
struct HttpQuirks {
  Check leading_lines = Check::on;  ///< off: an empty line in front of a request is refused
  Check start_line = Check::on;     ///< off: the request line is not looked at
  Check target = Check::on;         ///< only targets in origin or absolute form
  Check bare_cr = Check::on;        ///< off: a CR without LF ends a line
  Check folds = Check::on;          ///< off: a line that starts with a blank is a field of its own
  Check offers = Check::on;         ///< malformed subprotocols are refused
  Check content = Check::on;        ///< off: a refusal announces content that never comes
  Check persistence = Check::on;    ///< off: also what is no handshake at all ends the connection
  Check allow_in_405 = Check::on;
  std::size_t longest_target = std::numeric_limits<std::size_t>::max();
  int any_refusal = 0;  ///< if set: the status of every refusal

  bool operator==(const HttpQuirks&) const = default;
};

/// Everything about the opening handshake: how the other side's head is judged, how our own looks.
struct HandshakeQuirks {
  HttpQuirks http;
  Check syntax = Check::on;  ///< malformed field lines are refused
  MethodRule method = MethodRule::get;
  Check http_version = Check::on;  ///< only HTTP/1.1 and later 1.x
  Check host = Check::on;          ///< exactly one well-formed Host
  Check repetition = Check::on;    ///< key, version and accept stand once
  Check body = Check::on;          ///< no request with a body
  TokenRule upgrade = TokenRule::in_list;
  TokenRule connection = TokenRule::in_list;
  KeyRule key = KeyRule::sixteen_octets;
  VersionRule version = VersionRule::thirteen;
  NameRule field_names = NameRule::any_case;
  BlankRule blanks = BlankRule::of_http;
  Check unknown_fields = Check::off;  ///< on: a request with a field that we do not know is refused
  Check extension_syntax = Check::on;  ///< a malformed Sec-WebSocket-Extensions is refused
  Check status = Check::on;            ///< client: only 101 opens the connection
  AcceptRule accept_rule = AcceptRule::exact;
  Check unoffered = Check::on;  ///< client: subprotocols and extensions must have been offered

  AcceptValue accept = AcceptValue::correct;
  SubprotocolChoice subprotocol = SubprotocolChoice::from_list;
  ExtensionAnswer extensions = ExtensionAnswer::by_rule;
  int success_status = 101;
  int version_status = 426;        ///< for a version that is not understood
  Check version_list = Check::on;  ///< Sec-WebSocket-Version in that refusal
  Check upgrade_in_426 = Check::on;
  Refusal refusal = Refusal::response;
  std::string_view omitted;        ///< field that our own head leaves out
  Check glued_frames = Check::on;  ///< frames in the same read as the head are kept

  std::string_view request_method = "GET";
  std::string_view request_version = "13";
  std::size_t key_octets = 16;
  Check patience = Check::on;  ///< off: the client sends a frame before the answer has come

  Spelling spelling = Spelling::usual;  ///< of our field names
  std::string_view separator = ": ";    ///< between our names and values
  bool reversed = false;                ///< our fields in reversed order
  bool extra_fields = false;            ///< fields that nobody asked for
  std::string_view upgrade_value = "websocket";
  std::string_view connection_value = "Upgrade";
  std::string_view reason = "Switching Protocols";
  Afterwards afterwards = Afterwards::serve;

  bool operator==(const HandshakeQuirks&) const = default;
};

enum class RsvRule { refuse, ignore_on_control, ignore_on_continuation, ignore };
enum class ReservedOpcode { refuse, ignore, take };
enum class TopBit { refuse, too_big, ignore };
enum class JudgedAt { header, frame_end };
enum class ByteOrder { big, little };

/// How frames are cut out of the stream and judged, and how our own frame headers look.
struct FramingQuirks {
  RsvRule rsv = RsvRule::refuse;
  ReservedOpcode reserved_data = ReservedOpcode::refuse;     ///< take: as binary
  ReservedOpcode reserved_control = ReservedOpcode::refuse;  ///< take: as a ping
  TopBit top_bit = TopBit::refuse;
  Check length_kept = Check::on;  ///< off: of a 64-bit length only the lower 32 bits are looked at
  std::uint64_t least_sixteen = 126;       ///< shortest length accepted in 16 bits
  std::uint64_t least_sixty_four = 65536;  ///< shortest length accepted in 64 bits
  JudgedAt judged_at = JudgedAt::header;   ///< when bad bits and opcodes are acted on
  Check empty_at_once = Check::on;  ///< off: a frame without payload waits for the next octets
  std::optional<std::size_t> message_limit;  ///< instead of the setting, when smaller

  std::uint64_t most_seven = 125;      ///< longest length sent in 7 bits
  std::uint64_t most_sixteen = 65535;  ///< longest length sent in 16 bits
  ByteOrder length_order = ByteOrder::big;
  std::uint8_t sent_rsv = 0;

  bool operator==(const FramingQuirks&) const = default;
};

enum class MaskSent { by_role, wrong_way };
enum class KeySource { random, constant, counting };
enum class Unmasking { right, restarts_each_read, continues_over_frames, keeps_first_key, none };

/// Masking, both ways.
struct MaskingQuirks {
  Check presence = Check::on;      ///< a frame masked the wrong way fails the connection
  Check zero_allowed = Check::on;  ///< off: a key of four zeros is refused
  Unmasking unmasking = Unmasking::right;
  MaskSent sent = MaskSent::by_role;
  KeySource keys = KeySource::random;

  bool operator==(const MaskingQuirks&) const = default;
};

enum class StrayContinuation { refuse, ignore, take };
enum class Interruption { refuse, replace, append };
enum class FragmentOrder { kept, reversed, last_lost };
enum class ReplyCut { whole, pieces, pieces_and_empty_frames };
enum class SentFragments { proper, repeated_opcode, never_final };

/// Messages in several frames, both ways.
struct FragmentationQuirks {
  Check allowed = Check::on;  ///< off: a frame without FIN is refused
  StrayContinuation stray_continuation = StrayContinuation::refuse;
  Interruption interruption = Interruption::refuse;  ///< a new message before the last one ended
  FragmentOrder order = FragmentOrder::kept;
  Check empty_fragments = Check::on;   ///< off: an empty continuation is overlooked, FIN and all
  Check type_kept = Check::on;         ///< off: a fragmented message is taken as binary
  Check reassembly = Check::on;        ///< off: each fragment is delivered as a message
  Check survives_control = Check::on;  ///< off: a control frame in between drops the message

  ReplyCut replies = ReplyCut::whole;
  SentFragments sent = SentFragments::proper;

  bool operator==(const FragmentationQuirks&) const = default;
};

enum class PongTime { at_once, never, after_message, later };
enum class PongOrder { arrival, before_data, after_data };
enum class PongPayload { same, empty, cut, upper_case };
enum class PingsAnswered { all, latest_of_read, first_of_read };
enum class PongReaction { ignore, answer, refuse };

/// Control frames in general, pings and pongs.
struct ControlQuirks {
  std::uint64_t ping_limit = 125;
  std::uint64_t pong_limit = 125;
  std::uint64_t close_limit = 125;
  Check fragments = Check::on;  ///< fragmented control frames are refused
  PongTime pong = PongTime::at_once;
  PongOrder order = PongOrder::arrival;
  PongPayload payload = PongPayload::same;
  PingsAnswered answered = PingsAnswered::all;
  Check empty_pings = Check::on;              ///< off: a ping without payload is not answered
  PongReaction pongs = PongReaction::ignore;  ///< what a pong brings about
  Check sent_fin = Check::on;                 ///< off: our control frames have FIN = 0
  unsigned most_pongs = std::numeric_limits<unsigned>::max();  ///< in a second
  bool own_pings = false;
  bool own_pongs = false;

  bool operator==(const ControlQuirks&) const = default;
};

enum class CodeRule { registered, any, protocol_only, wider };
enum class CloseReply {
  code,
  whole,
  normal,
  empty,
  none,
  code_1005_for_empty,
  code_1006_for_empty
};
enum class TcpEnd { half_close, drop, reset, never };
enum class AfterClose { ignore, process };

/// The closing handshake.
struct CloseQuirks {
  Check empty_allowed = Check::on;  ///< off: a Close without a body is refused
  Check one_octet = Check::on;      ///< a body of one octet is refused
  Check own_text = Check::on;       ///< off: a reason is judged as what the open text goes on with
  CodeRule codes = CodeRule::registered;
  Check reason_text = Check::on;  ///< a reason that is no UTF-8 is refused
  CloseReply reply = CloseReply::code;
  TcpEnd tcp = TcpEnd::half_close;
  base::Duration tcp_delay{0};            ///< between the closing handshake and the end of TCP
  AfterClose after = AfterClose::ignore;  ///< what comes behind the other side's Close
  Check one_reply = Check::on;            ///< off: each Close is answered
  Check earlier_answers = Check::on;      ///< off: answers still unsent when a Close comes are lost

  bool operator==(const CloseQuirks&) const = default;
};

enum class FailureClose { with_code, empty, none };
enum class AfterFailure { ignore, process };

/// Failing the connection (RFC 6455 §7.1.7) once it is open.
struct FailureQuirks {
  Check reaction = Check::on;  ///< off: what is wrong is skipped, and life goes on
  FailureClose close = FailureClose::with_code;
  std::optional<std::uint16_t> code;  ///< instead of the right one
  std::string_view reason;
  TcpEnd tcp = TcpEnd::half_close;
  base::Duration tcp_delay{0};  ///< between the failure and the end of TCP
  AfterFailure after = AfterFailure::ignore;
  Check earlier_answers = Check::on;  ///< off: answers of the same read are lost
  Check survival =
      Check::on;  ///< off: a server that failed one connection loses all, and takes no more

  bool operator==(const FailureQuirks&) const = default;
};

enum class Alphabet {
  utf8,
  anything,
  surrogates_too,
  overlong_forms_too,
  beyond_unicode_too,
  wrong_tails_too,  ///< of the octets behind the first, only the next one is looked at
  no_nul,
  no_noncharacters,
};
enum class TextScope { message, each_fragment, first_fragment, fragments_forgiving };
enum class TextTime { at_once, frame_end, message_end };

/// What counts as text, and when it is judged.
struct TextQuirks {
  Alphabet alphabet = Alphabet::utf8;
  TextScope scope = TextScope::message;
  TextTime time = TextTime::at_once;
  Check whole_end = Check::on;        ///< off: a text may stop inside a character
  Check refusal = Check::on;          ///< off: wrong octets are replaced by U+FFFD
  Check byte_order_mark = Check::on;  ///< off: a leading U+FEFF is taken off
  Check blanks = Check::on;           ///< off: blanks and line ends around a text are taken off
  Check line_ends = Check::on;        ///< off: CR LF in a text becomes LF

  bool operator==(const TextQuirks&) const = default;
};

enum class EchoType { same, binary, text };
/// Which messages are answered behind all else that came in the same read.
enum class Overtaken {
  none,
  texts,
  compressed,
  compressed_by_close,  ///< and also behind the answer to a Close
};
enum class WriteCut { one_per_read, one_per_frame, octets };

/// What the echo application makes of a message, and how octets are handed to the transport.
struct DeliveryQuirks {
  EchoType type = EchoType::same;
  std::size_t kept_octets =
      std::numeric_limits<std::size_t>::max();  ///< the rest of a message is lost
  Check behind_nul = Check::on;                 ///< off: a text ends at its first NUL
  Check empty_messages = Check::on;             ///< off: an empty message is not answered
  Check pairs = Check::on;         ///< off: text is cut into units of UTF-16, and joined again
  Check behind_large = Check::on;  ///< off: part of a frame behind a large message is lost
  Check full_reads = Check::on;    ///< off: a read of 4096 octets, or so many times that, waits
  unsigned copies = 1;             ///< how often each message is answered
  base::Duration delay{0};         ///< between a message and its answer
  WriteCut writes = WriteCut::one_per_read;
  Overtaken overtaken = Overtaken::none;

  bool operator==(const DeliveryQuirks&) const = default;
};

/// What becomes of what the other side does not read.
enum class Unread {
  kept,        ///< it waits, and so does that connection
  waited_for,  ///< all connections wait: one thread, and writes that block
  lost,        ///< what a write did not take is forgotten
  reset,       ///< that connection is reset
  closed,      ///< it is closed without a word
};

/// How a server as a whole behaves that serves several connections, and what it dies of: then all
/// connections are reset, and no more are taken.
struct ServerQuirks {
  std::size_t served_at_once = std::numeric_limits<std::size_t>::max();  ///< further ones wait
  Check own_answers = Check::on;    ///< off: what is sent goes to whoever connected last
  Check own_fragments = Check::on;  ///< off: messages of all connections grow in one buffer
  Check own_text = Check::on;       ///< off: there is one state of UTF-8 for texts in fragments
  Unread unread = Unread::kept;
  std::uint64_t deadly_length =
      std::numeric_limits<std::uint64_t>::max();                         ///< announced by a frame
  std::uint64_t deadly_sum = std::numeric_limits<std::uint64_t>::max();  ///< so far, and announced
  std::size_t deadly_fields = std::numeric_limits<std::size_t>::max();   ///< of a head
  std::size_t deadly_head = std::numeric_limits<std::size_t>::max();     ///< its octets
  std::size_t deadly_fragments = std::numeric_limits<std::size_t>::max();  ///< of a message
  std::size_t deadly_controls = std::numeric_limits<std::size_t>::max();   ///< of a connection
  Check odd_names = Check::on;     ///< off: dies of an extension called as what JavaScript inherits
  Check early_frames = Check::on;  ///< off: dies of a bad frame in the same read as the head
  Check resets = Check::on;        ///< off: dies of a reset
  Check lost_answers = Check::on;  ///< off: dies of a reset that comes before its answers could

  bool operator==(const ServerQuirks&) const = default;
};

/// What is given back when it is no longer needed.
struct ResourceQuirks {
  Check descriptors = Check::on;  ///< off: a server never closes a socket, it only half-closes it

  bool operator==(const ResourceQuirks&) const = default;
};

enum class OfferRule { any, first_only, none, bad_ones_refused };
enum class WindowRule { strict, leading_zeros, any_number, optional };
enum class AnswerFlaw {
  none,
  omits_takeover,
  value_of_takeover,
  omits_window,
  raises_window,
  full_window,
  zero_before_window,
  client_window_unasked,
  larger_client_window,
  client_window_without_value,
  unknown_parameter,
  repeated_parameter,
  open_parameter,
  twice,
};
enum class CompressedBit { on_first_frames, on_continuations_too, on_control_too };
enum class Takeover { as_agreed, always, never, as_hinted, within_fragments };
enum class InflateWindow { agreed, half, hinted, small, of_other_direction };
enum class FinalBlock {
  goes_on,
  ends_message,
  second_ends_message,  ///< behind one block of a message more is read, not behind another
  starts_anew,          ///< without what was before it
  refused
};
enum class BrokenData {
  refused,
  refused_late,  ///< when the rest of the read has been answered
  delivered,
  dropped
};
enum class InflatedLimit { content, wire };
enum class PlainMessages { leave_alone, forget, learn };
enum class Inflates { compressed, all, none };
enum class TextJudged { inflated, as_it_came, never };
enum class Compresses { all, none, long_ones, every_second, none_empty };
enum class SentWindow {
  agreed,
  full,
  full_when_large,  ///< for messages of more than 32768 octets
};
enum class SentForm { usual, stored, huffman_only, fixed, flushed, final, dirty_final };
enum class SentTail { removed, left, removed_within, cut_at_first, octet_lost };
enum class SentBit { first_frame, every_frame, control_too, never, rsv2, uncompressed_too };

/// permessage-deflate (RFC 7692).
struct DeflateQuirks {
  // Negotiation.
  OfferRule offers = OfferRule::any;
  NameRule name = NameRule::usual_spelling;
  Check unknown_parameters = Check::on;  ///< on: they make an offer or an answer invalid
  Check repetition = Check::on;          ///< likewise
  Check flag_values = Check::on;         ///< on: a value of no_context_takeover does
  WindowRule windows = WindowRule::strict;
  Check asks_to_forget = Check::off;  ///< on: no context is taken over, offered or not
  std::optional<int> own_window;      ///< bits of our window, when smaller than asked for
  std::optional<int> asked_window;    ///< bits of the client's window, if it may be limited
  AnswerFlaw answer = AnswerFlaw::none;

  // What is received.
  Check agreement = Check::on;  ///< off: compressed messages are taken without any agreement
  CompressedBit bit = CompressedBit::on_first_frames;  ///< where RSV1 is put up with
  Inflates inflates = Inflates::compressed;
  Takeover kept_takeover = Takeover::as_agreed;
  InflateWindow kept_window = InflateWindow::agreed;
  PlainMessages plain_messages = PlainMessages::leave_alone;  ///< what they do to the context
  Check large_messages = Check::on;  ///< off: one that is larger than any window leaves no context
  Check tail = Check::on;            ///< off: 00 00 ff ff is not put back
  FinalBlock final_block = FinalBlock::goes_on;
  BrokenData broken = BrokenData::refused;
  Check cut_off = Check::on;        ///< off: a message may end inside of a block
  Check empty_payload = Check::on;  ///< off: a compressed message may be without any octet
  InflatedLimit limit = InflatedLimit::content;  ///< what the limit of a message counts
  TextJudged text = TextJudged::inflated;
  std::uint16_t broken_code = 1007;
  Check own_context = Check::on;  ///< off: all connections of a server inflate with one context

  // What is sent.
  Compresses compresses = Compresses::all;
  Takeover sent_takeover = Takeover::as_agreed;
  SentWindow sent_window = SentWindow::agreed;
  SentForm sent_form = SentForm::usual;
  SentTail sent_tail = SentTail::removed;
  SentBit sent_bit = SentBit::first_frame;
  Check sent_empty = Check::on;  ///< off: an empty compressed message has no octet at all

  bool operator==(const DeflateQuirks&) const = default;
};

/// How an endpoint behaves. Quirks{} is the reference: right and strict by RFC 6455. The endpoint
/// asks a knob at the one place where the rule lives.
struct Quirks {
  HandshakeQuirks handshake;
  FramingQuirks framing;
  MaskingQuirks masking;
  FragmentationQuirks fragmentation;
  ControlQuirks control;
  CloseQuirks close;
  FailureQuirks failure;
  TextQuirks text;
  DeliveryQuirks delivery;
  ServerQuirks server;
  ResourceQuirks resources;
  DeflateQuirks deflate;

  bool operator==(const Quirks&) const = default;
};

/// A fault is a bug that some case must catch; a liberty is legal, unusual, and must not be failed.
enum class Kind { fault, liberty };

/// The worst word that a right case finds for a fault: some rules bind only the sender, so that a
/// receiver who is lax about them is no more than non-strict.
enum class Grade { fail, non_strict };

/// In which role a quirk changes anything that the other side can see.
enum class Scope { both, server, client };

/// One named way of being different: turns knobs of a Quirks, any number of them one after another.
struct Quirk {
  std::string_view name;  ///< lower-case words with hyphens, unique
  Kind kind;
  std::string_view description;  ///< one sentence
  void (*apply)(Quirks&);
  Scope scope = Scope::both;
  Grade grade = Grade::fail;  ///< says nothing about a liberty
};

/// Every quirk there is, in the order of the protocol's parts; within a part faults before
/// liberties.
std::span<const Quirk> quirks();

/// The quirk of that name; nothing when there is none (near misses are the caller's business).
const Quirk* find_quirk(std::string_view name);

}  // namespace wsproof::endpoint
