#include <algorithm>
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

constexpr std::string_view extensions_field = "Sec-WebSocket-Extensions";

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

// A folded line may be joined to its field, but not to the start line. [9112-5.2-3] [9112-2.2-7]
bool is_malformed(const wire::Head& head) {
  return std::ranges::any_of(wire::issues(head), [](const wire::HeadIssue& issue) {
    return issue.kind != wire::HeadIssue::Kind::folded || issue.line == 1;
  });
}

// [6455-4.1-41] [6455-4.1-42] [6455-4.1-43] [6455-11.3.3-2]
bool is_right_accept(const wire::Head& head, const std::string& key,
                     const HandshakeQuirks& quirks) {
  const auto values = wire::values(head, "Sec-WebSocket-Accept");
  if (values.empty()) return quirks.accept_rule == AcceptRule::optional;
  if (values.size() > 1 && quirks.repetition == Check::on) return false;
  const std::string expected = wire::accept_key(key);
  switch (quirks.accept_rule) {
    case AcceptRule::exact:
      return values.front() == expected;
    case AcceptRule::ignoring_case:
      return wire::same_token(values.front(), expected);
    case AcceptRule::any_value:
    case AcceptRule::optional:
      return true;
  }
  return false;
}

// At most one subprotocol, and only an offered one. [6455-4.1-45] [6455-11.3.4-3]
bool is_right_subprotocol(const wire::Head& head, const Settings& settings) {
  const auto values = wire::values(head, "Sec-WebSocket-Protocol");
  if (values.empty()) return true;
  return values.size() == 1 &&
         std::ranges::find(settings.subprotocols, values.front()) != settings.subprotocols.end();
}

// What the answer's extensions agree to; nothing when they are not what we offered.
// [6455-4.1-44] [6455-9.1-2] [7692-5-15]
struct Extensions {
  std::optional<DeflateAgreement> deflate;
};
std::optional<Extensions> judge_extensions(const wire::Head& head, const Settings& settings,
                                           const Quirks& quirks) {
  if (wire::values(head, extensions_field).empty()) return Extensions{};
  if (quirks.handshake.unoffered == Check::off) return Extensions{};
  const auto answers = extensions(head);
  wire::Head offer;
  offer.fields.push_back({std::string(extensions_field) + ": " + settings.extension_offer});
  const auto offers = extensions(offer);
  // One extension at most uses RSV1, and we know no other. [7692-5-10]
  if (settings.extension_offer.empty() || !offers || !answers || answers->size() != 1) return {};
  if (!is_deflate(answers->front(), quirks.deflate)) return {};
  auto agreed = judge_deflate_answer(answers->front(), *offers, quirks.deflate);
  if (!agreed) return {};
  return Extensions{std::move(agreed)};
}

bool is_right_101(const wire::Head& head, const std::string& key, const Settings& settings,
                  const HandshakeQuirks& quirks) {
  // One value, not some element of a list, must be "websocket". [6455-4.1-35] [6455-4.1-36]
  const TokenRule upgrade =
      quirks.upgrade == TokenRule::in_list ? TokenRule::alone : quirks.upgrade;
  if (!names_token(head, "Upgrade", "websocket", upgrade)) return false;
  // [6455-4.1-38] [6455-4.1-39] [6455-4.1-40]
  if (!names_token(head, "Connection", "Upgrade", quirks.connection)) return false;
  if (!is_right_accept(head, key, quirks)) return false;
  return quirks.unoffered == Check::off || is_right_subprotocol(head, settings);
}

}  // namespace

Request make_request(const Settings& settings, const HandshakeQuirks& quirks,
                     base::Random& random) {
  // A nonce of 16 octets, drawn anew for each connection. [6455-4.1-22] [6455-4.1-23]
  const std::string key = base::to_base64(random.octets(quirks.key_octets));
  std::vector<wire::Field> fields{
      {"Host", settings.host},                               // [6455-4.1-19]
      {"Upgrade", std::string(quirks.upgrade_value)},        // [6455-4.1-20]
      {"Connection", std::string(quirks.connection_value)},  // [6455-4.1-21]
      {"Sec-WebSocket-Key", key},
      {"Sec-WebSocket-Version", std::string(quirks.request_version)},  // [6455-4.1-27]
  };
  if (!settings.subprotocols.empty()) {
    fields.push_back({"Sec-WebSocket-Protocol", joined(settings.subprotocols)});  // [6455-4.1-28]
  }
  if (!settings.extension_offer.empty()) {
    fields.push_back({std::string(extensions_field), settings.extension_offer});  // [7692-5-1]
  }
  omit(fields, quirks);
  const std::string start = std::string(quirks.request_method) + " " + settings.resource +
                            " HTTP/1.1";  // [6455-4.1-16] [6455-4.1-17]
  return {write_head(start, std::move(fields), quirks), key};
}

Reply judge_response(const wire::Head& received, const std::string& key, const Settings& settings,
                     const Quirks& all_quirks) {
  const HandshakeQuirks& quirks = all_quirks.handshake;
  // Field names have no case. [6455-4.1-47]
  const bool exactly = quirks.field_names == NameRule::usual_spelling;
  const wire::Head response = exactly ? in_usual_spelling(received) : received;
  const auto status = wire::status_line(response);
  if (!status) return {};
  if (quirks.syntax == Check::on && is_malformed(response)) return {};
  if (quirks.http_version == Check::on &&
      (!status->version.starts_with("HTTP/1.") || status->version == "HTTP/1.0")) {
    return {};  // [6455-4.1-46]
  }
  if (status->code >= 100 && status->code < 200 && status->code != 101) {
    return {Reply::Kind::interim, {}};  // [9110-15.2-2]
  }
  if (status->code != 101 && quirks.status == Check::on) return {};  // [6455-4.1-34]
  if (!is_right_101(response, key, settings, quirks)) return {};
  auto agreed = judge_extensions(response, settings, all_quirks);
  if (!agreed) return {};
  const auto chosen = wire::values(response, "Sec-WebSocket-Protocol");
  // [6455-4.1-48]
  return {Reply::Kind::opens, {chosen.empty() ? "" : chosen.front(), std::move(agreed->deflate)}};
}

}  // namespace wsproof::endpoint
