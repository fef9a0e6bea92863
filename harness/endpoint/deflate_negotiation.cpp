#include "harness/endpoint/deflate_negotiation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace wsproof::endpoint {

namespace {

constexpr std::string_view extension_name = "permessage-deflate";
constexpr std::string_view server_forgets = "server_no_context_takeover";
constexpr std::string_view client_forgets = "client_no_context_takeover";
constexpr std::string_view server_bits = "server_max_window_bits";
constexpr std::string_view client_bits = "client_max_window_bits";

enum class Sender { client, server };

// The parameters of an offer or of an answer, once they are known to be right.
struct Parameters {
  bool server_forgets = false;
  bool client_forgets = false;
  std::optional<int> server_bits;
  bool client_bits_named = false;  // perhaps without a value
  std::optional<int> client_bits;
};

// A decimal integer from 8 to 15 without leading zeros. [7692-7.1.2.1-2] [7692-7.1.2.2-2]
std::optional<int> window_bits(std::string_view text, WindowRule rule) {
  const bool zeros = rule == WindowRule::leading_zeros || rule == WindowRule::any_number;
  while (zeros && text.size() > 1 && text.starts_with('0')) text.remove_prefix(1);
  int bits = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    bits = std::min(bits * 10 + (digit - '0'), 1000);
  }
  if (text.empty() || (text.size() > 1 && text.starts_with('0'))) return std::nullopt;
  const bool in_range = bits >= wire::least_window_bits && bits <= wire::most_window_bits;
  if (in_range) return bits;
  if (rule != WindowRule::any_number) return std::nullopt;
  return std::clamp(bits, wire::least_window_bits, wire::most_window_bits);
}

// Takes one parameter; false when it makes the offer or the answer invalid.
bool take(Parameters& to, const ExtensionParameter& parameter, Sender sender,
          const DeflateQuirks& quirks) {
  const auto& [name, value] = parameter;
  if (name == server_forgets || name == client_forgets) {
    (name == server_forgets ? to.server_forgets : to.client_forgets) = true;
    return !value || quirks.flag_values == Check::off;  // [7692-7.1.1.1-1] [7692-7.1.1.2-1]
  }
  const bool of_server = name == server_bits;
  if (!of_server && name != client_bits)
    return quirks.unknown_parameters == Check::off;  // [7692-7-1]
  if (!of_server) to.client_bits_named = true;
  if (!value) {
    // Only the client's may be without, and only in an offer. [7692-7.1.2.2-1] [7692-7.1.2.2-4]
    return (!of_server && sender == Sender::client) || quirks.windows == WindowRule::optional;
  }
  const auto bits = window_bits(*value, quirks.windows);
  (of_server ? to.server_bits : to.client_bits) = bits;
  return bits.has_value();  // [7692-7-2]
}

std::optional<Parameters> read(const Extension& extension, Sender sender,
                               const DeflateQuirks& quirks) {
  Parameters all;
  for (auto at = extension.parameters.begin(); at != extension.parameters.end(); ++at) {
    const auto same = [at](const ExtensionParameter& other) { return other.name == at->name; };
    const bool again = std::find_if(extension.parameters.begin(), at, same) != at;
    if (again && quirks.repetition == Check::on) return std::nullopt;  // [7692-7-3]
    if (!take(all, *at, sender, quirks)) return std::nullopt;
  }
  return all;
}

// What we agree to when we are offered this. [7692-5-8]
DeflateAgreement agreement_for(const Parameters& offer, const DeflateQuirks& quirks) {
  DeflateAgreement agreed;
  agreed.server_forgets = offer.server_forgets || quirks.asks_to_forget == Check::on;
  agreed.client_forgets = quirks.asks_to_forget == Check::on;
  agreed.server_bits = std::min(offer.server_bits.value_or(wire::most_window_bits),
                                quirks.own_window.value_or(wire::most_window_bits));
  // The client's window can be limited only if it says so. [7692-7.1.2.2-3] [7692-7.1.2.2-5]
  if (offer.client_bits_named && quirks.asked_window) {
    agreed.client_bits =
        std::min(offer.client_bits.value_or(wire::most_window_bits), *quirks.asked_window);
  }
  agreed.hint_forgets = offer.client_forgets;
  agreed.hint_bits = offer.client_bits.value_or(wire::most_window_bits);
  return agreed;
}

// The response element. [7692-5-6] [7692-7.1.1.1-2] [7692-7.1.2.1-3]
std::string element_for(const DeflateAgreement& agreed, const Parameters& offer, AnswerFlaw flaw) {
  std::string text(extension_name);
  const auto add = [&text](std::string_view name, std::string_view value = {}) {
    text += "; " + std::string(name);
    if (!value.empty()) text += "=" + std::string(value);
  };
  if (agreed.server_forgets && flaw != AnswerFlaw::omits_takeover) {
    add(server_forgets, flaw == AnswerFlaw::value_of_takeover ? "true" : "");
  }
  if (agreed.client_forgets) add(client_forgets);
  const bool windowed = offer.server_bits || agreed.server_bits < wire::most_window_bits;
  if (windowed && flaw != AnswerFlaw::omits_window) {
    int bits = agreed.server_bits;
    if (flaw == AnswerFlaw::raises_window) bits = std::max(bits, 9);
    if (flaw == AnswerFlaw::full_window) bits = wire::most_window_bits;
    add(server_bits, (flaw == AnswerFlaw::zero_before_window ? "0" : "") + std::to_string(bits));
  }
  if (agreed.client_bits < wire::most_window_bits) {
    add(client_bits, std::to_string(agreed.client_bits));
  } else if (flaw == AnswerFlaw::client_window_unasked && !offer.client_bits_named) {
    add(client_bits, "15");
  } else if (flaw == AnswerFlaw::larger_client_window && offer.client_bits_named) {
    add(client_bits, "15");
  } else if (flaw == AnswerFlaw::client_window_without_value && offer.client_bits_named) {
    add(client_bits);
  }
  if (flaw == AnswerFlaw::unknown_parameter) add("mem_level", "8");
  if (flaw == AnswerFlaw::repeated_parameter) {
    add(client_forgets);
    add(client_forgets);
  }
  if (flaw == AnswerFlaw::open_parameter) text += ';';
  return flaw == AnswerFlaw::twice ? text + ", " + text : text;
}

}  // namespace

bool is_deflate(const Extension& extension, const DeflateQuirks& quirks) {
  return quirks.name == NameRule::any_case ? wire::same_token(extension.name, extension_name)
                                           : extension.name == extension_name;
}

DeflateAnswer answer_deflate(const std::vector<Extension>& offers, const DeflateQuirks& quirks) {
  if (quirks.offers == OfferRule::none) return {};
  for (const Extension& offer : offers) {
    if (!is_deflate(offer, quirks)) continue;
    // A bad offer harms neither the connection nor the offers behind it. [7692-7-5] [7692-5-13]
    if (const auto parameters = read(offer, Sender::client, quirks)) {
      DeflateAgreement agreed = agreement_for(*parameters, quirks);
      std::string element = element_for(agreed, *parameters, quirks.answer);
      // Who does not say it does not do it.
      if (quirks.answer == AnswerFlaw::omits_takeover) agreed.server_forgets = false;
      if (quirks.answer == AnswerFlaw::omits_window) agreed.server_bits = wire::most_window_bits;
      return {false, std::move(element), agreed};
    }
    if (quirks.offers == OfferRule::bad_ones_refused) return {true, {}, {}};
    if (quirks.offers == OfferRule::first_only) return {};
  }
  return {};
}

std::optional<DeflateAgreement> judge_deflate_answer(const Extension& answer,
                                                     const std::vector<Extension>& offers,
                                                     const DeflateQuirks& quirks) {
  const auto given = read(answer, Sender::server, quirks);
  if (!given) return std::nullopt;
  DeflateAgreement agreed{.server_forgets = given->server_forgets,
                          .client_forgets = given->client_forgets,
                          .server_bits = given->server_bits.value_or(wire::most_window_bits),
                          .client_bits = given->client_bits.value_or(wire::most_window_bits)};
  // It has to fit one of our offers. [7692-7-9] [7692-5-15]
  const bool fits = std::ranges::any_of(offers, [&](const Extension& offer) {
    const auto asked = is_deflate(offer, quirks) ? read(offer, Sender::client, quirks)
                                                 : std::optional<Parameters>();
    if (!asked) return false;
    const bool forgets = !asked->server_forgets || given->server_forgets;
    const bool server =
        !asked->server_bits || (given->server_bits && *given->server_bits <= *asked->server_bits);
    const bool client = !given->client_bits_named ||
                        (asked->client_bits_named &&
                         agreed.client_bits <= asked->client_bits.value_or(wire::most_window_bits));
    return forgets && server && client;
  });
  return fits ? std::optional(agreed) : std::nullopt;
}

}  // namespace wsproof::endpoint
