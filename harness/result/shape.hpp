// The shape of results.json and of the journal, in one place for reading and writing. Internal to
// this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/result/document.hpp"
#include "harness/result/run_result.hpp"

namespace wsproof::result {

/// What a reader stumbled over first: "/cases/3/title is missing.". Nothing: all is well.
using Problem = std::optional<std::string>;

/// Whether the "schema" key of `document` says `schema`; if not, in a sentence what it says.
Problem wrong_schema(const ReadJson& document, std::string_view schema);

/// What is known before the first case, put into the object `to` and read from `from`.
void write_opening(const RunResult& run, WrittenJson& to);
Problem read_opening(const ReadJson& from, RunResult& run);

/// What is known after the last case. `from` stands in its document at the JSON pointer `at`.
void write_closing(const RunResult& run, WrittenJson& to);
Problem read_closing(const ReadJson& from, std::string_view at, RunResult& run);

/// "cases" and "controls".
Problem read_cases(const ReadJson& from, RunResult& run);

/// One case under a key of its own, as in the journal.
void write_case(std::string_view key, const CaseResult& played, WrittenJson& to);
Problem read_case(std::string_view key, const ReadJson& from, CaseResult& played);

}  // namespace wsproof::result
