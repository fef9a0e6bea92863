// wsproof.toml: its keys and values as they stand, each with its place; what they mean is for the
// options of the same name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace wsproof::run {

/// What a key can hold.
enum class ValueKind { truth, number, text, list };

/// A key that is known.
struct KnownKey {
  std::string name;
  ValueKind kind = ValueKind::text;
  std::size_t words = 0;  ///< of a list: exactly so many; 0: any number
};

/// One `key = value` of the file.
struct Setting {
  std::string key;                  ///< as KnownKey::name
  std::vector<std::string> values;  ///< as one would write them on the command line; a truth is
                                    ///< "true" or "false"
  std::string place;                ///< "wsproof.toml:3:1"
};

/// Reads a configuration file. A list may be called by its plural (`headers` for `header`), and one
/// string does for a list of one; a number does for a text. Unknown keys, wrong types and a key
/// that is given twice are errors with file, line and column.
base::Result<std::vector<Setting>> parse_config(std::string_view text, const std::string& file,
                                                const std::vector<KnownKey>& known);

/// "`headers`" for `header`, for every key that can hold more than one value.
std::string plural(std::string_view key);

}  // namespace wsproof::run
