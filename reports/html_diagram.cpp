#include <fmt/format.h>

#include <algorithm>

#include "harness/base/escape.hpp"
#include "reports/html_wire.hpp"
#include "reports/phrases.hpp"
#include "reports/subject.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Entry;

namespace {

// In units of the drawing, which are pixels where there is room.
constexpr int width = 620;
constexpr int client_lane = 110;
constexpr int target_lane = 560;
constexpr int top = 34;
constexpr int step = 27;
constexpr std::size_t head_events = 18;
constexpr std::size_t tail_events = 6;

void text_at(Html& page, const char* kind, int x, int y, std::string_view text) {
  page.element("text", {{"class", kind}, {"x", std::to_string(x)}, {"y", std::to_string(y)}}, text);
}

void line(Html& page, const char* kind, int x1, int y1, int x2, int y2) {
  page.element("line",
               {{"class", kind},
                {"x1", std::to_string(x1)},
                {"y1", std::to_string(y1)},
                {"x2", std::to_string(x2)},
                {"y2", std::to_string(y2)}},
               "");
}

void arrow(Html& page, bool ours, int y, bool ends) {
  const int from = ours ? client_lane : target_lane;
  const int to = ours ? target_lane : client_lane;
  const int back = ours ? -9 : 9;
  line(page, ends ? "arrow end" : "arrow", from, y, to + back, y);
  page.element("path", {{"class", "tip"}, {"d", fmt::format("M{} {}l{} -4.5v9z", to, y, back)}},
               "");
}

void event(Html& page, const Entry& entry, int y) {
  const bool ours = entry.kind == Entry::Kind::sent || entry.kind == Entry::Kind::ended_us;
  const bool theirs = entry.kind == Entry::Kind::received || entry.kind == Entry::Kind::ended;
  const bool ends = entry.kind == Entry::Kind::ended || entry.kind == Entry::Kind::ended_us;
  const auto group = page.in("g", {{"class", ours ? "us" : theirs ? "them" : "note"}});
  text_at(page, "at", client_lane - 10, y + 4, since_begin(entry.at));
  const int middle = (client_lane + target_lane) / 2;
  if (ours || theirs) {
    arrow(page, ours, y, ends);
    text_at(page, "said", middle, y - 5,
            front(base::for_terminal(base::cut(said(entry), 200)), 58));
  } else {
    text_at(page, "said", middle, y + 4,
            front(base::for_terminal(base::cut(said(entry), 200)), 58));
  }
}

}  // namespace

void sequence_diagram(Html& page, const CaseResult& played, const result::Target& target) {
  const auto& entries = played.evidence.transcript.entries;
  const std::size_t size = entries.size();
  const bool cut = size > head_events + tail_events;
  const std::size_t head = cut ? head_events : size;
  const std::size_t tail = cut ? size - tail_events : size;
  const int rows = static_cast<int>(head + (cut ? 1 + tail_events : 0));
  const int height = top + step * rows + 12;

  const auto figure = page.in("figure", {{"class", "sequence"},
                                         {"tabindex", "0"},
                                         {"role", "group"},
                                         {"aria-label", "Sequence diagram"}});
  const std::string box = fmt::format("0 0 {} {}", width, height);
  const auto drawing = page.in("svg", {{"viewBox", box},
                                       {"width", std::to_string(width)},
                                       {"height", std::to_string(height)},
                                       {"aria-hidden", "true"}});
  text_at(page, "lane", client_lane, 16, "wsproof");
  text_at(page, "lane", target_lane, 16, front(base::for_terminal(target_name(target)), 16));
  line(page, "life", client_lane, 24, client_lane, height - 4);
  line(page, "life", target_lane, 24, target_lane, height - 4);
  int y = top + 14;
  const auto events = [&](std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index) {
      event(page, entries[index], y);
      y += step;
    }
  };
  events(0, head);
  if (cut) {
    text_at(page, "said", (client_lane + target_lane) / 2, y + 4,
            fmt::format("… {} more events …", tail - head));
    y += step;
  }
  events(tail, size);
}

std::string how_it_closed(const CaseResult& played) {
  const auto& entries = played.evidence.transcript.entries;
  const auto closes = [&](Entry::Kind kind) -> const Entry* {
    const auto found = std::ranges::find_if(entries, [&](const Entry& entry) {
      return entry.kind == kind && entry.header_size > 0 && !entry.octets.empty() &&
             (entry.octets.front() & 0x0FU) == 0x8U;
    });
    return found == entries.end() ? nullptr : &*found;
  };
  std::string sentence;
  const auto add = [&](const std::string& part) {
    sentence += (sentence.empty() ? "" : ", then ") + part;
  };
  const Entry* const theirs = closes(Entry::Kind::received);
  const Entry* const ours = closes(Entry::Kind::sent);
  const auto told = [](std::string_view who, const Entry& entry) {
    return fmt::format("{} sent {} at {}", who, base::cut(entry.text, 120), since_begin(entry.at));
  };
  const bool ours_first = ours != nullptr && (theirs == nullptr || ours < theirs);
  if (ours_first) add(told("wsproof", *ours));
  if (theirs != nullptr) add(told("the target", *theirs));
  if (ours != nullptr && !ours_first) add(told("wsproof", *ours));
  for (const Entry& entry : entries) {
    if (entry.kind != Entry::Kind::ended && entry.kind != Entry::Kind::ended_us) continue;
    const bool target = entry.kind == Entry::Kind::ended;
    const std::string_view how = entry.text == "reset" ? "reset TCP" : "ended TCP";
    add(fmt::format("{} {} at {}", target ? "the target" : "wsproof", how, since_begin(entry.at)));
    break;
  }
  if (sentence.empty()) return sentence;
  if (sentence.starts_with("the target")) sentence.front() = 'T';
  return sentence + ".";
}

}  // namespace wsproof::reports
