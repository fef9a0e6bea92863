// A case as a value: its name, what it is about, what it needs, its sweeps, its steps.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/result/verdict.hpp"
#include "harness/script/step.hpp"

namespace wsproof::script {

/// What a target must be able to do for a case to say anything.
enum class Need {
  answer,     ///< answers a message that we know (implied by `let $m = message`)
  echo,       ///< echoes any message
  pong,       ///< answers pings, or else messages: what a `fence` takes. That pings are answered is
              ///< never a need of cases about pings: RFC 6455 §5.5.2 asks for it
  deflate,    ///< accepts permessage-deflate
  handshake,  ///< nothing but the handshake; such a case runs against every target
  process,    ///< wsproof started the target itself
  tls,        ///< is reached by TLS (wss)
};

/// Which role of the target a case is about.
enum class Roles { both, server, client };

/// How the octets of a case get onto the wire: the same octets in other writes (DESIGN.md §3.10).
enum class Delivery {
  whole,           ///< every `>` line is one write
  with_handshake,  ///< the first `>` lines in one write with the opening handshake before them
  with_next,       ///< `>` lines that stand together in one write
  octets,          ///< octet by octet, a fraction of a millisecond apart
};

/// `sweep n = 0, 1, 125` or `table what = octets, code` with a row a line. Several axes multiply.
struct Axis {
  struct Row {
    std::string label;               ///< [A-Za-z0-9._-]+
    std::vector<Expression> values;  ///< one a column
    bool operator==(const Row&) const = default;
  };
  std::string name;
  std::vector<std::string> columns;  ///< the variables it binds; of a sweep: its own name. The
                                     ///< column "alias" adds aliases.
  bool table = false;
  std::vector<Row> rows;
  std::string fallback;  ///< `default LABEL`: the row whose label the id leaves out; empty: none
  At at;
  bool operator==(const Axis&) const = default;
};

/// What the peer does by itself, unless `manual` says otherwise.
struct Automatic {
  bool pongs = true;  ///< answers pings
  bool close = true;  ///< answers one Close
  bool end = true;    ///< at the end closes with 1000 and waits
  bool operator==(const Automatic&) const = default;
};

/// A case as written (with axes) or expanded (without). Printed and parsed it is the same value.
struct Case {
  std::string suite;  ///< the folder below the cases' root, "rfc6455"; empty for a file in the root
  std::string section;  ///< "5.4"
  std::string section_title;
  std::string name;   ///< "reserved-bits"; expanded "reserved-bits/rsv=4"
  std::string title;  ///< one sentence
  std::string why;    ///< further sentences for `wsproof show`: why, and the common mistake
  std::vector<std::string> checks;  ///< requirement ids, the primary one first
  std::vector<std::string> aliases;
  std::vector<std::string> tags;
  std::vector<Need> needs;
  Roles roles = Roles::both;
  std::string twin;   ///< id of the positive control; empty: the section's control; "none": none
  std::string since;  ///< suite version; empty: from the first one
  std::vector<std::string> was;  ///< earlier ids
  Automatic automatic;
  std::vector<Delivery> deliveries;  ///< under which it is played beside whole, each once, in order
  std::vector<Axis> axes;
  std::vector<Step> steps;

  result::Place place;  ///< not part of equality
  std::string source;   ///< the lines of the file that wrote it; not part of equality

  friend bool operator==(const Case& left, const Case& right);
};

/// "rfc6455/5.4/interleaved-ping".
std::string id(const Case& c);

/// Whether the case waits for the target to refuse or fail something (`failure`, `refusal`).
bool is_negative(const Case& c);

/// What the case needs: what it says, and what its steps imply.
std::vector<Need> all_needs(const Case& c);

/// How many connections the case opens.
std::uint32_t connections(const Case& c);

std::string_view name(Need need);
std::string_view name(Grade grade);

std::string_view name(Delivery delivery);

/// Whether the case puts other octets into a write under this delivery than under `whole`. The
/// peer's own frames (a pong, a fence, the Close at the end) are never joined with anything.
bool makes_difference(const Case& c, Delivery delivery);

/// `whole`, then those of `wanted` that make a difference.
std::vector<Delivery> deliveries_of(const Case& c, const std::vector<Delivery>& wanted);

/// One file of cases.
struct CaseFile {
  std::string suite;
  std::string section;
  std::string title;
  std::string
      control;  ///< name of the case that is the positive control of the others; may be empty
  std::vector<Case> cases;
  bool operator==(const CaseFile&) const = default;
};

}  // namespace wsproof::script
