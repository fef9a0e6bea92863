#include "reports/phrases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/check.hpp"
#include "harness/base/escape.hpp"
#include "harness/base/shell.hpp"
#include "harness/rfc/requirements.hpp"

namespace wsproof::reports {

using result::CaseResult;
using result::Entry;
using result::Word;

namespace {

struct WordInfo {
  Word word;
  std::string_view mark;
  std::string_view meaning;
};

constexpr auto infos = std::to_array<WordInfo>({
    {Word::crash, "‼", "The target died of it."},
    {Word::hang, "∞", "The target stopped answering altogether."},
    {Word::fail, "✗", "A sentence of an RFC that must be kept was broken."},
    {Word::flaky, "±", "Repeated, it came to different verdicts."},
    {Word::inconclusive, "?",
     "Nothing can be said: refused by policy, lost in transit, or without a positive control."},
    {Word::non_strict, "~", "A legal but unusual choice, or a SHOULD that was not followed."},
    {Word::info, "i", "Observed and told; there is nothing to judge."},
    {Word::unsupported, "–",
     "The target cannot be asked: it lacks what the case needs, or it is a limit of the target."},
    {Word::not_run, "·", "Planned, and not reached."},
    {Word::pass, "✓", "What the requirement asks for was seen on the wire."},
});

constexpr auto words = [] {
  std::array<Word, infos.size()> all{};
  std::ranges::transform(infos, all.begin(), &WordInfo::word);
  return all;
}();

const WordInfo& info(Word word) {
  const auto* const found = std::ranges::find(infos, word, &WordInfo::word);
  CHECK(found != infos.end());
  return *found;
}

bool continues_a_character(char octet) {
  return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

}  // namespace

std::span<const Word> words_by_weight() { return words; }

std::string_view mark(Word word) { return info(word).mark; }

std::string_view meaning(Word word) { return info(word).meaning; }

bool is_alarming(Word word) {
  return word == Word::crash || word == Word::hang || word == Word::fail || word == Word::flaky ||
         word == Word::inconclusive;
}

bool is_known(const std::optional<result::Known>& known) {
  return known && known->standing == result::Standing::expected;
}

bool needs_attention(const CaseResult& played) {
  if (!played.known) return is_alarming(played.verdict.word);
  return played.known->standing == result::Standing::better ||
         (played.known->standing != result::Standing::expected && is_alarming(played.verdict.word));
}

std::string of_baseline(const result::Known& known, Word word) {
  std::string place = base::cut(known.file, 200);
  if (known.line > 0) place += fmt::format(":{}", known.line);
  std::string out = is_known(known) ? fmt::format("{}, as {} says", result::name(word), place)
                                    : fmt::format("{}, and {} says {}", result::name(word), place,
                                                  base::cut(known.says, 100));
  if (!known.reason.empty()) out += ": " + base::cut(known.reason, 300);
  if (!known.until.empty()) out += ", until " + base::cut(known.until, 20);
  return out;
}

std::string what_is_known(const result::RunResult& run) {
  const auto cases = std::ranges::count_if(run.cases, [](const CaseResult& played) {
    return is_alarming(played.verdict.word) && is_known(played.known);
  });
  const auto findings = std::ranges::count_if(
      run.monitor, [](const result::MonitorFinding& one) { return is_known(one.known); });
  std::string out = counted(static_cast<std::size_t>(cases), "bad case", "bad cases");
  if (findings > 0)
    out += " and " + counted(static_cast<std::size_t>(findings), "finding", "findings");
  return out;
}

std::string why_unsupported(std::string_view reason) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"needs-answer", "need a message that the target answers (--reply)"},
      {"needs-binary", "need a binary message that it answers (a profile with `reply binary`)"},
      {"needs-echo", "need an echo, for what they send has to come back"},
      {"needs-first", "send right behind the handshake, where the target wants its greeting"},
      {"needs-pong", "need answers to pings or messages"},
      {"needs-deflate", "need permessage-deflate"},
      {"needs-process", "need a process that wsproof started"},
      {"needs-tls", "need a target that is reached by TLS (wss)"},
      {"limit", "met a limit of the target"}};
  for (const auto& [code, sentence] : known) {
    if (code == reason) return std::string(sentence);
  }
  return base::for_terminal(reason);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string seconds(base::Duration time) {
  const double value = std::chrono::duration<double>(time).count();
  if (value < 10) return fmt::format("{:.2f} s", value);
  if (value < 120) return fmt::format("{:.1f} s", value);
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

std::string brief_time(base::Duration time) {
  const double value = std::chrono::duration<double, std::milli>(time).count();
  if (value >= 1000) return seconds(time);
  return value < 10 ? fmt::format("{:.1f} ms", value) : fmt::format("{:.0f} ms", value);
}

std::string since_begin(base::Duration time) {
  const double value = std::chrono::duration<double, std::milli>(time).count();
  return value < 1000 ? fmt::format("+{:.1f} ms", value) : fmt::format("+{:.0f} ms", value);
}

std::string_view concerned_requirement(const CaseResult& played) {
  if (!played.verdict.requirement.empty()) return played.verdict.requirement;
  if (!played.checks.empty()) return played.checks.front();
  return {};
}

std::string authority(const CaseResult& played) {
  const auto* const requirement = rfc::find_requirement(concerned_requirement(played));
  if (requirement == nullptr) return played.level;
  return fmt::format("{} · {}", requirement->level, rfc::citation(*requirement));
}

std::string what_was_sent(const CaseResult& played) {
  constexpr std::size_t most = 3;
  std::string sentence;
  std::size_t count = 0;
  for (const Entry& entry : played.evidence.transcript.entries) {
    if (entry.kind != Entry::Kind::sent || entry.script_line == 0) continue;
    if (++count > most) continue;
    if (count > 1) sentence += ", then ";
    sentence += base::cut(entry.text, 120);
  }
  if (count > most) sentence += fmt::format(", and {} more", count - most);
  return sentence;
}

namespace {

std::string word_and_reason(Word word, const std::string& reason) {
  const std::string_view text = result::name(word);
  return reason.empty() ? std::string(text) : fmt::format("{} ({})", text, base::cut(reason, 60));
}

}  // namespace

std::string in_each_delivery(const CaseResult& played) {
  std::string text;
  for (const result::Delivered& one : played.verdict.deliveries) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", base::cut(one.delivery, 40),
                        word_and_reason(one.word, one.reason));
  }
  return text;
}

std::string in_each_attempt(const CaseResult& played) {
  constexpr std::size_t most = 12;
  const auto& history = played.evidence.history;
  std::string text;
  for (std::size_t index = 0; index < std::min(history.size(), most); ++index) {
    text += (index == 0 ? "" : ", ") + word_and_reason(history[index].word, history[index].reason);
  }
  if (history.size() > most) text += fmt::format(", and {} more", history.size() - most);
  return text;
}

std::vector<std::string_view> lines(std::string_view script) {
  std::vector<std::string_view> all;
  while (!script.empty()) {
    const std::size_t end = std::min(script.find('\n'), script.size());
    all.push_back(script.substr(0, end));
    script.remove_prefix(std::min(end + 1, script.size()));
  }
  return all;
}

namespace {

// A line without the blanks that only align it.
std::string without_alignment(std::string_view line) {
  std::string out(line);
  const auto blanks = std::ranges::unique(out, [](char a, char b) { return a == ' ' && b == ' '; });
  out.erase(blanks.begin(), blanks.end());
  return out;
}

}  // namespace

std::optional<Failing> failing_line(const CaseResult& played) {
  const result::Place& at = played.evidence.failed_at;
  const std::uint32_t first = played.place.line;
  if (at.line == 0 || at.line < first || at.file != played.place.file) return std::nullopt;
  const auto all = lines(played.script);
  const std::size_t index = at.line - first;
  if (index >= all.size()) return std::nullopt;
  // Without a column, or with one behind the end, the whole line is to blame.
  const std::size_t size = character_count(all[index]);
  std::size_t column = at.column == 0 ? size : at.column - 1;
  if (column >= size) column = std::min(all[index].find_first_not_of(' '), size);
  const std::size_t rest = size - column;
  const std::size_t width = at.width == 0 ? rest : std::min<std::size_t>(at.width, rest);
  const std::string& meant = played.evidence.failed_text;
  const bool said = without_alignment(all[index]).find(meant) != std::string::npos;
  return Failing{.index = index,
                 .column = column,
                 .width = std::max<std::size_t>(width, 1),
                 .meant = said ? "" : meant};
}

std::size_t character_count(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_a_character));
}

std::size_t octets_of(std::string_view text, std::size_t characters) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (continues_a_character(text[end])) continue;
    if (characters == 0) break;
    --characters;
  }
  return end;
}

std::string front(std::string_view text, std::size_t limit) {
  if (character_count(text) <= limit) return std::string(text);
  if (limit == 0) return {};
  return std::string(text.substr(0, octets_of(text, limit - 1))) + "…";
}

std::string said(const Entry& entry) {
  switch (entry.kind) {
    case Entry::Kind::opened:
      return entry.text.empty() ? "connected" : "connected: " + entry.text;
    case Entry::Kind::refused:
      return "refused: " + entry.text;
    case Entry::Kind::ended:
    case Entry::Kind::ended_us:
      // "close" alone would look like the frame of that name.
      return entry.text == "close" || entry.text == "reset" ? "TCP " + entry.text : entry.text;
    case Entry::Kind::sent:
    case Entry::Kind::received:
    case Entry::Kind::note:
      return entry.text;
  }
  return entry.text;
}

std::string frame_hex(const Entry& entry, std::size_t limit) {
  const base::OctetView octets =
      base::OctetView(entry.octets).first(std::min(entry.octets.size(), limit));
  std::size_t done = 0;
  std::string text;
  const auto part = [&](std::size_t size) {
    size = std::min(size, octets.size() - done);
    if (size == 0) return;
    if (!text.empty()) text += ' ';
    text += base::to_hex(octets.subspan(done, size));
    done += size;
  };
  if (entry.header_size >= 2 && octets.size() >= 2) {
    const std::size_t key = (octets[1] & 0x80U) != 0 && entry.header_size >= 6 ? 4 : 0;
    part(1);
    part(1);
    part(entry.header_size - 2 - key);
    part(key);
  }
  part(octets.size());
  if (entry.size > octets.size()) text += "…";
  return text;
}

std::string rerun_command(const result::Target& target, std::string_view id,
                          std::string_view delivery) {
  std::string command = "wsproof run " + base::shell_word(id);
  if (delivery != "whole") command += " --delivery " + base::shell_word(delivery);
  for (const std::string& argument : target.arguments) command += " " + base::shell_word(argument);
  return command + " -vv";
}

std::vector<std::string> usage_lines(const base::UsageSpan& span) {
  const auto mebibytes = [](std::uint64_t octets) {
    return fmt::format("{:.1f} MiB", static_cast<double>(octets) / (1024.0 * 1024.0));
  };
  const auto number = [](std::uint64_t value) { return fmt::format("{}", value); };
  const auto line = [](std::string_view what, const std::string& start, const std::string& peak,
                       const std::string& end) {
    return fmt::format("{} {}, at most {}, in the end {}", what, start, peak, end);
  };
  const base::Usage &start = span.start, &peak = span.peak, &end = span.end;
  return {
      line("memory", mebibytes(start.memory), mebibytes(peak.memory), mebibytes(end.memory)),
      line("descriptors", number(start.descriptors), number(peak.descriptors),
           number(end.descriptors)),
      line("threads", number(start.threads), number(peak.threads), number(end.threads)),
      fmt::format("processor time {}, processes at most {}", seconds(peak.cpu), peak.processes),
  };
}

}  // namespace wsproof::reports
