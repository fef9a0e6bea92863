#include "harness/script/reason.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "harness/wire/close.hpp"
#include "harness/wire/frame.hpp"
#include "harness/wire/http.hpp"

namespace wsproof::script {

namespace {

std::string code_of(const Event& event) {
  using Kind = Event::Kind;
  switch (event.kind) {
    case Kind::head: {
      const auto status = wire::status_line(*event.head);
      return status ? fmt::format("status-{}", status->code) : "request";
    }
    case Kind::frame:
      return "frame";
    case Kind::message:
      return event.header.opcode == wire::opcode::binary ? "binary" : "text";
    case Kind::ping:
      return "ping";
    case Kind::pong:
      return "pong";
    case Kind::close: {
      const wire::ClosePayload close = wire::decode_close(event.payload);
      if (close.code) return fmt::format("close-{}", *close.code);
      return close.tail.empty() ? "close-empty" : "close-of-one-octet";
    }
    case Kind::strange:
      return "strange";
    case Kind::alert:
      return "alert";
    case Kind::eof:
    case Kind::reset:
      return "end";
    case Kind::going_on:
      return "going-on";
  }
  return {};
}

// A kind, and its number where there is only one.
std::string with(const std::string& kind, const std::vector<Range>& numbers) {
  if (numbers.size() != 1 || numbers.front().last) return kind;
  const auto* const number = std::get_if<std::uint64_t>(&numbers.front().first.value);
  return number == nullptr ? kind : fmt::format("{}-{}", kind, *number);
}

struct Code {
  std::string operator()(const ExpectMessage& e) const {
    return e.type == ExpectMessage::Type::text     ? "text"
           : e.type == ExpectMessage::Type::binary ? "binary"
                                                   : "message";
  }
  std::string operator()(const ExpectAnswer&) const { return "answer"; }
  std::string operator()(const ExpectControl& e) const {
    return e.type == ExpectControl::Type::pong ? "pong" : "ping";
  }
  std::string operator()(const ExpectClose& e) const { return with("close", e.codes); }
  std::string operator()(const ExpectFrame&) const { return "frame"; }
  std::string operator()(const ExpectEnd& e) const {
    return e.kind == ExpectEnd::Kind::alert ? "alert" : "end";
  }
  std::string operator()(const ExpectStatus& e) const { return with("status", e.codes); }
  std::string operator()(const ExpectHeader&) const { return "field"; }
  std::string operator()(const ExpectExtension&) const { return "extension"; }
  std::string operator()(const ExpectGoingOn&) const { return "going-on"; }
  // Macros, of which nothing is left when a case is played.
  std::string operator()(const ExpectFailure& e) const { return with("close", e.codes); }
  std::string operator()(const ExpectRefusal& e) const { return with("status", e.codes); }
  std::string operator()(const ExpectUpgrade&) const { return "status-101"; }
  std::string operator()(const ExpectAgreed&) const { return "extension"; }
};

}  // namespace

std::string slug(std::string_view note) {
  constexpr std::size_t most = 64;
  std::string out;
  for (const char c : note) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  if (out.size() > most) out.resize(std::min(out.rfind('-', most), most));
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::string unexpected(const Event* came, const Expect* wanted) {
  std::string out = "unexpected";
  if (came != nullptr) out += "-" + code_of(*came);
  if (wanted != nullptr) out += "-for-" + std::visit(Code{}, wanted->what);
  return out;
}

}  // namespace wsproof::script
