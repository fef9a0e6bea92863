#include "harness/rfc/monitor_extensions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/wire/deflate.hpp"
#include "harness/wire/extension.hpp"

namespace wsproof::rfc {

namespace {

constexpr std::string_view field_name = "Sec-WebSocket-Extensions";
constexpr std::string_view deflate = "permessage-deflate";

// ---------------------------------------------------------------------------------------------
// Reading

std::optional<ExtensionParameter> read_parameter(const wire::ExtensionParameter& written) {
  // White space around "=" follows from RFC 2616's implied one. [6455-4.3-1] [9110-5.6.3-1]
  ExtensionParameter parameter{.name = std::string(wire::trimmed(written.name))};
  if (written.value) {
    parameter.value = wire::parameter_value(*written.value);
    if (!parameter.value || !is_token(*parameter.value)) return std::nullopt;  // [6455-4.3-4]
  }
  return is_token(parameter.name) ? std::optional(std::move(parameter)) : std::nullopt;
}

std::optional<Extension> read_extension(const wire::Extension& written) {
  Extension extension{.name = std::string(wire::trimmed(written.name))};
  if (!is_token(extension.name)) return std::nullopt;
  for (const wire::ExtensionParameter& part : written.parameters) {
    auto parameter = read_parameter(part);
    if (!parameter) return std::nullopt;
    extension.parameters.push_back(std::move(*parameter));
  }
  return extension;
}

bool is_empty(const wire::Extension& written) {
  return wire::trimmed(written.name).empty() && written.parameters.empty();
}

// ---------------------------------------------------------------------------------------------
// The parameters of permessage-deflate

constexpr std::string_view no_takeover = "server_no_context_takeover";
constexpr std::string_view server_bits = "server_max_window_bits";
constexpr std::string_view client_bits = "client_max_window_bits";

enum class Side { offer, answer };

// What a parameter's value may be.
enum class Takes { nothing, bits, bits_or_nothing };

struct KnownParameter {
  std::string_view name;
  Takes in_offer, in_answer;
  std::string_view offer_row, answer_row;  // what a wrong value breaks
};

constexpr std::array<KnownParameter, 4> known_parameters{{
    {no_takeover, Takes::nothing, Takes::nothing,  //
     "7692-7.1.1.1-1", "7692-7.1.1.1-6"},
    {"client_no_context_takeover", Takes::nothing, Takes::nothing,  //
     "7692-7.1.1.2-1", "6455-9-4"},
    {server_bits, Takes::bits, Takes::bits,  //
     "7692-7.1.2.1-2", "7692-7.1.2.1-7"},
    {client_bits, Takes::bits_or_nothing, Takes::bits,  //
     "7692-7.1.2.2-2", "7692-7.1.2.2-4"},
}};

// A decimal integer from 8 to 15 without leading zeros. [7692-7.1.2.1-2] [7692-7.1.2.2-2]
std::optional<int> window_bits(std::string_view text) {
  constexpr std::array<std::string_view, 8> words{"8", "9", "10", "11", "12", "13", "14", "15"};
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return 8 + static_cast<int>(found - words.begin());
}

bool fits(Takes takes, const std::optional<std::string>& value) {
  if (!value) return takes != Takes::bits;
  return takes != Takes::nothing && window_bits(*value).has_value();
}

const KnownParameter* find_known(std::string_view name) {
  const auto found = std::ranges::find(known_parameters, name, &KnownParameter::name);
  return found == known_parameters.end() ? nullptr : &*found;
}

// Why a list of parameters is wrong: the row that its sender breaks, and the row by which a server
// declines such an offer.
struct Flaw {
  std::string_view sender_row, decline_row;
  std::string text;
};

std::optional<Flaw> flaw_in(const Extension& extension, std::size_t index, Side side) {
  const auto& [name, value] = extension.parameters[index];
  const auto before = extension.parameters.begin();
  const auto end = before + static_cast<std::ptrdiff_t>(index);
  const KnownParameter* known = find_known(name);
  if (known == nullptr) {
    return Flaw{"6455-9.1-5", "7692-7-1", "the unknown parameter " + quoted(name)};
  }
  if (std::find_if(before, end, [&](const auto& other) { return other.name == name; }) != end)
    return Flaw{"6455-9-4", "7692-7-3", fmt::format("{} twice", name)};
  const bool in_offer = side == Side::offer;
  if (fits(in_offer ? known->in_offer : known->in_answer, value)) return std::nullopt;
  return Flaw{in_offer ? known->offer_row : known->answer_row, "7692-7-2",
              value ? fmt::format("{} with the value {}", name, quoted(*value))
                    : fmt::format("{} without a value", name)};
}

// The first thing wrong with the parameters; nothing when they are right.
std::optional<Flaw> first_flaw(const Extension& extension, Side side) {
  for (std::size_t index = 0; index < extension.parameters.size(); ++index) {
    if (auto flaw = flaw_in(extension, index, side)) return flaw;
  }
  return std::nullopt;
}

// Whether a name differs from a known one only in letter case: RFC 7692 does not say what it is.
bool has_odd_spelling(const Extension& extension) {
  return std::ranges::any_of(extension.parameters, [](const ExtensionParameter& parameter) {
    return find_known(parameter.name) == nullptr &&
           std::ranges::any_of(known_parameters, [&](const KnownParameter& known) {
             return wire::same_token(known.name, parameter.name);
           });
  });
}

bool has(const Extension& extension, std::string_view name) {
  return std::ranges::find(extension.parameters, name, &ExtensionParameter::name) !=
         extension.parameters.end();
}

// The value of a parameter of window bits; nothing when the parameter or its value is missing.
std::optional<int> bits(const Extension& extension, std::string_view name) {
  const auto found = std::ranges::find(extension.parameters, name, &ExtensionParameter::name);
  if (found == extension.parameters.end() || !found->value) return std::nullopt;
  return window_bits(*found->value);
}

// ---------------------------------------------------------------------------------------------
// An answer against the offers

// A row that an answer breaks as the answer to one offer, and how.
struct Mismatch {
  std::string_view row;
  std::string text;
};

std::optional<Mismatch> server_bits_mismatch(const Extension& answer, const Extension& offer) {
  const auto asked = bits(offer, server_bits);
  const auto given = bits(answer, server_bits);
  if (!asked || (given && *given <= *asked)) return std::nullopt;
  return Mismatch{"7692-7.1.2.1-3",
                  given ? fmt::format("has {}={}, but {} was offered", server_bits, *given, *asked)
                        : fmt::format("lacks {}, although {} was offered", server_bits, *asked)};
}

std::optional<Mismatch> client_bits_mismatch(const Extension& answer, const Extension& offer) {
  const auto given = bits(answer, client_bits);
  if (!given) return std::nullopt;
  if (!has(offer, client_bits))
    return Mismatch{"7692-7.1.2.2-5", fmt::format("has {}, which was not offered", client_bits)};
  const int asked = bits(offer, client_bits).value_or(15);
  if (*given <= asked) return std::nullopt;
  return Mismatch{"7692-7.1.2.2-3",
                  fmt::format("has {}={}, but {} was offered", client_bits, *given, asked)};
}

// Both are without flaws.
std::vector<Mismatch> mismatches(const Extension& answer, const Extension& offer) {
  std::vector<Mismatch> found;
  if (has(offer, no_takeover) && !has(answer, no_takeover))
    found.push_back({"7692-7.1.1.1-2", fmt::format("does not repeat {}", no_takeover)});
  if (auto mismatch = server_bits_mismatch(answer, offer)) found.push_back(std::move(*mismatch));
  if (auto mismatch = client_bits_mismatch(answer, offer)) found.push_back(std::move(*mismatch));
  return found;
}

void judge_deflate_answer(const Extension& answer, const std::vector<Extension>& offers,
                          const HeadCritic& critic) {
  if (has_odd_spelling(answer) || std::ranges::any_of(offers, has_odd_spelling)) return;
  if (const auto flaw = first_flaw(answer, Side::answer))
    return critic.about(field_name, flaw->sender_row,
                        "accepts permessage-deflate with " + flaw->text);
  std::vector<std::vector<Mismatch>> by_offer;  // of the valid ones
  for (const Extension& offer : offers) {
    if (!first_flaw(offer, Side::offer)) by_offer.push_back(mismatches(answer, offer));
  }
  const auto is_empty = [](const auto& found) { return found.empty(); };
  if (std::ranges::any_of(by_offer, is_empty)) return;
  if (by_offer.size() == 1) {
    for (const Mismatch& mismatch : by_offer.front())
      critic.about(field_name, mismatch.row, mismatch.text);
  } else if (!by_offer.empty()) {
    critic.about(field_name, "7692-5-8", "accepts permessage-deflate in a way that fits no offer");
  } else if (const auto flaw = first_flaw(offers.front(), Side::offer)) {
    // [7692-7-1] [7692-7-2] [7692-7-3]
    critic.about(field_name, flaw->decline_row, "accepts an offer that has " + flaw->text);
  }
}

}  // namespace

std::optional<std::vector<Extension>> read_extensions(const wire::Head& head) {
  std::vector<Extension> all;
  for (const std::string& value : wire::values(head, field_name)) {
    for (const wire::Extension& written : wire::decode_extensions(value)) {
      if (is_empty(written)) continue;  // [9110-5.6.1-2]
      auto extension = read_extension(written);
      if (!extension) return std::nullopt;
      all.push_back(std::move(*extension));
    }
  }
  return all;
}

AgreedDeflate agreed_deflate(const wire::Head& answer) {
  AgreedDeflate agreed;
  const auto all = read_extensions(answer);
  if (!all) return agreed;
  const auto found = std::ranges::find_if(*all, is_deflate);
  if (found == all->end()) return agreed;
  agreed.server_forgets = has(*found, no_takeover);
  agreed.client_forgets = has(*found, "client_no_context_takeover");
  agreed.server_bits = bits(*found, server_bits).value_or(wire::most_window_bits);
  agreed.client_bits = bits(*found, client_bits).value_or(wire::most_window_bits);
  return agreed;
}

bool is_deflate(const Extension& extension) {
  // Whether letter case matters nobody says; in doubt it is meant. [7692-9.1-1]
  return wire::same_token(extension.name, deflate);
}

void judge_offered(const std::vector<Extension>& offers, const HeadCritic& critic) {
  for (const Extension& offer : offers) {
    if (!is_deflate(offer) || has_odd_spelling(offer)) continue;
    if (const auto flaw = first_flaw(offer, Side::offer))
      critic.about(field_name, flaw->sender_row, "offers permessage-deflate with " + flaw->text);
  }
}

void judge_accepted(const std::vector<Extension>& answers, const std::vector<Extension>& offers,
                    const HeadCritic& critic) {
  for (const Extension& answer : answers) {
    const auto is_offered = [&answer](const Extension& offer) {
      return wire::same_token(offer.name, answer.name);
    };
    if (std::ranges::any_of(offers, is_offered)) continue;
    // [6455-4.2.2-17] [6455-9-3] [7692-5-13]
    critic.about(field_name, "6455-4.2.2-17",
                 fmt::format("accepts {}, which was not offered", quoted(answer.name)));
  }
  std::vector<Extension> deflate_offers;
  std::ranges::copy_if(offers, std::back_inserter(deflate_offers), is_deflate);
  const auto accepted = std::ranges::count_if(answers, is_deflate);
  if (accepted > 1) critic.about(field_name, "7692-5-9", "accepts two extensions that use RSV1");
  if (accepted == 1 && !deflate_offers.empty())
    judge_deflate_answer(*std::ranges::find_if(answers, is_deflate), deflate_offers, critic);
}

}  // namespace wsproof::rfc
