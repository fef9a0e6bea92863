// An HTTP/1.1 head (RFC 9112) kept as it was written: order, spelling, white space, and what is
// wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/octets.hpp"

namespace wsproof::wire {

/// One line of a head with the octets that end it ("\r\n", "\n", or "" when the input stopped).
struct HeadLine {
  std::string text = {};
  std::string end = "\r\n";

  bool operator==(const HeadLine&) const = default;
};

/// A start line and field lines, and the empty line that ends them. encode(decode_head(x)) == x for
/// every x.
struct Head {
  HeadLine start = {};
  std::vector<HeadLine> fields = {};  ///< in order; a folded line is an element of its own
  HeadLine end = {};                  ///< the empty line; its text is always empty

  bool operator==(const Head&) const = default;
};

/// Size in octets of the head at the front of `octets`, with its empty line; nothing when the empty
/// line has not come yet. Lines end in LF or CRLF, mixed as one likes [9112-2.2-2]. The first line
/// is the start line even when it is empty, and the first empty line behind it is the end: so
/// "\r\nGET / HTTP/1.1\r\n\r\n" is one head whose start line is empty, which issues() reports, and
/// "\r\n\r\n" is a whole head of four octets. Whoever wants to ignore empty lines before a request
/// [9112-2.2-6] takes them off first. When octets come in pieces, `seen` says how many of them were
/// asked about before without success; they are not searched again, so that a head which arrives
/// octet by octet costs no more than one that arrives whole.
std::optional<std::size_t> head_size(base::OctetView octets, std::size_t seen = 0);

/// Cuts octets into lines; cannot fail. For what head_size() found complete, `end` is the empty
/// line. Any other octets are kept too: the last line is the end if it is empty and ended, else the
/// end is missing (its `end` is ""), and empty lines before it are field lines.
Head decode_head(base::OctetView octets);

/// The octets of a head, line by line as they stand.
base::Octets encode(const Head& head);

/// A request line cut at its single blanks; nothing when it has not exactly the shape of RFC 9112
/// §3: a token, a target of at least one octet (any but a blank), HTTP/d.d.
struct RequestLine {
  std::string method, target, version;
  bool operator==(const RequestLine&) const = default;
};
std::optional<RequestLine> request_line(const Head& head);

/// A status line; nothing when it does not have the shape of RFC 9112 §4 (HTTP/d.d, three digits;
/// the reason may be missing, with its blank or, against [9112-4-1], without).
struct StatusLine {
  std::string version;
  int code = 0;
  std::string reason;
  bool operator==(const StatusLine&) const = default;
};
std::optional<StatusLine> status_line(const Head& head);

/// A field line's name and value: cut at the first colon, optional white space (blank, tab) around
/// the value left out. Nothing when there is no colon.
struct Field {
  std::string name, value;
  bool operator==(const Field&) const = default;
};
std::optional<Field> field(const HeadLine& line);

/// The values of every field called `name` (ASCII case-insensitive), in order. Folded lines that
/// follow a field belong to its value, joined by one blank [9112-5.2-3]; a folded line that follows
/// the start line belongs to nothing [9112-2.2-7]. issues() reports both.
std::vector<std::string> values(const Head& head, std::string_view name);

/// Those values as one comma-separated list: elements without surrounding white space, empty ones
/// left out (RFC 9110 §5.6.1.2); commas inside quoted strings do not separate. Quotes and
/// backslashes stay; a quoted string that never ends ends with its field value.
std::vector<std::string> list_values(const Head& head, std::string_view name);

/// Whether some element of the list `name` is `token`, ASCII case-insensitively.
bool list_has_token(const Head& head, std::string_view name, std::string_view token);

/// ASCII case-insensitive equality. [6455-2.1-1]
bool same_token(std::string_view left, std::string_view right);

/// Something in a head that RFC 9112 or RFC 9110 §5 does not allow.
struct HeadIssue {
  enum class Kind {
    bad_start_line,      ///< neither a request line nor a status line, or a foreign octet in it
    bare_lf,             ///< a line that ends in LF without CR
    bare_cr,             ///< a CR inside a line
    missing_end,         ///< no empty line at the end
    no_colon,            ///< a field line without a colon
    empty_name,          ///< a colon first
    blank_before_colon,  ///< "Name : value"
    bad_name_octet,      ///< an octet in the name that is no tchar
    folded,              ///< a line that starts with white space
    control_in_value,    ///< NUL or another control octet in the value
  };
  Kind kind;
  std::size_t line = 0;    ///< 0 is the start line, 1 the first field line, the last the empty one
  std::size_t column = 0;  ///< offset of the octet inside the line

  bool operator==(const HeadIssue&) const = default;
};

/// The kind in words for a person: "a line that ends in LF without CR".
std::string_view name(HeadIssue::Kind kind);

/// Everything malformed in the head, ordered by line and column; of each kind the first of a line.
std::vector<HeadIssue> issues(const Head& head);

}  // namespace wsproof::wire
