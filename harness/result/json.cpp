#include "harness/result/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/escape.hpp"
#include "harness/result/shape.hpp"

namespace wsproof::result {

std::string to_json(const RunResult& run) {
  WrittenJson document = WrittenJson::object();
  document["schema"] = results_schema;
  write_opening(run, document);
  write_closing(run, document);
  write_cases(run, document);
  return written(document, 1);
}

base::Result<RunResult> from_json(std::string_view text, std::string_view file_name) {
  const std::string where = base::for_terminal(file_name);
  if (text.size() > largest_results_file) {
    return base::fail(fmt::format("{}: has {} octets, and a results file has at most {}.", where,
                                  text.size(), largest_results_file));
  }
  const auto document = parse_json(text, where);
  if (!document) return std::unexpected(document.error());

  RunResult run;
  Problem problem = wrong_schema(*document, results_schema);
  if (!problem) problem = read_opening(*document, run);
  if (!problem) problem = read_closing(*document, "", run);
  if (!problem) problem = read_cases(*document, run);
  if (problem) return base::fail(fmt::format("{}: {}", where, *problem));
  return run;
}

}  // namespace wsproof::result
