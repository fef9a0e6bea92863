#include "harness/result/sample_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/base/random.hpp"
#include "harness/result/sample_families.hpp"
#include "harness/wire/close.hpp"
#include "harness/wire/frame.hpp"

namespace wsproof::result {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// The log of one case under construction.
class Log {
 public:
  explicit Log(std::uint64_t seed) : random_(seed) {}

  void event(Entry::Kind kind, std::string text) { add(kind, std::move(text), {}, 0, 0); }

  void head(Entry::Kind kind, const std::string& octets) {
    add(kind, octets.substr(0, octets.find('\r')), base::octets(octets), 0, 0);
  }

  void frame(Entry::Kind kind, std::string text, wire::FrameHeader header, std::string_view payload,
             std::uint32_t line) {
    header.length = payload.size();
    header.form = wire::shortest_form(header.length);
    if (kind == Entry::Kind::sent) {
      const auto number = random_.next();
      header.key = {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8U),
                    static_cast<std::uint8_t>(number >> 16U),
                    static_cast<std::uint8_t>(number >> 24U)};
    }
    add(kind, std::move(text), wire::encode_frame(header, base::as_octets(payload)),
        wire::encode(header).size, line);
  }

  void wait(base::Duration time) { now_ += time; }

  Transcript take() { return std::move(transcript_); }

 private:
  void add(Entry::Kind kind, std::string text, base::Octets octets, std::size_t header_size,
           std::uint32_t line) {
    now_ += 90us + base::Duration(random_.below(400'000));
    Entry entry{.kind = kind,
                .at = now_,
                .text = std::move(text),
                .octets = std::move(octets),
                .size = 0,
                .header_size = static_cast<std::uint32_t>(header_size),
                .hash = "",
                .script_line = line};
    entry.size = entry.octets.size();
    if (entry.octets.size() > Transcript::kept_octets) {
      entry.octets.resize(Transcript::kept_octets);
      entry.hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    }
    transcript_.entries.push_back(std::move(entry));
  }

  base::Random random_;
  base::Duration now_{};
  Transcript transcript_;
};

constexpr auto request =
    "GET /echo HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
constexpr auto answer =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

using Kind = Entry::Kind;

void play_end(Log& log, Play play, std::uint32_t line) {
  using wire::opcode::close;
  switch (play) {
    case Play::failed:
      log.frame(Kind::received, "close 1002 \"protocol error\"", {.opcode = close},
                "\x03\xeaprotocol error", line + 1);
      log.event(Kind::ended, "eof");
      return;
    case Play::went_on:
      log.frame(Kind::received, "text \"hi\"", {.opcode = 1}, "hi", line + 1);
      log.wait(200ms);
      log.event(Kind::note, "quiet for 200 ms: fence sent");
      log.frame(Kind::sent, "ping \"fence-1\"", {.opcode = 9}, "fence-1", 0);
      log.frame(Kind::received, "pong \"fence-1\"", {.opcode = 10}, "fence-1", 0);
      log.event(Kind::ended_us, "close");
      return;
    case Play::dropped:
      log.event(Kind::ended, "reset");
      return;
    case Play::other_code:
      log.frame(Kind::received, "close 1015 \"\\x1b[31m<script>alert(1)</script>\\u{202e}gnp\"",
                {.opcode = close}, "\x03\xf7\x1b[31m<script>alert(1)</script>\xe2\x80\xaegnp",
                line + 1);
      log.event(Kind::ended, "eof");
      return;
    case Play::silence:
      log.wait(200ms);
      log.event(Kind::note, "quiet for 200 ms: fence sent");
      log.frame(Kind::sent, "ping \"fence-1\"", {.opcode = 9}, "fence-1", 0);
      log.wait(4800ms);
      log.event(Kind::note, "nothing for 5 s: the budget is spent");
      log.event(Kind::ended_us, "reset");
      return;
    default:
      log.frame(Kind::received, "text repeat(\"*\", 64)", {.opcode = 1}, std::string(64, '*'),
                line + 1);
      log.frame(Kind::sent, "close 1000", {.opcode = close}, "\x03\xe8", 0);
      log.frame(Kind::received, "close 1000", {.opcode = close}, "\x03\xe8", 0);
      log.event(Kind::ended, "eof");
  }
}

Transcript transcript(Play play, std::uint64_t seed, std::uint32_t line) {
  Log log(seed);
  log.event(Kind::opened, "");
  log.head(Kind::sent, request);
  log.head(Kind::received, answer);
  if (play == Play::handshake) {
    log.event(Kind::ended_us, "close");
    return log.take();
  }
  if (seed % 11 == 0) {
    log.frame(Kind::sent, "binary random(3000)", {.opcode = 2}, std::string(3000, '\xa7'), line);
  }
  log.frame(Kind::sent, "text \"hi\" rsv=4", {.rsv = 4, .opcode = 1}, "hi", line);
  play_end(log, play, line);
  return log.take();
}

// The line of the script that begins with the first of `marks` that there is, counted from 0.
std::uint32_t line_of(const std::string& script, char mark) {
  const auto at = script.find("\n  "s + mark);
  return at == std::string::npos
             ? 0
             : static_cast<std::uint32_t>(std::ranges::count(script.substr(0, at + 1), '\n'));
}

std::string line_text(const std::string& script, std::uint32_t index) {
  std::size_t begin = 0;
  for (; index > 0; --index) begin = script.find('\n', begin) + 1;
  return script.substr(begin, script.find('\n', begin) - begin);
}

Incident sample_incident() {
  return {.kind = Incident::Kind::death,
          .signal = 6,
          .signal_name = "SIGABRT",
          .reporter = "AddressSanitizer",
          .headline = "heap-buffer-overflow on address 0x60200000eff5",
          .report = {"==4711==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602",
                     "WRITE of size 125 at 0x60200000eff5 thread T0"},
          .output = {"listening on 9001", "==4711==ABORTING"},
          .played_alone = 2,
          .reproduced = 2};
}

CaseResult sample_case(const Family& family, const std::string& label, std::uint64_t number) {
  CaseResult played;
  played.id = label.empty() ? family.id : family.id + "/" + label;
  played.title = family.title;
  played.section = family.section;
  played.checks = family.checks;
  played.level = family.level;
  played.place = {.file = "cases/" + family.id.substr(0, family.id.find('/')) + "/" + family.file,
                  .line = family.line,
                  .column = 1,
                  .width = 4};
  played.script = family.script;
  if (family.id.ends_with("interleaved-ping")) played.aliases = {"autobahn:5.6"};
  if (family.id.starts_with("robustness")) played.tags = {"slow"};
  Evidence& evidence = played.evidence;
  evidence.seed = number * 0x9E3779B97F4A7C15ULL;
  evidence.took = 3ms + base::Duration(base::Random(number).below(9'000'000));
  const std::uint32_t first = family.line + line_of(family.script, '>');

  const auto found = std::ranges::find(deviations(), played.id, &Deviation::id);
  const Play play = found == deviations().end() ? family.play : found->play;
  if (found == deviations().end()) {
    played.verdict.word = Word::pass;
  } else {
    played.verdict = {found->word, found->reason, family.checks.front(), "whole", {}};
    evidence.expected = found->expected;
    evidence.observed = found->observed;
    if (!found->expected.empty()) {
      const std::uint32_t index = line_of(family.script, '<');
      evidence.failed_at = {
          .file = played.place.file, .line = family.line + index, .column = 5, .width = 0};
      evidence.failed_text = line_text(family.script, index).substr(4);
    }
    if (found->word == Word::hang) evidence.took = 5'021ms;
    if (found->word == Word::flaky) {
      evidence.attempts = 3;
      evidence.history = {
          {.word = Word::pass, .took = 3ms},
          {.round = 2, .word = Word::fail, .reason = "went-on", .observed = "an echo"},
          {.round = 3, .word = Word::pass, .took = 4ms}};
      played.verdict.deliveries = {{"whole", Word::flaky, found->reason},
                                   {"octets", Word::pass, ""}};
    }
    if (found->word == Word::crash) evidence.incident = sample_incident();
  }
  const bool played_at_all =
      played.verdict.word != Word::not_run && played.verdict.word != Word::unsupported;
  if (played_at_all) evidence.transcript = transcript(play, number, first);
  return played;
}

}  // namespace

RunResult sample_run() {
  RunResult run;
  run.tool_version = "0.1.0";
  run.suite_version = "1.0";
  run.started = "2026-11-21T10:31:07Z";
  run.command = "wsproof run --target gorilla -j 8 --seed 42 --report-html report.html";
  run.seed = 0xF00DFACE12345678ULL;
  run.jobs = 8;
  run.took = 6'412ms;
  run.target = {.name = "gorilla",
                .url = "ws://127.0.0.1:9001/echo",
                .version = "gorilla/websocket 1.5.3",
                .server = "",
                .role = "server",
                .arguments = {"--target", "gorilla"}};
  run.probe = {
      .ready = true,
      .upgrades = true,
      .pong = true,
      .echo_text = true,
      .echo_binary = true,
      .deflate = false,
      .largest_echo = 65536,
      .closes = true,
      .round_trip = 84us,
      .quiet = 200ms,
      .notes = {"Deflate was offered and not accepted: the cases of RFC 7692 cannot run."}};
  run.environment = {{"cpu", "AMD EPYC 7B13, 8 cores"},
                     {"os", "Debian GNU/Linux 12, Linux 6.1.0"},
                     {"compiler", "GCC 12.2"}};
  std::uint64_t number = 1;
  for (const Family& family : families()) {
    const auto labels = family.labels.empty() ? std::vector<std::string>{""} : family.labels;
    for (const std::string& label : labels)
      run.cases.push_back(sample_case(family, label, number++));
  }
  run.controls = {run.cases.front(), run.cases.front()};
  run.monitor = {{.requirement = "6455-5.5.1-7",
                  .explanation = "A text frame followed the target's own Close.",
                  .count = 3,
                  .first_case = "rfc6455/7.4/received-code/code=1015",
                  .octets = base::octets("\x81\x02hi")},
                 {.requirement = "6455-5.2-17",
                  .explanation = "A payload of 64 octets was announced in the 16-bit form.",
                  .count = 1,
                  .first_case = "rfc6455/5.2/length-forms/n=125",
                  .octets = {0x81, 0x7e, 0x00, 0x40}}};
  run.usage.emplace();
  run.usage->add({14'680'064, 9, 4, 1, 120ms});
  run.usage->add({62'914'560, 41, 12, 1, 2'310ms});
  run.usage->add({31'457'280, 9, 12, 1, 2'400ms});
  run.cases.front().evidence.usage = run.usage;
  run.incidents = {sample_incident()};
  run.incidents.front().suspects = {run.cases[0].id, run.cases[1].id};
  run.gate = {.passed = false,
              .strict = false,
              .reasons = {"3 cases failed.", "1 case crashed the target.", "1 case hung.",
                          "1 case is flaky.", "1 case is inconclusive."}};
  return run;
}

RunResult sample_run_with(const std::string& text) {
  RunResult run = sample_run();
  const auto spoil = [&](std::string& field) { field.insert(field.size() / 2, text); };
  const auto spoil_all = [&](std::vector<std::string>& fields) {
    std::ranges::for_each(fields, spoil);
    fields.push_back(text);
  };
  for (std::string* field :
       {&run.tool_version, &run.suite_version, &run.started, &run.command, &run.target.name,
        &run.target.url, &run.target.version, &run.target.server, &run.target.role}) {
    spoil(*field);
  }
  spoil_all(run.target.arguments);
  spoil_all(run.probe.notes);
  spoil_all(run.gate.reasons);
  const Known known = {.standing = Standing::expected,
                       .says = "fail" + text,
                       .reason = "issue 91" + text,
                       .until = "2027-03-01" + text,
                       .file = "known.txt" + text,
                       .line = 12};
  run.gate.baseline = known.file;
  run.gate.lines = run.gate.notes = {text};
  run.monitor.front().known = known;
  run.environment[text] = text;
  const auto spoil_incident = [&](Incident& incident) {
    for (std::string* field : {&incident.signal_name, &incident.reporter, &incident.headline})
      spoil(*field);
    for (auto* fields : {&incident.report, &incident.output, &incident.suspects})
      spoil_all(*fields);
  };
  std::ranges::for_each(run.incidents, spoil_incident);
  for (MonitorFinding& finding : run.monitor) {
    for (std::string* field : {&finding.requirement, &finding.explanation, &finding.first_case})
      spoil(*field);
    base::append(finding.octets, text);
  }
  for (CaseResult& played : run.cases) {
    Evidence& evidence = played.evidence;
    if (evidence.took.count() % 3 == 0) played.known = known;
    for (std::string* field :
         {&played.id, &played.title, &played.section, &played.level, &played.place.file,
          &played.script, &played.verdict.reason, &played.verdict.requirement,
          &played.verdict.delivery, &evidence.expected, &evidence.observed,
          &evidence.failed_at.file, &evidence.failed_text}) {
      spoil(*field);
    }
    for (Delivered& delivered : played.verdict.deliveries) {
      spoil(delivered.delivery);
      spoil(delivered.reason);
    }
    for (Attempt& attempt : evidence.history) {
      for (std::string* field : {&attempt.delivery, &attempt.reason, &attempt.observed})
        spoil(*field);
    }
    for (auto* fields : {&played.checks, &played.aliases, &played.tags}) spoil_all(*fields);
    if (evidence.incident) spoil_incident(*evidence.incident);
    for (Entry& entry : evidence.transcript.entries) {
      spoil(entry.text);
      spoil(entry.hash);
      base::append(entry.octets, text);
    }
  }
  return run;
}

}  // namespace wsproof::result
