// How the peer comes to its verdict: the ways of a group, deviations, grades, words for a reader.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "harness/base/escape.hpp"
#include "harness/rfc/requirements.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/peer.hpp"
#include "harness/script/reason.hpp"
#include "harness/script/text.hpp"
#include "harness/script/words.hpp"

namespace wsproof::script {

namespace {

constexpr std::size_t max_ways = 256;

Grade grade_of(const rfc::Requirement* requirement) {
  if (requirement == nullptr) return Grade::fail;
  switch (requirement->verdict_class) {
    case rfc::VerdictClass::strict:
      return Grade::fail;
    case rfc::VerdictClass::non_strict:
      return Grade::non_strict;
    case rfc::VerdictClass::info:
    case rfc::VerdictClass::none:
      return Grade::info;
  }
  return Grade::fail;
}

result::Word word_of(Grade grade) {
  switch (grade) {
    case Grade::pass:
      return result::Word::pass;
    case Grade::info:
      return result::Word::info;
    case Grade::non_strict:
      return result::Word::non_strict;
    case Grade::unsupported:
      return result::Word::unsupported;
    case Grade::fail:
      return result::Word::fail;
  }
  return result::Word::fail;
}

std::string payload_words(const Pattern& pattern) {
  if (pattern.matching) return " matching " + quote(*pattern.matching);
  return pattern.exactly ? " " + print(*pattern.exactly) : std::string();
}

std::string range_words(const std::vector<Range>& ranges) {
  std::vector<std::string> words;
  words.reserve(ranges.size());
  for (const Range& range : ranges) {
    words.push_back(range.last ? print(range.first) + ".." + print(*range.last)
                               : print(range.first));
  }
  return fmt::format("{}", fmt::join(words, " or "));
}

std::string compression_words_of(const Compression& c) {
  std::string words;
  const auto add = [&words](std::string_view word) { words += fmt::format(", {}", word); };
  if (c.form != Compression::Form::any) add(name_of(compression_words, c.form));
  if (c.within) add(fmt::format("no match further back than {} octets", print(*c.within)));
  if (c.context == Compression::Context::alone) add("no match into messages before");
  if (c.context == Compression::Context::reaching) add("with matches into messages before");
  return words;
}

std::string extension_words(std::string_view name, const std::vector<ParameterTest>& tests) {
  std::string words = fmt::format("the extension {}", name);
  for (const ParameterTest& test : tests) {
    words += fmt::format(" {} {}", test.present ? "with" : "without", test.name);
    if (!test.values.empty()) words += "=" + range_words(test.values);
  }
  return words;
}

// A `<` line in words for "expected".
struct InWords {
  std::string operator()(const ExpectMessage& e) const {
    const std::string_view type = e.type == ExpectMessage::Type::text     ? "text"
                                  : e.type == ExpectMessage::Type::binary ? "binary"
                                                                          : "message";
    const std::string any =
        e.type == ExpectMessage::Type::any ? "any message" : fmt::format("any {} message", type);
    return (e.payload.exactly || e.payload.matching ? std::string(type) + payload_words(e.payload)
                                                    : any) +
           compression_words_of(e.compression);
  }
  std::string operator()(const ExpectAnswer& e) const {
    return "the answer to $" + e.message + compression_words_of(e.compression);
  }
  std::string operator()(const ExpectControl& e) const {
    return (e.type == ExpectControl::Type::pong ? "pong" : "ping") + payload_words(e.payload);
  }
  std::string operator()(const ExpectClose& e) const {
    switch (e.body) {
      case ExpectClose::Body::any:
        return "a Close";
      case ExpectClose::Body::empty:
        return "an empty Close";
      case ExpectClose::Body::legal:
        return "a Close with a legal code";
      case ExpectClose::Body::forbidden:
        return "a Close with a forbidden code";
      case ExpectClose::Body::codes:
        break;
    }
    return fmt::format("Close {}{}", range_words(e.codes), payload_words(e.reason));
  }
  std::string operator()(const ExpectFrame& e) const { return "the frame " + print(e.frame); }
  std::string operator()(const ExpectEnd& e) const {
    switch (e.kind) {
      case ExpectEnd::Kind::eof:
        return "the end of the connection";
      case ExpectEnd::Kind::reset:
        return "a reset of the connection";
      case ExpectEnd::Kind::goodbye:
        return "the end of the connection, behind a closure alert";
      case ExpectEnd::Kind::alert:
        return "a TLS alert";
    }
    return {};
  }
  std::string operator()(const ExpectStatus& e) const {
    return "HTTP status " + range_words(e.codes);
  }
  std::string operator()(const ExpectHeader& e) const {
    const std::string value = e.value ? " " + print(*e.value) : std::string();
    switch (e.test) {
      case ExpectHeader::Test::is:
        return fmt::format("the field {}:{}", e.name, value);
      case ExpectHeader::Test::token:
        return fmt::format("the field {}:{} in any case of letters", e.name, value);
      case ExpectHeader::Test::contains:
        return fmt::format("{} in the field {}", value.substr(value.empty() ? 0 : 1), e.name);
      case ExpectHeader::Test::lacks:
        return fmt::format("no{} in the field {}", value, e.name);
      case ExpectHeader::Test::present:
        return fmt::format("a field {}", e.name);
      case ExpectHeader::Test::absent:
        return fmt::format("no field {}", e.name);
    }
    return {};
  }
  std::string operator()(const ExpectExtension& e) const {
    return e.absent ? "no extension " + e.name : extension_words(e.name, e.parameters);
  }
  std::string operator()(const ExpectGoingOn&) const {
    return "an answer to what was sent afterwards";
  }
  std::string operator()(const ExpectFailure&) const { return "a failed connection"; }
  std::string operator()(const ExpectRefusal&) const { return "a refused handshake"; }
  std::string operator()(const ExpectUpgrade&) const { return "an accepted handshake"; }
  std::string operator()(const ExpectAgreed& e) const {
    return extension_words(e.name, e.parameters);
  }
};

std::string in_words(const std::vector<const Expect*>& lines) {
  std::vector<std::string> words;
  words.reserve(lines.size());
  for (const Expect* line : lines) words.push_back(std::visit(InWords{}, line->what));
  return base::for_terminal(fmt::format("{}", fmt::join(words, ", then ")));
}

std::string sha256_hex(base::OctetView octets) {
  base::Octets digest(32);
  unsigned int size = 32;
  EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return base::to_hex(digest);
}

bool ended_by(const Event* event) {
  return event != nullptr && (event->kind == Event::Kind::close ||
                              event->kind == Event::Kind::eof || event->kind == Event::Kind::reset);
}

// A simple line is one alternative.
std::vector<Alternative> alternatives_of(const Step& step) {
  if (const auto* either = std::get_if<Either>(&step)) return either->alternatives;
  const auto& expect = std::get<Expect>(step);
  return {{Grade::pass, "", {expect}, expect.at}};
}

// Puts a line behind each of the ways; where it may be missing, behind a copy of each.
void append(std::vector<Way>& ways, const Wanted& line) {
  std::vector<Way> without;
  if (line.line->maybe) without = ways;
  for (Way& way : ways) way.lines.push_back(line);
  ways.insert(ways.end(), without.begin(), without.end());
}

}  // namespace

// ── Ways ─────────────────────────────────────────────────────────────────────────────────────────

std::optional<Wanted> Peer::wanted(const Expect& expect) {
  const PeerLink* l = find_link(expect.link);
  if (l == nullptr) return std::nullopt;
  return wanted_on(expect, l->number());
}

std::optional<Wanted> Peer::wanted_on(const Expect& expect, base::Link link) {
  Wanted out;
  out.line = &expect;
  out.link = link;
  const auto payload = [&](const std::optional<Expression>& expression) {
    if (expression) out.payload = octets_of(*expression);
  };
  const auto pattern = [&](const Pattern& given) {
    payload(given.exactly);
    if (given.matching) out.matching = compiled(*given.matching);
  };
  const auto numbers = [&](const std::vector<Range>& all) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> result;
    for (const Range& range : all) {
      const std::uint64_t first = number_or(range.first, 0);
      result.emplace_back(first, number_or(range.last, first));
    }
    return result;
  };
  const auto ranges = [&](const std::vector<Range>& all) { out.ranges = numbers(all); };
  const auto compression = [&](const Compression& asked) {
    if (asked.within) out.within = number_or(asked.within, 0);
  };
  if (const auto* e = std::get_if<ExpectMessage>(&expect.what)) {
    pattern(e->payload);
    compression(e->compression);
  }
  if (const auto* e = std::get_if<ExpectExtension>(&expect.what)) {
    for (const ParameterTest& test : e->parameters) out.values.push_back(numbers(test.values));
  }
  if (const auto* e = std::get_if<ExpectControl>(&expect.what)) pattern(e->payload);
  if (const auto* e = std::get_if<ExpectFrame>(&expect.what)) payload(e->frame.payload);
  if (const auto* e = std::get_if<ExpectHeader>(&expect.what)) payload(e->value);
  if (const auto* e = std::get_if<ExpectStatus>(&expect.what)) ranges(e->codes);
  if (const auto* e = std::get_if<ExpectClose>(&expect.what)) {
    ranges(e->codes);
    payload(e->reason.exactly);
  }
  if (const auto* e = std::get_if<ExpectAnswer>(&expect.what)) {
    const auto found = messages_.find(e->message);
    if (found == messages_.end()) {
      case_error({"$" + e->message + " is no message"}, last_activity_);
      return std::nullopt;
    }
    out.payload = found->second.payload;
    out.binary = found->second.binary;
    out.matching = found->second.matching;
    compression(e->compression);
  }
  return out;
}

// The product of the alternatives of neighbouring `<` lines; `end` is the step behind them.
std::vector<Way> Peer::ways_of_group(std::size_t first, std::size_t& end) {
  std::vector<Way> ways(1);
  for (end = first; end < case_.steps.size(); ++end) {
    const Step& step = case_.steps[end];
    const auto* expect = std::get_if<Expect>(&step);
    const auto* either = std::get_if<Either>(&step);
    if (expect == nullptr && either == nullptr) break;
    std::vector<Way> longer;
    const std::vector<Alternative> alternatives = alternatives_of(step);
    for (const Way& way : ways) {
      for (std::size_t a = 0; a < alternatives.size(); ++a) {
        Way next = way;
        if (alternatives[a].grade > next.grade) {
          next.grade = alternatives[a].grade;
          next.note = alternatives[a].note;
        }
        std::vector<Way> grown{std::move(next)};
        const std::size_t lines = alternatives[a].lines.size();
        for (std::size_t i = 0; i < lines; ++i) {
          // Point into the case, not into the copy.
          const auto line = wanted(either != nullptr ? either->alternatives[a].lines[i] : *expect);
          if (line) append(grown, *line);
          if (longer.size() + grown.size() > max_ways) {
            case_error({fmt::format("these lines can come true in more than {} ways", max_ways)},
                       last_activity_);
          }
          if (finished()) return ways;
        }
        std::ranges::move(grown, std::back_inserter(longer));
      }
    }
    ways = std::move(longer);
  }
  if (joined_) allow_losses(ways, max_ways);
  return ways;
}

// ── Grades ───────────────────────────────────────────────────────────────────────────────────────

void Peer::judge(Grade grade, std::string_view reason, const Expect* line) {
  if (grade >= Grade::unsupported) judged_bad_ = true;
  const auto rank = [](result::Word word) {
    switch (word) {
      case result::Word::pass:
        return 0;
      case result::Word::info:
        return 1;
      case result::Word::non_strict:
        return 2;
      case result::Word::unsupported:
        return 3;
      default:
        return 4;
    }
  };
  if (grade == Grade::pass || rank(word_of(grade)) <= rank(play_.verdict.word)) return;
  play_.verdict.word = word_of(grade);
  play_.verdict.reason = reason;
  play_.verdict.requirement = case_.checks.empty() ? "" : case_.checks.front();
  if (line == nullptr) return;
  if (line->requirement) play_.verdict.requirement = *line->requirement;
  play_.evidence.failed_at = {case_.place.file, line->at.line, line->at.column, line->at.width};
  play_.evidence.failed_text = fence_step_ ? "fence" : print(*line);
}

// The target did something that no way allows (then there is no other reason), or did not do what
// was wanted.
void Peer::deviate(const Matcher& matcher, std::string_view reason, base::Time now) {
  const Expect* line = matcher.stopped_at();
  const Event* by = matcher.stopped_by();
  const std::string id = line != nullptr && line->requirement ? *line->requirement
                         : case_.checks.empty()               ? std::string()
                                                              : case_.checks.front();
  play_.evidence.expected = in_words(matcher.missing());
  play_.evidence.observed = by != nullptr ? tell(*by) : "nothing of the kind in time";
  // Another pong than the one that is wanted is told, though it ends nothing.
  if (by == nullptr || by->kind == Event::Kind::going_on) {
    if (const Event* passed = matcher.passed_over())
      play_.evidence.observed = tell(*passed) + ", then " + play_.evidence.observed;
  }
  if (by != nullptr && by->kind == Event::Kind::head && line != nullptr) {
    const auto* header = std::get_if<ExpectHeader>(&line->what);
    const bool extension = std::holds_alternative<ExpectExtension>(line->what);
    const std::string name = header != nullptr ? header->name
                             : extension       ? "Sec-WebSocket-Extensions"
                                               : "";
    const auto values = wire::values(*by->head, name);
    if (!name.empty()) {
      play_.evidence.observed +=
          values.empty()
              ? " without a field " + name
              : fmt::format(" with {}: {}", name,
                            describe(settings_.secrets.hidden(base::as_octets(values.front()))));
    }
  }
  Grade grade = grade_of(rfc::find_requirement(id));
  if (early_ && ended_by(by)) return early_data_refused(play_.evidence.observed, now);
  if (early_ && (by == nullptr || by->kind == Event::Kind::going_on)) {
    grade = std::min(grade, Grade::non_strict);
    reason = "early-data-lost";
  }
  judge(grade, reason.empty() ? unexpected(by, line) : std::string(reason), line);
  judged_bad_ = true;  // whatever its grade, the script is left here
  finish(now);
}

// An alternative other than the best one came true.
void Peer::take_alternative(const Matcher& matcher, const Way& way) {
  failed_by_script_ = failed_by_script_ || way.grade == Grade::fail;
  const Expect* line = way.lines.empty() ? nullptr : way.lines.front().line;
  const Expect* stopped = matcher.best_way_stopped_at();
  play_.evidence.expected = in_words(matcher.best_way_missing());
  std::vector<std::string> words;
  for (const Event* event : matcher.used()) words.push_back(tell(*event));
  const std::string seen = fmt::format("{}", fmt::join(words, ", then "));
  play_.evidence.observed = seen.empty() ? way.note : way.note + ": " + seen;
  judge(way.grade, slug(way.note), stopped != nullptr ? stopped : line);
}

// A line that looks at no connection is not met: that counts against the primary requirement.
void Peer::miss(std::string_view reason, const At& at, std::string text, base::Time now) {
  judge(grade_of(case_.checks.empty() ? nullptr : rfc::find_requirement(case_.checks.front())),
        reason, nullptr);
  play_.evidence.failed_at = {case_.place.file, at.line, at.column, at.width};
  play_.evidence.failed_text = std::move(text);
  judged_bad_ = true;
  finish(now);
}

void Peer::inconclusive(std::string_view reason, std::string observed, base::Time now) {
  play_.verdict.word = result::Word::inconclusive;
  play_.verdict.reason = reason;
  play_.evidence.observed = std::move(observed);
  judged_bad_ = true;
  finish(now);
}

// A mistake in the case that neither the parser nor lint could see.
void Peer::case_error(const base::Error& error, base::Time now) {
  if (!finished()) inconclusive("case-error", "the case itself is wrong: " + error.message, now);
}

bool Peer::explained_by_limit() const {
  if (last_close_code_ != 1009 && last_close_code_ != 1008) return false;
  return std::ranges::any_of(links_, [&](const auto& l) {
    return l->largest_sent() > settings_.limits.octets ||
           l->most_fragments_sent() > settings_.limits.fragments;
  });
}

void Peer::conclude(base::Time now) {
  for (const auto& l : links_) {
    for (rfc::Finding finding : l->findings()) {
      finding.explanation = settings_.secrets.hidden(finding.explanation);
      finding.octets = settings_.secrets.hidden(finding.octets);
      const bool known = std::ranges::any_of(play_.findings, [&](const rfc::Finding& f) {
        return f.requirement == finding.requirement;
      });
      if (!known) play_.findings.push_back(finding);
    }
  }
  // DESIGN §3.9: the monitor changes a verdict only where the case checks that requirement.
  for (const rfc::Finding& finding : play_.findings) {
    if (std::ranges::count(case_.checks, finding.requirement) == 0) continue;
    if (play_.verdict.word == result::Word::inconclusive) break;
    const result::Word before = play_.verdict.word;
    judge(grade_of(rfc::find_requirement(finding.requirement)), "monitor", nullptr);
    if (play_.verdict.word == before) continue;
    play_.verdict.requirement = finding.requirement;
    play_.evidence.observed = finding.explanation;
  }
  const bool bad =
      play_.verdict.word == result::Word::fail || play_.verdict.word == result::Word::non_strict;
  if (bad && !failed_by_script_ && explained_by_limit()) {
    play_.verdict.word = result::Word::unsupported;
    play_.verdict.reason = "limit";
  }
  // A target that has too much to do shows nothing of what it does otherwise. [RFC 6585 §4]
  if (play_.busy != 0) {
    play_.verdict.word = result::Word::inconclusive;
    play_.verdict.reason = "busy";
    play_.verdict.requirement.clear();
    play_.evidence.observed = fmt::format("the target refused with HTTP status {}", play_.busy);
  }
  play_.evidence.took = now - began_;
}

// An event for "observed", without the user's secrets, which a target may well repeat.
std::string Peer::tell(const Event& event) const {
  if (settings_.secrets.empty()) return describe(event);
  Event shown = event;
  shown.payload = settings_.secrets.hidden(event.payload);
  if (shown.head) shown.head->start.text = settings_.secrets.hidden(event.head->start.text);
  return describe(shown);
}

void Peer::log(result::Entry::Kind kind, base::Link number, base::Time now, std::string text,
               base::OctetView octets, std::uint64_t size, std::size_t header_size,
               std::uint32_t line) {
  result::Transcript& transcript = play_.evidence.transcript;
  if (transcript.entries.size() >= result::Transcript::kept_entries) {
    ++transcript.dropped;
    return;
  }
  result::Entry entry;
  entry.kind = kind;
  entry.link = number;
  entry.at = now - began_;
  entry.text = std::move(text);
  const std::size_t kept = std::min({octets.size(), result::Transcript::kept_octets,
                                     result::Transcript::kept_in_all - logged_octets_});
  logged_octets_ += kept;
  entry.octets.assign(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(kept));
  entry.size = size;
  entry.header_size = static_cast<std::uint32_t>(header_size);
  if (kept < octets.size() && octets.size() == size) entry.hash = sha256_hex(octets);
  entry.script_line = line;
  transcript.entries.push_back(std::move(entry));
}

}  // namespace wsproof::script
