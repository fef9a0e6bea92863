#include "harness/result/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/escape.hpp"

namespace wsproof::result {

namespace {

// A document deeper than this is none of ours, and would be a burden on whoever walks through it.
constexpr int deepest = 32;
// A full run has some 300,000 values. Each takes 16 octets and more once it is read.
constexpr std::size_t most_values = 8'000'000;

// What is wrong with a text, without the library's name and number for it.
std::string_view said(const ReadJson::exception& error) {
  std::string_view text = error.what();
  if (text.starts_with('[')) text.remove_prefix(std::min(text.find("] "), text.size() - 2) + 2);
  return text;
}

// How deep the brackets of a text go, and how many values it can hold; it need not be JSON.
struct Extent {
  int depth = 0;
  std::size_t values = 1;
};
Extent extent(std::string_view text) {
  Extent out;
  int now = 0;
  bool in_string = false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char character = text[index];
    if (in_string && character == '\\') {
      ++index;
    } else if (character == '"') {
      in_string = !in_string;
    } else if (!in_string && (character == '[' || character == '{')) {
      out.depth = std::max(out.depth, ++now);
      ++out.values;
    } else if (!in_string && (character == ']' || character == '}')) {
      --now;
    } else if (!in_string && character == ',') {
      ++out.values;
    }
  }
  return out;
}

}  // namespace

base::Result<ReadJson> parse_json(std::string_view text, const std::string& where) {
  const Extent size = extent(text);
  if (size.depth > deepest) {
    return base::fail(fmt::format("{}: nested more than {} deep.", where, deepest));
  }
  if (size.values > most_values) {
    return base::fail(fmt::format("{}: holds more than {} values.", where, most_values));
  }
  // The library's own words for what is wrong come only by exception.
  try {
    return ReadJson::parse(text);
  } catch (const ReadJson::exception& error) {
    return base::fail(
        fmt::format("{}: not JSON: {}.", where, base::for_terminal(base::cut(said(error), 300))));
  }
}

std::string written(const WrittenJson& document, int indent) {
  return document.dump(indent, ' ', false, WrittenJson::error_handler_t::replace) + "\n";
}

}  // namespace wsproof::result
