#include "harness/run/attribution.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/run/target.hpp"

namespace wsproof::run {

namespace {

using result::Incident;

// A message as a sentence among others: a blank for each line break and the blanks behind it.
std::string in_one_line(std::string_view message) {
  std::string out;
  bool broken = false;
  for (const char c : message) {
    broken = c == '\n' || (broken && c == ' ');
    if (c == '\n') out += ' ';
    if (!broken) out += c;
  }
  return out;
}

constexpr std::uint32_t most_plays = 3;  // of one suspect, before it is believed or cleared
constexpr int controls_between = 3;      // that the target has to survive before a suspect's next
constexpr int tries_in_a_row = 3;        // to start a target that does not even serve a control
constexpr base::Duration death_throes = std::chrono::seconds(2);  // from a last answer to the end
constexpr base::Duration late_death = std::chrono::milliseconds(100);  // behind a good control

// One search: who did it, and whether anything happened without anybody.
class Search {
 public:
  Search(Stage& stage, Patient& patient, const Incident& first)
      : stage_(stage), patient_(patient), first_(first) {}

  Attribution among(const std::vector<std::size_t>& suspects);

 private:
  std::optional<Incident> brings_about(std::size_t index, base::Duration patience);
  std::optional<Incident> convict(std::size_t index, const Incident& once, base::Duration patience);
  bool survives_controls();
  bool back() { return patient_.bring_back(stage_, true); }

  Stage& stage_;
  Patient& patient_;
  const Incident& first_;
  bool at_random_ = false;  // something happened that did not happen again
  bool by_itself_ = false;  // it died of controls
  bool lost_ = false;
};

// What happens when a case is played alone, and a control behind it.
std::optional<Incident> Search::brings_about(std::size_t index, base::Duration patience) {
  const bool served = stage_.serves_after(index);
  if (stage_.stopped()) return std::nullopt;
  if (!served) return patient_.lost();
  return patient_.incident(patience);
}

// Placebo: a target that dies of controls dies by itself.
bool Search::survives_controls() {
  for (int i = 0; i < controls_between; ++i) {
    if (stage_.play_control() && !patient_.incident()) continue;
    by_itself_ = true;
    if (!back()) lost_ = true;
    return false;
  }
  return true;
}

// Plays a case that did it once again, until it is sure or cleared.
std::optional<Incident> Search::convict(std::size_t index, const Incident& once,
                                        base::Duration patience) {
  Incident found = once;
  found.played_alone = found.reproduced = 1;
  while (!stage_.stopped()) {
    if (!back()) {
      lost_ = true;
      return found;  // nothing more can be found out; it tells how often it was seen
    }
    const std::uint32_t needed = at_random_ ? most_plays : most_plays - 1;
    if (found.reproduced >= needed) return found;
    if (found.played_alone - found.reproduced > most_plays - needed) break;
    if (!survives_controls()) break;
    const auto again = brings_about(index, patience);
    ++found.played_alone;
    if (again) ++found.reproduced;
  }
  at_random_ = true;
  return std::nullopt;
}

Attribution Search::among(const std::vector<std::size_t>& suspects) {
  Attribution out;
  out.incident = first_;
  // A sanitizer tells many things only once a process; and who hangs lets a control wait in vain.
  const bool fresh = first_.kind != Incident::Kind::hang || patient_.restarts_left() > 0;
  if (!patient_.bring_back(stage_, fresh)) {
    out.lost = true;
    return out;
  }
  const base::Duration patience =
      first_.kind == Incident::Kind::death ? late_death : base::Duration{};
  std::optional<std::size_t> before;
  for (const std::size_t index : suspects) {
    if (stage_.stopped()) return out;
    auto once = brings_about(index, patience);
    auto culprit = index;
    std::optional<Incident> found = once ? convict(index, *once, patience) : std::nullopt;
    if (once && !found && !lost_ && !by_itself_ && before) {
      // Perhaps the one before died late, in the company of this one.
      culprit = *before;
      once = brings_about(culprit, death_throes);
      found = once ? convict(culprit, *once, death_throes) : std::nullopt;
    }
    out.lost = lost_;
    if (found) {
      out.culprit = culprit;
      out.incident = *found;
      return out;
    }
    if (lost_ || by_itself_) return out;
    out.cleared.push_back(index);
    before = index;
  }
  return out;
}

}  // namespace

std::optional<Incident> Patient::incident(base::Duration patience) {
  if (process_ == nullptr) return std::nullopt;
  if (auto alarm = process_->alarm()) return alarm;
  return process_->death(patience);
}

Incident Patient::lost() {
  if (auto happened = incident(death_throes)) return *happened;
  return process_ == nullptr ? Incident{.kind = Incident::Kind::hang} : process_->hang();
}

bool Patient::bring_back(Stage& stage, bool fresh) {
  const bool gone = process_ != nullptr && process_->death();
  const bool anew = process_ != nullptr && fresh;
  if (!gone && !anew && stage.play_control()) return true;
  if (stage.stopped()) return false;
  if (process_ == nullptr) {
    why_not_ = "the target stopped answering";
    return stage.play_control();
  }
  if (left_ == 0) {
    why_not_ = "the target died, and was started again as often as --restarts allows";
    return false;
  }
  for (int tries = 0; tries < tries_in_a_row && left_ > 0 && !stage.stopped(); ++tries) {
    --left_;
    if (const auto started = process_->start_again(); !started) {
      why_not_ = in_one_line(started.error().message);
      return false;
    }
    if (stage.play_control()) return true;
    why_not_ = "the target was started again, and serves nobody";
  }
  return false;
}

Attribution attribute(Stage& stage, Patient& patient, const std::vector<std::size_t>& suspects,
                      const Incident& first) {
  return Search(stage, patient, first).among(suspects);
}

}  // namespace wsproof::run
