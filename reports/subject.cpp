#include "reports/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
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

// Shares of runs that may be one and the same.
bool are_alike(const RunResult& left, const RunResult& right) {
  if (left.shard.has_value() != right.shard.has_value()) return false;
  if (left.shard && left.shard->count != right.shard->count) return false;
  return is_same_target(left.target, right.target) && left.suite_version == right.suite_version &&
         left.seed == right.seed;
}

bool are_shards(const RunResult& left, const RunResult& right) {
  if (!are_alike(left, right)) return false;
  std::set<std::string_view> ids;
  for (const CaseResult& played : left.cases) ids.insert(played.id);
  return std::ranges::none_of(right.cases,
                              [&](const CaseResult& played) { return ids.contains(played.id); });
}

void join_findings(std::vector<MonitorFinding>& all, std::vector<MonitorFinding> more) {
  std::map<std::string, MonitorFinding> joined;
  for (auto* findings : {&all, &more}) {
    for (MonitorFinding& finding : *findings) {
      const auto [known, is_new] = joined.try_emplace(finding.requirement, finding);
      if (is_new) continue;
      known->second.count += finding.count;
      if (!known->second.known) known->second.known = std::move(finding.known);
    }
  }
  all.clear();
  for (auto& [requirement, finding] : joined) all.push_back(std::move(finding));
}

void join_texts(std::vector<std::string>& all, std::vector<std::string> more) {
  std::set<std::string> known(all.begin(), all.end());
  for (std::string& text : more) {
    if (known.insert(text).second) all.push_back(std::move(text));
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

// A run that shards were put together to, and which they were where they say so.
struct Whole {
  RunResult run;
  std::set<std::uint32_t> shards;
  bool joined = false;

  bool lacks(const RunResult& part) const {
    return are_shards(run, part) && !(part.shard && shards.contains(part.shard->number));
  }
};

// "Shard 3 of 3 is", "Shards 1 and 3 of 3 are"; of many the first ones.
std::string named(const std::vector<std::uint32_t>& shards, std::uint32_t count) {
  constexpr std::size_t most = 8;
  const bool one = shards.size() == 1;
  std::string numbers;
  for (std::size_t at = 0; at < std::min(shards.size(), most); ++at)
    numbers += (at == 0                   ? ""
                : at + 1 == shards.size() ? " and "
                                          : ", ") +
               std::to_string(shards[at]);
  return fmt::format("{} {}{} of {} {}", one ? "Shard" : "Shards", numbers,
                     shards.size() > most ? ", …" : "", count, one ? "is" : "are");
}

// What keeps a run from being whole: shards that are missing, and those of them that another run
// has too, so that a file may have been given in place of another. Nothing where it is whole.
std::vector<std::string> gaps(const Whole& whole, std::span<const Whole> all) {
  if (!whole.run.shard) return {};
  const std::uint32_t count = whole.run.shard->count;
  std::vector<std::uint32_t> missing;
  for (std::uint32_t number = 1; number <= count; ++number) {
    if (!whole.shards.contains(number)) missing.push_back(number);
  }
  if (missing.empty()) return {};
  std::vector<std::uint32_t> twice;
  for (const std::uint32_t number : whole.shards) {
    const bool elsewhere = std::ranges::any_of(all, [&](const Whole& other) {
      return &other != &whole && are_alike(other.run, whole.run) && other.shards.contains(number);
    });
    if (elsewhere) twice.push_back(number);
  }
  std::vector<std::string> out = {named(missing, count) + " missing."};
  if (!twice.empty()) out.push_back(named(twice, count) + " there twice.");
  return out;
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
  std::vector<Whole> all;
  for (RunResult& run : runs) {
    auto whole = std::ranges::find_if(all, [&](const Whole& one) { return one.lacks(run); });
    const std::optional<result::Shard> shard = run.shard;
    if (whole == all.end()) {
      whole = all.insert(all.end(), Whole{.run = std::move(run), .shards = {}});
    } else {
      whole->joined = true;
      join(whole->run, std::move(run));
    }
    if (shard) whole->shards.insert(shard->number);
  }
  std::vector<std::vector<std::string>> lacking;
  for (const Whole& whole : all) lacking.push_back(gaps(whole, all));
  std::vector<RunResult> out;
  for (std::size_t index = 0; index < all.size(); ++index) {
    RunResult& run = out.emplace_back(std::move(all[index].run));
    if (all[index].joined) {
      sort_cases(run, order);
      result::Gate gate = judge(run);
      if (!gate.passed || run.gate.passed) run.gate = std::move(gate);
    }
    if (lacking[index].empty() || all[index].joined) run.shard.reset();
    if (!lacking[index].empty()) run.gate.passed = false;
    join_texts(run.gate.reasons, std::move(lacking[index]));
  }
  return out;
}

}  // namespace wsproof::reports
