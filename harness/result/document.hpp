// JSON documents that may come from anybody, read within limits; and how ours are written.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"

namespace wsproof::result {

using WrittenJson = nlohmann::ordered_json;  ///< keeps keys in the order in which they were put
using ReadJson = nlohmann::json;

/// A text as JSON, or what is wrong with it, beginning with `where` (a file, or a file and a line).
/// Nested more than 32 deep, or with more than 8 million values, it is refused before it is read:
/// small texts can become large documents.
base::Result<ReadJson> parse_json(std::string_view text, const std::string& where);

/// A document as text, `indent` blanks a level; -1: all in one line. Ends in a newline.
std::string written(const WrittenJson& document, int indent);

}  // namespace wsproof::result
