// Property: a list of extensions is kept as written, and a client accepts what a server answers it.
#include <optional>
#include <string>
#include <vector>

#include "fuzz/targets/target.hpp"
#include "harness/endpoint/deflate_negotiation.hpp"
#include "harness/endpoint/head_syntax.hpp"
#include "harness/wire/extension.hpp"
#include "harness/wire/http.hpp"

using namespace wsproof;

namespace {

// How many characters of `of` stand outside quoted strings: a second way to count elements.
std::size_t outside_quotes(std::string_view text, char of) {
  std::size_t count = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[at] == of) {
      ++count;
    }
  }
  return count;
}

// The value as an endpoint reads it, from a head.
std::optional<std::vector<endpoint::Extension>> offers_of(std::string_view value) {
  if (value.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  wire::Head head;
  head.fields.push_back({"Sec-WebSocket-Extensions: " + std::string(value)});
  return endpoint::extensions(head);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value = base::as_text({data, size});
  const auto decoded = wire::decode_extensions(value);
  fuzz::must(wire::encode(decoded) == value, "written again it is the value that was read");
  fuzz::must(decoded.size() == outside_quotes(value, ',') + 1, "an element between two commas");
  std::size_t parameters = 0;
  for (const wire::Extension& extension : decoded) {
    parameters += extension.parameters.size();
    fuzz::must(outside_quotes(extension.name, ',') == 0, "no element holds a comma");
    for (const auto& parameter : extension.parameters) {
      if (!parameter.value) continue;
      const auto meant = wire::parameter_value(*parameter.value);
      fuzz::must(!meant || meant->size() <= parameter.value->size(),
                 "what a value stands for is no longer");
    }
  }
  fuzz::must(parameters == outside_quotes(value, ';'), "a parameter behind each semicolon");

  const auto offers = offers_of(value);
  if (!offers) return 0;
  const endpoint::DeflateQuirks quirks;
  const auto answer = endpoint::answer_deflate(*offers, quirks);
  fuzz::must(!answer.refused, "offers of permessage-deflate are declined, never refused");
  fuzz::must(answer.agreement.has_value() == !answer.element.empty(), "an answer is an agreement");
  if (!answer.agreement) return 0;
  const auto answered = offers_of(answer.element);
  fuzz::must(answered && answered->size() == 1, "the answer is one element in right syntax");
  const auto judged = endpoint::judge_deflate_answer(answered->front(), *offers, quirks);
  fuzz::must(judged.has_value(), "the client accepts what the server answers to its offers");
  fuzz::must(judged->server_bits == answer.agreement->server_bits &&
                 judged->client_bits == answer.agreement->client_bits &&
                 judged->server_forgets == answer.agreement->server_forgets &&
                 judged->client_forgets == answer.agreement->client_forgets,
             "client and server agree on the same");
  return 0;
}
