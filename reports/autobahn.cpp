#include "reports/autobahn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/base/escape.hpp"
#include "harness/result/document.hpp"
#include "harness/script/blank_result.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/frame.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Entry;
using result::RunResult;
using result::Word;
using result::WrittenJson;

namespace {

constexpr std::string_view prefix = "autobahn:";

// "1.2.3" as numbers, for its order; empty when it is none.
std::vector<std::uint32_t> numbers(std::string_view text) {
  std::vector<std::uint32_t> all;
  while (true) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || all.size() == 6) return {};
    all.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return all;
    if (text.front() != '.') return {};
    text.remove_prefix(1);
  }
}

std::string_view behavior(Word word) {
  switch (word) {
    case Word::pass:
      return "OK";
    case Word::non_strict:
      return "NON-STRICT";
    case Word::info:
      return "INFORMATIONAL";
    case Word::unsupported:
      return "UNIMPLEMENTED";
    default:
      return "FAILED";
  }
}

Word word_of(std::string_view behavior) {
  if (behavior == "OK") return Word::pass;
  if (behavior == "NON-STRICT") return Word::non_strict;
  if (behavior == "INFORMATIONAL") return Word::info;
  if (behavior == "UNIMPLEMENTED") return Word::unsupported;
  if (behavior == "FAILED") return Word::fail;
  return Word::inconclusive;
}

// The code of the first Close that the target sent; null when it sent none with a code.
WrittenJson remote_close_code(const CaseResult& played) {
  for (const Entry& entry : played.evidence.transcript.entries) {
    if (entry.kind != Entry::Kind::received || entry.header_size == 0) continue;
    const auto frame = wire::decode_header(entry.octets);
    if (!frame || frame->header.opcode != wire::opcode::close || frame->header.key) continue;
    const auto close = wire::decode_close(base::OctetView(entry.octets).subspan(frame->size));
    return close.code ? WrittenJson(*close.code) : WrittenJson(nullptr);
  }
  return nullptr;
}

// Whether the target closed in order: its end came, and not by a reset.
std::string_view behavior_close(const CaseResult& played) {
  if (behavior(played.verdict.word) == "FAILED") return "FAILED";
  if (played.verdict.word == Word::unsupported) return "UNIMPLEMENTED";
  const auto& entries = played.evidence.transcript.entries;
  const auto end = std::ranges::find(entries, Entry::Kind::ended, &Entry::kind);
  return end != entries.end() && end->text == "eof" ? "OK" : "UNCLEAN";
}

// The cases of a run by number, the worst of those that stand for the same one.
std::map<std::vector<std::uint32_t>, std::pair<std::string, const CaseResult*>> by_number(
    const RunResult& run) {
  std::map<std::vector<std::uint32_t>, std::pair<std::string, const CaseResult*>> all;
  const auto weight = [](const CaseResult* played) {
    const auto words = words_by_weight();
    return std::ranges::find(words, played->verdict.word) - words.begin();
  };
  for (const CaseResult& played : run.cases) {
    for (const std::string& alias : played.aliases) {
      if (!alias.starts_with(prefix)) continue;
      const std::string number = alias.substr(prefix.size());
      const auto key = numbers(number);
      if (key.empty()) continue;
      const auto [found, is_new] = all.try_emplace(key, number, &played);
      if (!is_new && weight(&played) < weight(found->second.second)) found->second.second = &played;
    }
  }
  return all;
}

// A name for a file: what a target is called, without what a file system might mind.
std::string file_stem(std::string_view label) {
  std::string out;
  for (const char c : label.substr(0, 60)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool capital = c >= 'A' && c <= 'Z';
    out += plain ? c : capital ? static_cast<char>(c - 'A' + 'a') : '_';
  }
  return out;
}

WrittenJson case_report(const CaseResult& played, const std::string& number,
                        const std::string& agent, const RunResult& run) {
  const result::Evidence& evidence = played.evidence;
  return {
      {"id", number},
      {"agent", agent},
      {"behavior", behavior(played.verdict.word)},
      {"behaviorClose", behavior_close(played)},
      {"description", base::for_terminal(base::cut(played.title, 1000))},
      {"expectation", base::for_terminal(base::cut(evidence.expected, 1000))},
      {"result", base::for_terminal(base::cut(evidence.observed, 1000))},
      {"duration", std::chrono::duration_cast<std::chrono::milliseconds>(evidence.took).count()},
      {"remoteCloseCode", remote_close_code(played)},
      {"started", base::for_terminal(base::cut(run.started, 60))},
      {"wsproofId", base::for_terminal(base::cut(played.id, 500))},
      {"wsproofVerdict", result::name(played.verdict.word)}};
}

// What is wrong with a document is told once, for all of it.
base::Error trouble(std::string_view file, std::string_view what) {
  return {fmt::format("{}: {}; is this the index.json of Autobahn|Testsuite?",
                      base::for_terminal(file), what)};
}

std::string text_of(const result::ReadJson& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end() || !member->is_string()) return {};
  return base::for_terminal(base::cut(member->get_ref<const std::string&>(), 2000));
}

// A report file has a name of that folder and nothing else.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.size() < 200 &&
         name.find_first_of("/\\") == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

// What a report file of Autobahn adds.
void add_report(CaseResult& played, const std::string& text, const std::string& name) {
  const auto document = result::parse_json(text, name);
  if (!document || !document->is_object()) return;
  if (played.title.empty()) played.title = text_of(*document, "description");
  played.evidence.observed = text_of(*document, "result");
  played.evidence.expected = text_of(*document, "expectation");
}

// The case as the catalogue knows it, or as Autobahn numbers it.
CaseResult case_of(const script::Case* known, const std::string& number) {
  CaseResult played;
  if (known != nullptr) {
    played = script::blank_result(*known);
  } else {
    played.id = fmt::format("autobahn/{}/{}", number.substr(0, number.find('.')), number);
    played.section = "Cases that only Autobahn|Testsuite has";
  }
  played.aliases = {std::string(prefix) + number};
  return played;
}

// One entry of an agent, put into the case.
base::Result<void> take(const result::ReadJson& entry, CaseResult& played) {
  if (!entry.is_object()) return std::unexpected(base::Error{"is not an object"});
  const std::string said = text_of(entry, "behavior");
  if (said.empty()) return std::unexpected(base::Error{"has no \"behavior\""});
  played.verdict.word = word_of(said);
  if (played.verdict.word != Word::pass) {
    played.verdict.reason = "autobahn-" + file_stem(said);
    if (!played.checks.empty()) played.verdict.requirement = played.checks.front();
  }
  played.evidence.observed = fmt::format("Autobahn|Testsuite says {}", base::cut(said, 60));
  const auto duration = entry.find("duration");
  constexpr std::uint64_t longest = 24ULL * 3600 * 1000;
  if (duration != entry.end() && duration->is_number_unsigned()) {
    played.evidence.took =
        std::chrono::milliseconds(std::min(duration->get<std::uint64_t>(), longest));
  }
  return {};
}

using Known = std::multimap<std::string, const script::Case*>;

base::Result<RunResult> run_of(
    const std::string& agent, const result::ReadJson& entries, std::string_view file,
    const Known& known, std::span<const script::Case> cases,
    const std::function<std::optional<std::string>(const std::string&)>& read) {
  if (!entries.is_object())
    return std::unexpected(trouble(file, fmt::format("what stands under \"{}\" is not an object",
                                                     base::for_terminal(base::cut(agent, 80)))));
  RunResult run;
  run.tool_version = "from Autobahn|Testsuite";
  run.target.name = base::for_terminal(base::cut(agent, 200));
  run.probe.ready = run.probe.upgrades = true;
  std::map<std::pair<std::size_t, std::vector<std::uint32_t>>, CaseResult> sorted;
  for (const auto& [number, entry] : entries.items()) {
    const auto key = numbers(number);
    if (key.empty())
      return std::unexpected(trouble(file, fmt::format("\"{}\" is no case number",
                                                       base::for_terminal(base::cut(number, 80)))));
    const auto [begin, end] = known.equal_range(std::string(prefix) + number);
    std::vector<const script::Case*> meant;
    for (auto one = begin; one != end; ++one) meant.push_back(one->second);
    if (meant.empty()) meant.push_back(nullptr);
    for (const script::Case* one : meant) {
      CaseResult played = case_of(one, number);
      if (const auto taken = take(entry, played); !taken)
        return std::unexpected(
            trouble(file, fmt::format("case {} {}", number, taken.error().message)));
      const std::string report = text_of(entry, "reportfile");
      if (is_plain_name(report)) {
        if (const auto text = read(report)) add_report(played, *text, report);
      }
      const std::size_t place =
          one == nullptr ? cases.size() : static_cast<std::size_t>(one - cases.data());
      sorted.insert_or_assign({place, key}, std::move(played));
    }
  }
  for (auto& [place, played] : sorted) run.cases.push_back(std::move(played));
  for (const CaseResult& played : run.cases) run.took += played.evidence.took;
  return run;
}

}  // namespace

std::vector<NamedFile> autobahn(const Subject& subject) {
  const std::vector<std::string> names = labels(subject.runs);
  WrittenJson index = WrittenJson::object();
  std::vector<NamedFile> files(1);
  for (std::size_t at = 0; at < names.size(); ++at) {
    const RunResult& run = subject.runs[at];
    const std::string agent = base::for_terminal(names[at]);
    WrittenJson cases = WrittenJson::object();
    for (const auto& [key, named] : by_number(run)) {
      const auto& [number, played] = named;
      WrittenJson report = case_report(*played, number, agent, run);
      std::string file = fmt::format("{}_{}_case_{}.json", file_stem(names[at]), at + 1, number);
      std::replace(file.begin(), file.end() - 5, '.', '_');
      cases[number] = {{"behavior", report["behavior"]},
                       {"behaviorClose", report["behaviorClose"]},
                       {"duration", report["duration"]},
                       {"remoteCloseCode", report["remoteCloseCode"]},
                       {"reportfile", file}};
      files.push_back({file, result::written(report, 2)});
    }
    index[agent] = std::move(cases);
  }
  files.front() = {"index.json", result::written(index, 3)};
  return files;
}

base::Result<std::vector<RunResult>> from_autobahn(
    std::string_view index, std::string_view file_name, std::span<const script::Case> cases,
    const std::function<std::optional<std::string>(const std::string&)>& read) {
  const auto document = result::parse_json(index, base::for_terminal(file_name));
  if (!document) return std::unexpected(document.error());
  if (!document->is_object() || document->empty())
    return std::unexpected(trouble(file_name, "holds no agent"));
  Known known;
  for (const script::Case& one : cases) {
    for (const std::string& alias : one.aliases) known.emplace(alias, &one);
  }
  std::vector<RunResult> runs;
  for (const auto& [agent, entries] : document->items()) {
    auto run = run_of(agent, entries, file_name, known, cases, read);
    if (!run) return std::unexpected(run.error());
    runs.push_back(std::move(*run));
  }
  return runs;
}

}  // namespace wsproof::reports
