#include "harness/run/baseline_update.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "harness/base/escape.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/run/select.hpp"

namespace wsproof::run {

using result::Standing;
using result::Word;

namespace {

constexpr std::string_view of_monitor = "monitor/";

// "rfc6455/5.2/reserved-bits" of "rfc6455/5.2/reserved-bits/rsv=4".
std::string family(const script::Case& c) {
  const std::string id = script::id(c);
  const std::size_t axes = c.name.find('/');
  return axes == std::string::npos ? id : id.substr(0, id.size() - (c.name.size() - axes));
}

class Updating {
 public:
  Updating(const Baseline& baseline, std::span<const script::Case> catalogue,
           const result::RunResult& run, const UpdateSettings& settings)
      : baseline_(baseline),
        catalogue_(catalogue),
        run_(run),
        settings_(settings),
        index_(baseline, catalogue),
        lines_(baseline.text.begin(), baseline.text.end()),
        added_(baseline.text.size() + 1) {
    for (const script::Case& c : catalogue) {
      const std::string id = script::id(c);
      cases_.emplace(id, cases_.size());
      if (c.roles == script::Roles::client) continue;
      families_[family(c)].push_back(id);
      if (const BaselineLine* const line = index_.line_of_case(id)) decided_[line].push_back(id);
    }
    for (const result::CaseResult& played : run.cases) {
      if (played.verdict.word != Word::not_run) played_.emplace(played.id, &played);
    }
    for (const BaselineLine& line : baseline.lines)
      column_ = std::max(column_, baseline.text[line.index].find(" = ") + 1);
  }

  BaselineUpdate result() && {
    for (const BaselineLine& line : baseline_.lines) {
      line.pattern.starts_with(of_monitor) ? look_at_finding(line) : look_at(line);
    }
    add_cases();
    add_findings();
    write_added();
    if (!out_.changed.empty()) out_.text = text();
    return std::move(out_);
  }

 private:
  struct Addition {
    std::size_t order = 0;  // where it belongs
    std::string pattern, words, comment;
  };

  // What the line of a played case would have to say; nothing where all is well with it.
  std::optional<std::string> wanted(const result::CaseResult& played) {
    const Word word = played.verdict.word;
    const auto known = index_.known(played, run_.gate.strict);
    const bool stays = known ? known->standing == Standing::expected ||
                                   (known->standing == Standing::noted && word == Word::unsupported)
                             : !counts(word, run_.gate.strict);
    if (stays) return std::nullopt;
    if ((word == Word::crash || word == Word::hang) && !settings_.accept_crashes) {
      out_.refused.push_back(fmt::format("{}: a {} is not taken up without --accept-crashes.",
                                         played.id, result::name(word)));
      return std::nullopt;
    }
    const bool signed_word =
        settings_.signatures && counts(word, false) && !played.verdict.reason.empty();
    return to_string({{word, signed_word ? played.verdict.reason : ""}});
  }

  bool counts_in(const std::string& words) const {
    const auto word = result::word(words.substr(0, words.find('(')));
    return word && counts(*word, run_.gate.strict);
  }

  void look_at(const BaselineLine& line) {
    const std::vector<std::string>& ids = decided_[&line];
    std::vector<std::pair<const result::CaseResult*, std::string>> other;
    std::set<std::string> words;
    for (const std::string& id : ids) {
      const auto found = played_.find(id);
      if (found == played_.end()) continue;
      const auto word = wanted(*found->second);
      if (!word) continue;
      words.insert(*word);
      other.emplace_back(found->second, *word);
    }
    if (other.empty()) return;
    const bool good =
        std::ranges::none_of(words, [&](const std::string& w) { return counts_in(w); });
    if (other.size() == ids.size() && good && !is_below_another(line)) return remove(line);
    if (other.size() == ids.size() && words.size() == 1) return change(line, *words.begin());
    for (const auto& [played, word] : other) add(played->id, word, played);
  }

  // Whether another line would decide about a case of this one, were this one not there.
  bool is_below_another(const BaselineLine& line) {
    return std::ranges::any_of(decided_[&line], [&](const std::string& id) {
      const script::Case& c = catalogue_[cases_[id]];
      return std::ranges::any_of(baseline_.lines, [&](const BaselineLine& other) {
        return &other != &line && selects(other.pattern, c);
      });
    });
  }

  // Lines about the monitor go where everything was played and it saw nothing of them.
  void look_at_finding(const BaselineLine& line) {
    for (const std::string& id : index_.unseen(run_)) {
      if (id == line.pattern) remove(line);
    }
  }

  void add_cases() {
    std::set<std::string> done;
    for (const result::CaseResult& played : run_.cases) {
      if (played.verdict.word == Word::not_run || done.contains(played.id)) continue;
      if (index_.line_of_case(played.id) != nullptr) continue;
      const auto here = cases_.find(played.id);
      if (here == cases_.end()) continue;
      const auto word = wanted(played);
      if (!word) continue;
      const std::string whole = family(catalogue_[here->second]);
      const std::vector<std::string>& members = families_[whole];
      const bool all = std::ranges::all_of(members, [&](const std::string& id) {
        const auto found = played_.find(id);
        return found != played_.end() && index_.line_of_case(id) == nullptr &&
               found->second->verdict.word == played.verdict.word &&
               (!settings_.signatures || found->second->verdict.reason == played.verdict.reason);
      });
      add(all ? whole : played.id, *word, &played);
      if (all) done.insert(members.begin(), members.end());
    }
  }

  void add_findings() {
    for (const result::MonitorFinding& finding : run_.monitor) {
      const auto* const requirement = rfc::find_requirement(finding.requirement);
      if (requirement == nullptr || requirement->verdict_class != rfc::VerdictClass::strict)
        continue;
      // A line of many cases (`* = fail`) may have covered it too, and be gone now.
      const BaselineLine* const line = index_.line_of_finding(finding.requirement);
      if (line != nullptr && lines_[line->index]) continue;
      additions_.push_back({std::numeric_limits<std::size_t>::max(),
                            std::string(of_monitor) + finding.requirement, "fail",
                            rfc::citation(*requirement)});
    }
  }

  void add(const std::string& pattern, const std::string& words, const result::CaseResult* played) {
    std::string id = played->verdict.requirement;
    if (id.empty() && !played->checks.empty()) id = played->checks.front();
    const auto* const requirement = rfc::find_requirement(id);
    additions_.push_back({order_of(pattern), pattern, words,
                          requirement == nullptr || !counts_in(words)
                              ? std::string()
                              : rfc::citation(*requirement)});
  }

  // Where a pattern belongs: at the first case that it is about; the monitor comes last.
  std::size_t order_of(const std::string& pattern) const {
    if (pattern.starts_with(of_monitor)) return std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < catalogue_.size(); ++i) {
      if (selects(pattern, catalogue_[i])) return i;
    }
    return std::numeric_limits<std::size_t>::max();
  }

  void remove(const BaselineLine& line) {
    lines_[line.index].reset();
    out_.changed.push_back(fmt::format("{}: {} is not needed any more", line.index + 1,
                                       base::for_terminal(line.pattern)));
  }

  // The words in place; the comment stays where it is as far as there is room.
  void change(const BaselineLine& line, std::string words) {
    std::string& text = *lines_[line.index];
    std::string rest = text.substr(line.words_at + line.words_size);
    out_.changed.push_back(fmt::format("{}: {} = {}, which was {}", line.index + 1,
                                       base::for_terminal(line.pattern), words,
                                       base::for_terminal(to_string(line.words))));
    while (words.size() < line.words_size && !rest.empty()) words += ' ';
    for (std::size_t more = words.size() - std::min(words.size(), line.words_size);
         more > 0 && rest.starts_with("  "); --more)
      rest.erase(0, 1);
    text = text.substr(0, line.words_at) + words + rest;
  }

  // Each new line behind the last one that comes before it in the catalogue.
  void write_added() {
    std::ranges::stable_sort(additions_, {}, &Addition::order);
    if (baseline_.lines.empty()) {
      for (const Addition& one : additions_)
        column_ = std::max(column_, std::min<std::size_t>(one.pattern.size() + 1, 72));
    }
    std::vector<std::size_t> orders;
    for (const BaselineLine& line : baseline_.lines) orders.push_back(order_of(line.pattern));
    for (const Addition& one : additions_) {
      std::size_t place = baseline_.lines.empty() ? lines_.size() : baseline_.lines.front().index;
      for (std::size_t i = 0; i < orders.size(); ++i) {
        if (orders[i] <= one.order) place = baseline_.lines[i].index + 1;
      }
      const std::string& comment = settings_.reason.empty() ? one.comment : settings_.reason;
      std::string text =
          fmt::format("{:<{}} = {}", one.pattern, column_ > 0 ? column_ - 1 : 0, one.words);
      if (!comment.empty()) text = fmt::format("{:<{}}  # {}", text, column_ + 14, comment);
      added_[place].push_back(std::move(text));
      out_.changed.push_back(fmt::format("{} = {} is new", one.pattern, one.words));
    }
  }

  std::string text() const {
    std::string out;
    for (std::size_t i = 0; i <= lines_.size(); ++i) {
      for (const std::string& line : added_[i]) out += line + "\n";
      if (i < lines_.size() && lines_[i]) out += *lines_[i] + "\n";
    }
    return out;
  }

  const Baseline& baseline_;
  std::span<const script::Case> catalogue_;
  const result::RunResult& run_;
  const UpdateSettings& settings_;
  BaselineIndex index_;
  std::map<std::string, std::size_t, std::less<>> cases_;  // where in the catalogue
  std::map<std::string, std::vector<std::string>> families_;
  std::map<const BaselineLine*, std::vector<std::string>> decided_;
  std::map<std::string, const result::CaseResult*, std::less<>> played_;
  std::vector<std::optional<std::string>> lines_;  // nothing: removed
  std::vector<std::vector<std::string>> added_;    // before the line of that index
  std::vector<Addition> additions_;
  std::size_t column_ = 0;  // of the =
  BaselineUpdate out_;
};

}  // namespace

BaselineUpdate update(const Baseline& baseline, std::span<const script::Case> catalogue,
                      const result::RunResult& run, const UpdateSettings& settings) {
  return Updating(baseline, catalogue, run, settings).result();
}

}  // namespace wsproof::run
