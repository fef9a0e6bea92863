#include "harness/result/json.hpp"

#include <ostream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/escape.hpp"
#include "harness/result/shape.hpp"

namespace wsproof::result {

namespace {

// Adds `"cases": [ … ]` as a member of the document. Each case becomes text before the next one is
// looked at: as JSON values all of them together would need many times the memory of the text.
void write_member(std::ostream& to, std::string_view key, const std::vector<CaseResult>& cases) {
  to << fmt::format(",\n \"{}\": [", key);
  for (const CaseResult& each : cases) {
    WrittenJson holder = WrittenJson::object();
    write_case(key, each, holder);
    std::string text = written(holder.front(), 1);
    text.pop_back();
    to << (&each == cases.data() ? "\n  " : ",\n  ");
    for (const char character : text) {
      to.put(character);
      if (character == '\n') to << "  ";
    }
  }
  to << (cases.empty() ? "]" : "\n ]");
}

}  // namespace

std::string to_json(const RunResult& run) {
  std::ostringstream out;
  write_json(run, out);
  return std::move(out).str();
}

void write_json(const RunResult& run, std::ostream& out) {
  WrittenJson document = WrittenJson::object();
  document["schema"] = results_schema;
  write_opening(run, document);
  write_closing(run, document);
  std::string text = written(document, 1);
  text.resize(text.size() - std::string_view("\n}\n").size());
  out << text;
  write_member(out, "cases", run.cases);
  write_member(out, "controls", run.controls);
  out << "\n}\n";
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
