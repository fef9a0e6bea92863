#include "harness/endpoint/outbox.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace wsproof::endpoint {

namespace {

// How much of a write is cut into single octets: enough for every header, bounded for large
// messages.
constexpr std::size_t most_single_octets = 512;

}  // namespace

void Outbox::put(Kind kind, base::Octets octets, base::Time due) {
  // What waits for another cannot be due before it.
  due = std::max(due, kind == Kind::last   ? latest_
                      : kind == Kind::pong ? latest_last_
                                           : latest_data_);
  latest_ = std::max(latest_, due);
  if (kind != Kind::pong) latest_data_ = std::max(latest_data_, due);
  if (kind == Kind::last) latest_last_ = std::max(latest_last_, due);
  answers_.push_back({kind, std::move(octets), due});
}

void Outbox::lose_answers() {
  std::erase_if(answers_, [](const Answer& answer) { return answer.kind != Kind::last; });
  old_ = std::min(old_, answers_.size());
}

void Outbox::clear() {
  answers_.clear();
  old_ = 0;
}

void Outbox::end_read() {
  if (quirks_.control.order != PongOrder::arrival) sort_fresh();
  if (quirks_.control.answered != PingsAnswered::all) thin_out_pongs();
  if (quirks_.delivery.overtaken != Overtaken::none) overtake();
  old_ = answers_.size();
}

// Puts the read's pongs in front of its data, or behind them; the rest keeps its order.
void Outbox::sort_fresh() {
  const bool pongs_first = quirks_.control.order == PongOrder::before_data;
  const std::array order{pongs_first ? Kind::pong : Kind::data,
                         pongs_first ? Kind::data : Kind::pong, Kind::slow_data, Kind::last};
  std::vector<Answer> fresh(
      std::move_iterator(answers_.begin() + static_cast<std::ptrdiff_t>(old_)),
      std::move_iterator(answers_.end()));
  answers_.resize(old_);
  for (const Kind kind : order) {
    for (Answer& answer : fresh) {
      if (answer.kind == kind) answers_.push_back(std::move(answer));
    }
  }
}

// Puts the read's slow data behind its other answers, but not behind a Close, unless that is the
// quirk.
void Outbox::overtake() {
  const auto fresh = answers_.begin() + static_cast<std::ptrdiff_t>(old_);
  const auto slow = std::stable_partition(
      fresh, answers_.end(), [](const Answer& answer) { return answer.kind != Kind::slow_data; });
  if (slow == fresh || quirks_.delivery.overtaken == Overtaken::compressed_by_close) return;
  constexpr std::uint8_t first_of_close = 0x88;
  const auto before = std::prev(slow);
  const bool closes = before->kind == Kind::last && before->octets.front() == first_of_close;
  if (closes) std::rotate(before, slow, answers_.end());
}

// Of the read's pongs one is enough, the latest. [6455-5.5.3-2]
void Outbox::thin_out_pongs() {
  const auto fresh = answers_.begin() + static_cast<std::ptrdiff_t>(old_);
  const auto is_pong = [](const Answer& answer) { return answer.kind == Kind::pong; };
  const auto count = std::count_if(fresh, answers_.end(), is_pong);
  const auto kept = quirks_.control.answered == PingsAnswered::latest_of_read ? count - 1 : 0;
  std::ptrdiff_t index = 0;
  const auto superseded = [&](const Answer& answer) { return is_pong(answer) && index++ != kept; };
  answers_.erase(std::remove_if(fresh, answers_.end(), superseded), answers_.end());
}

std::vector<base::Octets> Outbox::take(base::Time now) {
  std::vector<base::Octets> frames;
  for (Answer& answer : answers_) {
    if (answer.due <= now) frames.push_back(std::move(answer.octets));
  }
  std::erase_if(answers_, [now](const Answer& answer) { return answer.due <= now; });
  old_ = answers_.size();
  return cut(std::move(frames));
}

std::vector<base::Octets> Outbox::cut(std::vector<base::Octets> frames) const {
  if (quirks_.delivery.writes == WriteCut::one_per_frame || frames.empty()) return frames;
  base::Octets all = std::move(frames.front());
  for (std::size_t index = 1; index < frames.size(); ++index) base::append(all, frames[index]);
  std::vector<base::Octets> writes;
  if (quirks_.delivery.writes == WriteCut::octets) {
    const std::size_t singles = std::min(all.size(), most_single_octets);
    for (std::size_t at = 0; at < singles; ++at) writes.push_back({all[at]});
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(singles));
  }
  if (!all.empty()) writes.push_back(std::move(all));
  return writes;
}

void Outbox::hurry() {
  for (Answer& answer : answers_) answer.due = base::Time::min();
  latest_ = latest_data_ = latest_last_ = base::Time::min();
}

std::optional<base::Time> Outbox::due() const {
  if (answers_.empty()) return std::nullopt;
  return std::ranges::min(answers_, {}, &Answer::due).due;
}

}  // namespace wsproof::endpoint
