#include "reports/html_wire.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/escape.hpp"
#include "reports/phrases.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Entry;
using result::Transcript;

namespace {

// What is shown of a log: its first entries and its last ones, and so much of each.
constexpr std::size_t head_entries = 40;
constexpr std::size_t tail_entries = 20;
constexpr std::size_t shown_text = 300;

bool is_ours(Entry::Kind kind) {
  return kind == Entry::Kind::sent || kind == Entry::Kind::ended_us;
}

bool is_theirs(Entry::Kind kind) {
  return kind == Entry::Kind::received || kind == Entry::Kind::ended;
}

// An HTTP head: text in lines, which says more than its hex.
bool is_head(const Entry& entry) {
  return entry.header_size == 0 &&
         base::as_text(entry.octets).find("\r\n") != std::string_view::npos;
}

void hex(Html& page, const Entry& entry) {
  const base::OctetView octets(entry.octets);
  const std::size_t shown = std::min(octets.size(), shown_octets);
  const auto block = page.in("div", {{"class", "hex"}});
  page.text(spaced_hex(octets.first(shown)));
  cut_note(page, entry, shown);
}

// A head as it stood on the wire, line by line.
void head(Html& page, const Entry& entry) {
  constexpr std::size_t most = 40;
  {
    const auto block = page.in("pre");
    auto all = lines(base::as_text(entry.octets));
    all.resize(std::min(all.size(), most));
    for (std::string_view line : all) {
      if (line.ends_with('\r')) line.remove_suffix(1);
      page.text(base::cut(line, 300)).line();
    }
  }
  cut_note(page, entry, entry.octets.size());
}

void what(Html& page, const Entry& entry, bool several) {
  if (several) page.element("small", fmt::format("@{} ", entry.link));
  if (is_ours(entry.kind)) page.text("→ ");
  if (is_theirs(entry.kind)) page.text("← ");
  const std::string text = base::cut(said(entry), shown_text);
  if (is_ours(entry.kind) || is_theirs(entry.kind)) {
    page.element("code", text);
  } else {
    page.text(text);
  }
  if (entry.octets.empty()) return;
  if (is_head(entry)) {
    page.text(" ").element("small", counted(entry.size, "octet", "octets"));
  } else if (entry.header_size > 0) {
    decoded_frame(page, entry);
  } else {
    hex(page, entry);
  }
}

void row(Html& page, const Entry& entry, bool several) {
  const bool ours = is_ours(entry.kind);
  const bool theirs = is_theirs(entry.kind);
  {
    const auto line = page.in("tr", {{"class", ours ? "us" : theirs ? "them" : "note"}});
    page.element("td", {{"class", "n"}}, since_begin(entry.at));
    if (!ours && !theirs) {
      const auto cell = page.in("td", {{"colspan", "2"}});
      what(page, entry, several);
    } else {
      if (theirs) page.element("td", "");
      {
        const auto cell = page.in("td");
        what(page, entry, several);
      }
      if (ours) page.element("td", "");
    }
  }
  page.line();
}

void gap(Html& page, std::uint64_t count) {
  if (count == 0) return;
  const auto line = page.in("tr", {{"class", "note"}});
  page.element("td", "");
  page.element("td", {{"colspan", "2"}}, fmt::format("{} more events", count));
}

// "    +0.4 ms > text "hi"  81 02 6869".
void short_line(Html& page, const Entry& entry, bool several) {
  const std::string_view lane = is_ours(entry.kind) ? ">" : is_theirs(entry.kind) ? "<" : "#";
  const std::string link = several ? fmt::format(" @{}", entry.link) : "";
  page.text(
      fmt::format("{:>10}{} {} {}", since_begin(entry.at), link, lane, base::cut(said(entry), 80)));
  if (entry.header_size > 0) page.element("i", "  " + frame_hex(entry, 16));
  page.line();
}

bool has_several_links(const Transcript& log) {
  return std::ranges::any_of(log.entries, [](const Entry& entry) { return entry.link > 0; });
}

}  // namespace

void wire_table(Html& page, const CaseResult& played, const result::Target& target) {
  const Transcript& log = played.evidence.transcript;
  const bool several = has_several_links(log);
  const std::size_t size = log.entries.size();
  const std::size_t head_end = std::min(size, head_entries);
  const std::size_t tail_begin = std::max(head_end, size - std::min(size, tail_entries));

  const auto table = page.in("table", {{"class", "wire"}});
  {
    const auto heads = page.in("thead");
    const auto line = page.in("tr");
    const bool server = target.role != "client";
    page.element("th", {{"scope", "col"}}, "Time");
    page.element("th", {{"scope", "col"}}, server ? "wsproof (client)" : "wsproof (server)");
    page.element("th", {{"scope", "col"}}, server ? "Target (server)" : "Target (client)");
  }
  const auto events = page.in("tbody");
  for (std::size_t index = 0; index < head_end; ++index) row(page, log.entries[index], several);
  gap(page, tail_begin - head_end);
  for (std::size_t index = tail_begin; index < size; ++index) {
    row(page, log.entries[index], several);
  }
  gap(page, log.dropped);
}

void handshake(Html& page, const CaseResult& played) {
  constexpr std::size_t most = 6;
  std::vector<const Entry*> heads;
  for (const Entry& entry : played.evidence.transcript.entries) {
    if (is_head(entry) && heads.size() < most) heads.push_back(&entry);
  }
  if (heads.empty()) return;
  const auto fold = page.in("details", {{"class", "heads"}});
  page.element("summary", "Handshake as it stood on the wire");
  const auto columns = page.in("div", {{"class", "columns"}});
  for (const Entry* entry : heads) {
    const auto column = page.in("div");
    page.element("small",
                 fmt::format("{} {}, {}", is_ours(entry->kind) ? "→" : "←", since_begin(entry->at),
                             counted(entry->size, "octet", "octets")));
    head(page, *entry);
  }
}

void short_wire(Html& page, const CaseResult& played) {
  constexpr std::size_t half = 4;
  const Transcript& log = played.evidence.transcript;
  if (log.entries.empty()) return;
  const bool several = has_several_links(log);
  std::vector<const Entry*> events;
  for (const Entry& entry : log.entries) {
    const bool standard = is_head(entry) && entry.script_line == 0;
    if (entry.kind != Entry::Kind::opened && !standard) events.push_back(&entry);
  }
  if (events.empty()) {
    for (const Entry& entry : log.entries) events.push_back(&entry);
  }
  const std::size_t head_end = std::min(events.size(), half);
  const std::size_t tail_begin = std::max(head_end, events.size() - std::min(events.size(), half));
  const auto block = page.in("pre", {{"class", "log"}});
  for (std::size_t index = 0; index < head_end; ++index) short_line(page, *events[index], several);
  const std::uint64_t left_out = tail_begin - head_end + log.dropped;
  if (left_out > 0) page.text(fmt::format("           … {} more events", left_out)).line();
  for (std::size_t index = tail_begin; index < events.size(); ++index) {
    short_line(page, *events[index], several);
  }
}

}  // namespace wsproof::reports
