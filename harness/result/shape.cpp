#include "harness/result/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <type_traits>

#include "harness/base/escape.hpp"
#include "harness/wire/utf8.hpp"

namespace wsproof::result {

namespace {

std::string in_quotes(std::string_view hostile) {
  return fmt::format("\"{}\"", base::for_terminal(base::cut(hostile, 80)));
}

// A key that is not ours as a part of a JSON pointer (RFC 6901 §3).
std::string pointer_part(std::string_view key) {
  std::string part;
  for (const char character : base::for_terminal(base::cut(key, 80))) {
    if (character == '~') {
      part += "~0";
    } else if (character == '/') {
      part += "~1";
    } else {
      part += character;
    }
  }
  return part;
}

// ---------------------------------------------------------------------------------------------
// The shape: which keys an object has, in which order. `io(key, member)` reads or writes.

template <typename T, typename Plain>
concept Like = std::same_as<std::remove_const_t<T>, Plain>;

template <typename Io, Like<Place> T>
void shape(Io& io, T& place) {
  io("file", place.file);
  io("line", place.line);
  io("column", place.column);
  io("width", place.width);
}

template <typename Io, Like<Entry> T>
void shape(Io& io, T& entry) {
  io("kind", entry.kind);
  io("link", entry.link);
  io("at_ns", entry.at);
  io("text", entry.text);
  io("octets", entry.octets);
  io("size", entry.size);
  io("header_size", entry.header_size);
  io("sha256", entry.hash);
  io("script_line", entry.script_line);
}

template <typename Io, Like<Transcript> T>
void shape(Io& io, T& transcript) {
  io("entries", transcript.entries);
  io("dropped", transcript.dropped);
}

template <typename Io, Like<Delivered> T>
void shape(Io& io, T& delivered) {
  io("delivery", delivered.delivery);
  io("word", delivered.word);
  io("reason", delivered.reason);
}

template <typename Io, Like<Attempt> T>
void shape(Io& io, T& attempt) {
  io("round", attempt.round);
  io("delivery", attempt.delivery);
  io("word", attempt.word);
  io("reason", attempt.reason);
  io("observed", attempt.observed);
  io("took_ns", attempt.took);
}

template <typename Io, Like<base::Usage> T>
void shape(Io& io, T& usage) {
  io("memory", usage.memory);
  io("descriptors", usage.descriptors);
  io("threads", usage.threads);
  io("processes", usage.processes);
  io("cpu_ns", usage.cpu);
}

template <typename Io, Like<base::UsageSpan> T>
void shape(Io& io, T& span) {
  io("start", span.start);
  io("peak", span.peak);
  io("end", span.end);
  io("samples", span.samples);
}

template <typename Io, Like<Incident> T>
void shape(Io& io, T& incident) {
  io("kind", incident.kind);
  io("signal", incident.signal);
  io("signal_name", incident.signal_name);
  io("exit_status", incident.exit_status);
  io("reporter", incident.reporter);
  io("headline", incident.headline);
  io("report", incident.report);
  io("output", incident.output);
  io("played_alone", incident.played_alone);
  io("reproduced", incident.reproduced);
  io("suspects", incident.suspects);
}

template <typename Io, Like<Evidence> T>
void shape(Io& io, T& evidence) {
  io("expected", evidence.expected);
  io("observed", evidence.observed);
  io("failed_at", evidence.failed_at);
  io("failed_text", evidence.failed_text);
  io.seed("seed", evidence.seed);
  io("took_ns", evidence.took);
  io("attempts", evidence.attempts);
  io("history", evidence.history);
  io("transcript", evidence.transcript);
  io.optional("usage", evidence.usage);
  io.optional("incident", evidence.incident);
}

template <typename Io, Like<Known> T>
void shape(Io& io, T& known) {
  io("standing", known.standing);
  io("says", known.says);
  io("reason", known.reason);
  io("until", known.until);
  io("file", known.file);
  io("line", known.line);
}

template <typename Io, Like<CaseResult> T>
void shape(Io& io, T& played) {
  io.group("verdict", [&](auto& in) {
    in("id", played.id);
    in("word", played.verdict.word);
    in("reason", played.verdict.reason);
    in("requirement", played.verdict.requirement);
    in("checks", played.checks);
    in("delivery", played.verdict.delivery);
    in("deliveries", played.verdict.deliveries);
  });
  io("title", played.title);
  io("section", played.section);
  io("level", played.level);
  io("aliases", played.aliases);
  io("tags", played.tags);
  io("place", played.place);
  io("script", played.script);
  io.optional("known", played.known);
  io("evidence", played.evidence);
}

template <typename Io, Like<Target> T>
void shape(Io& io, T& target) {
  io("name", target.name);
  io("url", target.url);
  io("version", target.version);
  io("server", target.server);
  io("role", target.role);
  io("arguments", target.arguments);
}

template <typename Io, Like<Probe> T>
void shape(Io& io, T& probe) {
  io("ready", probe.ready);
  io("upgrades", probe.upgrades);
  io("pong", probe.pong);
  io("echo_text", probe.echo_text);
  io("echo_binary", probe.echo_binary);
  io("deflate", probe.deflate);
  io("largest_echo", probe.largest_echo);
  io("closes", probe.closes);
  io("round_trip_ns", probe.round_trip);
  io("quiet_ns", probe.quiet);
  io("notes", probe.notes);
}

template <typename Io, Like<MonitorFinding> T>
void shape(Io& io, T& finding) {
  io("requirement", finding.requirement);
  io("explanation", finding.explanation);
  io("count", finding.count);
  io("first_case", finding.first_case);
  io("octets", finding.octets);
  io.optional("known", finding.known);
}

template <typename Io, Like<Gate> T>
void shape(Io& io, T& gate) {
  io("passed", gate.passed);
  io("strict", gate.strict);
  io("reasons", gate.reasons);
  io.optional("baseline", gate.baseline);
  io.optional("lines", gate.lines);
  io.optional("notes", gate.notes);
}

template <typename Io, Like<Shard> T>
void shape(Io& io, T& shard) {
  io("number", shard.number);
  io("count", shard.count);
  io.must(shard.is_one(),
          fmt::format("is no share of a run: number is from 1 to count, and that at most {}",
                      Shard::most));
}

template <typename Io, Like<RunResult> T>
void opening(Io& io, T& run) {
  io("tool_version", run.tool_version);
  io("suite_version", run.suite_version);
  io("started", run.started);
  io("command", run.command);
  io.seed("seed", run.seed);
  io("jobs", run.jobs);
  io.optional("shard", run.shard);
  io.optional("rounds", run.rounds);
  io("target", run.target);
  io("environment", run.environment);
  io("probe", run.probe);
}

template <typename Io, Like<RunResult> T>
void closing(Io& io, T& run) {
  io("took_ns", run.took);
  io("interrupted", run.interrupted);
  io("gate", run.gate);
  io("monitor", run.monitor);
  io.optional("usage", run.usage);
  io.optional("incidents", run.incidents);
}

template <typename Io, Like<RunResult> T>
void all_cases(Io& io, T& run) {
  io("cases", run.cases);
  io("controls", run.controls);
}

constexpr std::array<std::string_view, 7> kinds = {"opened", "refused",  "sent", "received",
                                                   "ended",  "ended-us", "note"};
constexpr std::array<std::string_view, 3> incident_kinds = {"death", "alarm", "hang"};
constexpr std::array<std::string_view, 4> standings = {"expected", "better", "unexpected", "noted"};

// How the values of an enumeration are written, in their order, and what they are.
struct Names {
  std::span<const std::string_view> all;
  std::string_view what;
};
Names names_of(Entry::Kind) { return {kinds, "kind of entry"}; }
Names names_of(Incident::Kind) { return {incident_kinds, "kind of incident"}; }
Names names_of(Standing) { return {standings, "standing to a baseline"}; }

// Keys that may be missing: what is empty is not written.
bool is_empty(const auto& value) {
  if constexpr (requires { value.has_value(); })
    return !value.has_value();
  else
    return value.empty();
}

// ---------------------------------------------------------------------------------------------
// Writing.

class Writer {
 public:
  explicit Writer(WrittenJson& object) : object_(object) {}

  template <typename T>
  void operator()(std::string_view key, const T& value) {
    object_[std::string(key)] = json(value);
  }

  template <typename T>
  void optional(std::string_view key, const T& value) {
    if (!is_empty(value)) (*this)(key, value);
  }

  void seed(std::string_view key, std::uint64_t value) {
    object_[std::string(key)] = std::to_string(value);
  }

  void group(std::string_view key, auto&& write_members) {
    WrittenJson members = WrittenJson::object();
    Writer in(members);
    write_members(in);
    object_[std::string(key)] = std::move(members);
  }

  void must(bool, const std::string&) {}  // what we made is right

 private:
  // Our strings are UTF-8; should one not be, its escape is better than no results.
  static WrittenJson json(const std::string& text) {
    return wire::is_utf8(base::as_octets(text)) ? text : base::for_terminal(text);
  }
  static WrittenJson json(bool value) { return value; }
  static WrittenJson json(std::unsigned_integral auto number) { return number; }
  static WrittenJson json(base::Duration time) {
    return std::max(time.count(), base::Duration::rep{0});
  }
  static WrittenJson json(const base::Octets& octets) { return base::to_base64(octets); }
  static WrittenJson json(Word word) { return name(word); }
  template <typename T>
    requires std::is_enum_v<T>
  static WrittenJson json(T value) {
    return names_of(value).all[static_cast<std::size_t>(value)];
  }

  template <typename T>
  static WrittenJson json(const std::optional<T>& value) {
    return json(*value);
  }

  static WrittenJson json(const std::map<std::string, std::string>& texts) {
    WrittenJson object = WrittenJson::object();
    for (const auto& [key, text] : texts) object[json(key).get<std::string>()] = json(text);
    return object;
  }

  template <typename T>
  static WrittenJson json(const std::vector<T>& values) {
    WrittenJson array = WrittenJson::array();
    for (const T& value : values) array.push_back(json(value));
    return array;
  }

  template <typename T>
    requires std::is_class_v<T>
  static WrittenJson json(const T& value) {
    WrittenJson object = WrittenJson::object();
    Writer in(object);
    shape(in, value);
    return object;
  }

  WrittenJson& object_;
};

// ---------------------------------------------------------------------------------------------
// Reading. Every value may be of any type and any size; the first problem ends it.

class Reader {
 public:
  Reader(const ReadJson& object, std::string pointer, Problem& problem)
      : object_(object), pointer_(std::move(pointer)), problem_(problem) {
    if (!object_.is_object()) found(pointer_, "is not an object");
  }

  template <typename T>
  void operator()(std::string_view key, T& to) {
    with(key, [&](const ReadJson& value, const std::string& at) { read(value, at, to); });
  }

  template <typename T>
  void optional(std::string_view key, T& to) {
    if (!problem_ && object_.contains(key)) (*this)(key, to);
  }

  // Seeds are decimal digits in a string.
  void seed(std::string_view key, std::uint64_t& to) {
    with(key, [&](const ReadJson& value, const std::string& at) {
      std::string digits;
      read(value, at, digits);
      if (problem_) return;
      const char* const end = digits.data() + digits.size();
      const auto [stop, error] = std::from_chars(digits.data(), end, to);
      if (error != std::errc{} || stop != end) {
        found(at, "is not a decimal number below 2^64 but " + in_quotes(digits));
      }
    });
  }

  void group(std::string_view key, auto&& read_members) {
    with(key, [&](const ReadJson& value, const std::string& at) {
      Reader in(value, at, problem_);
      read_members(in);
    });
  }

  // What the members have to be together.
  void must(bool holds, const std::string& what) {
    if (!holds) found(pointer_, what);
  }

 private:
  void found(const std::string& pointer, const std::string& what) {
    if (problem_) return;
    problem_ = fmt::format("{} {}.", pointer.empty() ? "the document" : pointer, what);
  }

  void with(std::string_view key, auto&& use) {
    if (problem_) return;
    const std::string at = fmt::format("{}/{}", pointer_, key);
    const auto member = object_.find(key);
    if (member == object_.end()) return found(at, "is missing");
    use(*member, at);
  }

  void read(const ReadJson& value, const std::string& at, std::string& to) {
    if (const auto* const text = value.get_ptr<const std::string*>()) {
      to = *text;
    } else {
      found(at, "is not a string");
    }
  }

  void read(const ReadJson& value, const std::string& at, bool& to) {
    if (!value.is_boolean()) return found(at, "is neither true nor false");
    to = value.get<bool>();
  }

  template <std::unsigned_integral T>
  void read(const ReadJson& value, const std::string& at, T& to) {
    const bool fits =
        value.is_number_unsigned() && value.get<std::uint64_t>() <= std::numeric_limits<T>::max();
    if (!fits) {
      return found(
          at, fmt::format("is not a whole number from 0 to {}", std::numeric_limits<T>::max()));
    }
    to = value.get<T>();
  }

  void read(const ReadJson& value, const std::string& at, base::Duration& to) {
    constexpr auto longest = static_cast<std::uint64_t>(base::Duration::max().count());
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > longest) {
      return found(at, "is not a whole number of nanoseconds from 0 to 2^63 - 1");
    }
    to = base::Duration(value.get<base::Duration::rep>());
  }

  void read(const ReadJson& value, const std::string& at, base::Octets& to) {
    std::string text;
    read(value, at, text);
    if (problem_) return;
    auto octets = base::from_base64(text);
    if (!octets) return found(at, "is not base64 but " + in_quotes(text));
    to = std::move(*octets);
  }

  void read(const ReadJson& value, const std::string& at, Word& to) {
    std::string text;
    read(value, at, text);
    if (problem_) return;
    const auto known = word(text);
    if (!known)
      return found(at,
                   fmt::format("says {}, which is no word for how a case ends", in_quotes(text)));
    to = *known;
  }

  template <typename T>
    requires std::is_enum_v<T>
  void read(const ReadJson& value, const std::string& at, T& to) {
    std::string text;
    read(value, at, text);
    if (problem_) return;
    const auto [all, what] = names_of(to);
    const auto known = std::ranges::find(all, text);
    if (known == all.end())
      return found(at, fmt::format("says {}, which is no {}", in_quotes(text), what));
    to = static_cast<T>(known - all.begin());
  }

  template <typename T>
  void read(const ReadJson& value, const std::string& at, std::optional<T>& to) {
    read(value, at, to.emplace());
  }

  void read(const ReadJson& value, const std::string& at, std::map<std::string, std::string>& to) {
    if (!value.is_object()) return found(at, "is not an object");
    for (const auto& [key, member] : value.items()) {
      read(member, at + "/" + pointer_part(key), to[key]);
    }
  }

  template <typename T>
  void read(const ReadJson& value, const std::string& at, std::vector<T>& to) {
    if (!value.is_array()) return found(at, "is not an array");
    to.clear();
    for (std::size_t index = 0; index < value.size() && !problem_; ++index) {
      read(value[index], fmt::format("{}/{}", at, index), to.emplace_back());
    }
  }

  template <typename T>
    requires std::is_class_v<T>
  void read(const ReadJson& value, const std::string& at, T& to) {
    Reader in(value, at, problem_);
    shape(in, to);
  }

  const ReadJson& object_;
  std::string pointer_;
  Problem& problem_;
};

Problem read_with(const ReadJson& from, std::string_view at, auto&& read_members) {
  Problem problem;
  Reader reader(from, std::string(at), problem);
  read_members(reader);
  return problem;
}

}  // namespace

Problem wrong_schema(const ReadJson& document, std::string_view schema) {
  if (!document.is_object()) return "the document is not an object.";
  const auto member = document.find("schema");
  if (member == document.end()) {
    return fmt::format("/schema is missing; it would say \"{}\".", schema);
  }
  const auto* const text = member->get_ptr<const std::string*>();
  if (text == nullptr) return "/schema is not a string.";
  if (*text == schema) return std::nullopt;
  return fmt::format("/schema says {}, and this version of wsproof reads only \"{}\".",
                     in_quotes(*text), schema);
}

void write_opening(const RunResult& run, WrittenJson& to) {
  Writer writer(to);
  opening(writer, run);
}

Problem read_opening(const ReadJson& from, RunResult& run) {
  return read_with(from, "", [&](Reader& reader) { opening(reader, run); });
}

void write_closing(const RunResult& run, WrittenJson& to) {
  Writer writer(to);
  closing(writer, run);
}

Problem read_closing(const ReadJson& from, std::string_view at, RunResult& run) {
  return read_with(from, at, [&](Reader& reader) { closing(reader, run); });
}

Problem read_cases(const ReadJson& from, RunResult& run) {
  return read_with(from, "", [&](Reader& reader) { all_cases(reader, run); });
}

void write_case(std::string_view key, const CaseResult& played, WrittenJson& to) {
  Writer writer(to);
  writer(key, played);
}

Problem read_case(std::string_view key, const ReadJson& from, CaseResult& played) {
  return read_with(from, "", [&](Reader& reader) { reader(key, played); });
}

}  // namespace wsproof::result
