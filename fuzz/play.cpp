#include "fuzz/play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string_view>

#include "fuzz/conversation.hpp"

namespace wsproof::fuzz {

namespace {

struct Listener {
  std::vector<Event> events;
  bool over = false;
};

void report(void* listener, const wsproof_event* event) {
  auto& to = *static_cast<Listener*>(listener);
  if (to.over) return;
  Event& added = to.events.emplace_back(Event{event->kind, event->type, event->code, {}});
  if (event->size > 0) added.octets.assign(event->data, event->data + event->size);
  to.over = event->kind == WSPROOF_CLOSE || event->kind == WSPROOF_FAILURE;
}

std::string_view kind(const Event& event) {
  switch (event.kind) {
    case WSPROOF_MESSAGE:
      return event.type == 1 ? "text" : "binary";
    case WSPROOF_PING:
      return "ping";
    case WSPROOF_PONG:
      return "pong";
    case WSPROOF_CLOSE:
      return "close";
    case WSPROOF_FAILURE:
      break;
  }
  return "failure";
}

std::string why(const Event& failure) { return std::string(base::as_text(failure.octets)); }

std::string difference_of(const Event& ours, const Event& theirs) {
  const bool we_fail = ours.kind == WSPROOF_FAILURE;
  const bool they_fail = theirs.kind == WSPROOF_FAILURE;
  if (we_fail && !they_fail) return "accepts: " + why(ours);
  if (!we_fail && they_fail) return fmt::format("refuses: {}", kind(ours));
  if (we_fail) {
    // A codec that does not say its code says nothing wrong; and what is too big may break another
    // rule as well, which somebody may see first.
    const bool same = theirs.code == 0 || theirs.code == ours.code || ours.code == 1009;
    return same ? "" : fmt::format("code: {} not {}: {}", theirs.code, ours.code, why(ours));
  }
  if (kind(ours) != kind(theirs)) return fmt::format("says: {}, not {}", kind(theirs), kind(ours));
  return ours == theirs ? "" : fmt::format("differs: {}", kind(ours));
}

}  // namespace

std::string describe(const Event& event) {
  std::string text(kind(event));
  if (event.code != 0) text += fmt::format(" {}", event.code);
  if (event.kind == WSPROOF_FAILURE) return text + fmt::format(" ({})", why(event));
  const base::OctetView front(event.octets.data(), std::min<std::size_t>(event.octets.size(), 32));
  text += fmt::format(" {}", base::to_hex(front));
  if (front.size() < event.octets.size()) text += fmt::format("… ({} octets)", event.octets.size());
  return text;
}

std::string describe(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) text += (text.empty() ? "" : " | ") + describe(event);
  return text.empty() ? "nothing" : text;
}

std::vector<Event> play(const wsproof_codec& codec, const wsproof_codec_settings& settings,
                        base::OctetView octets, base::OctetView cuts) {
  Listener listener;
  void* made = codec.create(&settings, report, &listener);
  in_writes(octets, cuts, [&](base::OctetView piece) {
    codec.feed(made, piece.data(), piece.size());
    return !listener.over;
  });
  codec.destroy(made);
  return std::move(listener.events);
}

std::string difference(const std::vector<Event>& reference, const std::vector<Event>& codec) {
  const std::size_t both = std::min(reference.size(), codec.size());
  for (std::size_t at = 0; at < both; ++at) {
    if (auto found = difference_of(reference[at], codec[at]); !found.empty()) return found;
  }
  if (codec.size() > both) {
    const Event& more = codec[both];
    if (more.kind == WSPROOF_FAILURE) return "refuses: what came last";
    return fmt::format("makes up: {}", kind(more));
  }
  if (reference.size() == both || reference[both].kind == WSPROOF_FAILURE) return "";
  return fmt::format("lost: {}", kind(reference[both]));
}

namespace {

std::set<std::string> lines_of_known_file() {
  std::set<std::string> lines;
  if (const char* path = std::getenv("WSPROOF_KNOWN")) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) lines.insert(line);
  }
  return lines;
}

bool covers(std::string_view known, std::string_view difference) {
  if (!known.ends_with('*')) return known == difference;
  return difference.starts_with(known.substr(0, known.size() - 1));
}

}  // namespace

bool is_known(const wsproof_codec& codec, const std::string& difference) {
  static const std::set<std::string> more = lines_of_known_file();
  if (more.contains(difference)) return true;
  if (codec.known == nullptr) return false;
  for (const char* const* known = codec.known; *known != nullptr; ++known) {
    if (covers(*known, difference)) return true;
  }
  return false;
}

}  // namespace wsproof::fuzz
