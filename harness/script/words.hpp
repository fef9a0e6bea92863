// The words of the notation beside the values that they stand for; the parser, the printer and lint
// read the same tables.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/check.hpp"
#include "harness/script/case.hpp"

namespace wsproof::script {

template <typename T>
struct NamedValue {
  std::string_view name;
  T value;
};

/// The value called `name`; nothing when there is none.
template <typename Table>
auto value_named(const Table& table, std::string_view name)
    -> std::optional<decltype(table[0].value)> {
  for (const auto& row : table) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

/// The name of a value that the table has.
template <typename Table, typename T>
std::string_view name_of(const Table& table, const T& value) {
  for (const auto& row : table) {
    if (row.value == value) return row.name;
  }
  CHECK(false);
}

/// All names of a table, in its order.
template <typename Table>
std::vector<std::string_view> names(const Table& table) {
  std::vector<std::string_view> result;
  result.reserve(std::size(table));
  for (const auto& row : table) result.push_back(row.name);
  return result;
}

inline constexpr std::array need_words = std::to_array<NamedValue<Need>>({
    {"answer", Need::answer},
    {"echo", Need::echo},
    {"pong", Need::pong},
    {"deflate", Need::deflate},
    {"handshake", Need::handshake},
    {"process", Need::process},
    {"tls", Need::tls},
});

inline constexpr std::array end_words = std::to_array<NamedValue<ExpectEnd::Kind>>({
    {"eof", ExpectEnd::Kind::eof},
    {"reset", ExpectEnd::Kind::reset},
    {"goodbye", ExpectEnd::Kind::goodbye},
    {"alert", ExpectEnd::Kind::alert},
});

inline constexpr std::array growth_words = std::to_array<NamedValue<Growth::Of>>({
    {"memory", Growth::Of::memory},
    {"descriptors", Growth::Of::descriptors},
    {"threads", Growth::Of::threads},
});

inline constexpr std::array role_words = std::to_array<NamedValue<Roles>>({
    {"server", Roles::server},
    {"client", Roles::client},
    {"both", Roles::both},
});

inline constexpr std::array grade_words = std::to_array<NamedValue<Grade>>({
    {"pass", Grade::pass},
    {"info", Grade::info},
    {"non-strict", Grade::non_strict},
    {"unsupported", Grade::unsupported},
    {"fail", Grade::fail},
});

inline constexpr std::array delivery_words = std::to_array<NamedValue<Delivery>>({
    {"whole", Delivery::whole},
    {"with-handshake", Delivery::with_handshake},
    {"with-next", Delivery::with_next},
    {"octets", Delivery::octets},
});

inline constexpr std::array frame_words = std::to_array<NamedValue<FrameSpec::Word>>({
    {"text", FrameSpec::Word::text},
    {"binary", FrameSpec::Word::binary},
    {"continuation", FrameSpec::Word::continuation},
    {"ping", FrameSpec::Word::ping},
    {"pong", FrameSpec::Word::pong},
    {"close", FrameSpec::Word::close},
    {"frame", FrameSpec::Word::frame},
});

/// `rsv=4` and the like: which member, what it may be.
struct FrameField {
  std::string_view name;
  Rare<Expression> FrameSpec::* member;
  std::uint64_t most;        ///< the largest number it may be
  std::string_view meaning;  ///< for the message when it is larger
};

inline constexpr std::array frame_fields = std::to_array<FrameField>({
    {"fin", &FrameSpec::fin, 1, "FIN is one bit: 0 or 1"},
    {"rsv", &FrameSpec::rsv, 7, "RSV is three bits: 0..7, where RSV1 is 4"},
    {"opcode", &FrameSpec::opcode, 15, "an opcode is four bits: 0..15"},
    {"mask", &FrameSpec::mask, 1, "`mask` is 1 with a masking key and 0 without"},
    {"key", &FrameSpec::key, 0xFFFFFFFF, "a masking key is four octets: 0x00000000..0xffffffff"},
    {"length", &FrameSpec::length, 64, "the length forms are 7, 16 and 64 bits"},
    {"announce", &FrameSpec::announce, UINT64_MAX, ""},
    {"split", &FrameSpec::split, UINT64_MAX, ""},
});

inline constexpr std::array close_words = std::to_array<NamedValue<ExpectClose::Body>>({
    {"any", ExpectClose::Body::any},
    {"empty", ExpectClose::Body::empty},
    {"legal", ExpectClose::Body::legal},
    {"forbidden", ExpectClose::Body::forbidden},
});

inline constexpr std::array header_tests = std::to_array<NamedValue<ExpectHeader::Test>>({
    {"is", ExpectHeader::Test::is},
    {"token", ExpectHeader::Test::token},
    {"contains", ExpectHeader::Test::contains},
    {"lacks", ExpectHeader::Test::lacks},
    {"present", ExpectHeader::Test::present},
    {"absent", ExpectHeader::Test::absent},
});

inline constexpr std::array compression_words = std::to_array<NamedValue<Compression::Form>>({
    {"compressed", Compression::Form::compressed},
    {"uncompressed", Compression::Form::uncompressed},
});

inline constexpr std::array context_words = std::to_array<NamedValue<Compression::Context>>({
    {"alone", Compression::Context::alone},
    {"reaching", Compression::Context::reaching},
});

/// Edits that begin with a word; the others are `Name: value`, `+ Name: value` and `- Name`.
inline constexpr std::array edit_words = std::to_array<NamedValue<HandshakeEdit::Kind>>({
    {"method", HandshakeEdit::Kind::method},
    {"target", HandshakeEdit::Kind::target},
    {"version", HandshakeEdit::Kind::version},
    {"start", HandshakeEdit::Kind::start},
    {"raw", HandshakeEdit::Kind::raw},
    {"reverse", HandshakeEdit::Kind::reverse},
    {"line-end", HandshakeEdit::Kind::line_end},
    {"body", HandshakeEdit::Kind::body},
});

/// Words that may begin a line of a case before its first step, and those that begin a step.
inline constexpr std::array<std::string_view, 11> header_words = {
    "checks", "alias", "tags",   "needs",      "twin", "role",
    "since",  "was",   "manual", "deliveries", "sweep"};
inline constexpr std::array<std::string_view, 11> step_words = {
    "connect", "dial",  "handshake", "together", "writes", "pause",
    "either",  "fence", "leave",     "stop",     "read"};

}  // namespace wsproof::script
