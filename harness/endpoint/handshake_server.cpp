#include <openssl/evp.h>
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/endpoint/handshake.hpp"
#include "harness/endpoint/head_syntax.hpp"
#include "harness/endpoint/head_writer.hpp"
#include "harness/wire/accept_key.hpp"

namespace wsproof::endpoint {

namespace {

constexpr std::string_view key_field = "Sec-WebSocket-Key";
constexpr std::string_view version_field = "Sec-WebSocket-Version";
constexpr std::string_view protocol_field = "Sec-WebSocket-Protocol";
constexpr std::string_view extensions_field = "Sec-WebSocket-Extensions";
constexpr std::size_t longest_method = 32;

/// Why a request is refused: the status to answer with.
struct Objection {
  int status = 400;
  bool about_version = false;
  bool stays = false;  ///< nothing is wrong with it as HTTP, so that the connection can stay
};

using Judgement = std::optional<Objection>;

// The version is at least 1.1, and still HTTP/1. [6455-4.2.1-3] [9110-15.2-1]
Judgement judge_http_version(const wire::RequestLine& line, const HandshakeQuirks& quirks) {
  if (quirks.http_version == Check::off) return std::nullopt;
  if (line.version.starts_with("HTTP/1.") && line.version != "HTTP/1.0") return std::nullopt;
  return Objection{505};
}

// Only GET, in this spelling. [6455-4.2.1-4] [9112-3.1-1]
Judgement judge_method(const wire::RequestLine& line, const HandshakeQuirks& quirks) {
  if (quirks.method == MethodRule::any || line.method == "GET") return std::nullopt;
  if (quirks.method == MethodRule::begins_with_get && line.method.starts_with("GET"))
    return std::nullopt;
  return Objection{line.method.size() > longest_method ? 501 : 405};  // [9112-3-3]
}

// A target that can be one of ours. [9112-3.2-1] [9112-3.2.4-1]
Judgement judge_target(const wire::RequestLine& line, const HttpQuirks& quirks) {
  if (line.target.size() > quirks.longest_target) return Objection{414};  // [9112-3-2]
  if (quirks.target == Check::off || is_request_target(line.target)) return std::nullopt;
  return Objection{400};
}

Judgement judge_request_line(const wire::Head& head, const HandshakeQuirks& quirks) {
  if (quirks.http.start_line == Check::off) return std::nullopt;
  const auto line = wire::request_line(head);
  if (!line) return Objection{400};
  if (auto wrong = judge_http_version(*line, quirks)) return wrong;
  if (auto wrong = judge_method(*line, quirks)) return wrong;
  return judge_target(*line, quirks.http);
}

// Exactly one Host, and a well-formed one. [6455-4.2.1-6] [9112-3.2-2] [9112-3.2-3] [9112-3.2-4]
Judgement judge_host(const wire::Head& head, const HandshakeQuirks& quirks) {
  const auto hosts = wire::values(head, "Host");
  if (quirks.host == Check::off) return std::nullopt;
  if (hosts.size() == 1 && is_host_value(hosts.front())) return std::nullopt;
  return Objection{400};
}

// A body would have to be read before the first frame; we take no request that has one.
Judgement judge_body(const wire::Head& head, const HandshakeQuirks& quirks) {
  if (quirks.body == Check::off) return std::nullopt;
  for (const std::string& coding : wire::list_values(head, "Transfer-Encoding")) {
    constexpr std::array<std::string_view, 5> codings{"chunked", "gzip", "deflate", "compress",
                                                      "identity"};
    const bool known = std::ranges::any_of(
        codings, [&](std::string_view name) { return wire::same_token(coding, name); });
    return Objection{known ? 400 : 501};  // [9112-6.1-4] [9112-6.3-2]
  }
  const auto lengths = wire::values(head, "Content-Length");
  const bool none = std::ranges::all_of(lengths, [](const auto& value) { return value == "0"; });
  if (none && lengths.size() <= 1) return std::nullopt;
  return Objection{400};  // [9112-6-1] [9112-6.3-3]
}

// [6455-4.2.1-17] [6455-4.2.1-18] [6455-4.2.2-8]
Judgement judge_version(const wire::Head& head, const HandshakeQuirks& quirks) {
  const auto versions = wire::values(head, version_field);
  if (quirks.version == VersionRule::any_value) return std::nullopt;
  if (quirks.version == VersionRule::thirteen_or_missing && versions.empty()) return std::nullopt;
  if (versions.empty()) return Objection{400, true};
  if (versions.size() > 1 && quirks.repetition == Check::on)
    return Objection{400, true};  // [6455-11.3.5-2]
  if (versions.front() == "13") return std::nullopt;
  if (!is_version_number(versions.front())) return Objection{400, true};  // [6455-4.3-3]
  return Objection{quirks.version_status, true};
}

// [6455-4.2.1-14] [6455-4.2.1-15] [6455-4.2.1-16] [6455-11.3.1-2]
Judgement judge_key(const wire::Head& head, const HandshakeQuirks& quirks) {
  const auto keys = wire::values(head, key_field);
  if (keys.empty()) return quirks.key == KeyRule::optional ? Judgement{} : Objection{400};
  if (keys.size() > 1 && quirks.repetition == Check::on) return Objection{400};
  if (quirks.key != KeyRule::sixteen_octets) return std::nullopt;
  return wire::is_well_formed_key(keys.front()) ? Judgement{} : Objection{400};
}

// The fields that offer something: malformed ones are fatal [6455-4.2.1-1] [6455-9.1-1], unknown
// subprotocols and extensions are not.
Judgement judge_offers(const wire::Head& head, const HandshakeQuirks& quirks) {
  if (!subprotocols(head) && quirks.http.offers == Check::on) return Objection{400};
  const auto offered = extensions(head);
  if (!offered && quirks.extension_syntax == Check::on) return Objection{400};
  if (quirks.extensions == ExtensionAnswer::refusal && offered && !offered->empty()) {
    return Objection{400};
  }
  return std::nullopt;
}

// Fields that we do not know are ignored. [6455-4.2.1-23] [9110-5.1-2]
Judgement judge_unknown_fields(const wire::Head& head, const HandshakeQuirks& quirks) {
  if (quirks.unknown_fields == Check::off) return std::nullopt;
  for (const wire::HeadLine& line : head.fields) {
    const auto field = wire::field(line);
    if (field && !is_known_field(field->name)) return Objection{400};
  }
  return std::nullopt;
}

Judgement judge_upgrade(const wire::Head& head, const HandshakeQuirks& quirks) {
  // [6455-4.2.1-7] [6455-4.2.1-8] [6455-4.2.1-9] [6455-4.2.1-10]
  if (!names_token(head, "Upgrade", "websocket", quirks.upgrade)) {
    const bool plain =
        wire::values(head, "Upgrade").empty() && !wire::list_has_token(head, "Connection", "close");
    return Objection{426, false, plain && quirks.http.persistence == Check::on};  // [9112-9.3-2]
  }
  // [6455-4.2.1-11] [6455-4.2.1-12] [6455-4.2.1-13]
  if (!names_token(head, "Connection", "Upgrade", quirks.connection)) return Objection{400};
  return std::nullopt;
}

// The first thing that is wrong with a request. [6455-4.2.1-1]
Judgement judge(const wire::Head& head, const HandshakeQuirks& quirks) {
  if (quirks.syntax == Check::on && !wire::issues(head).empty()) return Objection{400};
  if (auto wrong = judge_request_line(head, quirks)) return wrong;
  if (auto wrong = judge_host(head, quirks)) return wrong;
  if (auto wrong = judge_body(head, quirks)) return wrong;
  if (auto wrong = judge_upgrade(head, quirks)) return wrong;
  if (auto wrong = judge_version(head, quirks)) return wrong;
  if (auto wrong = judge_key(head, quirks)) return wrong;
  if (auto wrong = judge_offers(head, quirks)) return wrong;
  return judge_unknown_fields(head, quirks);
}

std::string hashed(std::string_view text) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return base::to_base64(base::OctetView(digest).first(size));
}

// The key is hashed as the text that it is. [6455-4.2.2-7] [6455-4.2.2-21]
std::string accept_value(std::string_view key, AcceptValue value) {
  switch (value) {
    case AcceptValue::correct:
      break;
    case AcceptValue::without_guid:
      return hashed(key);
    case AcceptValue::lower_case_guid:
      return hashed(std::string(key) + "258eafa5-e914-47da-95ca-c5ab0dc85b11");
    case AcceptValue::of_unpadded_key:
      return wire::accept_key(key.substr(0, std::min(key.size(), key.find('='))));
    case AcceptValue::of_decoded_key:
      return wire::accept_key(base::as_text(base::from_base64(key).value_or(base::Octets{})));
    case AcceptValue::in_hex:
      return base::to_hex(base::from_base64(wire::accept_key(key)).value_or(base::Octets{}));
  }
  return wire::accept_key(key);
}

// What Sec-WebSocket-Protocol says, if it is sent: one of those offered that we understand, the
// client's favourite. [6455-4.2.2-11] [6455-4.2.2-12] [6455-4.2.2-13] [6455-4.2.2-15]
std::optional<std::string> choose_subprotocol(const std::vector<std::string>& offered,
                                              const Settings& settings, SubprotocolChoice choice) {
  switch (choice) {
    case SubprotocolChoice::from_list:
      break;
    case SubprotocolChoice::ignoring_case: {
      constexpr std::array<std::string_view, 5> known{"chat", "mqtt", "graphql-ws", "v12.stomp",
                                                      "wamp.2.json"};
      for (const std::string& name : offered) {
        const auto same = [&](std::string_view one) { return wire::same_token(name, one); };
        if (const auto found = std::ranges::find_if(known, same); found != known.end())
          return std::string(*found);
      }
      return std::nullopt;
    }
    case SubprotocolChoice::none:
      return std::nullopt;
    case SubprotocolChoice::first_offered:
      return offered.empty() ? std::nullopt : std::optional(offered.front());
    case SubprotocolChoice::own_always:
      return settings.subprotocols.empty() ? "chat" : settings.subprotocols.front();
    case SubprotocolChoice::empty:
      return "";
    case SubprotocolChoice::all_offered: {
      std::string all;
      for (const std::string& name : offered) all += (all.empty() ? "" : ", ") + name;
      return offered.empty() ? std::nullopt : std::optional(all);
    }
  }
  for (const std::string& name : offered) {
    const auto& ours = settings.subprotocols;
    if (std::ranges::find(ours, name) != ours.end()) return name;  // case matters [7936-2-1]
  }
  return std::nullopt;
}

// What Sec-WebSocket-Extensions says, and what it agrees to. [6455-4.2.2-16] [6455-4.2.2-17]
DeflateAnswer choose_extensions(const wire::Head& head, const Settings& settings,
                                const Quirks& quirks) {
  const ExtensionAnswer answer = quirks.handshake.extensions;
  if (answer == ExtensionAnswer::deflate_always) return {false, "permessage-deflate", {}};
  const auto offered = extensions(head);
  if (!offered || offered->empty()) return {};
  if (answer == ExtensionAnswer::first_offered) return {false, offered->front().name, {}};
  return settings.deflate ? answer_deflate(*offered, quirks.deflate) : DeflateAnswer{};
}

Response accept(const wire::Head& head, const Settings& settings, DeflateAnswer chosen,
                const HandshakeQuirks& quirks) {
  const auto keys = wire::values(head, key_field);
  const std::string key = keys.empty() ? "" : keys.front();
  std::vector<wire::Field> fields{
      {"Upgrade", std::string(quirks.upgrade_value)},        // [6455-4.2.2-19]
      {"Connection", std::string(quirks.connection_value)},  // [6455-4.2.2-20]
      {"Sec-WebSocket-Accept", accept_value(key, quirks.accept)},
  };
  const auto offered = subprotocols(head).value_or(wire::list_values(head, protocol_field));
  const auto subprotocol = choose_subprotocol(offered, settings, quirks.subprotocol);
  if (subprotocol) fields.push_back({std::string(protocol_field), *subprotocol});
  if (!chosen.element.empty()) {
    fields.push_back({std::string(extensions_field), std::move(chosen.element)});
  }
  omit(fields, quirks);
  // The blank behind the status stays when there is no reason phrase. [9112-4-1]
  const std::string start =
      "HTTP/1.1 " + std::to_string(quirks.success_status) + " " + std::string(quirks.reason);
  return {true,
          write_head(start, std::move(fields), quirks),
          {subprotocol.value_or(""), chosen.agreement},
          false};
}

base::Octets refuse(Objection objection, const HandshakeQuirks& quirks) {
  if (quirks.http.any_refusal != 0) objection.status = quirks.http.any_refusal;
  std::vector<wire::Field> fields;
  const bool upgrade = objection.status == 426 && quirks.upgrade_in_426 == Check::on;
  if (upgrade) fields.push_back({"Upgrade", "websocket"});  // [9110-7.8-5] [9110-15.5.22-1]
  // [9110-7.8-6] [9112-9.6-1]
  if (upgrade || !objection.stays) {
    const char* stays = upgrade ? "Upgrade" : "keep-alive";
    const char* ends = upgrade ? "Upgrade, close" : "close";
    fields.push_back({"Connection", objection.stays ? stays : ends});
  }
  if ((objection.about_version || upgrade) && quirks.version_list == Check::on) {
    fields.push_back({std::string(version_field), "13"});  // [6455-4.2.2-9] [6455-4.4-1]
  }
  const bool allow = objection.status == 405 && quirks.http.allow_in_405 == Check::on;
  if (allow) fields.push_back({"Allow", "GET"});  // [9110-15.5.6-1]
  fields.push_back({"Content-Length", quirks.http.content == Check::on ? "0" : "10"});
  const std::string start = "HTTP/1.1 " + std::to_string(objection.status) + " " +
                            std::string(reason_phrase(objection.status));
  base::Octets head = write_head(start, std::move(fields), quirks);
  if (quirks.refusal == Refusal::without_end) head.resize(head.size() - 2);
  if (quirks.refusal == Refusal::bare_close) head.clear();
  return head;
}

// A line that continues the one before it, taken for a field of its own.
void unfold(wire::Head& head) {
  for (wire::HeadLine& line : head.fields) {
    line.text.erase(0, std::min(line.text.size(), line.text.find_first_not_of(" \t")));
  }
}

// Every CR ends a line, with or without LF.
wire::Head cut_at_each_cr(const wire::Head& head) {
  const base::Octets octets = wire::encode(head);
  base::Octets cut;
  for (std::size_t at = 0; at < octets.size(); ++at) {
    cut.push_back(octets[at]);
    const bool bare = octets[at] == '\r' && (at + 1 == octets.size() || octets[at + 1] != '\n');
    if (bare) cut.push_back('\n');
  }
  return wire::decode_head(cut);
}

// The head as this server sees it.
wire::Head seen_by(const HandshakeQuirks& quirks, const wire::Head& request) {
  wire::Head seen = quirks.http.bare_cr == Check::on ? request : cut_at_each_cr(request);
  if (quirks.http.folds == Check::off) unfold(seen);
  if (quirks.blanks == BlankRule::of_unicode) seen = with_wide_blanks(std::move(seen));
  if (quirks.blanks == BlankRule::no_tabs) seen = without_tabs_in_extensions(std::move(seen));
  // Field names have no case. [6455-4.1-47]
  switch (quirks.field_names) {
    case NameRule::any_case:
      break;
    case NameRule::usual_spelling:
      return in_usual_spelling(std::move(seen));
    case NameRule::by_beginning:
      return by_beginning(std::move(seen));
  }
  return seen;
}

}  // namespace

Response answer_request(const wire::Head& request, const Settings& settings, const Quirks& quirks) {
  const HandshakeQuirks& rules = quirks.handshake;
  const wire::Head seen = seen_by(rules, request);
  if (const auto objection = judge(seen, rules)) {
    return {false, refuse(*objection, rules), {}, objection->stays};
  }
  DeflateAnswer chosen = choose_extensions(seen, settings, quirks);
  if (chosen.refused) return {false, refuse(Objection{400}, rules), {}, false};
  return accept(seen, settings, std::move(chosen), rules);
}

base::Octets refuse(int status, const HandshakeQuirks& quirks) {
  return refuse(Objection{status}, quirks);
}

}  // namespace wsproof::endpoint
