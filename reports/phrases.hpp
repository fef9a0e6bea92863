// What every report says in the same words: marks and meanings of verdicts, times, octets,
// excerpts, commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result/run_result.hpp"

namespace wsproof::reports {

/// All words, the most alarming first, pass last.
std::span<const result::Word> words_by_weight();

/// One character to set before a word, different for each: "✓", "✗", "~", … Never without the word.
std::string_view mark(result::Word word);

/// What the word says about a case, as one sentence for a legend.
std::string_view meaning(result::Word word);

/// Whether the gate counts the word against the target by default (DESIGN.md §3.8).
bool is_alarming(result::Word word);

/// Whether a baseline says just what the case came to.
bool is_known(const std::optional<result::Known>& known);

/// Whether somebody has to look at a case: the word is alarming and not known, or it came out
/// better than a baseline says.
bool needs_attention(const result::CaseResult& played);

/// What a baseline says of a case, and where: "fail, as known.txt:12 says: issue 91, until
/// 2027-03-01".
std::string of_baseline(const result::Known& known, result::Word word);

/// How much of what is bad a baseline knows: "12 bad cases and 1 finding".
std::string what_is_known(const result::RunResult& run);

/// "1 case", "12 cases".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

/// "0.11 s", "6.4 s", "2 min 03 s".
std::string seconds(base::Duration time);

/// The same for a narrow column: "0.4 ms", "11 ms", "5.02 s".
std::string brief_time(base::Duration time);

/// An instant of a wire log: "+0.4 ms", "+5021 ms".
std::string since_begin(base::Duration time);

/// "MUST · RFC 6455 §5.2" of the requirement that the verdict is about; only the level when the id
/// is unknown.
std::string authority(const result::CaseResult& played);

/// The requirement that the verdict is about: the one that a failure counts against, else the
/// primary one; empty when the case has none.
std::string_view concerned_requirement(const result::CaseResult& played);

/// "text "one" fin=0, then text "two"": the frames that the script sent; empty when there were
/// none.
std::string what_was_sent(const result::CaseResult& played);

/// "whole: pass, octets: fail (went-on)": what the case came to in each delivery; empty where it
/// was only played whole.
std::string in_each_delivery(const result::CaseResult& played);

/// "fail (went-on), pass, pass": what it came to each time; empty where it was played once.
std::string in_each_attempt(const result::CaseResult& played);

/// The lines of a script as it was written, without their line ends.
std::vector<std::string_view> lines(std::string_view script);

/// Where in the script of a case it was not met.
struct Failing {
  std::size_t index;   ///< of the line in lines(script)
  std::size_t column;  ///< from 0, in characters
  std::size_t width;   ///< characters to underline, at least 1
  /// What the line stood for, where a sweep or a macro said it otherwise; empty where it says so.
  std::string meant;
};
/// Nothing when no line is to blame, or when it is not in the script.
std::optional<Failing> failing_line(const result::CaseResult& played);

/// Why a case could not be played, for a reason code of an unsupported one: "need an echo". A code
/// that is not known comes back escaped.
std::string why_unsupported(std::string_view reason);

/// How many characters a text has (code points; octets that are not UTF-8 count as one each).
std::size_t character_count(std::string_view text);

/// How many octets the first `characters` characters of a text have.
std::size_t octets_of(std::string_view text, std::size_t characters);

/// The front of a text of at most `limit` characters; cut with "…" as the last of them.
std::string front(std::string_view text, std::size_t limit);

/// What happened, in a few words: the text of a frame, "connected", "TCP reset", "eof", …
std::string said(const result::Entry& entry);

/// "c1 82 1f2e3d4c 7747": the parts of a frame as hex, header octets, length, key and payload
/// apart; at most `limit` octets, then "…".
std::string frame_hex(const result::Entry& entry, std::size_t limit);

/// The command that plays one case again, for a POSIX shell: whatever is in it stays one word each.
/// `delivery` is that of its verdict.
std::string rerun_command(const result::Target& target, std::string_view id,
                          std::string_view delivery = "whole");

/// What a process used, a line each: "memory 14.0 MiB, at most 60.0 MiB, in the end 30.0 MiB".
std::vector<std::string> usage_lines(const base::UsageSpan& span);

}  // namespace wsproof::reports
