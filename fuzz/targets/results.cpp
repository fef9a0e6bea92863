// Property: a results file or journal that is read is written in one way, and read again is the
// same.
#include <string>

#include "fuzz/targets/target.hpp"
#include "harness/result/journal.hpp"
#include "harness/result/json.hpp"

using namespace wsproof;

namespace {

std::string journal_of(const result::RunResult& run) {
  std::string text = result::journal_header(run);
  for (const auto& one : run.cases) text += result::journal_line(one);
  for (const auto& one : run.controls) text += result::journal_control(one);
  return text + result::journal_end(run);
}

void judge(const result::RunResult& run) {
  const std::string written = result::to_json(run);
  const auto again = result::from_json(written, "written");
  fuzz::must(again.has_value(), "what is written can be read", again ? "" : again.error().message);
  fuzz::must(*again == run, "read again it is the same run");
  fuzz::must(result::to_json(*again) == written, "the same run gives the same octets");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text({data, size});
  const auto run = result::from_json(text, "fuzz.json");
  if (run) {
    judge(*run);
    const auto journal = result::read_journal(journal_of(*run), "journal");
    fuzz::must(journal.has_value(), "a run can be written as a journal and read",
               journal ? "" : journal.error().message);
  } else {
    fuzz::must(run.error().message.starts_with("fuzz.json"), "an error names the file",
               run.error().message);
  }
  const auto journal = result::read_journal(text, "fuzz.journal");
  if (journal) {
    judge(*journal);
  } else {
    fuzz::must(journal.error().message.starts_with("fuzz.journal"), "an error names the file",
               journal.error().message);
  }
  return 0;
}
