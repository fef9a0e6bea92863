#include "harness/result/journal.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/escape.hpp"
#include "harness/result/json.hpp"
#include "harness/result/shape.hpp"

namespace wsproof::result {

namespace {

constexpr int one_line = -1;

// A run while its journal is read.
class Rebuilding {
 public:
  // The header.
  Problem open(const ReadJson& line) {
    if (Problem problem = wrong_schema(line, journal_schema)) return problem;
    if (Problem problem = read_opening(line, run_)) return problem;
    const auto plan = line.find("plan");
    if (plan == line.end() || !plan->is_array()) return "/plan is not an array.";
    for (const ReadJson& id : *plan) {
      const auto* const text = id.get_ptr<const std::string*>();
      if (text == nullptr) return "/plan holds something that is not a string.";
      CaseResult planned;
      planned.id = *text;
      planned.verdict.reason = "not-reached";
      put(std::move(planned));
    }
    return std::nullopt;
  }

  // Any later line.
  Problem take(const ReadJson& line) {
    if (ended_) return "the line follows the one that ends the run.";
    CaseResult played;
    if (line.contains("case")) {
      if (Problem problem = read_case("case", line, played)) return problem;
      put(std::move(played));
    } else if (line.contains("control")) {
      if (Problem problem = read_case("control", line, played)) return problem;
      run_.controls.push_back(std::move(played));
    } else if (line.contains("end")) {
      ended_ = true;
      return read_closing(line["end"], "/end", run_);
    } else {
      return "the line is neither a case, nor a control, nor the end.";
    }
    return std::nullopt;
  }

  RunResult result() && {
    if (!ended_) {
      run_.interrupted = true;
      run_.gate = {.passed = false,
                   .strict = false,
                   .reasons = {"The run was killed: its journal stops before its end."}};
    }
    return std::move(run_);
  }

 private:
  void put(CaseResult played) {
    const auto [found, is_new] = index_.try_emplace(played.id, run_.cases.size());
    if (is_new) {
      run_.cases.push_back(std::move(played));
    } else {
      run_.cases[found->second] = std::move(played);
    }
  }

  RunResult run_;
  std::map<std::string, std::size_t> index_;  // where in run_.cases an id stands
  bool ended_ = false;
};

}  // namespace

std::string journal_header(const RunResult& run) {
  WrittenJson line = WrittenJson::object();
  line["schema"] = journal_schema;
  write_opening(run, line);
  WrittenJson plan = WrittenJson::array();
  for (const CaseResult& planned : run.cases) plan.push_back(base::for_terminal(planned.id));
  line["plan"] = std::move(plan);
  return written(line, one_line);
}

std::string journal_line(const CaseResult& result) {
  WrittenJson line = WrittenJson::object();
  write_case("case", result, line);
  return written(line, one_line);
}

std::string journal_control(const CaseResult& result) {
  WrittenJson line = WrittenJson::object();
  write_case("control", result, line);
  return written(line, one_line);
}

std::string journal_end(const RunResult& run) {
  WrittenJson end = WrittenJson::object();
  write_closing(run, end);
  WrittenJson line = WrittenJson::object();
  line["end"] = std::move(end);
  return written(line, one_line);
}

base::Result<RunResult> read_journal(std::string_view text, std::string_view file_name) {
  const std::string file = base::for_terminal(file_name);
  if (text.size() > largest_results_file) {
    return base::fail(fmt::format("{}: has {} octets, and a journal has at most {}.", file,
                                  text.size(), largest_results_file));
  }
  Rebuilding rebuilding;
  for (std::size_t number = 1; !text.empty() || number == 1; ++number) {
    const std::string where = fmt::format("{}:{}", file, number);
    const std::size_t newline = text.find('\n');
    const bool half = newline == std::string_view::npos;
    const auto line = parse_json(text.substr(0, newline), where);
    text.remove_prefix(half ? text.size() : newline + 1);
    if (!line) {
      if (half && number > 1) break;  // it was being written when the run was killed
      return std::unexpected(line.error());
    }
    const Problem problem = number == 1 ? rebuilding.open(*line) : rebuilding.take(*line);
    if (problem) return base::fail(fmt::format("{}: {}", where, *problem));
  }
  return std::move(rebuilding).result();
}

}  // namespace wsproof::result
