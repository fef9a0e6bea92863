// A results file may announce whatever it likes: no report grows with a number in it.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/result/json.hpp"
#include "harness/result/sample_run.hpp"
#include "reports/autobahn.hpp"
#include "reports/github.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/terminal.hpp"

namespace wsproof::reports {
namespace {

using nlohmann::json;
using result::RunResult;

// A case of each word, so that each number occurs.
RunResult small_run() {
  RunResult run = result::sample_run();
  std::set<result::Word> seen;
  std::erase_if(run.cases, [&](const result::CaseResult& played) {
    return !seen.insert(played.verdict.word).second;
  });
  return run;
}

// Makes the numbers of a document as large as they may be.
void exaggerate(json& value) {
  if (value.is_structured()) {
    for (json& member : value) exaggerate(member);
  } else if (value.is_number_unsigned()) {
    value = UINT32_MAX;  // all of them take that
  }
}

// The octets of all reports of a run.
std::size_t reported(const RunResult& run) {
  const Subject subject{.runs = {&run, 1}};
  std::size_t octets = html(subject).size() + junit(subject.runs).size() +
                       markdown(subject).size() + annotations(subject).size() +
                       summary(run, {}, {.verbosity = 3}).size();
  for (const NamedFile& file : html_folder(subject)) octets += file.text.size();
  for (const NamedFile& file : autobahn(subject)) octets += file.text.size();
  for (const result::CaseResult& played : run.cases)
    octets += failure_block(played, run.target, {.verbosity = 3}).size();
  return octets;
}

TEST(Numbers, NoReportGrowsWithWhatAFileAnnounces) {
  const RunResult run = small_run();
  const std::size_t usual = reported(run);
  json document = json::parse(result::to_json(run));
  exaggerate(document);
  document.erase("shard");
  const auto read = result::from_json(document.dump(), "results.json");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_LT(reported(*read), 2 * usual);
}

}  // namespace
}  // namespace wsproof::reports
