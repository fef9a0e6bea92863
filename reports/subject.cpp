#include "reports/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "harness/base/escape.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::MonitorFinding;
using result::RunResult;

namespace {

// Ports differ from shard to shard where wsproof started the target, so a URL counts only where
// there is nothing else to go by.
bool is_same_target(const result::Target& left, const result::Target& right) {
  return target_name(left) == target_name(right) && left.version == right.version &&
         left.role == right.role;
}

bool are_shards(const RunResult& left, const RunResult& right) {
  if (!is_same_target(left.target, right.target)) return false;
  if (left.suite_version != right.suite_version || left.seed != right.seed) return false;
  std::set<std::string_view> ids;
  for (const CaseResult& played : left.cases) ids.insert(played.id);
  return std::ranges::none_of(right.cases,
                              [&](const CaseResult& played) { return ids.contains(played.id); });
}

void join_findings(std::vector<MonitorFinding>& all, std::vector<MonitorFinding> more) {
  for (MonitorFinding& finding : more) {
    const auto known = std::ranges::find(all, finding.requirement, &MonitorFinding::requirement);
    if (known == all.end()) {
      all.push_back(std::move(finding));
    } else {
      known->count += finding.count;
      if (!known->known) known->known = std::move(finding.known);
    }
  }
  std::ranges::sort(all, {}, &MonitorFinding::requirement);
}

void join_texts(std::vector<std::string>& all, std::vector<std::string> more) {
  for (std::string& text : more) {
    if (std::ranges::find(all, text) == all.end()) all.push_back(std::move(text));
  }
}

void join(RunResult& whole, RunResult part) {
  std::ranges::move(part.cases, std::back_inserter(whole.cases));
  std::ranges::move(part.controls, std::back_inserter(whole.controls));
  std::ranges::move(part.incidents, std::back_inserter(whole.incidents));
  if (whole.usage && part.usage) whole.usage->join(*part.usage);
  join_findings(whole.monitor, std::move(part.monitor));
  whole.started = std::min(whole.started, part.started);
  whole.took = std::max(whole.took, part.took);  // shards are played side by side
  whole.interrupted = whole.interrupted || part.interrupted;
  whole.gate.passed = whole.gate.passed && part.gate.passed;
  whole.gate.strict = whole.gate.strict || part.gate.strict;
  if (whole.gate.baseline.empty()) whole.gate.baseline = part.gate.baseline;
  join_texts(whole.gate.reasons, std::move(part.gate.reasons));
  join_texts(whole.gate.lines, std::move(part.gate.lines));
  join_texts(whole.gate.notes, std::move(part.gate.notes));
}

void sort_cases(RunResult& run, std::span<const std::string> order) {
  std::map<std::string_view, std::size_t> place;
  for (const std::string& id : order) place.emplace(id, place.size());
  std::ranges::stable_sort(run.cases, {}, [&](const CaseResult& played) {
    const auto found = place.find(played.id);
    return found == place.end() ? place.size() : found->second;
  });
}

// Makes names that are there twice longer by what tells their runs apart.
void tell_apart(std::vector<std::string>& names, std::span<const RunResult> runs, auto&& more) {
  std::map<std::string, std::set<std::string>> additions;
  for (std::size_t index = 0; index < names.size(); ++index)
    additions[names[index]].insert(more(runs[index], index));
  for (std::size_t index = 0; index < names.size(); ++index) {
    const std::string addition = more(runs[index], index);
    if (additions[names[index]].size() > 1 && !addition.empty())
      names[index] += " " + base::cut(addition, 60);
  }
}

}  // namespace

std::string target_name(const result::Target& target) {
  const std::string& name = target.name.empty() ? target.url : target.name;
  return name.empty() ? "a WebSocket endpoint" : base::cut(name, 100);
}

std::vector<std::string> labels(std::span<const RunResult> runs) {
  std::vector<std::string> names;
  for (const RunResult& run : runs) names.push_back(target_name(run.target));
  tell_apart(names, runs, [](const RunResult& run, std::size_t) { return run.target.version; });
  tell_apart(names, runs, [](const RunResult& run, std::size_t) { return run.started; });
  tell_apart(names, runs,
             [](const RunResult&, std::size_t index) { return fmt::format("({})", index + 1); });
  return names;
}

const RunResult* earlier(const Subject& subject, std::size_t index) {
  const result::Target& target = subject.runs[index].target;
  const RunResult* found = nullptr;
  for (const RunResult& run : subject.before) {
    if (target_name(run.target) == target_name(target)) found = &run;
  }
  if (found == nullptr && subject.runs.size() == 1 && subject.before.size() == 1)
    found = &subject.before.front();
  return found;
}

std::vector<Alarm> alarms(const Subject& subject) {
  std::vector<Alarm> out;
  const auto add = [&](auto&& is_meant) {
    for (std::size_t index = 0; index < subject.runs.size(); ++index) {
      for (const CaseResult& played : subject.runs[index].cases) {
        if (needs_attention(played) && is_meant(played.verdict.word))
          out.push_back({index, &played});
      }
    }
  };
  for (const result::Word word : words_by_weight()) {
    if (is_alarming(word)) add([&](result::Word other) { return other == word; });
  }
  add([](result::Word word) { return !is_alarming(word); });
  return out;
}

std::vector<RunResult> joined_shards(std::vector<RunResult> runs,
                                     std::span<const std::string> order,
                                     const std::function<result::Gate(const RunResult&)>& judge) {
  std::vector<RunResult> out;
  std::set<std::size_t> joined;
  for (RunResult& run : runs) {
    const auto whole =
        std::ranges::find_if(out, [&](const RunResult& one) { return are_shards(one, run); });
    if (whole == out.end()) {
      out.push_back(std::move(run));
    } else {
      joined.insert(static_cast<std::size_t>(whole - out.begin()));
      join(*whole, std::move(run));
    }
  }
  for (const std::size_t index : joined) {
    sort_cases(out[index], order);
    result::Gate gate = judge(out[index]);
    if (!gate.passed || out[index].gate.passed) out[index].gate = std::move(gate);
  }
  return out;
}

}  // namespace wsproof::reports
