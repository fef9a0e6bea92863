// results.json: a run as JSON and back. The only source of every report; its shape is
// results.schema.json.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/result/run_result.hpp"

namespace wsproof::result {

/// What the "schema" key of a results file says.
inline constexpr std::string_view results_schema = "wsproof.results/1";

/// A results file may have this many octets; more is refused before anything is read.
inline constexpr std::size_t largest_results_file = std::size_t{256} << 20;

/// The run as one JSON document, indented, ending in a newline. The same run gives the same octets:
/// keys come in a fixed order, times are whole nanoseconds ("took_ns"), octets are base64, seeds
/// are decimal strings (JavaScript and jq round integers above 2^53). Total: an octet that is not
/// UTF-8 is written as its escape, `\xNN`.
std::string to_json(const RunResult& run);

/// Writes the same octets, case by case: held at once they may take as much memory as all else.
void write_json(const RunResult& run, std::ostream& out);

/// Reads what to_json() wrote: from_json(to_json(run)) == run wherever the strings of `run` are
/// UTF-8. The text may come from anybody. Another schema version, a wrong type, a missing key, a
/// number out of range, text that is not UTF-8 or is nested too deep is an Error that names
/// `file_name` and the JSON pointer of the culprit. Keys that we do not know are ignored.
base::Result<RunResult> from_json(std::string_view text, std::string_view file_name);

}  // namespace wsproof::result
