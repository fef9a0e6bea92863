// The shape of results.json and of the journal, in one place for reading and writing. Internal to
// this folder.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/result/run_result.hpp"

namespace wsproof::result {

using WrittenJson = nlohmann::ordered_json;  ///< keeps keys in the order in which they were put
using ReadJson = nlohmann::json;

/// What a reader stumbled over first: "/cases/3/title is missing.". Nothing: all is well.
using Problem = std::optional<std::string>;

/// A text as JSON, or what is wrong with it, beginning with `where` (a file, or a file and a line).
base::Result<ReadJson> parse_json(std::string_view text, const std::string& where);

/// Whether the "schema" key of `document` says `schema`; if not, in a sentence what it says.
Problem wrong_schema(const ReadJson& document, std::string_view schema);

/// A document as text, `indent` blanks a level; -1: all in one line. Ends in a newline.
std::string written(const WrittenJson& document, int indent);

/// What is known before the first case, put into the object `to` and read from `from`.
void write_opening(const RunResult& run, WrittenJson& to);
Problem read_opening(const ReadJson& from, RunResult& run);

/// What is known after the last case. `from` stands in its document at the JSON pointer `at`.
void write_closing(const RunResult& run, WrittenJson& to);
Problem read_closing(const ReadJson& from, std::string_view at, RunResult& run);

/// "cases" and "controls".
void write_cases(const RunResult& run, WrittenJson& to);
Problem read_cases(const ReadJson& from, RunResult& run);

/// One case under a key of its own, as in the journal.
void write_case(std::string_view key, const CaseResult& played, WrittenJson& to);
Problem read_case(std::string_view key, const ReadJson& from, CaseResult& played);

}  // namespace wsproof::result
